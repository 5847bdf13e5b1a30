/** From an assessment, and what became of its plan, to the result that is recorded and reported. */
import type { AccountAssessment, TargetAssessment } from './assess.ts';
import { codesOf } from './findings.ts';
import { NO_INSTANCES } from './instances/region-instances.ts';
import type { ChangeResult } from './model/change.ts';
import type { Configuration } from './model/configuration.ts';
import type { Account, Mode, Region } from './model/primitives.ts';
import type { AccountResult, Finding, RoleAssessment, TargetResult } from './model/result.ts';
import { type ReasonCode, type ReasonEntry, reasonOf } from './reasons.ts';
import { decideAccount, decideRegion } from './scope.ts';
import { statusOf, targetStatus, worstStatus } from './status.ts';
import type { InstancesAfter } from './wave-gate.ts';

/** What enforcing added to the assessment; all empty after an assess. */
export interface AppliedPlan {
  changes: { region: Region | null; result: ChangeResult }[];
  roleFindings: Finding[];
  findings: Map<Region, Finding[]>;
}

/** Whether a later pass of the same run looks again. Enforce also waits for what is on its way. */
function isRetried(reasons: readonly string[], mode: Mode): boolean {
  return reasons.some((code) => {
    const retriedBy = reasonOf(code)?.retriedBy;
    return retriedBy === 'assess' || (retriedBy === 'enforce' && mode !== 'assess');
  });
}

export function accountResult(
  assessment: AccountAssessment,
  applied: AppliedPlan,
  mode: Mode,
): AccountResult {
  const { account } = assessment;
  const targets = assessment.targets.map((target) => targetResult(account.accountId, target, applied, mode));
  const common = commonFindings(assessment.targets);
  const role = withFindings(assessment.role, applied.roleFindings);
  const findings = [...role.findings, ...common.filter((finding) => !role.reasons.includes(finding.code))];
  return {
    accountId: account.accountId,
    name: account.name,
    organizationPath: account.organizationPath,
    ...whoOf(account),
    status: worstStatus(targets.map((target) => target.status)),
    reasons: codesOf(findings),
    findings,
    role,
    changes: applied.changes.filter((c) => c.region === null).map((c) => c.result),
    targets,
  };
}

function withFindings(role: RoleAssessment, more: Finding[]): RoleAssessment {
  if (more.length === 0) return role;
  const findings = [...role.findings, ...more];
  return { ...role, findings, reasons: codesOf(findings) as ReasonCode[] };
}

function targetResult(
  accountId: string,
  target: TargetAssessment,
  applied: AppliedPlan,
  mode: Mode,
): TargetResult {
  const planned = applied.changes.filter((change) => change.region === target.region);
  const usesRole =
    planned.length > 0 || target.findings.some((finding) => finding.code.startsWith('DHMC_ROLE_'));
  const added = [...(applied.findings.get(target.region) ?? []), ...(usesRole ? applied.roleFindings : [])];
  const held = added.length > 0 && added.every((finding) => statusOf(finding.code) === 'CONVERGING');
  const existing = held ? target.findings.filter((f) => !reasonOf(f.code)?.resolvedByPlan) : target.findings;
  const findings = [...existing, ...added];
  const reasons = codesOf(findings);
  const status = targetStatus(reasons);
  return {
    accountId,
    region: target.region,
    status,
    reasons,
    notes: [...new Set(target.notes)].sort(),
    findings,
    setting: { desired: target.desired, observed: target.observed },
    vpcs: target.vpcs,
    instances: target.instances,
    changes: planned.map((change) => change.result),
    retry: isRetried(reasons, mode) || (mode !== 'assess' && status === 'CONVERGING'),
  };
}

/** Findings that every target shares are on the account too: it is suspended, it cannot be entered. */
function commonFindings(targets: TargetAssessment[]): Finding[] {
  const [first, ...rest] = targets;
  return (first?.findings ?? []).filter((finding) => rest.every((target) => hasFinding(target, finding)));
}

function hasFinding({ findings }: { findings: Finding[] }, { code, sentence }: Finding): boolean {
  return findings.some((finding) => finding.code === code && finding.sentence === sentence);
}

/**
 * A later pass of the same run replaces what it looked at again and keeps the rest. Changes that an earlier
 * pass made stay in the result, since the run made them.
 */
export function mergePasses(earlier: AccountResult | null, later: AccountResult): AccountResult {
  if (!earlier) return later;
  const again = new Map(later.targets.map((target) => [target.region, target]));
  const kept = earlier.targets.filter((target) => !again.has(target.region));
  const targets = [
    ...kept,
    ...later.targets.map((target) => {
      const before = earlier.targets.find((t) => t.region === target.region);
      return { ...target, changes: mergeChanges(before?.changes ?? [], target.changes) };
    }),
  ].sort((a, b) => a.region.localeCompare(b.region));
  // What the Regions of this pass share is on the account only where the kept ones have it too.
  const findings = later.findings.filter(
    (finding) =>
      hasFinding(later.role, finding) ||
      kept.every((target) => hasFinding(target, finding)) ||
      !later.targets.some((target) => hasFinding(target, finding)),
  );
  return {
    ...later,
    reasons: codesOf(findings),
    findings,
    status: worstStatus(targets.map((target) => target.status)),
    changes: mergeChanges(earlier.changes, later.changes),
    targets,
  };
}

function mergeChanges(earlier: ChangeResult[], later: ChangeResult[]): ChangeResult[] {
  const replaced = new Set(later.map((change) => change.id));
  const applied = earlier.filter(
    ({ outcome, id }) => (outcome === 'APPLIED' || outcome === 'ROLLED_BACK') && !replaced.has(id),
  );
  return [...applied, ...later];
}

/** Units and owner, as far as they are known. */
export function whoOf({ unitNames, owner }: Pick<Account, 'unitNames' | 'owner'>) {
  return { ...(unitNames ? { unitNames } : {}), ...(owner ? { owner } : {}) };
}

/** The result of an account whose invocation left none: every target is an error. */
export function crashedResult(
  account: Pick<Account, 'accountId' | 'name' | 'organizationPath' | 'unitNames' | 'owner'>,
  regions: Region[],
  { code, detail }: { code: 'CRASHED' | 'NOT_INVOKED'; detail: string },
  role: RoleAssessment,
): AccountResult {
  const finding = code === 'CRASHED' ? crashFinding(detail) : refusalFinding(detail);
  return {
    ...account,
    status: 'ERROR',
    reasons: [code],
    findings: [finding],
    role,
    changes: [],
    targets: regions.map((region) => unseenTarget(account.accountId, region, finding)),
  };
}

/**
 * The result of an account that a stopped run never reached. What can be said without a look is said: it is
 * excluded, or suspended.
 */
export function unreachedResult(
  account: Account,
  regions: Region[],
  configuration: Configuration,
  role: RoleAssessment,
): AccountResult {
  const decision = decideAccount(account, configuration);
  const whole = decision.kind === 'skip' ? findingOf(decision) : NOT_REACHED;
  const targets = regions.map((region) => {
    const here = decideRegion(region, undefined, configuration);
    const finding = here.kind === 'skip' && whole === NOT_REACHED ? findingOf(here) : whole;
    return unseenTarget(account.accountId, region, finding);
  });
  const { accountId, name, organizationPath } = account;
  return {
    ...{ accountId, name, organizationPath },
    ...whoOf(account),
    status: worstStatus(targets.map((target) => target.status)),
    reasons: [whole.code],
    findings: [whole],
    role,
    changes: [],
    targets,
  };
}

const NOT_REACHED: Finding = {
  code: 'RUN_STOPPED',
  subject: null,
  sentence: 'The run was stopped before it reached this account; nothing was looked at or changed.',
};

function findingOf({ code, sentence }: { code: ReasonCode; sentence: string }): Finding {
  return { code, subject: null, sentence };
}

/** Instances that the run's changes are held to have hurt are on their target. */
export function withLostInstances(result: AccountResult, lost: InstancesAfter['lost']): AccountResult {
  if (lost.length === 0) return result;
  const targets = result.targets.map((target) => {
    const ids = lost.filter(({ region }) => region === target.region).map(({ instanceId }) => instanceId);
    if (ids.length === 0) return target;
    const findings = [...target.findings, ...ids.map(lostFinding)];
    const reasons = [...new Set<ReasonEntry>([...target.reasons, 'INSTANCES_LOST'])].sort();
    return { ...target, findings, reasons, status: targetStatus(reasons) };
  });
  return { ...result, status: worstStatus(targets.map((target) => target.status)), targets };
}

function lostFinding(instanceId: string): Finding {
  return {
    code: 'INSTANCES_LOST',
    subject: instanceId,
    sentence: `${instanceId} was Online before this run changed its account, and is not after the soak time.`,
  };
}

/** A crash in a later pass: what that pass should have finished is an error, the rest is kept. */
export function crashUnfinished(result: AccountResult, detail: string): AccountResult {
  const finding = crashFinding(detail);
  const targets = result.targets.map((target) => {
    if (!target.retry) return target;
    const findings = [...target.findings, finding];
    return { ...target, status: 'ERROR' as const, findings, reasons: codesOf(findings), retry: false };
  });
  return { ...result, status: worstStatus(targets.map((target) => target.status)), targets };
}

function crashFinding(detail: string): Finding {
  return {
    code: 'CRASHED',
    subject: null,
    sentence: `The work on this account ended without a result (${detail}); the next run tries again.`,
  };
}

function refusalFinding(detail: string): Finding {
  return {
    code: 'NOT_INVOKED',
    subject: null,
    sentence: `Lambda refused to start the work on this account in every pass (${detail}), so nothing was read or changed; raise the account's concurrency quota, or lower concurrency.`,
  };
}

/** The role of an account that was not looked at. */
export function awaitedRole(desired: { settingValue: string; arn: string }): RoleAssessment {
  return { ...desired, owner: null, state: 'UNKNOWN', reasons: [], findings: [] };
}

function unseenTarget(accountId: string, region: Region, finding: Finding): TargetResult {
  return {
    accountId,
    region,
    status: statusOf(finding.code),
    reasons: [finding.code],
    notes: [],
    findings: [finding],
    setting: { desired: null, observed: null },
    vpcs: [],
    instances: NO_INSTANCES,
    changes: [],
    retry: false,
  };
}
