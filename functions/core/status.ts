/**
 * Status of a target and of an account, and how they add up (docs/spec/decisions.md, "Scope", "Status of a target"):
 * ERROR > NON_COMPLIANT > CONVERGING > COMPLIANT; SKIPPED stands alone.
 */
import type { Coverage, TargetStatus } from './model/result.ts';
import type { ReasonCode } from './reasons.ts';

type CountedStatus = Exclude<TargetStatus, 'COMPLIANT'>;

/** What each reason alone makes of a target. A new code does not compile without its row here. */
const STATUS_OF_CODE = {
  ACCOUNT_NOT_ACTIVE: 'SKIPPED',
  ACCOUNT_NOT_READY: 'CONVERGING',
  ACTION_DENIED_BY_SCP: 'NON_COMPLIANT',
  ACCESS_DENIED: 'ERROR',
  ASSOCIATIONS_NOT_ACKNOWLEDGED: 'NON_COMPLIANT',
  AWS_UNAVAILABLE: 'ERROR',
  CRASHED: 'ERROR',
  DEFERRED: 'CONVERGING',
  DHMC_NOT_IN_REGION: 'SKIPPED',
  DHMC_ROLE_DENIED: 'NON_COMPLIANT',
  DHMC_ROLE_MISSING: 'NON_COMPLIANT',
  DHMC_ROLE_POLICY_MISSING: 'NON_COMPLIANT',
  DHMC_ROLE_PRIVILEGED: 'NON_COMPLIANT',
  DHMC_ROLE_PROPAGATING: 'CONVERGING',
  DHMC_ROLE_TRUST_WRONG: 'NON_COMPLIANT',
  EXCLUDED: 'SKIPPED',
  INSTANCES_LOST: 'NON_COMPLIANT',
  LEASE_HELD: 'CONVERGING',
  NOT_INVOKED: 'ERROR',
  NOT_REVERSIBLE: 'NON_COMPLIANT',
  // Nothing is known of the target then, so it can't be called non-compliant.
  READ_FAILED: 'ERROR',
  REGION_DENIED_BY_SCP: 'SKIPPED',
  REGION_ENABLING: 'CONVERGING',
  REGION_NOT_ENABLED: 'SKIPPED',
  ROLE_NOT_ASSUMABLE: 'ERROR',
  ROLLBACK_CONFLICT: 'NON_COMPLIANT',
  // Not done, and nothing is known to be wrong: a later run continues.
  RUN_STOPPED: 'CONVERGING',
  SETTING_CONTESTED: 'NON_COMPLIANT',
  SETTING_FOREIGN_ROLE_PRIVILEGED: 'NON_COMPLIANT',
  SETTING_FOREIGN_ROLE_UNFIT: 'NON_COMPLIANT',
  SETTING_NOT_SET: 'NON_COMPLIANT',
  STATE_CHANGED: 'CONVERGING',
  WRITE_FAILED: 'NON_COMPLIANT',
  NO_PATH_TO_SSM: 'NON_COMPLIANT',
  // The owner decides, but the instances have no path until it did.
  VPC_OWNER_MANAGED: 'NON_COMPLIANT',
  VPC_OWNER_OUT_OF_SCOPE: 'NON_COMPLIANT',
  CENTRAL_ENDPOINTS_INCOMPLETE: 'NON_COMPLIANT',
  CENTRAL_UNREACHABLE: 'NON_COMPLIANT',
  VPC_DNS_DISABLED: 'NON_COMPLIANT',
  DNS_CUSTOM: 'NON_COMPLIANT',
  PRIVATE_DNS_CONFLICT: 'NON_COMPLIANT',
  DNS_HUB_VPC: 'NON_COMPLIANT',
  ENDPOINT_DRIFTED: 'NON_COMPLIANT',
  ENDPOINT_PENDING: 'CONVERGING',
  ENDPOINT_SG_BLOCKS_443: 'NON_COMPLIANT',
  ENDPOINT_POLICY_DENIES: 'NON_COMPLIANT',
  ENDPOINT_PRIVATE_DNS_OFF: 'NON_COMPLIANT',
  ENDPOINT_ZONE_UNSUPPORTED: 'NON_COMPLIANT',
  ENDPOINT_SUBNET_FULL: 'NON_COMPLIANT',
  NACL_BLOCKS_443: 'NON_COMPLIANT',
  INSTANCE_SG_BLOCKS_443: 'NON_COMPLIANT',
  IPV6_ONLY: 'NON_COMPLIANT',
  BUDGET_EXCEEDED: 'NON_COMPLIANT',
  INSTANCE_UNMANAGED: 'NON_COMPLIANT',
  AWAITING_AGENT: 'CONVERGING',
} as const satisfies Record<ReasonCode, CountedStatus>;

const RANK: Record<TargetStatus, number> = {
  SKIPPED: 0,
  COMPLIANT: 1,
  CONVERGING: 2,
  NON_COMPLIANT: 3,
  ERROR: 4,
};

export function statusOf(code: ReasonCode): CountedStatus {
  return STATUS_OF_CODE[code];
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
  return STATUS_OF_CODE[reason];
}

function isReasonCode(reason: string): reason is ReasonCode {
  return Object.hasOwn(STATUS_OF_CODE, reason);
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
