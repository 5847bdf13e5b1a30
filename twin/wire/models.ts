import * as account from '@aws-sdk/client-account';
import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as organizations from '@aws-sdk/client-organizations';
import * as route53 from '@aws-sdk/client-route-53';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import { HAND_WRITTEN } from './hand-written.ts';
import { compileShape, type SchemaRef, type Shape } from './shapes.ts';

export type Protocol = 'awsJson1_1' | 'awsQuery' | 'ec2Query' | 'restJson1' | 'restXml';

export interface OperationModel {
  name: string;
  readonly input: Shape;
  readonly output: Shape;
  /** Of a REST operation. */
  route: Route | undefined;
}

export interface Route {
  method: string;
  /** Matches the path; the groups are the labels in order. */
  pattern: RegExp;
  labels: string[];
}

/** A service as the SDK models it. `service` is its signing name, which is its endpoint prefix too. */
export interface ServiceModel {
  service: string;
  protocol: Protocol;
  /** e.g. `2011-06-15`; '' where the SDK's settings hold none. */
  version: string;
  xmlNamespace: string;
  operations: Map<string, OperationModel>;
  /** Error by its shape's name or Query code: what is sent. */
  errors: Map<string, { code: string; status: number }>;
}

/** Services by the prefix of `X-Amz-Target`, the part before the operation (botocore's models, `targetPrefix`). */
export const TARGET_PREFIXES: Record<string, string> = {
  AmazonSSM: 'ssm',
  AWSOrganizationsV20161128: 'organizations',
  Route53Resolver: 'route53resolver',
  // The SDK sends the short form, botocore the long one.
  CloudTrail_20131101: 'cloudtrail',
  'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101': 'cloudtrail',
};

type Module = Record<string, unknown>;
type OperationSchema = [9, string, string, unknown, SchemaRef, SchemaRef];
interface ProtocolSettings {
  version?: string;
  xmlNamespace?: string;
}

const MODULES: Record<string, Module> = {
  account,
  cloudformation,
  cloudtrail,
  ec2,
  iam,
  lambda,
  organizations,
  route53,
  ssm,
  sts,
};
const models = new Map<string, ServiceModel>();

/** Whether the model has the operations that the twin serves alone, so that others may well be AWS's. */
export function isHandWritten(service: string): boolean {
  return Object.hasOwn(HAND_WRITTEN, service);
}

/** The model of a service by its signing name; undefined for a service that the twin does not know. */
export function findModel(service: string): ServiceModel | undefined {
  const known = models.get(service);
  if (known) return known;
  if (isHandWritten(service)) return HAND_WRITTEN[service];
  const module = Object.hasOwn(MODULES, service) ? MODULES[service] : undefined;
  if (!module) return undefined;
  const model = readModel(service, module);
  models.set(service, model);
  return model;
}

/** Signing names of the services whose protocol the twin speaks. */
export function modelledServices(): string[] {
  return [...Object.keys(MODULES), ...Object.keys(HAND_WRITTEN)];
}

/**
 * A client's root exports its schemas as `Name$`: operations are `[9, namespace, name, traits, input,
 * output]`, errors start with -3. The protocol's settings are on the client's configuration.
 */
function readModel(service: string, module: Module): ServiceModel {
  const { protocol, settings } = readProtocol(module);
  const operations = new Map<string, OperationModel>();
  const errors = new Map<string, { code: string; status: number }>();
  for (const [name, schema] of Object.entries(module)) {
    if (!name.endsWith('$') || !Array.isArray(schema)) continue;
    if (schema[0] === 9) operations.set(schema[2], readOperation(schema as OperationSchema));
    if (schema[0] === -3) readError(schema[2], traitsOf(schema[3]), protocol, errors);
  }
  return {
    service,
    protocol,
    version: settings.version ?? '',
    xmlNamespace: settings.xmlNamespace ?? '',
    operations,
    errors,
  };
}

function readProtocol(module: Module): { protocol: Protocol; settings: ProtocolSettings } {
  const Client = Object.entries(module).find(([name]) => /^(?!__).+Client$/.test(name))?.[1];
  if (typeof Client !== 'function') throw new Error('this SDK package exports no client');
  const client = Reflect.construct(Client, [
    { region: 'us-east-1', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } },
  ]);
  const name: string = client.config.protocol.getShapeId();
  return {
    protocol: name.slice(name.indexOf('#') + 1) as Protocol,
    settings: client.config.protocolSettings,
  };
}

function readOperation(schema: OperationSchema): OperationModel {
  const http = traitsOf(schema[3]).http;
  let input: Shape | undefined;
  let output: Shape | undefined;
  return {
    name: schema[2],
    get input() {
      input ??= compileShape(schema[4]);
      return input;
    },
    get output() {
      output ??= compileShape(schema[5]);
      return output;
    },
    route: Array.isArray(http) ? readRoute(http[0], http[1]) : undefined,
  };
}

/** `/2013-04-01/hostedzone/{Id}` or, greedy, `{Id+}`. */
function readRoute(method: string, uri: string): Route {
  const path = uri.split('?')[0] ?? uri;
  const labels = [...path.matchAll(/\{([^}+]+)\+?\}/g)].map((match) => match[1] ?? '');
  const source = path
    .replace(/[.*?^$()|[\]\\]/g, '\\$&')
    .replace(/\{[^}]+\+\}/g, '(.+)')
    .replace(/\{[^}]+\}/g, '([^/]+)');
  return { method, pattern: new RegExp(`^${source}/?$`), labels };
}

function readError(
  shapeName: string,
  traits: Record<string, unknown>,
  protocol: Protocol,
  errors: Map<string, { code: string; status: number }>,
): void {
  if (protocol === 'awsJson1_1') {
    // "HTTP Status Code: 400" of every client error in the API references of Organizations and SSM, though
    // their models carry others
    errors.set(shapeName, { code: shapeName, status: traits.error === 'server' ? 500 : 400 });
    return;
  }
  const query = protocol === 'awsQuery' && Array.isArray(traits.awsQueryError) ? traits.awsQueryError : [];
  const [code = shapeName, status = traits.httpError ?? 400] = query;
  const error = { code: String(code), status: Number(status) };
  errors.set(shapeName, error);
  errors.set(error.code, error);
}

function traitsOf(traits: unknown): Record<string, unknown> {
  return typeof traits === 'object' && traits !== null ? (traits as Record<string, unknown>) : {};
}
