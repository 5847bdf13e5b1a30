/**
 * What keeps the DHMC role from its work although its policies are there: a permissions boundary, a service control
 * policy, an explicit deny (docs/spec/decisions.md, "DHMC role"). Source: IAM API reference, SimulatePrincipalPolicy.
 */
import type { ActionDecision, PolicyKind, RolePermissions } from './model/permissions.ts';
import type { Region } from './model/primitives.ts';

/** How sentences name the kind of policy. The answer of a simulation has no id of a service control policy. */
const POLICY_KINDS: Record<PolicyKind, string> = {
  IDENTITY: 'a policy of the role itself',
  BOUNDARY: 'its permissions boundary',
  SCP: 'a service control policy',
};

/** `The role x is denied a, b by a service control policy and c by its permissions boundary`. */
export function denialsSentence(subject: string, denials: readonly ActionDecision[]): string {
  const byKind = Map.groupBy(denials, ({ deniedBy }) => deniedBy ?? 'IDENTITY');
  const parts = [...byKind].map(
    ([kind, some]) => `${some.map(({ action }) => action).join(', ')} by ${POLICY_KINDS[kind]}`,
  );
  return `${subject} is denied ${parts.join(' and ')}`;
}

/** An agent's ping is this call, so an instance that is Online shows that it is allowed. */
export const PING_ACTION = 'ssm:UpdateInstanceInformation';

/**
 * Actions that the role is denied in a Region.
 *
 * @param proven an instance is Online with the role's credentials: where the simulation denies its ping by a service
 *   control policy all the same, the instance is right
 * @param policiesMissing a policy is reported missing; what only that denies is not reported twice
 */
export function findRoleDenials(
  permissions: readonly RolePermissions[],
  region: Region,
  { proven, policiesMissing }: { proven: boolean; policiesMissing: boolean },
): ActionDecision[] {
  const answer = permissionsIn(permissions, region);
  if (answer?.kind !== 'value') return [];
  return answer.value.filter(
    ({ action, allowed, deniedBy, explicit }) =>
      !allowed &&
      !(proven && action === PING_ACTION && deniedBy === 'SCP') &&
      !(policiesMissing && deniedBy === 'IDENTITY' && !explicit),
  );
}

/** Asked in the Region itself, else once for all; undefined where nothing runs. */
export function permissionsIn(
  permissions: readonly RolePermissions[],
  region: Region,
): RolePermissions['decisions'] | undefined {
  return (permissions.find((one) => one.region === region) ?? permissions.find((one) => one.region === null))
    ?.decisions;
}
