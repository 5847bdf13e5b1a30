import {
  GetRoleCommand,
  type ListAttachedRolePoliciesCommandOutput,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  paginateSimulatePrincipalPolicy,
  type Role,
} from '@aws-sdk/client-iam';
import type { ForeignRoleObservation, RoleObservation } from '../core/model/observation.ts';
import type { Read } from '../core/model/reads.ts';
import { MANAGED_NODE_ACTIONS } from '../core/setting.ts';
import type { SessionClients } from './client-pool.ts';
import { read } from './reads.ts';

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
  const attached = await read('iam:ListAttachedRolePolicies', () => listAttached(clients, roleName), ABSENT);
  if (attached.kind !== 'value') return attached;
  const inline = await read('iam:ListRolePolicies', () => listInline(clients, roleName), ABSENT);
  if (inline.kind !== 'value') return inline;
  return { kind: 'value', value: toObservation(role.value, attached.value, inline.value) };
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

function toObservation(
  role: Role,
  attachedPolicyArns: string[],
  inlinePolicyNames: string[],
): RoleObservation {
  const tags: Record<string, string> = {};
  for (const tag of role.Tags ?? []) if (tag.Key) tags[tag.Key] = tag.Value ?? '';
  return {
    roleName: role.RoleName ?? '',
    path: role.Path ?? '/',
    arn: role.Arn ?? '',
    trustPolicy: parsePolicy(role.AssumeRolePolicyDocument),
    attachedPolicyArns,
    inlinePolicyNames,
    permissionsBoundaryArn: role.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    tags,
    createdAt: role.CreateDate?.toISOString() ?? null,
  };
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
  const role = await read(
    'iam:GetRole',
    async () => (await clients.iam('read').send(new GetRoleCommand({ RoleName: roleName }))).Role,
    ABSENT,
  );
  const observed: Read<RoleObservation> =
    role.kind !== 'value'
      ? role
      : role.value && `${role.value.Path}${role.value.RoleName}`.replace(/^\//, '') === settingValue
        ? { kind: 'value', value: toObservation(role.value, [], []) }
        : { kind: 'absent' };
  if (observed.kind !== 'value') return { settingValue, role: observed, allowedActions: { kind: 'absent' } };
  const { arn } = observed.value;
  const allowedActions = await read('iam:SimulatePrincipalPolicy', () => allowedOf(clients, arn));
  return { settingValue, role: observed, allowedActions };
}

async function allowedOf(clients: SessionClients, roleArn: string): Promise<string[]> {
  const allowed: string[] = [];
  const pages = paginateSimulatePrincipalPolicy(
    { client: clients.iam('read') },
    { PolicySourceArn: roleArn, ActionNames: [...MANAGED_NODE_ACTIONS] },
  );
  for await (const page of pages) {
    for (const result of page.EvaluationResults ?? []) {
      if (result.EvalDecision === 'allowed' && result.EvalActionName) allowed.push(result.EvalActionName);
    }
  }
  return allowed;
}
