/** What a SigV4 signature claims: in the Authorization header, or in the query of a presigned URL. */
import { AwsError } from '../contract.ts';
import type { WireRequest } from '../wire/read.ts';

export interface Authorization {
  accessKeyId: string;
  /** `20261126`, as in the credential scope. */
  date: string;
  region: string;
  service: string;
  /** Lower case, in the order in which they were signed. */
  signedHeaders: string[];
  signature: string;
  /** `20261126T160000Z`. */
  timestamp: string;
  token: string | undefined;
  /** Seconds from the timestamp; null: signed in the header, for one request. */
  expires: number | null;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const CREDENTIAL = /^([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request$/;
const TIMESTAMP = /^\d{8}T\d{6}Z$/;
const PRESIGNED =
  /^X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Security-Token|Signature|Content-Sha256)=/i;
/** "from 1 second to 604800 (seven days)" (S3 API reference, sigv4-query-string-auth; IAM user guide). */
const LONGEST_EXPIRES = 604_800;

/** undefined: the request is not signed. Throws AwsError IncompleteSignature for a signature that lacks a part. */
export function readAuthorization(request: WireRequest): Authorization | undefined {
  const header = request.headers.authorization;
  if (typeof header === 'string') return readHeader(header, request);
  const query = request.url.indexOf('?');
  if (query < 0 || !/[?&]X-Amz-Signature=/i.test(request.url)) return undefined;
  return readQuery(new URLSearchParams(request.url.slice(query + 1)), request);
}

/** The request without the parameters of its presigned URL, as the service reads it. */
export function withoutSignature(request: WireRequest): WireRequest {
  const query = request.url.indexOf('?');
  if (query < 0) return request;
  const kept = request.url
    .slice(query + 1)
    .split('&')
    .filter((pair) => !PRESIGNED.test(pair));
  const path = request.url.slice(0, query);
  return { ...request, url: kept.length > 0 ? `${path}?${kept.join('&')}` : path };
}

function readHeader(header: string, request: WireRequest): Authorization {
  if (!header.startsWith(`${ALGORITHM} `)) {
    throw incomplete(`Unsupported AWS 'algorithm': '${header.split(' ')[0]}'.`);
  }
  const parts = new Map<string, string>();
  for (const part of header.slice(ALGORITHM.length).split(',')) {
    const [name = '', ...value] = part.trim().split('=');
    parts.set(name, value.join('='));
  }
  const timestamp = text(request, 'x-amz-date') ?? toTimestamp(text(request, 'date'));
  const missing = ['Credential', 'Signature', 'SignedHeaders']
    .filter((name) => !parts.get(name))
    .map((name) => `Authorization header requires '${name}' parameter.`);
  if (timestamp === undefined) {
    missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  if (missing.length > 0) throw incomplete(`${missing.join(' ')} Authorization=${ALGORITHM}`);
  return {
    ...readCredential(parts.get('Credential') ?? ''),
    signedHeaders: (parts.get('SignedHeaders') ?? '').toLowerCase().split(';'),
    signature: parts.get('Signature') ?? '',
    timestamp: checkTimestamp(timestamp ?? ''),
    token: text(request, 'x-amz-security-token'),
    expires: null,
  };
}

function readQuery(query: URLSearchParams, request: WireRequest): Authorization {
  const wanted = ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature'];
  const missing = wanted
    .filter((name) => !query.get(`X-Amz-${name}`))
    .map((name) => `AWS query-string parameters must include '${`X-Amz-${name}`}'.`);
  if (missing.length > 0) throw incomplete(missing.join(' '));
  const expires = Number(query.get('X-Amz-Expires'));
  if (!Number.isInteger(expires) || expires < 1 || expires > LONGEST_EXPIRES) {
    throw incomplete(`X-Amz-Expires must be a number from 1 to ${LONGEST_EXPIRES}.`);
  }
  if (query.get('X-Amz-Algorithm') !== ALGORITHM) throw incomplete("Unsupported AWS 'algorithm'.");
  return {
    ...readCredential(query.get('X-Amz-Credential') ?? ''),
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').toLowerCase().split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    timestamp: checkTimestamp(query.get('X-Amz-Date') ?? ''),
    token: query.get('X-Amz-Security-Token') ?? text(request, 'x-amz-security-token'),
    expires,
  };
}

function readCredential(
  credential: string,
): Pick<Authorization, 'accessKeyId' | 'date' | 'region' | 'service'> {
  const [, accessKeyId, date, region, service] = CREDENTIAL.exec(credential) ?? [];
  if (accessKeyId && date && region && service) return { accessKeyId, date, region, service };
  throw incomplete(
    `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
  );
}

function checkTimestamp(timestamp: string): string {
  if (TIMESTAMP.test(timestamp)) return timestamp;
  throw incomplete(
    `Date must be in ISO-8601 'basic format'. Got '${timestamp}'. See http://en.wikipedia.org/wiki/ISO_8601`,
  );
}

function toTimestamp(date: string | undefined): string | undefined {
  if (date === undefined) return undefined;
  const at = new Date(date);
  return Number.isNaN(at.getTime()) ? undefined : formatTimestamp(at);
}

/** `20261126T160000Z`. */
export function formatTimestamp(at: Date): string {
  return at.toISOString().replace(/[-:]|\.\d+/g, '');
}

function text(request: WireRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function incomplete(message: string): AwsError {
  return new AwsError('IncompleteSignature', message, 400);
}
