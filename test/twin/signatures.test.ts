/** A client whose signature AWS would refuse is refused, in each protocol's own words. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../functions/aws/sha256.ts';
import type { Twin } from '../../twin/start.ts';
import { type Credentials, credentialsOf, enter, startFirst } from './first-organization.ts';
import { ask, exchange, type Served, type Signing } from './signed-request.ts';

const SERVICES: Served[] = ['ssm', 'account', 'sts', 'iam', 'ec2', 'route53'];
const [MEMBER, OTHER] = ['100000000012', '100000000018'];

let twin: Twin;
let operator: Credentials;
let ofMember: Credentials;
let ofOther: Credentials;
beforeAll(async () => {
  twin = await startFirst();
  operator = credentialsOf(twin.operator);
  ofMember = await enter(twin, MEMBER);
  ofOther = await enter(twin, OTHER);
});
afterAll(async () => {
  await twin?.close();
});

const minutes = (count: number) => new Date(Date.now() + count * 60_000);

/** Code and status by service; `-`: the request is answered. */
type Expected = Record<Served, string>;

const MISMATCH: Expected = {
  ssm: 'InvalidSignatureException 400',
  account: 'InvalidSignatureException 403',
  sts: 'SignatureDoesNotMatch 403',
  iam: 'SignatureDoesNotMatch 403',
  ec2: 'AuthFailure 401',
  route53: 'SignatureDoesNotMatch 403',
};
const LONG_AGO: Expected = { ...MISMATCH, ec2: 'RequestExpired 400' };
const SHORT: Expected = { ...MISMATCH, sts: '-', iam: '-', ec2: '-' };

const CASES: [what: string, signing: () => Signing, expected: Expected][] = [
  [
    'another secret',
    () => ({ credentials: { ...operator, secretAccessKey: ofMember.secretAccessKey } }),
    MISMATCH,
  ],
  [
    "one account's key and token, another account's secret",
    () => ({ credentials: { ...ofMember, secretAccessKey: ofOther.secretAccessKey } }),
    MISMATCH,
  ],
  ['a signature of 16 minutes ago', () => ({ credentials: operator, at: minutes(-16) }), LONG_AGO],
  ['a signature of 16 minutes ahead', () => ({ credentials: operator, at: minutes(16) }), LONG_AGO],
  ['a signature of 6 minutes ago', () => ({ credentials: operator, at: minutes(-6) }), SHORT],
  ['a scope of another service', () => ({ credentials: operator, scopeService: 'secretsmanager' }), MISMATCH],
  [
    'a body changed after signing',
    () => ({
      credentials: operator,
      spoil: (request) => {
        if (request.path === '/2013-04-01/hostedzone') request.path += '?maxitems=1';
        else request.body += request.body.startsWith('{') ? ' ' : '&X=1';
      },
    }),
    MISMATCH,
  ],
  [
    'a scope of another day',
    () => ({
      credentials: operator,
      spoil: ({ headers }) => {
        headers.authorization = String(headers.authorization).replace(/\/\d{8}\//, '/20200101/');
      },
    }),
    MISMATCH,
  ],
  [
    'Host left out of the signed headers',
    () => ({
      credentials: operator,
      spoil: ({ headers }) => {
        headers.authorization = String(headers.authorization).replace(/host;/, '');
      },
    }),
    MISMATCH,
  ],
  [
    'no signature',
    () => ({
      credentials: operator,
      spoil: ({ headers }) => {
        delete headers.authorization;
      },
    }),
    {
      ssm: 'MissingAuthenticationTokenException 400',
      account: 'MissingAuthenticationTokenException 403',
      sts: 'MissingAuthenticationToken 403',
      iam: 'MissingAuthenticationToken 403',
      ec2: 'MissingParameter 400',
      route53: 'MissingAuthenticationToken 403',
    },
  ],
];

describe.each(CASES)('Given %s', (_what, signing, expected) => {
  it.each(SERVICES)('When %s is called, Then it answers as AWS does', async (service) => {
    const { status, code } = await ask(twin, service, signing());
    expect(status === 200 ? '-' : `${code} ${status}`).toBe(expected[service]);
  });
});

describe('Given right credentials', () => {
  it.each(SERVICES)('When %s is called, Then it answers', async (service) => {
    expect((await ask(twin, service, { credentials: operator })).status).toBe(200);
  });

  it('When a request is presigned, Then it is answered until it expires', async () => {
    const url = new URL(twin.url);
    const presign = (signingDate: Date) =>
      new SignatureV4({ credentials: operator, region: 'us-east-1', service: 'sts', sha256: Sha256 }).presign(
        {
          method: 'GET',
          protocol: 'http:',
          hostname: url.hostname,
          path: '/',
          headers: { host: url.host },
          query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
        },
        { expiresIn: 60, signingDate },
      );
    const fetched = async (signingDate: Date, spoil = '') => {
      const { query = {} } = await presign(signingDate);
      const text = new URLSearchParams(query as Record<string, string>).toString() + spoil;
      return exchange(twin, { method: 'GET', path: `/?${text}`, headers: { host: url.host } });
    };
    expect(await fetched(new Date())).toMatchObject({ status: 200 });
    const late = await fetched(minutes(-2));
    expect(late).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    expect(late.text).toContain('Signature expired: ');
    expect(await fetched(new Date(), '&Other=1')).toMatchObject({ code: 'SignatureDoesNotMatch' });
  });
});

describe('Given a client whose clock jumps', () => {
  it('When the twin ignores clock skew, Then a signature of any time is answered, a wrong one still refused', async () => {
    const lenient = await startFirst({ clockSkew: 'ignore' });
    try {
      const credentials = credentialsOf(lenient.operator);
      expect((await ask(lenient, 'ssm', { credentials, at: minutes(-90_000) })).status).toBe(200);
      const wrong = { ...credentials, secretAccessKey: 'x' };
      expect((await ask(lenient, 'ssm', { credentials: wrong, at: minutes(-90_000) })).status).toBe(400);
    } finally {
      await lenient.close();
    }
  });
});

describe('Given a web page in a browser on this machine', () => {
  it.each([
    ['a foreign Host on the control interface', '/_twin/calls', { host: 'evil.example' }, 403],
    ['a foreign Origin on the control interface', '/_twin/calls', { origin: 'https://evil.example' }, 403],
    ['the Origin of a file', '/_twin/calls', { origin: 'null' }, 403],
    ['another port of this machine as Origin', '/_twin/calls', { origin: 'http://127.0.0.1:1' }, 403],
    ['a cross-site fetch', '/_twin/calls', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a foreign Origin on the API', '/', { origin: 'https://evil.example' }, 403],
    ['no Origin', '/_twin/calls', {}, 200],
    ['localhost', '/_twin/calls', { host: 'localhost:80' }, 200],
  ])('When it sends %s, Then %s %j is answered %i', async (_what, path, headers, status) => {
    const host = new URL(twin.url).host;
    const answer = await exchange(twin, { method: 'GET', path, headers: { host, ...headers } });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.text).toMatch(/The twin (does not answer|answers)/);
  });
});
