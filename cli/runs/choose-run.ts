/** Which finished run a command is about: the one that is named, else the newest over the whole organization. */
import type { RunSummary } from '../../functions/core/model/result.ts';
import { describePartialScope, scopeOf } from '../../functions/core/run-scope.ts';
import { suggestNearest } from '../../functions/inputs/nearest-key.ts';
import { readRun, readSummary } from '../../functions/report/read-run.ts';
import type { ReportedRun } from '../../functions/report/source.ts';
import { UsageError } from '../exit.ts';
import type { FinishedRuns } from './finished-runs.ts';

/** Runs that are read in search of a full one. */
const MOST_READ = 50;

/** Throws UsageError where there is no such run, or none at all. */
export async function chooseRun(runs: FinishedRuns, wanted: string | undefined): Promise<ReportedRun> {
  if (wanted !== undefined) return openRun(runs, '--run', wanted);
  let newest: string | null = null;
  for (const runId of runs.runIds.slice(0, MOST_READ)) {
    const summary = await readSummary(runs.artifacts, runId);
    if (summary === null) continue;
    newest ??= runId;
    if (!scopeOf(summary).full) continue;
    if (newest !== runId) await warnOfLater(runs, newest, runId);
    return openRun(runs, '--run', runId);
  }
  if (newest === null) {
    const what = runs.place.kind === 'deployed' ? `bucket ${runs.name}` : `state folder ${runs.name}`;
    const other = runs.place.kind === 'deployed' ? 'another with --bucket' : 'another with --state';
    throw new UsageError(`${what} holds no finished run; name ${other}`);
  }
  return openRun(runs, '--run', newest);
}

/** A report of a part must not pass for one of the whole. */
export async function openRun(runs: FinishedRuns, flag: string, runId: string): Promise<ReportedRun> {
  const run = runs.runIds.includes(runId) ? await readRun(runs.artifacts, runId) : null;
  if (run !== null) return run;
  throw new UsageError(
    `${flag} ${runId}: no finished run of that id in ${runs.name}${suggestNearest(runId, runs.runIds)}`,
  );
}

export function warnOfPart({ summary }: ReportedRun): void {
  const part = describePartialScope(scopeOf(summary));
  if (part !== null) process.stderr.write(`partial run: ${summary.head.runId} covered ${part}\n`);
}

export const partOf = (summary: RunSummary): string =>
  describePartialScope(scopeOf(summary)) ?? 'the whole organization';

async function warnOfLater({ artifacts }: FinishedRuns, newest: string, chosen: string): Promise<void> {
  const later = await readSummary(artifacts, newest);
  if (later === null) return;
  process.stderr.write(
    `newest full run: ${chosen}; for the later ${later.head.mode} over ${partOf(later)} add --run ${newest}\n`,
  );
}
