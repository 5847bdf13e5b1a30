import type { Piece } from '../contract.ts';
import type { OperationModel, ServiceModel } from './models.ts';
import type { Shape, StructureShape } from './shapes.ts';
import { toDate, writeTimestamp } from './write-timestamp.ts';
import { writeXmlMembers } from './write-xml.ts';

export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The answer to a call. Members that the model lacks stay out; a null or undefined one is absent. */
export function writeResponse(
  model: ServiceModel,
  operation: OperationModel,
  output: Piece,
  requestId: string,
): WireResponse {
  const { name, output: shape } = operation;
  switch (model.protocol) {
    case 'awsJson1_1':
      // an operation without output answers an empty body with Content-Length 0
      return json(200, model, shape.kind === 'structure' ? writeJsonText(shape, output) : '', requestId);
    case 'restJson1':
      return json(200, model, shape.kind === 'structure' ? writeJsonText(shape, output) : '', requestId);
    case 'awsQuery': {
      const result =
        shape.kind === 'structure'
          ? `<${name}Result>${writeXmlMembers(shape, output, false)}</${name}Result>`
          : '';
      const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
      const body = `<${name}Response xmlns="${model.xmlNamespace}">${result}${metadata}</${name}Response>`;
      return xml(200, model, body, requestId);
    }
    case 'ec2Query': {
      const members =
        shape.kind === 'structure' ? writeXmlMembers(shape, output, true) : '<return>true</return>';
      const body = `<${name}Response xmlns="${model.xmlNamespace}/"><requestId>${requestId}</requestId>${members}</${name}Response>`;
      return xml(200, model, `<?xml version="1.0" encoding="UTF-8"?>${body}`, requestId);
    }
    case 'restXml': {
      const { headers, inBody } = splitOutput(shape, output);
      const members = shape.kind === 'structure' ? writeXmlMembers(shape, inBody, false) : '';
      const root = shape.kind === 'structure' ? shape.name : `${name}Response`;
      const body = `<${root} xmlns="${model.xmlNamespace}">${members}</${root}>`;
      const response = xml(200, model, body, requestId);
      return { ...response, headers: { ...response.headers, ...headers } };
    }
  }
}

/** Members that an answer has as headers, such as the `Location` of what was created, are not in its body. */
function splitOutput(shape: Shape, output: Piece): { headers: Record<string, string>; inBody: Piece } {
  const members = shape.kind === 'structure' ? shape.members : [];
  const headers: Record<string, string> = {};
  const inBody = { ...output };
  for (const { name, httpHeader } of members) {
    if (httpHeader === undefined || output[name] === undefined) continue;
    headers[httpHeader] = String(output[name]);
    delete inBody[name];
  }
  return { headers, inBody };
}

export function json(status: number, model: ServiceModel, body: string, requestId: string): WireResponse {
  const type = model.protocol === 'restJson1' ? 'application/json' : 'application/x-amz-json-1.1';
  return { status, headers: { 'Content-Type': type, 'x-amzn-RequestId': requestId }, body };
}

export function xml(status: number, model: ServiceModel, body: string, requestId: string): WireResponse {
  const type = model.protocol === 'ec2Query' ? 'text/xml;charset=UTF-8' : 'text/xml';
  return { status, headers: { 'Content-Type': type, 'x-amzn-RequestId': requestId }, body };
}

function writeJsonText(shape: StructureShape, value: Piece): string {
  return JSON.stringify(writeJson(shape, value));
}

function writeJson(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'structure': {
      const written: Piece = {};
      for (const member of shape.members) {
        const inner = (value as Piece)[member.name];
        if (inner !== undefined && inner !== null) written[member.jsonName] = writeJson(member.shape, inner);
      }
      return written;
    }
    case 'list':
      return (value as unknown[]).map((item) => writeJson(shape.item, item));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Piece).map(([key, inner]) => [key, writeJson(shape.value, inner)]),
      );
    case 'timestamp':
      return shape.format === 'default' || shape.format === 'epoch-seconds'
        ? toDate(value).getTime() / 1000
        : writeTimestamp(value, shape.format);
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return value;
  }
}
