import { AwsError } from '../contract.ts';
import type { Protocol, ServiceModel } from './models.ts';
import { json, type WireResponse, xml } from './write.ts';
import { escapeXml } from './write-xml.ts';

/** What Query services say of a request that cannot be read; the JSON services' is SerializationException. */
const MALFORMED: Record<Protocol, string> = {
  awsJson1_1: 'SerializationException',
  restJson1: 'SerializationException',
  awsQuery: 'MalformedInput',
  ec2Query: 'InvalidParameterValue',
  restXml: 'MalformedXML',
};

/**
 * An error in the service's protocol. Where the model knows the error, its code on the wire and its status
 * are the model's (a Query error's code differs from its shape's name, its status may be 404 or 409).
 */
export function writeError(model: ServiceModel, error: AwsError, requestId: string): WireResponse {
  const known = model.errors.get(error.code);
  const code =
    error.code === 'SerializationException' ? MALFORMED[model.protocol] : (known?.code ?? error.code);
  const status = error.status === 400 ? (known?.status ?? 400) : error.status;
  const fields = { code: escapeXml(code), message: escapeXml(error.message) };
  switch (model.protocol) {
    case 'awsJson1_1':
      return json(
        status,
        model,
        JSON.stringify({ __type: code, message: error.message, ...error.members }),
        requestId,
      );
    case 'restJson1': {
      const response = json(status, model, JSON.stringify({ message: error.message }), requestId);
      response.headers['x-amzn-ErrorType'] = code;
      return response;
    }
    case 'ec2Query': {
      const body = `<Response><Errors><Error><Code>${fields.code}</Code><Message>${fields.message}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`;
      return xml(status, model, `<?xml version="1.0" encoding="UTF-8"?>${body}`, requestId);
    }
    case 'awsQuery':
    case 'restXml': {
      const type = status >= 500 ? 'Receiver' : 'Sender';
      const inner = `<Error><Type>${type}</Type><Code>${fields.code}</Code><Message>${fields.message}</Message></Error>`;
      const body = `<ErrorResponse xmlns="${model.xmlNamespace}">${inner}<RequestId>${requestId}</RequestId></ErrorResponse>`;
      return xml(status, model, body, requestId);
    }
  }
}

/** For a service whose protocol the twin does not know: by what the client sends. */
export function writeUnmodelledError(
  error: AwsError,
  contentType: string | undefined,
  requestId: string,
): WireResponse {
  const isJson = contentType === undefined || /json/.test(contentType);
  const protocol = isJson ? 'awsJson1_1' : 'awsQuery';
  const model: ServiceModel = {
    service: '',
    protocol,
    version: '',
    xmlNamespace: '',
    operations: new Map(),
    errors: new Map(),
  };
  return writeError(model, error, requestId);
}

/**
 * An operation that AWS doesn't have either. EC2 and Query: InvalidAction (EC2 error codes; public reports of "Could not
 * find operation"); JSON: UnknownOperationException, without a message; REST: 404, code of Route 53 unverified.
 */
export function unknownOperation({ protocol, version }: ServiceModel, name: string): AwsError {
  switch (protocol) {
    case 'ec2Query':
      return new AwsError('InvalidAction', `The action ${name} is not valid for this web service.`, 400);
    case 'awsQuery':
      return new AwsError('InvalidAction', `Could not find operation ${name} for version ${version}`, 400);
    case 'awsJson1_1':
      return new AwsError('UnknownOperationException', '', 400);
    case 'restJson1':
    case 'restXml':
      return new AwsError('UnknownOperationException', '', 404);
  }
}

/** An operation, or a member of its input, that the twin does not have. */
export function notImplemented(what: string): AwsError {
  return new AwsError('NotImplemented', `The twin does not implement ${what}.`, 501);
}
