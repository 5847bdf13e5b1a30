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
const PING_ACTION = 'ssm:UpdateInstanceInformation';

/**
 * What the simulation says in a Region: asked there, else once for all; null where nothing runs.
 *
 * @param proven an instance is Online with the role's credentials: where a service control policy is said to deny its
 *   ping all the same, the instance is right, and the simulation says nothing of that action
 */
export function decisionsIn(
  permissions: readonly RolePermissions[],
  region: Region,
  proven: boolean,
): RolePermissions['decisions'] | null {
  const asked =
    permissions.find((one) => one.region === region) ?? permissions.find((one) => one.region === null);
  if (!asked) return null;
  const { decisions } = asked;
  if (!proven || decisions.kind !== 'value') return decisions;
  const contradicted = ({ action, deniedBy }: ActionDecision) => action === PING_ACTION && deniedBy === 'SCP';
  return { kind: 'value', value: decisions.value.filter((decision) => !contradicted(decision)) };
}

/**
 * Actions that the role is denied.
 *
 * @param policiesMissing a policy is reported missing; what only that denies is not reported twice
 */
export function roleDenials(
  decisions: RolePermissions['decisions'] | null,
  { policiesMissing }: { policiesMissing: boolean },
): ActionDecision[] {
  if (decisions?.kind !== 'value') return [];
  return decisions.value.filter(
    ({ allowed, deniedBy, explicit }) =>
      !allowed && !(policiesMissing && deniedBy === 'IDENTITY' && !explicit),
  );
}

/** Whether the simulation says anything of the agent's ping. */
export function isPingKnown(decisions: RolePermissions['decisions'] | null): boolean {
  return decisions?.kind === 'value' && decisions.value.some(({ action }) => action === PING_ACTION);
}
