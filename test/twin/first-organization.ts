/** The organization of test/fixtures/snapshots/first, served, and real SDK clients that are pointed at it. */
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../functions/aws/sha256.ts';
import type { Snapshot } from '../../twin/contract.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { startTwin, type Twin, type TwinOptions } from '../../twin/start.ts';

export const FIRST = 'test/fixtures/snapshots/first';
export const SETTING = '/ssm/managed-instance/default-ec2-instance-management-role';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** `change` alters the snapshot before it is served. */
export async function startFirst(
  options: Omit<TwinOptions, 'snapshot'> & { change?: (snapshot: Snapshot) => void } = {},
): Promise<Twin> {
  const { change, ...served } = options;
  const snapshot = await readSnapshot(FIRST);
  change?.(snapshot);
  return startTwin({ ...served, snapshot });
}

/** What every client of the twin is made with; one attempt, so that a test sees the first answer. */
export function configuration(
  twin: Twin,
  region = 'us-east-1',
  credentials: Credentials = credentialsOf(twin.operator),
) {
  return { endpoint: twin.url, region, credentials, maxAttempts: 1 };
}

export function credentialsOf({ accessKeyId, secretAccessKey, sessionToken }: Credentials): Credentials {
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** Credentials of a role's session, from AssumeRole by the operator. */
export async function enter(
  twin: Twin,
  accountId: string,
  input: { role?: string; Policy?: string } = {},
): Promise<Credentials> {
  const { role = 'DhmcRolloutWriter', Policy } = input;
  const sts = new STSClient(configuration(twin));
  try {
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${accountId}:role/${role}`,
        RoleSessionName: 'test',
        Policy,
      }),
    );
    return {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    };
  } finally {
    sts.destroy();
  }
}

/** A request as a client signs it; `headers` are signed too. */
export async function post(
  twin: Twin,
  service: string,
  options: { body: string; headers?: Record<string, string>; region?: string; credentials?: Credentials },
): Promise<{ status: number; headers: Headers; text: string }> {
  const signer = new SignatureV4({
    credentials: options.credentials ?? credentialsOf(twin.operator),
    region: options.region ?? 'us-east-1',
    service,
    sha256: Sha256,
  });
  const url = new URL(twin.url);
  const signed = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: '/',
    query: {},
    headers: { host: url.host, ...options.headers },
    body: options.body,
  });
  const { host: _host, ...headers } = signed.headers;
  const response = await fetch(twin.url, { method: 'POST', body: options.body, headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** What a call was refused with, `Code: message`, or `ok`. */
export async function refusal(sent: Promise<unknown>): Promise<string> {
  return sent.then(
    () => 'ok',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}
