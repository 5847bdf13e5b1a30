/**
 * Signed calls to services that have no client here (Route 53 Resolver and Profiles). What goes
 * wrong is thrown in the shape of the SDK's errors, so that `read` classifies it alike.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity } from '@smithy/types';
import { Sha256 } from './sha256.ts';

export interface SignedCall {
  /** Endpoint prefix and signing name, e.g. `route53resolver`. */
  service: string;
  region: string;
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
  /** Sent once: what becomes of a lost answer is decided from live state. */
  mutates?: true;
}

/** Answers the parsed JSON body; throws an Error with AWS's code as its name and `$metadata`. */
export type SignedFetch = (call: SignedCall) => Promise<unknown>;

const TIMEOUT_MS = 20_000;
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 200;

export function createSignedFetch(
  endpoint: string | null,
  credentials: () => Promise<AwsCredentialIdentity>,
): SignedFetch {
  return async (call) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await sendOnce(call, endpoint, await credentials());
      } catch (error) {
        if (call.mutates || attempt === ATTEMPTS || !isPassing(error)) throw error;
        // As the SDK's own retries: on the wall, with jitter.
        await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
      }
    }
  };
}

/** An answer of AWS that is no success. */
class AwsAnswerError extends Error {
  readonly $metadata: { httpStatusCode: number };
  constructor(code: string, message: string, httpStatusCode: number) {
    super(message);
    this.name = code;
    this.$metadata = { httpStatusCode };
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof AwsAnswerError)) return true;
  const { httpStatusCode } = error.$metadata;
  // 501: the endpoint does not have the call, now or later.
  if (httpStatusCode === 501) return false;
  return httpStatusCode >= 500 || httpStatusCode === 429 || /throttl|toomany/i.test(error.name);
}

async function sendOnce(
  call: SignedCall,
  endpoint: string | null,
  credentials: AwsCredentialIdentity,
): Promise<unknown> {
  const url = urlOf(call, endpoint);
  const signer = new SignatureV4({ credentials, region: call.region, service: call.service, sha256: Sha256 });
  const signed = await signer.sign({
    method: call.method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: call.query ?? {},
    headers: { host: url.host, ...call.headers },
    ...(call.body === undefined ? {} : { body: call.body }),
  });
  const { host: _host, ...headers } = signed.headers;
  const answer = await fetch(url, {
    method: call.method,
    headers,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(call.body === undefined ? {} : { body: call.body }),
  }).catch((error: unknown) => {
    throw transportError(error);
  });
  const text = await answer.text();
  if (!answer.ok) throw answerError(answer, text);
  return text === '' ? {} : JSON.parse(text);
}

/** fetch hides the cause behind "fetch failed". */
function transportError(error: unknown): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'NetworkingError';
  return Object.assign(new Error(cause instanceof Error ? cause.message : String(cause)), {
    name: cause instanceof Error && cause.name === 'TimeoutError' ? 'TimeoutError' : code,
    $metadata: {},
    code,
  });
}

/** JSON protocols name the error in `__type` or in the header `x-amzn-ErrorType`, with a namespace or a URL. */
function answerError(answer: Response, text: string): AwsAnswerError {
  let body: { __type?: string; code?: string; message?: string; Message?: string } = {};
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy's page: the status is all there is.
  }
  const named = answer.headers.get('x-amzn-errortype') ?? body.__type ?? body.code ?? `HTTP${answer.status}`;
  const code = named.split(':')[0]?.split('#').at(-1) ?? named;
  return new AwsAnswerError(code, body.message ?? body.Message ?? code, answer.status);
}

/**
 * The connection's endpoint; else what the environment says, as the SDKs read it; else AWS's own. Only the
 * public, China and GovCloud partitions are known here (endpoint rule sets of both services, botocore).
 */
function urlOf({ service, region, path, query = {} }: SignedCall, endpoint: string | null): URL {
  const { env } = process;
  const configured =
    env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true'
      ? undefined
      : env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || env.AWS_ENDPOINT_URL;
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const url = new URL(path, endpoint ?? configured ?? `https://${service}.${region}.${suffix}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}
