/**
 * From what was observed in one account to what is wrong there and what would repair it. Assess ends here;
 * enforce applies the very plan that comes out, observes again what it changed, and asks again.
 */

import { judgeAgentUpdates } from './agent-updates.ts';
import type { AssessmentContext, OpenTarget } from './assessment-context.ts';
import { judgeAssociations } from './associations.ts';
import { isDhmcInPlace, isProvenIn, openQuestionsOfDhmc, permissionsOfSetting } from './dhmc-credentials.ts';
import { readFailureFinding } from './findings.ts';
import { regionSessionLogging } from './instances/logging-gaps.ts';
import { changesOfTarget } from './instances/recent-changes.ts';
import {
  judgeRegionInstances,
  NO_INSTANCES,
  type RegionInstancesContext,
} from './instances/region-instances.ts';
import type { Plan } from './model/change.ts';
import type { AccountObservation, RegionObservation } from './model/observation.ts';
import type { Account, AccountId, Region } from './model/primitives.ts';
import type { Finding, RoleAssessment, TargetInstances, VpcResult } from './model/result.ts';
import type { SharedVpcNeed } from './network/facts.ts';
import {
  type JudgedNetwork,
  judgeRegionNetwork,
  NO_NETWORK,
  type RegionNetwork,
} from './network/region-network.ts';
import { planChanges } from './plan.ts';
import type { NoteCode } from './reasons.ts';
import { isInferredDisabled } from './region-inference.ts';
import { type DesiredRole, desiredRole, judgeRole, type RoleJudgement, settingValueOf } from './role.ts';
import { decideAccount, decideEntryFailure, decideRegion } from './scope.ts';
import { judgeSetting, roleNamedBy, settingValue } from './setting.ts';
import { waiversAt } from './waivers.ts';

/** What is known of one target before its status is summed up. */
export interface TargetAssessment {
  region: Region;
  findings: Finding[];
  notes: NoteCode[];
  desired: string | null;
  observed: string | null;
  instances: TargetInstances;
  /** What its instances are judged by; null where they were not read. */
  grounds: RegionInstancesContext | null;
  vpcs: VpcResult[];
  /** The network as it was judged; null where it was not read. */
  network: JudgedNetwork | null;
  /** What this account needs of the owners of shared VPCs. */
  needs: (SharedVpcNeed & { ownerId: AccountId })[];
}

export interface AccountAssessment {
  account: Account;
  role: RoleAssessment;
  targets: TargetAssessment[];
  plan: Plan;
}

export function assessAccount(
  observation: AccountObservation,
  context: AssessmentContext,
): AccountAssessment {
  const { account } = observation;
  const desired = desiredRole(context.configuration, context.partition, account.accountId);

  const closed = whyClosed(observation, context);
  if (closed) {
    return {
      account,
      role: unobservedRole(desired),
      targets: context.regions.map((region) => closedTarget(region, closed(region))),
      plan: { accountId: account.accountId, changes: [], vpcOf: {} },
    };
  }

  const ours = oursAsItStands(observation, desired);
  const verdicts = context.regions.map((region) => judgeRegion(region, observation, ours, context));
  const open = verdicts.flatMap((verdict) => (verdict.open ? [verdict.open] : []));
  const needing = open.filter(usesOrWantsOurs(ours, account.accountId));
  const role = judgeRole(observation.role, desired, context.configuration, {
    partition: context.partition,
    accountId: account.accountId,
    organizationId: observation.organizationId,
    controls: observation.controls,
    neededIn: needing.map(({ region }) => region),
    permissions: observation.rolePermissions,
    isProvenIn: (region) => isProvenIn(region, observation, ours),
  });
  const { plan, withheld } = planChanges({
    observation,
    role,
    open,
    ours,
    desired,
    context,
    network: verdicts.flatMap(({ network }) => network.changes),
  });

  return {
    account,
    role: role.assessment,
    targets: verdicts.map((verdict) => {
      const { target, open: opened } = verdict;
      if (!opened) return target;
      const uses = usesOrWantsOurs(ours, account.accountId)(opened);
      const regional = role.inRegion(target.region);
      const roleFindings = uses ? roleFindingsOf(observation, role, target.region) : [];
      const contested = withheld.filter((finding) => finding.region === target.region);
      const dhmcInPlace = isDhmcInPlace(opened, observation, { ours, desired, partition: context.partition });
      const proven = isProvenIn(target.region, observation, ours);
      const dhmc = {
        dhmcInPlace,
        dhmcQuestions: openQuestionsOfDhmc(opened, observation, {
          ours,
          partition: context.partition,
          proven,
        }),
        dhmcPermissions: permissionsOfSetting(target.region, observation, ours),
      };
      const grounds = groundsOf(verdict, dhmc, observation, context);
      const { instances, findings, notes } = instancesOf(verdict, grounds, observation);
      return {
        ...target,
        instances,
        grounds,
        findings: [
          ...target.findings,
          ...roleFindings,
          ...contested.map((withheldOne) => withheldOne.finding),
          ...findings,
        ],
        notes: [...target.notes, ...(uses ? regional.notes : []), ...notes],
      };
    }),
    plan,
  };
}

function instancesOf(
  { target: { region } }: RegionVerdict,
  grounds: RegionInstancesContext,
  observation: AccountObservation,
): ReturnType<typeof judgeRegionInstances> {
  const seen = observation.regions.find((one) => one.region === region);
  if (seen?.instances?.kind !== 'value') return { instances: NO_INSTANCES, findings: [], notes: [] };
  return judgeRegionInstances(seen.instances.value, grounds);
}

function groundsOf(
  { target: { region }, network }: RegionVerdict,
  dhmc: Pick<RegionInstancesContext, 'dhmcInPlace' | 'dhmcQuestions' | 'dhmcPermissions'>,
  observation: AccountObservation,
  { now, configuration, partition }: AssessmentContext,
): RegionInstancesContext {
  const seen = observation.regions.find((one) => one.region === region);
  const settingModifiedAt = seen?.setting.kind === 'value' ? seen.setting.value.lastModifiedDate : null;
  const roleCreatedAt = observation.role.kind === 'value' ? observation.role.value.createdAt : null;
  return {
    now,
    accountId: observation.account.accountId,
    region,
    partition,
    settings: configuration,
    waivers: waiversAt(configuration.waivers, observation.account, region, now),
    paths: network.paths,
    ...dhmc,
    changes: changesOfTarget(region, observation.recentChanges, { settingModifiedAt, roleCreatedAt }, now),
  };
}

/** Why no target of the account is looked at: a function from Region to finding, or null where it can be entered. */
function whyClosed(
  observation: AccountObservation,
  context: AssessmentContext,
): ((region: Region) => Finding) | null {
  const { account } = observation;
  const decision = decideAccount(account, context.configuration);
  if (decision.kind === 'skip') {
    const finding: Finding = { code: decision.code, subject: null, sentence: decision.sentence };
    return (region) =>
      decision.status === 'SKIPPED' ? finding : (excludedFinding(region, context) ?? finding);
  }
  if (observation.entry.kind === 'failed') {
    const { failure } = observation.entry;
    const outcome = decideEntryFailure(failure, account, context.now, context.organizationPathSince);
    const finding: Finding = { code: outcome.code, subject: null, sentence: outcome.sentence };
    return (region) => excludedFinding(region, context) ?? finding;
  }
  return null;
}

/** An excluded Region stays excluded whatever else is wrong with the account. */
function excludedFinding(region: Region, context: AssessmentContext): Finding | null {
  const decision = decideRegion(region, undefined, context.configuration);
  return decision.kind === 'skip'
    ? { code: decision.code, subject: null, sentence: decision.sentence }
    : null;
}

function unobservedRole(desired: DesiredRole): RoleAssessment {
  const { settingValue: value, arn } = desired;
  return { settingValue: value, arn, owner: null, state: 'UNKNOWN', reasons: [], findings: [] };
}

function closedTarget(region: Region, finding: Finding): TargetAssessment {
  return {
    region,
    findings: [finding],
    notes: [],
    desired: null,
    observed: null,
    instances: NO_INSTANCES,
    grounds: null,
    vpcs: [],
    network: null,
    needs: [],
  };
}

/** The DHMC role's setting value: its true path where it exists, else the path it would get. */
function oursAsItStands(observation: AccountObservation, desired: DesiredRole): string {
  const { role } = observation;
  return role.kind === 'value' ? settingValueOf(role.value.path, role.value.roleName) : desired.settingValue;
}

interface RegionVerdict {
  target: TargetAssessment;
  /** null where the target is skipped or could not be read. */
  open: OpenTarget | null;
  network: RegionNetwork;
}

function judgeRegion(
  region: Region,
  observation: AccountObservation,
  ours: string,
  context: AssessmentContext,
): RegionVerdict {
  const decision = decideRegion(region, regionState(region, observation), context.configuration);
  if (decision.kind === 'skip') {
    const finding: Finding = { code: decision.code, subject: null, sentence: decision.sentence };
    return { target: closedTarget(region, finding), open: null, network: NO_NETWORK };
  }
  const seen = observation.regions.find((r) => r.region === region);
  if (!seen) {
    const finding: Finding = {
      code: 'DEFERRED',
      subject: null,
      sentence: 'The time limit of this invocation was near; the next pass continues here.',
    };
    return { target: closedTarget(region, finding), open: null, network: NO_NETWORK };
  }
  if (isInferredDisabled(seen, observation, context.now)) {
    const finding: Finding = {
      code: 'REGION_NOT_ENABLED',
      subject: null,
      sentence: `${region} refuses the tokens of this account, which work in other Regions; its list of Regions cannot be read, so the Region counts as not enabled.`,
    };
    const target = { ...closedTarget(region, finding), notes: ['REGION_STATE_INFERRED' as const] };
    return { target, open: null, network: NO_NETWORK };
  }
  if (seen.setting.kind !== 'value') {
    return { target: closedTarget(region, unreadableSetting(seen)), open: null, network: NO_NETWORK };
  }

  const setting = seen.setting.value;
  const foreign = observation.foreignRoles.find((role) => role.settingValue === setting.value);
  const judgement = judgeSetting(
    {
      setting,
      ours,
      earlierOurs: observation.ownSettingValues,
      foreign,
      request: {
        partition: context.partition,
        accountId: observation.account.accountId,
        organizationId: observation.organizationId,
        region,
        controls: observation.controls,
      },
    },
    context.configuration,
  );
  const findings =
    judgement.kind === 'unknown' ? unreadableForeignRole(observation, setting.value) : judgement.findings;
  const network = judgeRegionNetwork(seen, observation, context);
  const associations = judgeAssociations(
    context.configuration.agentUpdates === 'off' || judgement.kind === 'set' ? seen.associations : null,
    context.configuration,
  );
  const agentUpdates = judgeAgentUpdates(seen, context.configuration);
  return {
    network,
    target: {
      region,
      findings: [...findings, ...instanceReadFindings(seen), ...network.findings],
      notes: [
        ...judgement.notes,
        ...loggingNotes(seen, observation, context),
        ...network.notes,
        ...associations.notes,
        ...agentUpdates.notes,
      ],
      vpcs: network.vpcs,
      network: network.judged,
      needs: network.needs,
      desired: judgement.kind === 'set' ? ours : settingValue(setting),
      observed: settingValue(setting),
      instances: NO_INSTANCES,
      grounds: null,
    },
    open: { region, observed: setting.value, judgement, associations, agentUpdates },
  };
}

function loggingNotes(
  seen: RegionObservation,
  { account: { accountId } }: AccountObservation,
  { partition }: AssessmentContext,
): NoteCode[] {
  const logging = regionSessionLogging(seen, { partition, accountId, region: seen.region });
  return logging && logging.blocked.length > 0 ? ['SESSION_LOGGING_BLOCKED'] : [];
}

function regionState(region: Region, observation: AccountObservation) {
  if (observation.regionStates.kind !== 'value') return undefined;
  // A Region that the account's own list leaves out is not enabled there.
  return observation.regionStates.value[region] ?? 'DISABLED';
}

/**
 * A Region is denied as a whole when a neutral EC2 read is denied by a service control policy as well;
 * where only the Systems Manager read is, that action is.
 */
function unreadableSetting(seen: RegionObservation): Finding {
  const { setting, instances } = seen;
  if (setting.kind !== 'failed') {
    return {
      code: 'DHMC_NOT_IN_REGION',
      subject: null,
      sentence: 'Systems Manager knows no such setting here.',
    };
  }
  if (
    setting.failure.kind === 'DENIED_BY_SCP' &&
    instances?.kind === 'failed' &&
    instances.failure.kind === 'DENIED_BY_SCP' &&
    // Of the reads behind it, Systems Manager's are never the neutral one.
    instances.failure.action.startsWith('ec2:')
  ) {
    return {
      code: 'REGION_DENIED_BY_SCP',
      subject: null,
      sentence: 'A service control policy denies this Region (Systems Manager and EC2 reads alike).',
    };
  }
  return readFailureFinding(setting.failure, null);
}

function unreadableForeignRole(observation: AccountObservation, value: string): Finding[] {
  const foreign = observation.foreignRoles.find((role) => role.settingValue === value);
  if (foreign?.role.kind === 'failed') return [readFailureFinding(foreign.role.failure, value)];
  if (foreign?.allowedActions.kind === 'failed')
    return [readFailureFinding(foreign.allowedActions.failure, value)];
  return [];
}

function instanceReadFindings(seen: RegionObservation): Finding[] {
  if (seen.instances?.kind !== 'failed') return [];
  const { failure } = seen.instances;
  // The setting was read, so DHMC is offered here: an EC2 endpoint that is not found is an outage.
  const kind = failure.kind === 'UNSUPPORTED_IN_REGION' ? 'UNAVAILABLE' : failure.kind;
  return [readFailureFinding({ ...failure, kind }, null)];
}

function usesOrWantsOurs(ours: string, accountId: string): (target: OpenTarget) => boolean {
  return ({ observed, judgement }) => roleNamedBy(observed, accountId) === ours || judgement.kind === 'set';
}

function roleFindingsOf(observation: AccountObservation, role: RoleJudgement, region: Region): Finding[] {
  if (observation.role.kind === 'failed') {
    return [readFailureFinding(observation.role.failure, role.assessment.arn)];
  }
  return role.inRegion(region).findings;
}
