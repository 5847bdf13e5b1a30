/**
 * Follows an execution of a deployed state machine to its end: status by DescribeExecution; how far it is by the
 * run's record and its map runs, as far as the caller may read them.
 */
import type { Execution, Executions, MapCounts } from '../../functions/aws/executions.ts';
import type { Mode, RunId } from '../../functions/core/model/primitives.ts';
import type { Coverage } from '../../functions/core/model/result.ts';
import { wallClock } from '../../functions/platform/wall-clock.ts';
import { readRun } from '../../functions/report/read-run.ts';
import type { ReportedRun } from '../../functions/report/source.ts';
import { connectStore } from '../../functions/store/connect.ts';
import { type Artifacts, artifactKeys, type RunRecord, type Store } from '../../functions/store/contract.ts';
import { StoredRecordError } from '../../functions/store/stored.ts';
import { StateMachineFailedError } from '../engine/errors.ts';
import { CommandFailedError } from '../exit.ts';
import type { Progress } from './local-run.ts';
import { stopSentence } from './stopped.ts';

export interface FollowOptions {
  mode: Mode;
  executions: Executions;
  executionArn: string;
  region: string;
  /** Aborted: the run is asked to begin no further account, and followed to its end. */
  signal: AbortSignal;
  onProgress(progress: Progress): void;
  say(line: string): void;
}

/** What finish-run answers, and the run itself where the caller may read it. */
export interface FollowedRun {
  runId: RunId;
  status: RunRecord['status'];
  coverage: Coverage;
  reported: ReportedRun | null;
  artifacts: Artifacts | null;
  /** null where it could not be found out. */
  table: string | null;
}

const POLL_MILLISECONDS = 2_000;

/** Throws StateMachineFailedError where the run failed, CommandFailedError where someone aborted the execution. */
export async function followExecution(options: FollowOptions): Promise<FollowedRun> {
  const watch = createWatch(options);
  for (;;) {
    const execution = await options.executions.describe(options.executionArn);
    await watch.look();
    if (execution.status !== 'RUNNING' && execution.status !== 'PENDING_REDRIVE') {
      return endOf(options, execution, await watch.artifacts(), watch.table());
    }
    if (options.signal.aborted) await watch.askToStop();
    await pause(options.signal.aborted ? undefined : options.signal);
  }
}

/** At once over when the signal is aborted, so that a Ctrl-C is answered at once. */
async function pause(signal: AbortSignal | undefined): Promise<void> {
  await wallClock.sleep(POLL_MILLISECONDS, signal).catch((error: unknown) => {
    if (!signal?.aborted) throw error;
  });
}

async function endOf(
  { executionArn }: FollowOptions,
  { status, output, error, cause }: Execution,
  artifacts: Artifacts | null,
  table: string | null,
): Promise<FollowedRun> {
  if (status === 'FAILED') throw new StateMachineFailedError(error ?? 'States.Runtime', cause ?? '');
  if (status !== 'SUCCEEDED' || output === null) {
    throw new CommandFailedError(
      `the execution ended ${status}${cause ? ` (${cause})` : ''}; its run has no result: ${executionArn}`,
    );
  }
  const ended = JSON.parse(output) as Omit<FollowedRun, 'reported' | 'artifacts' | 'table'>;
  return { ...ended, artifacts, table, reported: artifacts && (await readIfAllowed(artifacts, ended.runId)) };
}

/** null where these credentials may not read the summary, or not list the accounts. */
async function readIfAllowed(artifacts: Artifacts, runId: RunId): Promise<ReportedRun | null> {
  try {
    await artifacts.list(artifactKeys.accounts(runId));
    return await readRun(artifacts, runId);
  } catch (error) {
    if (error instanceof StoredRecordError) throw error;
    return null;
  }
}

/** Finds run, table and bucket out once, and reports what changed since the last look. */
function createWatch({ mode, executions, executionArn, region, onProgress, say }: FollowOptions) {
  let runId: RunId | null = null;
  let bucket: string | null = null;
  let table: string | null | undefined;
  let store: Store | null = null;
  let artifacts: Artifacts | null = null;
  let maps: MapCounts[] = [];
  let blind = false;
  let nameless = false;
  let begun = '';
  let asked = false;

  async function findPlaces(): Promise<void> {
    if (runId === null || bucket === null) {
      const start = await executions.readStart(executionArn);
      nameless = start === null;
      runId = start?.runId ?? runId;
      bucket = start?.bucket ?? bucket;
    }
    table ??= await executions.findTable(executionArn);
    if (table && store === null) store = connectStore({ region, tableName: table, bucket: '' }).store;
    if (bucket && artifacts === null) {
      artifacts = connectStore({ region, tableName: '', bucket }).artifacts;
    }
  }

  /** null where the table may not be read. */
  async function readRun(): Promise<RunRecord | null> {
    if (store === null || runId === null) return null;
    return store.getRun(runId).catch(() => {
      store = null;
      return null;
    });
  }

  function reportRun(run: RunRecord): void {
    const total = sum(wavesOf(run));
    if (begun === '') {
      onProgress({ kind: 'started', runId: run.runId, accounts: total, regions: run.regions.length });
    }
    const now = run.batches.findLast(({ startedAt }) => startedAt !== null);
    const activity = run.waitUntil ?? now?.name ?? 'first';
    if (activity !== begun && run.waitUntil !== null) {
      const seconds = Math.max(0, Math.round((Date.parse(run.waitUntil) - Date.now()) / 1000));
      onProgress({ kind: 'waiting', seconds, settle: null });
    } else if (activity !== begun && now) {
      onProgress({ kind: 'batch', name: now.name, accounts: now.accounts });
    }
    begun = activity;
  }

  return {
    artifacts: async () => {
      await findPlaces();
      return artifacts;
    },
    table: () => table ?? null,

    async look(): Promise<void> {
      await findPlaces();
      const [run, counts] = await Promise.all([readRun(), executions.countMaps(executionArn, maps)]);
      maps = counts ?? maps;
      if (run) reportRun(run);
      if (counts === null && run === null && !blind && (runId !== null || nameless)) {
        blind = true;
        say('how far it is cannot be read with these credentials (table, map runs); waiting for its end');
      }
      const [done, total] = countAccounts(run, maps);
      if (total > 0) onProgress({ kind: 'counted', done, total });
    },

    async askToStop(): Promise<void> {
      if (asked || (runId === null && !nameless)) return;
      asked = true;
      try {
        if (store === null || runId === null) throw new Error('its history or table may not be read');
        const reason = stopSentence(mode, runId);
        await store.requestStop(runId, { reason, at: new Date().toISOString() });
        say('asked to stop: accounts in progress will finish; press Ctrl-C again to leave the run alone');
      } catch (error) {
        const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        say(`the stop could not be asked for (${why}); to end it: ${stopCommand(executionArn)}`);
      }
    },
  };
}

/** How to stop an execution without this command. Accounts at work are finished, the run gets no result. */
export const stopCommand = (executionArn: string) =>
  `aws stepfunctions stop-execution --execution-arn ${executionArn}`;

function wavesOf(run: RunRecord) {
  return run.batches.filter(({ name }) => name.startsWith('wave:'));
}

function sum(counted: { accounts: number }[]): number {
  return counted.reduce((accounts, one) => accounts + one.accounts, 0);
}

/** Done and all accounts. By the record's waves; the map that is at work counts within its own. */
function countAccounts(run: RunRecord | null, maps: MapCounts[]): [number, number] {
  const working = maps.filter(({ ended }) => !ended);
  const workingDone = working.reduce((done, map) => done + map.done, 0);
  if (run === null) {
    const ofMaps = working.length > 0 ? working : maps.slice(-1);
    return [
      ofMaps.reduce((done, map) => done + map.done, 0),
      ofMaps.reduce((all, map) => all + map.total, 0),
    ];
  }
  const waves = wavesOf(run);
  const ended = sum(waves.filter(({ endedAt }) => endedAt !== null));
  const atWork = waves.some(({ startedAt, endedAt }) => startedAt !== null && endedAt === null);
  return [ended + (atWork ? workingDone : 0), sum(waves)];
}
