/**
 * Status of a target and of an account, and how they add up (docs/spec/decisions.md, "Scope", "Status of a target"):
 * ERROR > NON_COMPLIANT > CONVERGING > COMPLIANT; SKIPPED stands alone.
 */
import type { Coverage, TargetStatus } from './model/result.ts';
import { REASONS, type ReasonCode } from './reasons.ts';

type CountedStatus = Exclude<TargetStatus, 'COMPLIANT'>;

const RANK: Record<TargetStatus, number> = {
  SKIPPED: 0,
  COMPLIANT: 1,
  CONVERGING: 2,
  NON_COMPLIANT: 3,
  ERROR: 4,
};

export function statusOf(code: ReasonCode): CountedStatus {
  return REASONS[code].status;
}

/**
 * Status of a target with these reasons: none is COMPLIANT. `WAIVED:<code>` counts as no reason. A skip beside
 * another reason does not hide it.
 *
 * @throws {TypeError} for a code that is not in the table: a result would be counted wrongly.
 */
export function targetStatus(reasons: readonly string[]): TargetStatus {
  const counted = reasons.filter((reason) => !reason.startsWith('WAIVED:'));
  return counted.length === 0 ? 'COMPLIANT' : worstStatus(counted.map(statusOfText));
}

function statusOfText(reason: string): TargetStatus {
  if (!isReasonCode(reason)) throw new TypeError(`reason ${reason} has no status: add it to status.ts`);
  return REASONS[reason].status;
}

function isReasonCode(reason: string): reason is ReasonCode {
  return Object.hasOwn(REASONS, reason);
}

/** The worst of those that are not SKIPPED; SKIPPED if all are, or if there are none. */
export function worstStatus(statuses: readonly TargetStatus[]): TargetStatus {
  return statuses.reduce<TargetStatus>((worst, next) => (RANK[next] > RANK[worst] ? next : worst), 'SKIPPED');
}

export type TargetCounts = Omit<Coverage, 'accounts'>;

const FIELD_OF_STATUS = {
  COMPLIANT: 'compliant',
  NON_COMPLIANT: 'nonCompliant',
  CONVERGING: 'converging',
  SKIPPED: 'skipped',
  ERROR: 'error',
} as const satisfies Record<TargetStatus, keyof TargetCounts>;

export const NO_COVERAGE: Coverage = {
  accounts: 0,
  targets: 0,
  compliant: 0,
  nonCompliant: 0,
  converging: 0,
  skipped: 0,
  error: 0,
};

/** Counts targets by status; always `targets = compliant + nonCompliant + converging + skipped + error`. */
export function summarize(targets: readonly { status: TargetStatus }[]): TargetCounts {
  const { accounts: _accounts, ...counts } = NO_COVERAGE;
  for (const { status } of targets) {
    counts.targets += 1;
    counts[FIELD_OF_STATUS[status]] += 1;
  }
  return counts;
}

export function coverageOf(targets: readonly { status: TargetStatus }[], accounts: number): Coverage {
  return { accounts, ...summarize(targets) };
}

export function addCoverage(a: Coverage, b: Coverage): Coverage {
  return {
    accounts: a.accounts + b.accounts,
    targets: a.targets + b.targets,
    compliant: a.compliant + b.compliant,
    nonCompliant: a.nonCompliant + b.nonCompliant,
    converging: a.converging + b.converging,
    skipped: a.skipped + b.skipped,
    error: a.error + b.error,
  };
}

export function addsUp(counts: TargetCounts): boolean {
  const { targets, compliant, nonCompliant, converging, skipped, error } = counts;
  return targets === compliant + nonCompliant + converging + skipped + error;
}
