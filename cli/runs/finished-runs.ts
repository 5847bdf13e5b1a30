/** Finished runs, of a state folder or of the deployed service: what reports are made from. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createExecutions } from '../../functions/aws/executions.ts';
import type { CommandPlace } from '../../functions/core/command-line.ts';
import { hasCode } from '../../functions/platform/error-code.ts';
import { createFolderArtifacts } from '../../functions/store/artifacts-folder.ts';
import { connectStore } from '../../functions/store/connect.ts';
import type { Artifacts, Store } from '../../functions/store/contract.ts';
import { type ConnectionFlags, connectToEnvironment } from '../connection.ts';
import { UsageError } from '../exit.ts';
import { checkedArtifacts } from './checked-artifacts.ts';
import { commandName, folderPlace } from './command-place.ts';

export interface RunsFlags extends ConnectionFlags {
  state: string;
  bucket?: string;
  table?: string;
}

export interface FinishedRuns {
  /** As messages name the place. */
  name: string;
  artifacts: Artifacts;
  /** Of runs that may have a result, the one that finished last first. */
  runIds: string[];
  place: CommandPlace;
}

/** Reads only. Throws UsageError where there is nothing to read from. */
export async function openFinishedRuns(flags: RunsFlags): Promise<FinishedRuns> {
  const { state, bucket, table } = flags;
  if (bucket === undefined && table === undefined) {
    return {
      name: state,
      artifacts: checkedArtifacts(createFolderArtifacts(join(state, 'artifacts')), join(state, 'artifacts')),
      runIds: await listFinished(state),
      place: folderPlace(flags),
    };
  }
  const { homeRegion: region } = await connectToEnvironment();
  const store = table === undefined ? null : connectStore({ region, tableName: table, bucket: '' }).store;
  const listed = store && (await store.listRuns(MOST_RUNS)).filter(({ endedAt }) => endedAt !== null);
  const name = bucket ?? (await findBucket(store, region, table ?? ''));
  const { artifacts } = connectStore({ region, tableName: '', bucket: name });
  const runIds = listed
    ? listed.map(({ runId }) => runId)
    : // Ids begin with the time at which the run started.
      (await artifacts.listFolders('runs/')).toReversed();
  return {
    name,
    artifacts: checkedArtifacts(artifacts, name),
    runIds,
    place: {
      kind: 'deployed',
      stateMachine: null,
      table: table ?? null,
      bucket: name,
      region,
      profile: flags.profile,
      command: commandName(),
    },
  };
}

const MOST_RUNS = 500;
/** Step Functions keeps the history of an execution for 90 days (guide, "Quotas"). */
const LOOKED_AT = 5;

/** The table does not name the bucket; the history of a run's execution does. */
async function findBucket(store: Store | null, region: string, table: string): Promise<string> {
  const runs = (await store?.listRuns(LOOKED_AT)) ?? [];
  if (runs.length === 0) throw new UsageError(`--table ${table}: holds no run yet; start one first`);
  const executions = createExecutions(region);
  try {
    for (const { executionArn } of runs) {
      const start = executionArn === undefined ? null : await executions.readStart(executionArn);
      if (start?.bucket) return start.bucket;
    }
  } finally {
    executions.destroy();
  }
  throw new UsageError(
    "--table alone: no recent execution names the artifact bucket; give --bucket (the stack's output ArtifactBucketName)",
  );
}

/** By the file's time: a rehearsal's run has the twin's times in its id and its result. */
async function listFinished(folder: string): Promise<string[]> {
  const runs = join(folder, 'artifacts', 'runs');
  const names = await readdir(runs).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new UsageError(`state folder ${folder} cannot be read (${code})`);
  });
  const found = await Promise.all(
    names.map(async (runId) => {
      const file = await stat(join(runs, runId, 'result.json')).catch(() => null);
      return file ? [{ runId, finishedAt: file.mtimeMs }] : [];
    }),
  );
  return found
    .flat()
    .sort((a, b) => b.finishedAt - a.finishedAt || b.runId.localeCompare(a.runId))
    .map(({ runId }) => runId);
}
