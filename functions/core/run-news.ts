/** What is worth telling of a run that has ended, compared with the run before it. */
import type { Configuration } from './model/configuration.ts';
import type { RunInput } from './model/primitives.ts';
import type { Coverage, RunStatus } from './model/result.ts';
import { consoleHost } from './partition.ts';

export type News = Configuration['notifications']['on'][number];

/**
 * A run of the whole organization: only such runs can be compared with one another. One by plan visits only the
 * accounts that the plan changes: the others did not leave.
 */
export function isFullRun({ mode, scope, plan }: RunInput): boolean {
  return mode !== 'rollback' && scope === undefined && plan === undefined;
}

/** Targets that were judged: skipped ones can't be compliant. */
function judged({ targets, skipped }: Coverage): number {
  return targets - skipped;
}

/** 0 to 100; null where nothing was judged. */
export function percentOf(part: number, coverage: Coverage): number | null {
  const all = judged(coverage);
  return all === 0 ? null : (part / all) * 100;
}

export interface EndedRun {
  runId: string;
  input: RunInput;
  status: RunStatus;
  coverage: Coverage;
  reason: string | null;
}

/**
 * `previous`: coverage of the full run before; null where this one is none, or there was none. Regressed: more
 * targets are non-compliant or in error than before. New accounts that converge are no regression.
 */
export function newsOf(run: EndedRun, previous: Coverage | null): News | null {
  if (run.status === 'FAILED') return 'failed';
  if (run.status === 'STOPPED') return 'stopped';
  if (previous === null) return null;
  return bad(run.coverage) > bad(previous) ? 'regressed' : null;
}

function bad({ nonCompliant, error }: Coverage): number {
  return nonCompliant + error;
}

export interface Notification {
  /** Below 100 characters, ASCII, without line breaks (SNS API reference, Publish). */
  subject: string;
  message: string;
}

export interface Whereabouts {
  partition: string;
  region: string;
  /** null where the run was not started by Step Functions. */
  executionArn: string | null;
  bucket: string;
}

export function notificationOf(
  news: News,
  run: EndedRun,
  previous: Coverage | null,
  where: Whereabouts,
): Notification {
  const { coverage } = run;
  const counts = `${bad(coverage)} of ${judged(coverage)} targets not compliant`;
  const more = previous === null ? '' : ` (${bad(previous)} before)`;
  const subject = `dhmc-rollout: ${run.input.mode} run ${news}, ${counts}${news === 'regressed' ? more : ''}`;
  const lines = [
    `Run ${run.runId} (${run.input.mode}, ${run.input.trigger}) ${news}.`,
    ...(run.reason === null ? [] : [run.reason]),
    '',
    `Accounts ${coverage.accounts}, targets ${coverage.targets}: ${coverage.compliant} compliant, ${coverage.nonCompliant} non-compliant, ${coverage.converging} converging, ${coverage.skipped} skipped, ${coverage.error} in error.`,
    ...(previous === null
      ? []
      : [
          `The full run before: ${previous.compliant} compliant, ${bad(previous)} non-compliant or in error.`,
        ]),
    '',
    ...(where.executionArn === null ? [] : [`Execution: ${executionLink(where, where.executionArn)}`]),
    `Result: s3://${where.bucket}/runs/${run.runId}/result.json`,
  ];
  return { subject: subject.slice(0, 99), message: lines.join('\n') };
}

function executionLink({ partition, region }: Whereabouts, executionArn: string): string {
  return `https://${region}.${consoleHost(partition)}/states/home?region=${region}#/v2/executions/details/${executionArn}`;
}
