/**
 * SigV4, computed again with the secret that the twin gave out. Source: IAM user guide,
 * reference_sigv-create-signed-request. The SDK's signer is asynchronous and chooses the headers itself; a
 * verifier must take those that the client signed, and the twin's dispatch is synchronous.
 */
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { Session } from '../sessions.ts';
import type { WireRequest } from '../wire/read.ts';
import type { Authorization } from './authorization.ts';

/**
 * Signing keys by session and scope: they last a day, and deriving one costs four HMACs. The first of them is of the
 * day alone. As key objects: Node 24 takes three times as long for an HMAC whose key is bytes.
 */
const keysBySession = new WeakMap<Session, Map<string, KeyObject>>();

/** Whether the signature is the one that the session's secret makes for this request. */
export function isSignatureRight(claim: Authorization, request: WireRequest, session: Session): boolean {
  const scope = `${claim.date}/${claim.region}/${claim.service}/aws4_request`;
  const canonical = hash('sha256', canonicalRequest(claim, request));
  const toSign = `AWS4-HMAC-SHA256\n${claim.timestamp}\n${scope}\n${canonical}`;
  const expected = createHmac('sha256', signingKey(claim, session)).update(toSign).digest('hex');
  return expected === claim.signature;
}

/**
 * Headers of the request that should have been signed and were not: "host" and every `x-amz-*` header (IAM
 * user guide, "CanonicalHeaders"). The session token may be added after signing.
 */
export function unsignedHeaders({ signedHeaders }: Authorization, request: WireRequest): string[] {
  return Object.keys(request.headers).filter(
    (name) =>
      (name === 'host' || (name.startsWith('x-amz-') && name !== 'x-amz-security-token')) &&
      !signedHeaders.includes(name),
  );
}

function canonicalRequest(claim: Authorization, request: WireRequest): string {
  const query = request.url.indexOf('?');
  const path = query < 0 ? request.url : request.url.slice(0, query);
  const headers = claim.signedHeaders.map((name) => `${name}:${canonicalValue(request.headers[name])}\n`);
  return [
    request.method,
    canonicalPath(path),
    query < 0 ? '' : canonicalQuery(request.url.slice(query + 1)),
    headers.join(''),
    claim.signedHeaders.join(';'),
    hash('sha256', request.body),
  ].join('\n');
}

function canonicalValue(value: string | string[] | undefined): string {
  const text = Array.isArray(value) ? value.join(',') : (value ?? '');
  return text.trim().replace(/ {2,}/g, ' ');
}

/** Without dot segments, each segment encoded once more: all services but S3 encode twice. */
function canonicalPath(path: string): string {
  if (path === '/' || path === '') return '/';
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(encode(segment));
  }
  return `/${kept.join('/')}${path.endsWith('/') && kept.length > 0 ? '/' : ''}`;
}

function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '' && !/^X-Amz-Signature=/i.test(pair))
    .map((pair) => {
      const at = pair.indexOf('=');
      const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
      return [encode(decode(name)), encode(decode(value))] as const;
    })
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** RFC 3986: all but the unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function signingKey({ date, region, service }: Authorization, session: Session): KeyObject {
  let keys = keysBySession.get(session);
  if (!keys) {
    keys = new Map();
    keysBySession.set(session, keys);
  }
  const scope = `${date}/${region}/${service}`;
  const known = keys.get(scope);
  if (known) return known;
  const hmac = (key: string | KeyObject, data: string) =>
    createSecretKey(createHmac('sha256', key).update(data).digest());
  const dated = keys.get(date) ?? hmac(`AWS4${session.secretAccessKey}`, date);
  keys.set(date, dated);
  const made = hmac(hmac(hmac(dated, region), service), 'aws4_request');
  keys.set(scope, made);
  return made;
}
