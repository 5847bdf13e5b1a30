/**
 * A plan that was made earlier, and what of it may still be applied. The account is planned anew; a change is
 * kept only where the earlier plan has the very same, action and expected state included. So an earlier plan
 * can only narrow what enforce does.
 */
import { changeDetail, definitionOf } from './changes/changes.ts';
import type {
  ActionOf,
  Change,
  ChangeAction,
  ChangeKind,
  ChangeResult,
  ExpectedOf,
  Plan,
  ResourceReference,
} from './model/change.ts';
import type { AccountObservation } from './model/observation.ts';
import type { AccountId, Region } from './model/primitives.ts';
import type { AccountResult, Finding, TargetResult } from './model/result.ts';
import type { ReasonEntry } from './reasons.ts';
import { toStableJson } from './stable-json.ts';
import { targetStatus, worstStatus } from './status.ts';

/** Seed of the ids of changes that are only shown: the same change has the same id in every plan. */
export const PLAN_SEED = 'plan';

interface PlannedHead {
  /** By PLAN_SEED. */
  id: string;
  accountId: AccountId;
  /** null for IAM. */
  region: Region | null;
  kind: ChangeKind;
  resource: string;
  /** VPC of a change of the network. */
  vpcId: string | null;
  monthlyCostUsd: number;
}

/** A change as a plan's file holds it: without its inverse, which is planned anew with it. */
export type PlannedChange = {
  /** `expected`: live state that must still be there. */
  [K in ChangeKind]: PlannedHead & { action: ActionOf<K>; expected: ExpectedOf<K> };
}[ChangeKind];

export function plannedChanges({ changes, vpcOf }: Plan): PlannedChange[] {
  return changes.map(
    ({ inverse: _inverse, associations: _associations, rollsBack: _rollsBack, ...rest }) => ({
      ...rest,
      kind: rest.action.kind,
      vpcId: vpcOf[rest.id] ?? null,
    }),
  );
}

/** A later pass of the same run planned some Regions again; the others' changes are kept. */
export function mergePlanned(
  earlier: PlannedChange[],
  later: PlannedChange[],
  regionsOfLater: readonly Region[],
): PlannedChange[] {
  const replaced = new Set(later.map(({ id }) => id));
  const kept = earlier.filter(
    ({ id, region }) => !replaced.has(id) && (region === null || !regionsOfLater.includes(region)),
  );
  return [...kept, ...later].sort((a, b) => Number(a.region !== null) - Number(b.region !== null));
}

export interface Selection {
  /** What is applied, of the plan that was made anew. */
  plan: Plan;
  /** What the earlier plan has, is not there yet, and is not planned now as it was then. */
  refused: PlannedChange[];
}

/**
 * @param planned the earlier plan's changes of this account
 * @param asPlanned the plan made anew with PLAN_SEED, whose ids compare
 * @param anew the same plan with the run's own ids: the same changes in the same order
 * @param regions those that this pass looks at
 */
export function selectPlanned(
  planned: readonly PlannedChange[],
  asPlanned: Plan,
  anew: Plan,
  observation: AccountObservation,
  regions: readonly Region[],
): Selection {
  const earlier = new Map(planned.map((change) => [change.id, change]));
  const same = (change: Change) => {
    const before = earlier.get(change.id);
    return (
      before !== undefined &&
      toStableJson([before.action, before.expected]) === toStableJson([change.action, change.expected])
    );
  };
  const kept = new Set(asPlanned.changes.filter(same).map(({ id }) => id));
  dropUnfounded(kept, asPlanned.changes);
  const changes = anew.changes.filter((_, index) => kept.has(asPlanned.changes[index]?.id ?? ''));
  const refused = planned.filter(
    (change) =>
      !kept.has(change.id) &&
      (change.region === null || regions.includes(change.region)) &&
      !isThere(change, planned, observation),
  );
  return { plan: { ...anew, changes }, refused };
}

/** A setting needs every change of the role; a change of the network what it refers to. */
function dropUnfounded(kept: Set<string>, changes: readonly Change[]): void {
  const roleIsKept = changes.every(({ id, region }) => region !== null || kept.has(id));
  for (const { id, action } of changes) {
    const unfounded =
      action.kind === 'SetServiceSetting'
        ? !roleIsKept
        : createdBefore(action).some((each) => !kept.has(each));
    if (unfounded) kept.delete(id);
  }
}

/** Ids of the changes whose creations an action refers to. */
function createdBefore(action: ChangeAction): string[] {
  const references = Object.values(action).flat() as unknown[];
  return references.filter(isReference).flatMap((each) => (each.kind === 'created' ? [each.changeId] : []));
}

function isReference(value: unknown): value is ResourceReference {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** Whether live state has already what the change leads to: an earlier application of the same plan. */
function isThere(
  change: PlannedChange,
  planned: readonly PlannedChange[],
  observation: AccountObservation,
): boolean {
  const { id, region, action } = change;
  const seen = observation.regions.find((one) => one.region === region);
  const live = {
    role: observation.role,
    setting: seen?.setting ?? null,
    network: seen?.network ?? null,
    associations: seen?.associations ?? null,
  };
  const definition = definitionOf(action);
  if (definition.isThere === null) {
    return definition.isMade({ changeId: id, runId: '', action }, live) === true;
  }
  return definition.isThere(action, live, (makerId) => {
    const maker = planned.find((one) => one.id === makerId);
    return maker ? isThere(maker, planned, observation) : null;
  });
}

/** The refused changes by name on their account and targets: not made, and why. */
export function withRefusals(result: AccountResult, refused: readonly PlannedChange[]): AccountResult {
  if (refused.length === 0) return result;
  const ofRole = refused.filter(({ region }) => region === null);
  const roleFindings = ofRole.map(refusalOf);
  const targets = result.targets.map((target) =>
    refuseIn(
      target,
      refused.filter(({ region }) => region === target.region),
    ),
  );
  return {
    ...result,
    status: worstStatus(targets.map(({ status }) => status)),
    reasons: withCodes(result.reasons, roleFindings),
    findings: [...result.findings, ...roleFindings],
    changes: [...result.changes, ...ofRole.map(refusedResult)],
    targets,
  };
}

/** Whether a later pass looks again stays as it was: the plan would be refused there too. */
function refuseIn(target: TargetResult, refused: readonly PlannedChange[]): TargetResult {
  if (refused.length === 0) return target;
  const changes = [...target.changes, ...refused.map(refusedResult)];
  // A target that could not be read was not seen to change.
  if (target.status === 'ERROR' || target.status === 'SKIPPED') return { ...target, changes };
  const findings = refused.map(refusalOf);
  const reasons = withCodes(target.reasons, findings);
  return {
    ...target,
    changes,
    findings: [...target.findings, ...findings],
    reasons,
    status: targetStatus(reasons),
  };
}

function withCodes(reasons: readonly ReasonEntry[], findings: readonly Finding[]): ReasonEntry[] {
  return [...new Set([...reasons, ...findings.map(({ code }) => code)])].sort();
}

function refusalOf(change: PlannedChange): Finding {
  return { code: 'STATE_CHANGED', subject: change.resource, sentence: refusalSentence(change) };
}

function refusalSentence({ kind, resource, expected }: PlannedChange): string {
  return `${kind} of ${resource} is refused: live state is not what the plan saw (${toStableJson(expected)}); plan again.`;
}

function refusedResult(change: PlannedChange): ChangeResult {
  const { id, kind, resource } = change;
  return {
    id,
    kind,
    resource,
    outcome: 'PLANNED',
    error: { code: 'STATE_CHANGED', message: refusalSentence(change) },
    monthlyCostUsd: null,
    detail: changeDetail(change),
  };
}
