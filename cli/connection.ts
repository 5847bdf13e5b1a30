/** AWS with the credentials of the environment: what `--local` and `--state-machine` work with. */
import { connect } from 'node:net';
import type { AwsConnection } from '../functions/aws/client-pool.ts';
import { UsageError } from './exit.ts';

/** AWS as the environment says, once what it names answers at all. */
export async function connectToEnvironment(): Promise<AwsConnection> {
  const connection = environmentConnection();
  await expectAnswer(process.env.AWS_ENDPOINT_URL);
  return connection;
}

/** Endpoint and credentials are left to the SDK, which reads them from the environment and the profile. */
function environmentConnection(): AwsConnection {
  const homeRegion = process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION;
  if (!homeRegion) {
    throw new UsageError('no Region: set AWS_REGION to the home Region of the account that runs the service');
  }
  return { homeRegion, endpoint: null, credentials: null };
}

const CONNECT_MS = 5_000;

/**
 * A mistyped endpoint should be said at once, and not after the SDK's retries.
 * Rejects with the socket's error (ECONNREFUSED ...).
 */
export async function expectAnswer(endpoint: string | undefined): Promise<void> {
  if (!endpoint) return;
  if (!URL.canParse(endpoint)) {
    throw new UsageError(`AWS_ENDPOINT_URL ${endpoint}: not a URL such as http://127.0.0.1:4570`);
  }
  const { hostname, port, protocol } = new URL(endpoint);
  await new Promise<void>((resolve, reject) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || (protocol === 'https:' ? 443 : 80),
      timeout: CONNECT_MS,
    });
    const end = (error?: Error) => {
      socket.destroy();
      if (error) reject(error);
      else resolve();
    };
    socket.once('connect', () => end());
    socket.once('error', end);
    socket.once('timeout', () => end(Object.assign(new Error('no connection'), { code: 'ETIMEDOUT' })));
  });
}
