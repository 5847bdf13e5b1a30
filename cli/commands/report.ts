/** `dhmc report`: a finished run, from the artifacts of a state folder. */
import { createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RunSummary } from '../../functions/core/model/result.ts';
import { areComparable, describePartialScope, scopeOf } from '../../functions/core/run-scope.ts';
import { suggestNearest } from '../../functions/inputs/nearest-key.ts';
import { REPORT_FORMATS, type ReportFormat, writeReport } from '../../functions/report/formats.ts';
import { readRun, readRunConfiguration, readSummary } from '../../functions/report/read-run.ts';
import type { ReportedRun, ReportSource } from '../../functions/report/source.ts';
import { createFolderArtifacts } from '../../functions/store/artifacts-folder.ts';
import type { Artifacts } from '../../functions/store/contract.ts';
import { EXIT, UsageError } from '../exit.ts';
import { oneOf } from '../flags.ts';

interface ReportFlags {
  /** Required; the option itself is not, since `report verify` has none. */
  format?: string;
  run?: string;
  since?: string;
  rows?: string;
  state: string;
  out: string;
}

/** Runs that a trend shows. */
const TREND_RUNS = 30;

const FORMATS = (Object.keys(REPORT_FORMATS) as ReportFormat[]).filter((name) => name !== 'instances-csv');

/** Reads artifacts alone, which are whole files, so that it can report while another run is at work. */
export async function report(flags: ReportFlags): Promise<number> {
  if (flags.format === undefined) throw new UsageError(`--format is missing; use ${FORMATS.join(' or ')}`);
  const format = oneOf('--format', FORMATS)(flags.format);
  const files = filesOf(format, flags);
  if (flags.since !== undefined && format !== 'html') {
    throw new UsageError(`--since has no meaning with --format ${format}; leave it out`);
  }
  const source = await openSource(flags);
  for (const { as, out } of files) {
    await write(writeReport(as, source), out);
    const { runId, mode } = source.summary.head;
    if (out !== '-') process.stderr.write(`${runId} (${mode}): ${out}\n`);
  }
  return EXIT.finished;
}

/** csv into a file makes two: one row a target, and beside it one row an instance. */
function filesOf(format: ReportFormat, { rows, out }: ReportFlags): { as: ReportFormat; out: string }[] {
  if (format !== 'csv') {
    if (rows !== undefined)
      throw new UsageError(`--rows has no meaning with --format ${format}; leave it out`);
    return [{ as: format, out }];
  }
  const targets = { as: 'csv' as const, out };
  switch (rows === undefined ? null : oneOf('--rows', ['targets', 'instances'])(rows)) {
    case 'targets':
      return [targets];
    case 'instances':
      return [{ as: 'instances-csv', out }];
    case null:
      return out === '-'
        ? [targets]
        : [targets, { as: 'instances-csv', out: `${out.replace(/\.csv$/i, '')}.instances.csv` }];
  }
}

/** A file is written aside and renamed, so that it is whole or as it was; a device or pipe is written as it is. */
async function write(text: AsyncIterable<string>, out: string): Promise<void> {
  if (out === '-') {
    await pipeline(Readable.from(text), process.stdout, { end: false });
    return;
  }
  const special = await stat(out).then(
    (found) => !found.isFile(),
    () => false,
  );
  const path = special ? out : `${out}.${process.pid}.incomplete`;
  try {
    await pipeline(Readable.from(text), createWriteStream(path));
    if (!special) await rename(path, out);
  } catch (error) {
    if (!special) await rm(path, { force: true });
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new UsageError(`--out ${out}: cannot be written (${codeOf(error)}); choose another file`);
  }
}

async function openSource({ state, run: wanted, since }: ReportFlags): Promise<ReportSource> {
  const artifacts = createFolderArtifacts(join(state, 'artifacts'));
  const finished = await listFinished(state);
  const known = (flag: string, runId: string) => {
    if (!finished.includes(runId)) {
      throw new UsageError(
        `${flag} ${runId}: no finished run of that id in ${state}${suggestNearest(runId, finished)}`,
      );
    }
  };
  if (wanted !== undefined) known('--run', wanted);
  if (since !== undefined) known('--since', since);
  if (finished[0] === undefined) {
    throw new UsageError(`state folder ${state} holds no finished run; name another with --state`);
  }
  const runId = wanted ?? (await findNewestFull(artifacts, finished)) ?? finished[0];
  if (since === runId) throw new UsageError(`--since ${since}: that is the run itself; name an earlier one`);
  const run = await open(artifacts, runId);
  const before = since === undefined ? null : await open(artifacts, since);
  if (before !== null && !areComparable(run.summary, before.summary)) {
    throw new UsageError(
      `--since ${since}: it covered ${partOf(before.summary)} and ${runId} ${partOf(run.summary)}; name a run over the same part`,
    );
  }
  warnOfParts(run.summary, runId === finished[0] ? null : await open(artifacts, finished[0]), wanted);
  const upToRun = await readFullRuns(artifacts, finished.slice(finished.indexOf(runId)));
  return {
    ...run,
    configuration: await readRunConfiguration(artifacts, runId),
    trend: scopeOf(run.summary).full ? upToRun.toReversed() : [run.summary],
    since: before,
  };
}

const partOf = (summary: RunSummary): string =>
  describePartialScope(scopeOf(summary)) ?? 'the whole organization';

/** A report of a part must not pass for one of the whole, nor an older run for the newest. */
function warnOfParts(run: RunSummary, newest: ReportedRun | null, wanted: string | undefined): void {
  const part = describePartialScope(scopeOf(run));
  if (part !== null) process.stderr.write(`partial run: ${run.head.runId} covered ${part}\n`);
  if (newest === null || wanted !== undefined) return;
  const { runId, mode } = newest.summary.head;
  process.stderr.write(
    `newest full run: ${run.head.runId}; for the later ${mode} over ${partOf(newest.summary)} add --run ${runId}\n`,
  );
}

async function findNewestFull(artifacts: Artifacts, finished: readonly string[]): Promise<string | null> {
  for (const runId of finished) {
    const summary = await readSummary(artifacts, runId);
    if (summary !== null && scopeOf(summary).full) return runId;
  }
  return null;
}

/** The newest first, as many as a trend shows. */
async function readFullRuns(artifacts: Artifacts, runIds: readonly string[]): Promise<RunSummary[]> {
  const full: RunSummary[] = [];
  for (const runId of runIds) {
    if (full.length === TREND_RUNS) break;
    const summary = await readSummary(artifacts, runId);
    if (summary !== null && scopeOf(summary).full) full.push(summary);
  }
  return full;
}

async function open(artifacts: Artifacts, runId: string) {
  const run = await readRun(artifacts, runId);
  if (!run) throw new Error(`${runId}: gone while it was read`);
  return run;
}

/**
 * Ids of the runs that have a result, the one that finished last first. By the file's time: a rehearsal's
 * run has the twin's times in its id and its result.
 */
async function listFinished(folder: string): Promise<string[]> {
  const runs = join(folder, 'artifacts', 'runs');
  const names = await readdir(runs).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw new UsageError(`state folder ${folder} cannot be read (${codeOf(error)})`);
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

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
