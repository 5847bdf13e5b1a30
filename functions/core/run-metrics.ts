/**
 * Figures of a run, as CloudWatch gets them. What a full run says of the whole organization is reported by full runs
 * only: the coverage of one account that has just joined is not the organization's.
 */
import type { RunInput, Timestamp } from './model/primitives.ts';
import type { AccountResult, Coverage, RunStatus } from './model/result.ts';
import { isFullRun, percentOf } from './run-news.ts';

export const METRIC_NAMESPACE = 'DhmcRollout';
/** The one dimension: `service`, as Powertools names it. */
export const METRIC_SERVICE = 'dhmc-rollout';

export type MetricUnit = 'Count' | 'Percent' | 'Seconds';

/** Every metric with its unit. */
export const METRICS = {
  Accounts: 'Count',
  Targets: 'Count',
  Compliant: 'Count',
  NonCompliant: 'Count',
  Converging: 'Count',
  Skipped: 'Count',
  Errors: 'Count',
  /** Of the targets that were judged. */
  CompliantPercent: 'Percent',
  ErrorPercent: 'Percent',
  /** Against the full run before, in points; below 0: fewer are compliant. */
  CompliantPercentChange: 'Percent',
  FullRunsEnded: 'Count',
  RunSeconds: 'Seconds',
  AccountsDeparted: 'Count',
  RunsFailed: 'Count',
  RunsStopped: 'Count',
  /** 1 where a wave gate stopped the run, or the hold of an earlier stop kept it from changing anything. */
  EnforceHeld: 'Count',
  /** 1 where the kill switch kept a run from changing anything. */
  KillSwitchOn: 'Count',
  ChangesApplied: 'Count',
  ChangesFailed: 'Count',
  /** Targets that did not fit into their invocation's time. */
  Deferred: 'Count',
  /** Calls that AWS throttled, each attempt. */
  ThrottledCalls: 'Count',
} as const satisfies Record<string, MetricUnit>;

export type MetricName = keyof typeof METRICS;
export type Metric = [name: MetricName, value: number];

/** What is counted account by account. */
export interface RunCounts {
  applied: number;
  failed: number;
  deferred: number;
}

export const NO_COUNTS: RunCounts = { applied: 0, failed: 0, deferred: 0 };

export function addCounts(counts: RunCounts, account: AccountResult): RunCounts {
  const { targets } = account;
  const outcomes = [account, ...targets].flatMap(({ changes }) => changes.map(({ outcome }) => outcome));
  const applied = outcomes.filter((outcome) => outcome === 'APPLIED' || outcome === 'ROLLED_BACK');
  return {
    applied: counts.applied + applied.length,
    failed: counts.failed + outcomes.filter((outcome) => outcome === 'FAILED').length,
    deferred: counts.deferred + targets.filter(({ reasons }) => reasons.includes('DEFERRED')).length,
  };
}

export interface MeasuredRun {
  input: RunInput;
  status: RunStatus;
  startedAt: Timestamp;
  endedAt: Timestamp;
  coverage: Coverage;
  hold?: { code: string };
  stop?: { cause: string };
}

/** `previous`: coverage of the full run before, null where there is none to compare with. */
export function metricsOf(
  run: MeasuredRun,
  counts: RunCounts,
  departed: number,
  previous: Coverage | null,
): Metric[] {
  const changing = run.input.mode !== 'assess';
  return [
    ['RunsFailed', run.status === 'FAILED' ? 1 : 0],
    ['RunsStopped', run.status === 'STOPPED' ? 1 : 0],
    ['ChangesApplied', counts.applied],
    ['ChangesFailed', counts.failed],
    ['Deferred', counts.deferred],
    ...(run.input.mode === 'enforce' ? [['EnforceHeld', isHeld(run) ? 1 : 0] satisfies Metric] : []),
    ...(changing ? [['KillSwitchOn', run.hold?.code === 'KILL_SWITCH' ? 1 : 0] satisfies Metric] : []),
    ...(isFullRun(run.input) && run.status === 'SUCCEEDED' ? ofFullRun(run, departed, previous) : []),
  ];
}

function isHeld({ hold, stop }: MeasuredRun): boolean {
  return hold?.code === 'ENFORCE_HELD' || (stop !== undefined && stop.cause !== 'REQUESTED');
}

function ofFullRun(run: MeasuredRun, departed: number, previous: Coverage | null): Metric[] {
  const { coverage } = run;
  const compliant = percentOf(coverage.compliant, coverage);
  const before = previous === null ? null : percentOf(previous.compliant, previous);
  const seconds = (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000;
  const always: Metric[] = [
    ['FullRunsEnded', 1],
    ['RunSeconds', seconds],
    ['Accounts', coverage.accounts],
    ['Targets', coverage.targets],
    ['Compliant', coverage.compliant],
    ['NonCompliant', coverage.nonCompliant],
    ['Converging', coverage.converging],
    ['Skipped', coverage.skipped],
    ['Errors', coverage.error],
    ['AccountsDeparted', departed],
  ];
  if (compliant === null) return always;
  always.push(['CompliantPercent', compliant]);
  always.push(['ErrorPercent', percentOf(coverage.error, coverage) ?? 0]);
  return before === null ? always : [...always, ['CompliantPercentChange', compliant - before]];
}
