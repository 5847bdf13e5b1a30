/**
 * One place that makes AWS clients. All share one HTTP handler with keep-alive for the life of the
 * process; a client belongs to one session, so no credentials outlive the invocation that assumed them.
 */
import { AccountClient } from '@aws-sdk/client-account';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { AdaptiveRetryStrategy, StandardRetryStrategy } from '@smithy/core/retry';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { RetryErrorInfo, RetryToken, StandardRetryToken } from '@smithy/types';
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

/** Temporary credentials; held in memory only, for one invocation. */
export interface SessionCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
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
  session(credentials: SessionCredentials): SessionClients;
  /** Attempts that AWS throttled since the last call of this. */
  takeThrottled(): number;
  /** Closes the sockets. */
  destroy(): void;
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
  const session = (credentials: SessionCredentials | null) =>
    createSession(connection, requestHandler, credentials, onThrottled);
  return {
    connection,
    operator: session(connection.credentials),
    session,
    takeThrottled: () => {
      const count = throttled;
      throttled = 0;
      return count;
    },
    destroy: () => requestHandler.destroy(),
  };
}

function createSession(
  connection: AwsConnection,
  requestHandler: NodeHttpHandler,
  credentials: SessionCredentials | null,
  onThrottled: () => void,
): SessionClients {
  const made = new Map<string, unknown>();
  const once = <T>(key: string, make: () => T): T => {
    const known = made.get(key);
    if (known !== undefined) return known as T;
    const fresh = make();
    made.set(key, fresh);
    return fresh;
  };
  const settings = (region: string, purpose: Purpose) => ({
    region,
    requestHandler,
    ...(connection.endpoint === null ? {} : { endpoint: connection.endpoint }),
    ...(credentials === null ? {} : { credentials }),
    ...(purpose === 'read'
      ? { retryStrategy: new CountingRetryStrategy(READ_ATTEMPTS, onThrottled), maxAttempts: READ_ATTEMPTS }
      : {
          retryStrategy: new ThrottlingOnlyRetryStrategy(WRITE_ATTEMPTS, onThrottled),
          maxAttempts: WRITE_ATTEMPTS,
        }),
  });
  const home = connection.homeRegion;
  const sts = (region: string) => once(`sts ${region}`, () => new STSClient(settings(region, 'read')));
  return {
    credentials,
    sts,
    organizations: () => once('organizations', () => new OrganizationsClient(settings(home, 'read'))),
    account: () => once('account', () => new AccountClient(settings(home, 'read'))),
    iam: (purpose) => once(`iam ${purpose}`, () => new IAMClient(settings(home, purpose))),
    ssm: (region, purpose) =>
      once(`ssm ${region} ${purpose}`, () => new SSMClient(settings(region, purpose))),
    ec2: (region, purpose) =>
      once(`ec2 ${region} ${purpose}`, () => new EC2Client(settings(region, purpose))),
    route53: () => once('route53', () => new Route53Client(settings(home, 'read'))),
    // The default chain's credentials are asked of a client, which keeps them until they run out.
    signedFetch: createSignedFetch(connection.endpoint, () =>
      credentials === null ? sts(home).config.credentials() : Promise.resolve(credentials),
    ),
  };
}
