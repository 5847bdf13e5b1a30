/** AWS with the credentials of this machine: what `--local` and `--state-machine` work with. */
import { connect } from 'node:net';
import type { AwsConnection } from '../functions/aws/client-pool.ts';
import { readSharedProfile } from '../functions/aws/shared-profile.ts';
import { suggestNearest } from '../functions/inputs/nearest-key.ts';
import { UsageError } from './exit.ts';

export interface ConnectionFlags {
  profile?: string;
  region?: string;
}

let homeRegionFlag: string | undefined;

/** `--region` as it was typed; a command whose argument is a Region has that under the same name. */
export const givenHomeRegion = (): string | undefined => homeRegionFlag;

/**
 * The flags win over the environment. The SDK's credential chain, the clients of table and bucket, and the
 * commands that this one suggests all read these variables, so they are the one place to set.
 */
export function useConnectionFlags({ profile, region }: ConnectionFlags): void {
  homeRegionFlag = region;
  if (profile !== undefined) {
    process.env.AWS_PROFILE = profile;
    for (const name of STATIC_CREDENTIALS) delete process.env[name];
  }
  if (region !== undefined) process.env.AWS_REGION = region;
}

/** A profile that was named is meant, whatever keys the environment also holds. */
const STATIC_CREDENTIALS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

export const REGION_FIX =
  'Give --region, set AWS_REGION, or put a region into the profile: the home Region of the account that runs the service.';

/** AWS as flags, environment and profile say, once the endpoint that they name answers at all. */
export async function connectToEnvironment(): Promise<AwsConnection> {
  await expectProfile();
  const homeRegion = await findHomeRegion();
  if (homeRegion === null) throw new UsageError(`no Region. ${REGION_FIX}`);
  await expectAnswer(process.env.AWS_ENDPOINT_URL);
  return connectionIn(homeRegion);
}

/** Endpoint and credentials are left to the SDK, which reads them from the environment and the profile. */
export function connectionIn(homeRegion: string): AwsConnection {
  return { homeRegion, endpoint: null, credentials: null };
}

/** Throws UsageError for a profile that is named and does not exist. */
export async function expectProfile(): Promise<void> {
  const name = process.env.AWS_PROFILE;
  if (!name) return;
  const { exists, known } = await readSharedProfile(name);
  if (exists) return;
  const others = known.length === 0 ? 'none exists' : `known are ${known.join(', ')}`;
  throw new UsageError(
    `profile ${name}: not in your AWS configuration${suggestNearest(name, known)} (${others})`,
  );
}

/** As the AWS CLI finds it: the environment, then the profile; null where neither names one. */
export async function findHomeRegion(): Promise<string | null> {
  const said = process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION;
  if (said) return said;
  return (await readSharedProfile(process.env.AWS_PROFILE || 'default')).region;
}

const CONNECT_MS = 5_000;

/**
 * Reports a mistyped endpoint at once, and not after the SDK's retries.
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
