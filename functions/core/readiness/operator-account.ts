/** What the operator account itself needs: concurrency of Lambda, and a home Region that members accept tokens from. */
import { accountsAtOnce } from '../accounts-at-once.ts';
import type { RegionOptStatus } from '../model/observation.ts';
import type { Region } from '../model/primitives.ts';
import type { Read } from '../model/reads.ts';
import { type CheckFinding, notRead, ok } from './finding.ts';

/** The quota that new accounts may begin with (Lambda guide, "Quotas": reduced concurrency of new accounts). */
const REDUCED_QUOTA = 10;
const DEFAULT_QUOTA = 1000;

/** @param wanted accounts at once, as configured */
export function judgeConcurrency(quota: Read<number>, wanted: number): CheckFinding {
  const check = 'Lambda concurrency';
  if (quota.kind === 'failed') return notRead(check, quota.failure, 'the operator account');
  if (quota.kind === 'absent') return notRead(check, UNANSWERED, 'the operator account');
  const atOnce = accountsAtOnce(wanted, quota.value);
  if (atOnce === wanted)
    return ok(check, `${quota.value} functions may run at once, enough for ${wanted} accounts.`);
  return {
    check,
    status: quota.value <= REDUCED_QUOTA ? 'failed' : 'warning',
    found: `${quota.value} functions may run at once, shared by everything in this account and Region, so a run takes ${atOnce} accounts at once instead of ${wanted}: it ends later, and what Lambda refuses waits for a later pass.`,
    fix: `Request the quota of ${DEFAULT_QUOTA} concurrent executions, or lower concurrency in the configuration to ${atOnce}.`,
    command: `aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value ${DEFAULT_QUOTA}`,
  };
}

const UNANSWERED = {
  kind: 'UNEXPECTED',
  action: 'lambda:GetAccountSettings',
  code: 'no quota in the answer',
  message: '',
} as const;

/**
 * A Region that is on by default is on in every member. For tokens of STS in an opt-in Region, the accounts concerned
 * must have enabled it (IAM user guide, "Manage AWS STS in an AWS Region"); StackSets skip members that have not.
 */
export function judgeHomeRegion(region: Region, status: RegionOptStatus | undefined): CheckFinding {
  const check = 'home Region';
  switch (status) {
    case 'ENABLED_BY_DEFAULT':
      return ok(check, `${region} is on by default in every account.`);
    case 'ENABLED':
    case 'ENABLING':
      return {
        check,
        status: 'failed',
        found: `${region} is an opt-in Region: members that have not enabled it accept no session from there, and StackSets bring them no roles.`,
        fix: 'Run the service in a Region that is on by default, such as the one of most accounts; opt-in Regions are covered from there.',
      };
    case 'DISABLED':
    case 'DISABLING':
    case undefined:
      return {
        check,
        status: 'failed',
        found: `${region} is not enabled in this account.`,
        fix: 'Name another Region with --region or in the profile: the one that runs the service, on by default.',
      };
  }
}
