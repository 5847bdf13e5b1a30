/**
 * The service against the twin of a snapshot, in one process. AWS cannot be reached from here: every
 * client gets the twin's endpoint and made-up credentials, and the environment's AWS settings are taken
 * out of this process besides, since some of them (FIPS endpoints, profiles that do not parse) would
 * make a client fail whatever it is given.
 */
import { devNull } from 'node:os';
import type { AwsConnection } from '../../functions/aws/client-pool.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { Clock } from '../../functions/platform/clock.ts';
import type { Snapshot } from '../../twin/contract.ts';
import { notesOf } from '../../twin/snapshot/notes.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { startTwin, type Twin } from '../../twin/start.ts';
import { UsageError } from '../exit.ts';
import { refuseMissingHubs } from '../snapshot/refuse-missing-hubs.ts';
import type { StateFolder } from '../state-folder.ts';
import { createTwinClock } from '../twin-clock.ts';
import { withStateFolder } from '../with-state-folder.ts';

export interface Rehearsal {
  twin: Twin;
  connection: AwsConnection;
  clock: Clock;
  state: StateFolder;
}

export interface RehearsalOptions {
  snapshot: Snapshot;
  /** Folder of the snapshot as messages name it; null: it was made here. */
  from: string | null;
  /** null: a throw-away one. */
  stateFolder: string | null;
}

/** Serves the snapshot, opens the state folder, works, and closes both. */
export function withTwin<T>(
  options: RehearsalOptions,
  work: (rehearsal: Rehearsal) => Promise<T>,
): Promise<T> {
  return withTwinAlone(options, (served) =>
    withStateFolder(options.stateFolder, served.connection, (state) => work({ ...served, state })),
  );
}

/** Serves the snapshot and works, without a state folder. */
export async function withTwinAlone<T>(
  options: Omit<RehearsalOptions, 'stateFolder'>,
  work: (served: Omit<Rehearsal, 'state'>) => Promise<T>,
): Promise<T> {
  forgetAwsEnvironment();
  const served = { snapshot: options.snapshot, pages: 'aws', throttling: true } as const;
  const twin = await openTwin(served, options.from);
  try {
    const { accessKeyId, secretAccessKey, sessionToken, region } = twin.operator;
    const connection: AwsConnection = {
      homeRegion: region,
      endpoint: twin.url,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    };
    const clock = createTwinClock({
      now: () => twin.state.clock.now(),
      advance: (seconds) => twin.state.clock.advance(seconds),
      idle: () => twin.requestsInFlight() === 0,
    });
    return await work({ twin, connection, clock });
  } finally {
    await twin.close();
  }
}

/** As startTwin; what is wrong with the snapshot is the user's to correct, and is named with its folder. */
export async function openTwin(options: Parameters<typeof startTwin>[0], from: string | null): Promise<Twin> {
  for (const note of notesOf(options.snapshot.organization)) process.stderr.write(`dhmc: ${note}\n`);
  try {
    return await startTwin(options);
  } catch (error) {
    if (from === null || !(error instanceof Error) || 'code' in error) throw error;
    throw new UsageError(inFolder(from, error.message), { cause: error });
  }
}

/** As readSnapshot, with the folder in the message. `configuration`: of the run that is to be held against it. */
export async function openSnapshot(folder: string, configuration?: Configuration): Promise<Snapshot> {
  try {
    const snapshot = await readSnapshot(folder);
    if (configuration) refuseMissingHubs(snapshot, configuration, folder);
    return snapshot;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'SnapshotError') throw error;
    throw new UsageError(inFolder(folder, error.message), { cause: error });
  }
}

function inFolder(folder: string, message: string): string {
  return message.startsWith(folder) ? message : `${folder.replace(/\/+$/, '')}/${message}`;
}

function forgetAwsEnvironment(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  process.env.AWS_CONFIG_FILE = devNull;
  process.env.AWS_SHARED_CREDENTIALS_FILE = devNull;
  process.env.AWS_EC2_METADATA_DISABLED = 'true';
}
