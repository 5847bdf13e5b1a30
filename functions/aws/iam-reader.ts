import {
  GetRoleCommand,
  GetRolePolicyCommand,
  type ListAttachedRolePoliciesCommandOutput,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  type Role,
} from '@aws-sdk/client-iam';
import type { ForeignRoleObservation, RoleObservation } from '../core/model/observation.ts';
import type { ActionDecision } from '../core/model/permissions.ts';
import type { Region } from '../core/model/primitives.ts';
import type { Read } from '../core/model/reads.ts';
import { canNameRole, MANAGED_NODE_ACTIONS, PRIVILEGED_ACTIONS, roleNamedBy } from '../core/setting.ts';
import { type OwnTags, recognizeMark } from '../core/tags.ts';
import type { SessionClients } from './client-pool.ts';
import { read } from './reads.ts';
import { principalContext, simulateRole } from './simulate.ts';

const ABSENT = ['NoSuchEntity', 'NoSuchEntityException'];

/** The role with its attached and inline policies' names: three calls, one where it does not exist. */
export async function readRole(clients: SessionClients, roleName: string): Promise<Read<RoleObservation>> {
  const client = clients.iam('read');
  const role = await read(
    'iam:GetRole',
    async () => (await client.send(new GetRoleCommand({ RoleName: roleName }))).Role,
    ABSENT,
  );
  if (role.kind !== 'value') return role;
  if (!role.value) return { kind: 'absent' };
  const attached = await readAttachedPolicies(clients, roleName);
  if (attached.kind !== 'value') return attached;
  const inline = await read('iam:ListRolePolicies', () => listInline(clients, roleName), ABSENT);
  if (inline.kind !== 'value') return inline;
  const denyOnly = await read(
    'iam:GetRolePolicy',
    () => listDenyOnly(clients, roleName, inline.value),
    ABSENT,
  );
  const denyOnlyNames = denyOnly.kind === 'value' ? denyOnly.value : [];
  return {
    kind: 'value',
    value: toObservation(role.value, clients.ownTags, attached.value, inline.value, denyOnlyNames),
  };
}

/** The role's tags alone: one call. */
export function readRoleTags(
  clients: SessionClients,
  roleName: string,
): Promise<Read<Record<string, string>>> {
  return read(
    'iam:GetRole',
    async () => {
      const { Role: role } = await clients.iam('read').send(new GetRoleCommand({ RoleName: roleName }));
      return recognizeMark(tagsOf(role), clients.ownTags);
    },
    ABSENT,
  );
}

/** ARNs of the role's attached policies; absent where the role does not exist. */
export function readAttachedPolicies(clients: SessionClients, roleName: string): Promise<Read<string[]>> {
  return read('iam:ListAttachedRolePolicies', () => listAttached(clients, roleName), ABSENT);
}

async function listAttached(clients: SessionClients, roleName: string): Promise<string[]> {
  const arns: string[] = [];
  const pages = paginateListAttachedRolePolicies({ client: clients.iam('read') }, { RoleName: roleName });
  for await (const page of pages) {
    const { AttachedPolicies = [] } = page as ListAttachedRolePoliciesCommandOutput;
    for (const policy of AttachedPolicies) if (policy.PolicyArn) arns.push(policy.PolicyArn);
  }
  return arns.sort();
}

async function listInline(clients: SessionClients, roleName: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListRolePolicies(
    { client: clients.iam('read') },
    { RoleName: roleName },
  )) {
    names.push(...(page.PolicyNames ?? []));
  }
  return names.sort();
}

/** Of the inline policies those that only deny. A member role that may not read them leaves all as privileges. */
async function listDenyOnly(clients: SessionClients, roleName: string, names: string[]): Promise<string[]> {
  const denyOnly: string[] = [];
  for (const PolicyName of names) {
    const command = new GetRolePolicyCommand({ RoleName: roleName, PolicyName });
    const { PolicyDocument } = await clients.iam('read').send(command);
    if (onlyDenies(parsePolicy(PolicyDocument))) denyOnly.push(PolicyName);
  }
  return denyOnly;
}

function onlyDenies(document: unknown): boolean {
  const { Statement } = (document ?? {}) as { Statement?: unknown };
  const statements = [Statement].flat() as ({ Effect?: unknown } | undefined)[];
  return statements.every((statement) => statement?.Effect === 'Deny');
}

function toObservation(
  role: Role,
  ownTags: OwnTags,
  attachedPolicyArns: string[],
  inlinePolicyNames: string[],
  denyOnlyPolicyNames: string[],
): RoleObservation {
  return {
    roleName: role.RoleName ?? '',
    path: role.Path ?? '/',
    arn: role.Arn ?? '',
    trustPolicy: parsePolicy(role.AssumeRolePolicyDocument),
    attachedPolicyArns,
    inlinePolicyNames,
    denyOnlyPolicyNames,
    permissionsBoundaryArn: role.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    tags: recognizeMark(tagsOf(role), ownTags),
    createdAt: role.CreateDate?.toISOString() ?? null,
  };
}

function tagsOf(role: Role | undefined): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const tag of role?.Tags ?? []) if (tag.Key) tags[tag.Key] = tag.Value ?? '';
  return tags;
}

/** IAM answers policy documents URL-encoded (GetRole, AssumeRolePolicyDocument). */
export function parsePolicy(document: string | undefined): unknown {
  if (!document) return null;
  try {
    return JSON.parse(decodeURIComponent(document));
  } catch {
    return null;
  }
}

/**
 * A role of another team that a setting names: whether it exists under that very path, whom it trusts,
 * and which of the managed node's actions it allows (SimulatePrincipalPolicy, once).
 */
export async function readForeignRole(
  clients: SessionClients,
  settingValue: string,
): Promise<ForeignRoleObservation> {
  const roleName = settingValue.split('/').at(-1) ?? settingValue;
  // IAM would answer ValidationError, which says no more than that there is no such role.
  if (!canNameRole(roleName)) {
    return { settingValue, role: { kind: 'absent' }, allowedActions: { kind: 'absent' } };
  }
  const role = await read(
    'iam:GetRole',
    async () => (await clients.iam('read').send(new GetRoleCommand({ RoleName: roleName }))).Role,
    ABSENT,
  );
  const observed: Read<RoleObservation> =
    role.kind !== 'value'
      ? role
      : role.value && isNamed(role.value, settingValue)
        ? { kind: 'value', value: toObservation(role.value, clients.ownTags, [], [], []) }
        : { kind: 'absent' };
  if (observed.kind !== 'value') return { settingValue, role: observed, allowedActions: { kind: 'absent' } };
  const { arn } = observed.value;
  const allowedActions = await read('iam:SimulatePrincipalPolicy', () => allowedOf(clients, arn));
  return { settingValue, role: observed, allowedActions };
}

/** By path and name, or by an ARN of the same account. */
function isNamed({ Arn = '', Path, RoleName }: Role, settingValue: string): boolean {
  const accountId = Arn.split(':')[4] ?? '';
  return `${Path}${RoleName}`.replace(/^\//, '') === roleNamedBy(settingValue, accountId);
}

async function allowedOf(clients: SessionClients, roleArn: string): Promise<string[]> {
  const decisions = await simulateRole(clients, {
    roleArn,
    actions: [...MANAGED_NODE_ACTIONS, ...PRIVILEGED_ACTIONS],
    context: {},
  });
  return decisions.filter(({ allowed }) => allowed).map(({ action }) => action);
}

/** What the DHMC role may do as the agent's credentials in a Region (docs/spec/decisions.md, "DHMC role"). */
export function readRolePermissions(
  clients: SessionClients,
  roleArn: string,
  region: Region,
  organizationId: string | null,
): Promise<Read<ActionDecision[]>> {
  return read('iam:SimulatePrincipalPolicy', () =>
    simulateRole(clients, {
      roleArn,
      actions: MANAGED_NODE_ACTIONS,
      context: { ...principalContext(roleArn, organizationId), 'aws:RequestedRegion': region },
    }),
  );
}
