/** What DHMC gives the instances of a Region: credentials of the role that its setting names, and what these may do. */
import type { OpenTarget } from './assessment-context.ts';
import { credentialSourceOf } from './instances/credentials.ts';
import type { AccountObservation, ForeignRoleObservation } from './model/observation.ts';
import type { ActionDecision } from './model/permissions.ts';
import type { Region } from './model/primitives.ts';
import type { Read } from './model/reads.ts';
import type { DesiredRole } from './role.ts';
import { decisionsIn } from './role-permissions.ts';
import { fitnessOf, isUnset, MANAGED_NODE_ACTIONS, roleNamedBy } from './setting.ts';
import { judgeTrust, trustsSystemsManager } from './trust-policy.ts';

/**
 * Whether DHMC gives credentials in this target as far as can be seen: the setting names our role, which
 * trusts Systems Manager and has its policy, or another that is fit, one of an earlier configuration of ours
 * included. Where that could not be read, nothing is held against the instances.
 */
export function isDhmcInPlace(
  { region, observed }: Pick<OpenTarget, 'region' | 'observed'>,
  { account: { accountId }, organizationId, controls, role, foreignRoles }: AccountObservation,
  { ours, desired, partition }: { ours: string; desired: DesiredRole; partition: string },
): boolean {
  if (isUnset(observed)) return false;
  const request = { partition, accountId, organizationId, region, controls };
  if (roleNamedBy(observed, accountId) !== ours) {
    return fitnessOf(observed, roleAt(observed, foreignRoles), request).kind !== 'unfit';
  }
  if (role.kind !== 'value') return role.kind === 'failed';
  const { trustPolicy, attachedPolicyArns } = role.value;
  return (
    trustsSystemsManager(trustPolicy, request) &&
    desired.requiredPolicyArns.every((arn) => attachedPolicyArns.includes(arn))
  );
}

/** What is not known of the credentials that DHMC gives in this target, so that no one may claim that all is met. */
export function openQuestionsOfDhmc(
  { region, observed }: Pick<OpenTarget, 'region' | 'observed'>,
  { account: { accountId }, organizationId, controls, role, foreignRoles }: AccountObservation,
  { ours, partition, proven }: { ours: string; partition: string; proven: boolean },
): string[] {
  if (isUnset(observed)) return [];
  const request = { partition, accountId, organizationId, region, controls };
  const isOurs = roleNamedBy(observed, accountId) === ours;
  const foreign = roleAt(observed, foreignRoles);
  if (!isOurs && fitnessOf(observed, foreign, request).kind === 'unknown') {
    return [`whether the role ${observed} is fit`];
  }
  const named = isOurs ? role : foreign?.role;
  if (named?.kind === 'failed') return [`whether the role ${ours} is sound`];
  if (named?.kind !== 'value' || proven) return [];
  const trust = judgeTrust(named.value.trustPolicy, request);
  if (trust.verdict !== 'CONDITIONAL') return [];
  const deciding = [...trust.unknownKeys.map((key) => `the condition on ${key}`), ...trust.unknownPolicies];
  return [
    `whether ${deciding.join(', ') || 'the conditions of its trust policy'} ${deciding.length === 1 ? 'lets' : 'let'} ssm.amazonaws.com assume its role`,
  ];
}

function roleAt(value: string, roles: readonly ForeignRoleObservation[]): ForeignRoleObservation | undefined {
  return roles.find(({ settingValue }) => settingValue === value);
}

/** Whether an instance is Online in the Region with credentials of our role: it has no profile, or one that gives none. */
export function isProvenIn(region: Region, observation: AccountObservation, ours: string): boolean {
  const seen = observation.regions.find((one) => one.region === region);
  if (seen?.instances?.kind !== 'value' || roleOfSetting(region, observation) !== ours) return false;
  const { instances, profiles } = seen.instances.value;
  return instances.some(
    ({ online, state, profileArn }) =>
      online &&
      state === 'running' &&
      credentialSourceOf(profileArn === null ? null : (profiles[profileArn] ?? null)) === 'DHMC',
  );
}

/** What the role that the setting names may do; null where that was not asked, or no role is named. */
export function permissionsOfSetting(
  region: Region,
  observation: AccountObservation,
  ours: string,
): Read<ActionDecision[]> | null {
  const named = roleOfSetting(region, observation);
  if (named === ours) {
    return decisionsIn(observation.rolePermissions, region, isProvenIn(region, observation, ours));
  }
  const allowed = observation.foreignRoles.find(
    ({ settingValue }) => roleNamedBy(settingValue, observation.account.accountId) === named,
  )?.allowedActions;
  if (allowed?.kind !== 'value') return allowed ?? null;
  return { kind: 'value', value: MANAGED_NODE_ACTIONS.map((action) => decisionOf(action, allowed.value)) };
}

function decisionOf(action: string, allowedActions: readonly string[]): ActionDecision {
  const allowed = allowedActions.includes(action);
  return { action, allowed, deniedBy: allowed ? null : 'IDENTITY', explicit: false };
}

function roleOfSetting(region: Region, { account, regions }: AccountObservation): string | null {
  const setting = regions.find((one) => one.region === region)?.setting;
  return setting?.kind === 'value' ? roleNamedBy(setting.value.value, account.accountId) : null;
}
