/**
 * One place that makes AWS clients. All share one HTTP handler with keep-alive for the life of the process. Member
 * sessions share one client for each service, Region and purpose (shared-clients.ts); credentials stay with the
 * session, so none outlive the invocation that assumed them.
 */

import { AccountClient } from '@aws-sdk/client-account';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import type { Route53Client } from '@aws-sdk/client-route-53';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { AdaptiveRetryStrategy, StandardRetryStrategy } from '@smithy/core/retry';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type {
  BuildMiddleware,
  HttpRequest,
  MiddlewareStack,
  RetryErrorInfo,
  RetryStrategyV2,
  RetryToken,
  StandardRetryToken,
} from '@smithy/types';
import { DEFAULT_OWN_TAGS, type OwnTags } from '../core/tags.ts';
import type { SessionCredentials } from './session-credentials.ts';
import { sharedSettings, viewOf } from './shared-clients.ts';
import { createSignedFetch, type SignedFetch } from './signed-fetch.ts';

/** Where AWS is. A rehearsal gives endpoint and credentials, and then nothing of the environment counts. */
export interface AwsConnection {
  /** Region of the operator's own clients (`AWS_REGION`). */
  homeRegion: string;
  /** One endpoint for every service; null: AWS's own. */
  endpoint: string | null;
  /** Credentials of the operator; null: the SDK's default chain. */
  credentials: SessionCredentials | null;
}

/** Attempts for reads; the SDK's backoff with jitter between them sums up to some 20 s at most. */
const READ_ATTEMPTS = 8;
const WRITE_ATTEMPTS = 8;

/**
 * For mutating calls: a throttled call was not carried out and may be sent again; after anything else
 * (a dropped connection, a server error) the change may have been made, so the caller reads first.
 */
export class ThrottlingOnlyRetryStrategy extends StandardRetryStrategy {
  readonly #onThrottled: () => void;

  constructor(attempts: number, onThrottled: () => void = () => {}) {
    super(attempts);
    this.#onThrottled = onThrottled;
  }

  override async refreshRetryTokenForRetry(
    token: StandardRetryToken,
    error: RetryErrorInfo,
  ): Promise<StandardRetryToken> {
    if (error.errorType === 'THROTTLING') this.#onThrottled();
    if (error.errorType !== 'THROTTLING') throw new Error('a mutating call is resent only when throttled');
    return super.refreshRetryTokenForRetry(token, error);
  }
}

/** The SDK's own strategy for reads, which slows down where it is throttled, with a count. */
class CountingRetryStrategy extends AdaptiveRetryStrategy {
  readonly #onThrottled: () => void;

  constructor(attempts: number, onThrottled: () => void) {
    super(async () => attempts);
    this.#onThrottled = onThrottled;
  }

  override async refreshRetryTokenForRetry(
    token: StandardRetryToken,
    error: RetryErrorInfo,
  ): Promise<RetryToken> {
    if (error.errorType === 'THROTTLING') this.#onThrottled();
    return super.refreshRetryTokenForRetry(token, error);
  }
}

/** Clients of one session (the operator's, or a member role's). Made on first use, once a service, Region and purpose. */
export interface SessionClients {
  readonly credentials: SessionCredentials | null;
  /** Keys of our mark on what this session reads and creates. */
  readonly ownTags: OwnTags;
  sts(region: string): STSClient;
  organizations(): OrganizationsClient;
  account(): AccountClient;
  iam(purpose: Purpose): IAMClient;
  ssm(region: string, purpose: Purpose): SSMClient;
  ec2(region: string, purpose: Purpose): EC2Client;
  /** Global: hosted zones of every Region. */
  route53(): Route53Client;
  /** For services without a client of the SDK here; reads only. */
  readonly signedFetch: SignedFetch;
}

export type Purpose = 'read' | 'write';

export interface ClientPool {
  readonly connection: AwsConnection;
  /** The operator's own clients. */
  readonly operator: SessionClients;
  session(credentials: SessionCredentials, ownTags?: OwnTags): SessionClients;
  /** Attempts that AWS throttled since the last call of this. */
  takeThrottled(): number;
  /** Closes the sockets. */
  destroy(): void;
}

/** Makes a client once for each key. */
type Memo = <T>(key: string, make: () => T) => T;

function createMemo(): Memo {
  const made = new Map<string, unknown>();
  return <T>(key: string, make: () => T): T => {
    const known = made.get(key);
    if (known !== undefined) return known as T;
    const fresh = make();
    made.set(key, fresh);
    return fresh;
  };
}

export function createClientPool(connection: AwsConnection): ClientPool {
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: 5_000,
    requestTimeout: 20_000,
    httpsAgent: { keepAlive: true, maxSockets: 200 },
    httpAgent: { keepAlive: true, maxSockets: 200 },
  });
  let throttled = 0;
  const onThrottled = () => {
    throttled += 1;
  };
  const shared = createMemo();
  return {
    connection,
    operator: createSession(
      connection,
      connection.credentials,
      DEFAULT_OWN_TAGS,
      ownClients(connection, requestHandler, onThrottled),
    ),
    session: (credentials, ownTags = DEFAULT_OWN_TAGS) =>
      createSession(
        connection,
        credentials,
        ownTags,
        sharedClients(connection, requestHandler, shared, credentials, onThrottled),
      ),
    takeThrottled: () => {
      const count = throttled;
      throttled = 0;
      return count;
    },
    destroy: () => requestHandler.destroy(),
  };
}

interface ClientSettings {
  region: string;
  requestHandler: NodeHttpHandler;
  endpoint?: string;
  credentials?: SessionCredentials;
  retryStrategy: RetryStrategyV2;
  maxAttempts: number;
}

/** Makers of clients that only some functions need (member-clients.ts, organization-client.ts). */
interface ClientMakers {
  organizations(settings: ClientSettings): OrganizationsClient;
  iam(settings: ClientSettings): IAMClient;
  ssm(settings: ClientSettings): SSMClient;
  ec2(settings: ClientSettings): EC2Client;
  route53(settings: ClientSettings): Route53Client;
}

const provided: Partial<ClientMakers> = {};

export function provideClients(makers: Partial<ClientMakers>): void {
  Object.assign(provided, makers);
}

function makerOf<Service extends keyof ClientMakers>(service: Service): ClientMakers[Service] {
  const make = provided[service];
  if (make === undefined) throw new Error(`the client of ${service} is not loaded; import what provides it`);
  return make;
}

interface ClientRequest {
  /** The signing name, e.g. `ssm`. */
  service: string;
  region: string;
  purpose: Purpose;
}

/** Gives a session its client of a service. */
type ClientSource = <Client extends Layered & { send(...parameters: never[]): unknown }>(
  request: ClientRequest,
  make: (settings: ClientSettings) => Client,
) => Client;

const ATTEMPTS: Record<Purpose, number> = { read: READ_ATTEMPTS, write: WRITE_ATTEMPTS };

function retriesOf(purpose: Purpose, onThrottled: () => void): RetryStrategyV2 {
  return purpose === 'read'
    ? new CountingRetryStrategy(READ_ATTEMPTS, onThrottled)
    : new ThrottlingOnlyRetryStrategy(WRITE_ATTEMPTS, onThrottled);
}

/** The operator's: its credentials may come from the SDK's default chain, which belongs to a client. */
function ownClients(
  connection: AwsConnection,
  requestHandler: NodeHttpHandler,
  onThrottled: () => void,
): ClientSource {
  return ({ region, purpose }, make) =>
    lightened(
      make({
        region,
        requestHandler,
        ...(connection.endpoint === null ? {} : { endpoint: connection.endpoint }),
        ...(connection.credentials === null ? {} : { credentials: connection.credentials }),
        retryStrategy: retriesOf(purpose, onThrottled),
        maxAttempts: ATTEMPTS[purpose],
      }),
    );
}

interface Layered {
  middlewareStack: object;
}

const USER_AGENT = `dhmc-rollout aws-sdk-js/3 md/nodejs#${process.versions.node}`;

const withUserAgent: BuildMiddleware<object, object> = (next) => (args) => {
  const { headers } = args.request as HttpRequest;
  headers['user-agent'] = USER_AGENT;
  return next(args);
};

/**
 * The SDK copies each answer, attribute by attribute, for a log that is not written: no client has a logger. And it puts
 * its user agent together for each call, a tenth of what the call costs; CloudTrail shows this one instead.
 */
function lightened<Client extends Layered>(client: Client): Client {
  const stack = client.middlewareStack as MiddlewareStack<object, object>;
  stack.remove('loggerMiddleware');
  stack.remove('getUserAgentMiddleware');
  stack.add(withUserAgent, { name: 'userAgent', step: 'build', priority: 'low' });
  return client;
}

function sharedClients(
  connection: AwsConnection,
  requestHandler: NodeHttpHandler,
  shared: Memo,
  credentials: SessionCredentials,
  onThrottled: () => void,
): ClientSource {
  return ({ service, region, purpose }, make) => {
    const client = shared(`${service} ${region} ${purpose}`, () =>
      lightened(
        make({
          region,
          requestHandler,
          ...(connection.endpoint === null ? {} : { endpoint: connection.endpoint }),
          ...sharedSettings(region, service),
          maxAttempts: ATTEMPTS[purpose],
        }),
      ),
    );
    return viewOf(client, { credentials, retries: retriesOf(purpose, onThrottled) });
  };
}

function createSession(
  connection: AwsConnection,
  credentials: SessionCredentials | null,
  ownTags: OwnTags,
  clientOf: ClientSource,
): SessionClients {
  const once = createMemo();
  const home = connection.homeRegion;
  const get: ClientSource = (request, make) =>
    once(`${request.service} ${request.region} ${request.purpose}`, () => clientOf(request, make));
  const sts = (region: string) =>
    get({ service: 'sts', region, purpose: 'read' }, (settings) => new STSClient(settings));
  return {
    credentials,
    ownTags,
    sts,
    organizations: () =>
      get({ service: 'organizations', region: home, purpose: 'read' }, makerOf('organizations')),
    account: () =>
      get({ service: 'account', region: home, purpose: 'read' }, (settings) => new AccountClient(settings)),
    iam: (purpose) => get({ service: 'iam', region: home, purpose }, makerOf('iam')),
    ssm: (region, purpose) => get({ service: 'ssm', region, purpose }, makerOf('ssm')),
    ec2: (region, purpose) => get({ service: 'ec2', region, purpose }, makerOf('ec2')),
    route53: () => get({ service: 'route53', region: home, purpose: 'read' }, makerOf('route53')),
    // The default chain's credentials are asked of a client, which keeps them until they run out.
    signedFetch: createSignedFetch(connection.endpoint, () =>
      credentials === null ? sts(home).config.credentials() : Promise.resolve(credentials),
    ),
  };
}
