import { AwsError, type Piece } from '../contract.ts';
import { unknownOperation } from './errors.ts';
import { type OperationModel, type ServiceModel, TARGET_PREFIXES } from './models.ts';
import { readQuery } from './read-query.ts';
import { define, malformed, readText, readTimestamp } from './read-value.ts';
import { readXmlBody } from './read-xml.ts';
import type { Member, Shape, StructureShape } from './shapes.ts';

/** A request as it came over HTTP. `url` is path and query string. */
export interface WireRequest {
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** What a request asks for; `operation` is undefined where the model does not know it. */
export interface ParsedRequest {
  /** As the client names it. */
  name: string;
  operation: OperationModel | undefined;
  /** Reads the input; throws AwsError with what is malformed. Members that the model lacks are kept. */
  input(): Piece;
}

/** Finds the operation by the rules of the service's protocol. Throws AwsError for what names none. */
export function parseRequest(model: ServiceModel, request: WireRequest): ParsedRequest {
  switch (model.protocol) {
    case 'awsJson1_1':
      return parseTarget(model, request);
    case 'awsQuery':
    case 'ec2Query':
      return parseAction(model, request);
    case 'restJson1':
    case 'restXml':
      return parseRoute(model, request);
  }
}

/** Of `X-Amz-Target`: prefixes may have dots. */
export function targetPrefix(target: string): string {
  return target.slice(0, Math.max(0, target.lastIndexOf('.')));
}

function parseTarget(model: ServiceModel, request: WireRequest): ParsedRequest {
  const target = request.headers['x-amz-target'];
  const name = typeof target === 'string' ? target.slice(target.lastIndexOf('.') + 1) : '';
  const prefix = typeof target === 'string' ? targetPrefix(target) : '';
  if (name === '') {
    throw new AwsError('UnknownOperationException', '', 400);
  }
  const known = Object.hasOwn(TARGET_PREFIXES, prefix) && TARGET_PREFIXES[prefix] === model.service;
  if (!known) throw unknownOperation(model, name);
  const operation = model.operations.get(name);
  return { name, operation, input: () => readJsonInput(operation?.input, request.body) };
}

function parseAction(model: ServiceModel, request: WireRequest): ParsedRequest {
  const query = request.url.indexOf('?');
  // the query of a presigned URL holds the parameters, whatever its method (botocore, SigV4QueryAuth)
  const inQuery = query >= 0 && (request.method === 'GET' || request.body === '');
  const text = inQuery ? request.url.slice(query + 1) : request.body;
  const parameters = new URLSearchParams(text);
  const name = parameters.get('Action') ?? '';
  if (name === '') {
    throw new AwsError('MissingAction', 'The request must contain the parameter Action', 400);
  }
  const version = parameters.get('Version');
  // EC2 takes older versions
  if (model.protocol === 'awsQuery' && version !== null && version !== model.version) {
    throw unknownOperation({ ...model, version }, name);
  }
  const operation = model.operations.get(name);
  return {
    name,
    operation,
    input: () => readQuery(model.protocol === 'ec2Query', operation?.input, parameters),
  };
}

function parseRoute(model: ServiceModel, request: WireRequest): ParsedRequest {
  const [path = '/', query = ''] = splitOnce(request.url, '?');
  for (const operation of model.operations.values()) {
    const route = operation.route;
    if (!route || route.method !== request.method) continue;
    const match = route.pattern.exec(path);
    if (!match) continue;
    const labels = new Map(route.labels.map((label, index) => [label, decodeLabel(match[index + 1] ?? '')]));
    return {
      name: operation.name,
      operation,
      input: () => readRestInput(model, operation, request, labels, new URLSearchParams(query)),
    };
  }
  return { name: `${request.method} ${path}`, operation: undefined, input: () => ({}) };
}

function readRestInput(
  model: ServiceModel,
  operation: OperationModel,
  request: WireRequest,
  labels: Map<string, string>,
  query: URLSearchParams,
): Piece {
  const shape = operation.input;
  if (shape.kind !== 'structure') return {};
  refuseUnknownQuery(operation, shape.members, query);
  const isXml = model.protocol === 'restXml' && request.body !== '';
  const input: Piece = isXml ? readXmlBody(shape, request.body) : readJsonInput(shape, request.body);
  for (const member of shape.members) {
    const text = readBinding(member, request, labels, query);
    if (text !== undefined) input[member.name] = text;
  }
  return input;
}

/** A parameter that the shapes at hand don't have may be of a newer model: it is refused, never ignored. */
function refuseUnknownQuery(
  { name }: OperationModel,
  members: readonly Member[],
  query: URLSearchParams,
): void {
  // SDKs for JavaScript name the operation by x-id
  const known = new Set(['x-id', ...members.map(({ httpQuery }) => httpQuery)]);
  const unknown = [...query.keys()].find((key) => !known.has(key));
  if (unknown === undefined) return;
  throw new AwsError(
    'NotImplemented',
    `The twin does not know the query parameter ${unknown} of ${name}.`,
    501,
  );
}

function readBinding(
  member: Member,
  request: WireRequest,
  labels: Map<string, string>,
  query: URLSearchParams,
): unknown {
  if (member.httpLabel) return readText(member.shape, labels.get(member.name), member.name);
  if (member.httpHeader) {
    const value = request.headers[member.httpHeader.toLowerCase()];
    return typeof value === 'string' ? readText(member.shape, value, member.name) : undefined;
  }
  if (!member.httpQuery) return undefined;
  const { shape } = member;
  if (shape.kind === 'list') {
    const values = query.getAll(member.httpQuery);
    return values.length > 0 ? values.map((value) => readText(shape.item, value, member.name)) : undefined;
  }
  return readText(shape, query.get(member.httpQuery) ?? undefined, member.name);
}

function readJsonInput(shape: Shape | undefined, body: string): Piece {
  let value: unknown;
  try {
    value = body === '' ? {} : JSON.parse(body);
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.', 400);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AwsError('SerializationException', 'Expected a JSON object as the request body.', 400);
  }
  return shape?.kind === 'structure' ? readStructure(shape, value, '') : (value as Piece);
}

function readStructure(shape: StructureShape, value: object, path: string): Piece {
  const read: Piece = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null) continue;
    const member = shape.byName.get(key) ?? shape.members.find((candidate) => candidate.jsonName === key);
    if (!member) define(read, key, inner);
    else read[member.name] = readJson(member.shape, inner, path === '' ? key : `${path}.${key}`);
  }
  return read;
}

function readJson(shape: Shape, value: unknown, path: string): unknown {
  switch (shape.kind) {
    case 'structure':
      return isObject(value) ? readStructure(shape, value, path) : malformed(path, 'an object', value);
    case 'list':
      if (!Array.isArray(value)) return malformed(path, 'a list', value);
      return value.map((inner, index) => readJson(shape.item, inner, `${path}[${index}]`));
    case 'map': {
      if (!isObject(value)) return malformed(path, 'an object', value);
      const read: Piece = {};
      for (const [key, inner] of Object.entries(value)) {
        define(read, key, readJson(shape.value, inner, `${path}.${key}`));
      }
      return read;
    }
    case 'string':
      return typeof value === 'string' ? value : malformed(path, 'a string', value);
    case 'boolean':
      return typeof value === 'boolean' ? value : malformed(path, 'a boolean', value);
    case 'number':
      return typeof value === 'number' ? value : malformed(path, 'a number', value);
    case 'timestamp':
      return readTimestamp(value, path);
    case 'blob':
      return typeof value === 'string'
        ? Uint8Array.from(Buffer.from(value, 'base64'))
        : malformed(path, 'base64', value);
    default:
      return value;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function decodeLabel(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return malformed('path', 'percent-encoded text', text);
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}
