/** `dhmc report`: a finished run, from the artifacts of a state folder or of the deployed service. */
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CommandPlace } from '../../functions/core/command-line.ts';
import type { RunSummary } from '../../functions/core/model/result.ts';
import { areComparable, scopeOf } from '../../functions/core/run-scope.ts';
import { REPORT_FORMATS, type ReportFormat, writeReport } from '../../functions/report/formats.ts';
import { readRunConfiguration, readSummary } from '../../functions/report/read-run.ts';
import type { ReportSource } from '../../functions/report/source.ts';
import { EXIT, UsageError } from '../exit.ts';
import { oneOf } from '../flags.ts';
import { chooseRun, openRun, partOf, warnOfPart } from '../runs/choose-run.ts';
import { type FinishedRuns, openFinishedRuns, type RunsFlags } from '../runs/finished-runs.ts';

interface ReportFlags extends RunsFlags {
  /** Required; the option itself is not, since `report verify` has none. */
  format?: string;
  run?: string;
  since?: string;
  rows?: string;
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

async function openSource(flags: ReportFlags): Promise<ReportSource> {
  const runs = await openFinishedRuns(flags);
  const { run: wanted, since } = flags;
  const run = await chooseRun(runs, wanted);
  warnOfPart(run);
  const { runId } = run.summary.head;
  if (since === runId) throw new UsageError(`--since ${since}: that is the run itself; name an earlier one`);
  const before = since === undefined ? null : await openRun(runs, '--since', since);
  if (before !== null && !areComparable(run.summary, before.summary)) {
    throw new UsageError(
      `--since ${since}: it covered ${partOf(before.summary)} and ${runId} ${partOf(run.summary)}; name a run over the same part`,
    );
  }
  const isFull = scopeOf(run.summary).full;
  return {
    ...run,
    configuration: await readRunConfiguration(runs.artifacts, runId),
    trend: isFull ? await readFullRuns(runs, runId) : [run.summary],
    since: before,
    place: completePlace(runs.place, run.summary),
  };
}

/** The run's summary knows table and state machine where the flags name the bucket alone. */
function completePlace(place: CommandPlace, { place: { table, stateMachine } }: RunSummary): CommandPlace {
  if (place.kind !== 'deployed') return place;
  return {
    ...place,
    table: place.table ?? table ?? null,
    stateMachine: place.stateMachine ?? stateMachine ?? null,
  };
}

/** Up to this run, the oldest first, as many as a trend shows. */
async function readFullRuns({ artifacts, runIds }: FinishedRuns, runId: string): Promise<RunSummary[]> {
  const full: RunSummary[] = [];
  for (const id of runIds.slice(runIds.indexOf(runId))) {
    if (full.length === TREND_RUNS) break;
    const summary = await readSummary(artifacts, id);
    if (summary !== null && scopeOf(summary).full) full.push(summary);
  }
  return full.toReversed();
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
