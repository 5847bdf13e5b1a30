/** `dhmc runs`: the finished runs of a state folder or of the deployed service. */
import type { RunSummary } from '../../functions/core/model/result.ts';
import { describePartialScope, scopeOf } from '../../functions/core/run-scope.ts';
import { readSummary } from '../../functions/report/read-run.ts';
import { EXIT } from '../exit.ts';
import type { OutputFormat } from '../flags.ts';
import { openFinishedRuns, type RunsFlags } from '../runs/finished-runs.ts';
import { countOf, terminalOf } from '../terminal/style.ts';
import { renderTable } from '../terminal/table.ts';

interface ListFlags extends RunsFlags {
  limit: number;
  output: OutputFormat;
}

export async function runs(flags: ListFlags): Promise<number> {
  const { artifacts, runIds, name } = await openFinishedRuns(flags);
  const summaries: RunSummary[] = [];
  for (const runId of runIds) {
    if (summaries.length === flags.limit) break;
    const summary = await readSummary(artifacts, runId);
    if (summary !== null) summaries.push(summary);
  }
  process.stdout.write(
    flags.output === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, runs: summaries.map(entryOf) }, null, 2)}\n`
      : summaries.length === 0
        ? `no finished run in ${name}\n`
        : renderRuns(summaries),
  );
  return EXIT.finished;
}

function entryOf(summary: RunSummary) {
  const { runId, mode, startedAt, endedAt, coverage } = summary.head;
  const { status, reason } = summary;
  return { runId, mode, status, startedAt, endedAt, scope: scopeOf(summary), coverage, reason };
}

function renderRuns(summaries: RunSummary[]): string {
  const table = renderTable(
    terminalOf(process.stdout),
    [
      { head: 'run' },
      { head: 'mode' },
      { head: 'ended' },
      { head: 'status' },
      { head: 'compliant', align: 'right' },
      { head: 'scope', wraps: true },
    ],
    summaries.map((summary) => {
      const { runId, mode, endedAt, coverage } = summary.head;
      const covered = coverage.targets - coverage.skipped;
      return [
        runId,
        mode,
        endedAt.slice(0, 16).replace('T', ' '),
        summary.status.toLowerCase(),
        `${coverage.compliant} of ${covered}`,
        describePartialScope(scopeOf(summary)) ?? 'whole organization',
      ];
    }),
  );
  return `${table}\n  ${countOf(summaries.length, 'run')}; times are UTC\n`;
}
