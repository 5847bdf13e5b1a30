/**
 * Clients that sessions share: one for each service, Region and purpose in the whole process. A client of the SDK
 * resolves some fifty settings when it is made and asks the environment and the profile files for each of them; a
 * client per account, Region and service spends a tenth of all CPU time on that, and as much again on collecting it.
 *
 * What belongs to a session (credentials, and the pace that its account's token buckets allow) is kept beside the
 * client and found by the asynchronous context of the call. `viewOf` gives a session its own view of a client: the
 * same object by its prototype, so that paginators accept it, with a `send` that runs in the session's context.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { SignatureV4 } from '@smithy/signature-v4';
import type {
  AuthScheme,
  RequestSigner,
  RetryErrorInfo,
  RetryStrategyV2,
  RetryToken,
  StandardRetryToken,
} from '@smithy/types';
import type { SessionCredentials } from './session-credentials.ts';
import { Sha256 } from './sha256.ts';

/** One view of one client: whose credentials sign, and how fast its account may be asked. */
interface Caller {
  credentials: SessionCredentials;
  retries: RetryStrategyV2;
  /** By Region and signing name: a signer is made once for each view. */
  signers: Map<string, RequestSigner>;
}

const callers = new AsyncLocalStorage<Caller>();

function caller(): Caller {
  const found = callers.getStore();
  if (!found) throw new Error('a shared client was called outside of a session; call its view instead');
  return found;
}

interface Sending {
  send(...parameters: never[]): unknown;
}

/** A session's view of a shared client. */
export function viewOf<Client extends Sending>(
  client: Client,
  session: { credentials: SessionCredentials; retries: RetryStrategyV2 },
): Client {
  const call: Caller = { ...session, signers: new Map() };
  const send = client.send.bind(client);
  const view: Client = Object.create(client);
  view.send = ((...parameters: never[]) => callers.run(call, () => send(...parameters))) as Client['send'];
  return view;
}

/** Settings of a shared client that ask the calling session. `service` is the signing name. */
export function sharedSettings(region: string, service: string) {
  return {
    // Never used to sign: the signer below asks the session. The SDK resolves an identity before each call all the same.
    credentials: { accessKeyId: 'SESSION', secretAccessKey: 'session' },
    signer: async (scheme?: AuthScheme): Promise<RequestSigner> =>
      signerOf(caller(), scheme?.signingRegion ?? region, scheme?.signingName ?? service),
    retryStrategy: SESSION_RETRIES,
  };
}

function signerOf({ credentials, signers }: Caller, region: string, service: string): RequestSigner {
  const key = `${region} ${service}`;
  const known = signers.get(key);
  if (known) return known;
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256 });
  signers.set(key, signer);
  return signer;
}

const SESSION_RETRIES: RetryStrategyV2 = {
  acquireInitialRetryToken: (scope: string): Promise<RetryToken> =>
    caller().retries.acquireInitialRetryToken(scope),
  refreshRetryTokenForRetry: (token: StandardRetryToken, error: RetryErrorInfo): Promise<RetryToken> =>
    caller().retries.refreshRetryTokenForRetry(token, error),
  recordSuccess: (token: StandardRetryToken): void => caller().retries.recordSuccess(token),
};
