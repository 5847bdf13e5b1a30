/** Requests signed wrongly in one way each, and what the twin answers them. */
import { request as send } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../functions/aws/sha256.ts';
import type { Twin } from '../../twin/start.ts';
import type { Credentials } from './first-organization.ts';

/** One request of each protocol that the twin serves. */
const PROTOCOLS = {
  ssm: {
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonSSM.DescribeInstanceInformation',
    },
    body: '{}',
  },
  account: { path: '/listRegions', headers: { 'content-type': 'application/json' }, body: '{}' },
  sts: {
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  },
  iam: {
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=ListRoles&Version=2010-05-08',
  },
  ec2: {
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=DescribeVpcs&Version=2016-11-15',
  },
  route53: { path: '/2013-04-01/hostedzone', headers: {}, body: '' },
} as const;

export type Served = keyof typeof PROTOCOLS;

export interface Signing {
  credentials: Credentials;
  at?: Date;
  region?: string;
  /** Of the credential scope. */
  scopeService?: string;
  /** After the signature was made. */
  spoil?(request: { headers: Record<string, string>; body: string; path: string }): void;
}

/** The code and message that the twin answers, with the status. */
export async function ask(twin: Twin, service: Served, signing: Signing) {
  const { headers: given, body, path } = PROTOCOLS[service];
  const url = new URL(twin.url);
  const signer = new SignatureV4({
    credentials: signing.credentials,
    region: signing.region ?? 'us-east-1',
    service: signing.scopeService ?? service,
    sha256: Sha256,
  });
  const method = service === 'route53' ? 'GET' : 'POST';
  const signed = await signer.sign(
    { method, protocol: 'http:', hostname: url.hostname, path, headers: { host: url.host, ...given }, body },
    signing.at ? { signingDate: signing.at } : {},
  );
  const request = { headers: { ...signed.headers }, body: body as string, path: path as string };
  signing.spoil?.(request);
  return exchange(twin, { method, ...request });
}

/** Sends the request as it is; fetch would not send every Host. */
export function exchange(
  twin: Twin,
  request: { method: string; path: string; headers: Record<string, string>; body?: string },
): Promise<{ status: number; code: string; text: string }> {
  const { hostname, port } = new URL(twin.url);
  return new Promise((resolve, reject) => {
    const { method, path, headers, body = '' } = request;
    const sent = send({ hostname, port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const typed = String(response.headers['x-amzn-errortype'] ?? '');
        const [, code = typed] = /<Code>(\w+)|"__type":"(\w+)/.exec(text)?.filter(Boolean) ?? [];
        resolve({ status: response.statusCode ?? 0, code, text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
