/**
 * The plan: an ordered list of changes as plain data, each with what it expects to find and with its
 * inverse (docs/spec/decisions.md, "Changes"). Role changes come first, since settings may only name a sound role.
 */
import { UPDATE_DOCUMENT, UPDATE_NAME, UPDATE_SCHEDULE } from './agent-updates.ts';
import type { AssessmentContext, OpenTarget } from './assessment-context.ts';
import { changeId } from './change-id.ts';
import { setupOfUser } from './known-setups.ts';
import type { Change, InverseOf, Plan } from './model/change.ts';
import type { AccountObservation } from './model/observation.ts';
import type { Region } from './model/primitives.ts';
import type { Finding } from './model/result.ts';
import type { DesiredRole, RoleAction, RoleJudgement } from './role.ts';
import { DHMC_SETTING_ID, isUnset, roleNamedBy } from './setting.ts';

export interface PlanFacts {
  observation: AccountObservation;
  role: RoleJudgement;
  open: OpenTarget[];
  ours: string;
  desired: DesiredRole;
  context: AssessmentContext;
  /** Changes of the network with their VPC, each VPC's in the order in which they can be made. */
  network: { vpcId: string; change: Change }[];
}

/** A change that was wanted but is not made, with the reason. */
export interface Withheld {
  region: Region;
  finding: Finding;
}

export function planChanges(facts: PlanFacts): { plan: Plan; withheld: Withheld[] } {
  const { observation, role } = facts;
  const withheld: Withheld[] = [];
  const settings: Change[] = [];
  for (const target of facts.open) {
    const { judgement, region } = target;
    if (judgement.kind !== 'set' || !role.inRegion(region).usable) continue;
    const { reversible } = judgement;
    const finding = whyWithheld(target, reversible, facts);
    if (finding) withheld.push({ region, finding });
    else settings.push(settingChange(target, reversible, facts));
  }
  const updates = facts.open.flatMap((target) => updateChange(target, facts));
  const used = facts.open.some(
    (target) => roleNamedBy(target.observed, facts.observation.account.accountId) === facts.ours,
  );
  const roleWorthwhile = used || settings.length > 0;
  const roleChanges = roleWorthwhile ? role.actions.map((action) => roleChange(action, facts)) : [];
  return {
    plan: {
      accountId: observation.account.accountId,
      changes: [...roleChanges, ...settings, ...updates, ...facts.network.map(({ change }) => change)],
      vpcOf: Object.fromEntries(facts.network.map(({ vpcId, change }) => [change.id, vpcId])),
    },
    withheld,
  };
}

function whyWithheld(
  target: OpenTarget,
  reversible: boolean,
  { observation, context, ours }: PlanFacts,
): Finding | null {
  const lost = observation.ownWrites[target.region] ?? 0;
  if (lost >= 2) {
    const seen = observation.regions.find((r) => r.region === target.region)?.setting;
    const by = seen?.kind === 'value' ? seen.value.lastModifiedUser : null;
    return {
      code: 'SETTING_CONTESTED',
      subject: null,
      sentence: `The setting ${ours} was overwritten ${lost} times, last by ${by === null ? 'an unknown user' : nameOf(by)}; it is not written again.`,
    };
  }
  if (!reversible && !context.configuration.allowIrreversible) {
    return {
      code: 'NOT_REVERSIBLE',
      subject: target.observed,
      sentence: `Setting ${ours} could not be rolled back: this service cannot set ${target.observed} again.`,
    };
  }
  return target.associations.held;
}

function nameOf(userArn: string): string {
  const setup = setupOfUser(userArn);
  return setup === null ? userArn : `${userArn}, a session of ${setup}`;
}

function settingChange(
  target: OpenTarget,
  reversible: boolean,
  { observation, ours, context }: PlanFacts,
): Change {
  const { accountId } = observation.account;
  const { region } = target;
  const resource = `arn:${context.partition}:ssm:${region}:${accountId}:servicesetting${DHMC_SETTING_ID}`;
  const restores: InverseOf<'SetServiceSetting'> =
    isUnset(target.observed) || !reversible
      ? { kind: 'ResetServiceSetting' }
      : { kind: 'SetServiceSetting', value: target.observed };
  return {
    id: changeId(context.changeSeed, accountId, region, 'SetServiceSetting', resource),
    accountId,
    region,
    resource,
    action: { kind: 'SetServiceSetting', value: ours },
    expected: { value: target.observed },
    inverse: restores,
    monthlyCostUsd: 0,
    ...(target.associations.names.length > 0 ? { associations: target.associations.names } : {}),
  };
}

/** The association's name carries the change's id: only by it a rollback knows it for ours. */
function updateChange({ region, agentUpdates }: OpenTarget, { observation, context }: PlanFacts): Change[] {
  if (agentUpdates.kind !== 'associate') return [];
  const { accountId } = observation.account;
  const id = changeId(context.changeSeed, accountId, region, 'CreateAgentUpdate', UPDATE_DOCUMENT);
  const name = `${UPDATE_NAME}${id}`;
  const { instanceIds } = agentUpdates;
  return [
    {
      id,
      accountId,
      region,
      resource: UPDATE_DOCUMENT,
      action: { kind: 'CreateAgentUpdate', name, schedule: UPDATE_SCHEDULE, instanceIds },
      expected: { exists: false },
      inverse: { kind: 'DeleteAgentUpdate', name },
      monthlyCostUsd: 0,
    },
  ];
}

function roleChange(action: RoleAction, facts: PlanFacts): Change {
  const { observation, role, context } = facts;
  const { accountId } = observation.account;
  const resource = role.assessment.arn;
  const what = action.kind === 'AttachDhmcRolePolicy' ? action.policyArn : '';
  const head = {
    id: changeId(context.changeSeed, accountId, 'iam', action.kind, `${resource} ${what}`),
    accountId,
    region: null,
    resource,
    monthlyCostUsd: 0,
  };
  switch (action.kind) {
    case 'CreateDhmcRole': {
      const { roleName } = action;
      return { ...head, action, expected: { exists: false }, inverse: { kind: 'DeleteDhmcRole', roleName } };
    }
    case 'SetDhmcRoleTrust': {
      const seen = observation.role;
      const trustPolicy = seen.kind === 'value' ? seen.value.trustPolicy : null;
      return { ...head, action, expected: { trustPolicy }, inverse: { ...action, trustPolicy } };
    }
    case 'AttachDhmcRolePolicy':
      return {
        ...head,
        action,
        expected: { attached: false },
        inverse: { ...action, kind: 'DetachDhmcRolePolicy' },
      };
  }
}
