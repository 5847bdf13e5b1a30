/** What is worth reporting of a run that has ended, compared with the run before it. */

import { describeDrift } from './drift.ts';
import type { Configuration } from './model/configuration.ts';
import type { AccountId, RunInput } from './model/primitives.ts';
import type { Coverage, DriftResult, RunStatus } from './model/result.ts';
import type { NextCommand } from './next-commands.ts';
import { consoleHost } from './partition.ts';

export type News = Configuration['notifications']['on'][number];

/**
 * A run of the whole organization: only such runs can be compared with one another. One by plan visits only the
 * accounts that the plan changes: the others did not leave.
 */
export function isFullRun({ mode, scope, plan, resume }: RunInput): boolean {
  return mode !== 'rollback' && scope === undefined && plan === undefined && resume === undefined;
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
  /** Of a run that changes by others started. */
  drift?: DriftResult[];
}

/**
 * `previous`: coverage of the full run before; null where this one is none, or there was none. Regressed: more
 * targets are non-compliant or in error than before. New accounts that converge are no regression.
 */
export function newsOf(run: EndedRun, previous: Coverage | null): News | null {
  if (run.status === 'FAILED') return 'failed';
  if (run.status === 'STOPPED') return 'stopped';
  if (run.input.drift !== undefined) return 'drift';
  if (isAboutOneAccount(run)) return readiness(run.coverage);
  if (previous === null) return null;
  return bad(run.coverage) > bad(previous) ? 'regressed' : null;
}

/** Whether events about accounts started the run: whoever requested one of them waits for word about it. */
export function isAboutAccounts({ trigger, scope }: RunInput): boolean {
  return trigger === 'account-event' && (scope?.accounts?.length ?? 0) > 0;
}

export interface AccountCoverage {
  accountId: AccountId;
  coverage: Coverage;
}

/**
 * A run of account events, as the run of each of its accounts: they share it only because their events came in the same
 * minute. Any other run, and one that failed or was stopped, is one.
 */
export function endingsOf<Run extends EndedRun>(run: Run, accounts: readonly AccountCoverage[]): Run[] {
  const together = !isAboutAccounts(run.input) || run.input.drift !== undefined;
  if (together || run.status !== 'SUCCEEDED') return [run];
  return accounts.map(({ accountId, coverage }) => ({
    ...run,
    coverage,
    input: { ...run.input, scope: { ...run.input.scope, accounts: [accountId] } },
  }));
}

/** The run of an event about one account, which is still there. */
function isAboutOneAccount({ input, coverage }: EndedRun): boolean {
  return input.trigger === 'account-event' && input.scope?.accounts?.length === 1 && coverage.accounts === 1;
}

/** What the requester of an account waits for. Where all is skipped (closed, excluded), nothing was to become ready. */
function readiness(coverage: Coverage): 'ready' | 'not-ready' | null {
  if (judged(coverage) === 0) return null;
  return coverage.compliant === judged(coverage) ? 'ready' : 'not-ready';
}

function bad({ nonCompliant, error }: Coverage): number {
  return nonCompliant + error;
}

export interface Notification {
  /** Below 100 characters, ASCII, without line breaks (SNS API reference, Publish). */
  subject: string;
  message: string;
  /** Message attributes, by which a subscription filters (SNS developer guide, "Subscription filter policies"). */
  attributes: Record<string, string>;
}

export interface Whereabouts {
  partition: string;
  region: string;
  /** null where the run was not started by Step Functions. */
  executionArn: string | null;
  bucket: string;
  next: NextCommand[];
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
  const accountId = news === 'ready' || news === 'not-ready' ? run.input.scope?.accounts?.[0] : undefined;
  const subject =
    accountId === undefined
      ? `dhmc-rollout: ${run.input.mode} run ${SUBJECT[news] ?? news}, ${counts}${news === 'regressed' ? more : ''}`
      : `dhmc-rollout: account ${accountId} ${news === 'ready' ? 'is ready' : 'is not ready'}, ${counts}`;
  const lines = [
    accountId === undefined
      ? `Run ${run.runId} (${run.input.mode}, ${run.input.trigger}) ${news === 'drift' ? 'looked at what others changed' : news}.`
      : readinessSentence(accountId, news === 'ready', run),
    ...(run.reason === null ? [] : [run.reason]),
    ...(run.drift ?? []).slice(0, NAMED_DRIFTS).map(describeDrift),
    ...where.next.map(({ what, line }) => `${what}: ${line}`),
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
  const attributes = { news, runId: run.runId, ...(accountId === undefined ? {} : { accountId }) };
  return { subject: subject.slice(0, 99), message: lines.join('\n'), attributes };
}

const SUBJECT: Partial<Record<News, string>> = { drift: 'after a change by others' };
/** A message of SNS has 256 KB; the report has them all. */
const NAMED_DRIFTS = 50;

function readinessSentence(accountId: string, isReady: boolean, { runId, coverage }: EndedRun): string {
  return isReady
    ? `Account ${accountId} is ready: every Region that is covered has the role, the setting and the paths that managed nodes need (run ${runId}).`
    : `Account ${accountId} is not ready: ${judged(coverage) - coverage.compliant} of ${judged(coverage)} Regions are not compliant at the end of run ${runId}.`;
}

function executionLink({ partition, region }: Whereabouts, executionArn: string): string {
  return `https://${region}.${consoleHost(partition)}/states/home?region=${region}#/v2/executions/details/${executionArn}`;
}
