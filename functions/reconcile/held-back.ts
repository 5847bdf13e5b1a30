/** A plan that is not carried out: its changes stay planned, and its targets say why. */
import type { assumeMemberRole } from '../aws/assume-role.ts';
import type { AccountAssessment } from '../core/assess.ts';
import type { AssessmentContext } from '../core/assessment-context.ts';
import type { Account, Region } from '../core/model/primitives.ts';
import type { Finding } from '../core/model/result.ts';
import type { AppliedPlan } from '../core/results.ts';
import { decideEntryFailure } from '../core/scope.ts';
import type { JournalEntry } from '../store/contract.ts';
import { changeError, failedResult, plannedResult } from './change-results.ts';

export function unapplied(assessment: AccountAssessment): AppliedPlan {
  return {
    changes: assessment.plan.changes.map((change) => ({
      region: change.region,
      result: plannedResult(change),
    })),
    roleFindings: [],
    findings: new Map(),
  };
}

export function leaseHeld(): Finding {
  return {
    code: 'LEASE_HELD',
    subject: null,
    sentence: 'Another run is at work on this account; the next pass looks again.',
  };
}

/** Every planned change stays planned, and its target says why; so does one with an unsettled journal entry. */
export function heldBack(
  assessment: AccountAssessment,
  finding: Finding,
  pending: JournalEntry[] = [],
): AppliedPlan {
  const regions = assessment.targets.map((target) => target.region);
  const unsettled = new Set(pending.map((entry) => entry.region ?? regions[0]));
  const concerned = regions.filter((region) => concerns(assessment, region) || unsettled.has(region));
  return { ...unapplied(assessment), findings: new Map(concerned.map((region) => [region, [finding]])) };
}

/** A plan that changes the role concerns every target that needs it. */
function concerns(assessment: AccountAssessment, region: Region): boolean {
  const { changes } = assessment.plan;
  const target = assessment.targets.find((t) => t.region === region);
  const needsRole = target?.findings.some((f) => f.code.startsWith('DHMC_ROLE_')) ?? false;
  return changes.some((change) => change.region === region || (change.region === null && needsRole));
}

export function writerFailed(
  assessment: AccountAssessment,
  account: Account,
  { now, organizationPathSince }: AssessmentContext,
  writer: Awaited<ReturnType<typeof assumeMemberRole>>,
): AppliedPlan {
  if (writer.kind !== 'failed') return unapplied(assessment);
  const { code, sentence } = decideEntryFailure(writer.failure, account, now, organizationPathSince);
  const applied = heldBack(assessment, { code, subject: null, sentence });
  const error = changeError(writer.failure);
  return {
    ...applied,
    changes: assessment.plan.changes.map((change) => ({
      region: change.region,
      result: failedResult(change, error),
    })),
  };
}
