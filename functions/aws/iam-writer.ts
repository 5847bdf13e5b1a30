import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { Failure } from '../core/model/reads.ts';
import { writeMark } from '../core/tags.ts';
import type { SessionClients } from './client-pool.ts';
import { attempt } from './reads.ts';

export interface NewRole {
  roleName: string;
  path: string;
  trustPolicy: unknown;
  permissionsBoundaryArn: string | null;
  description: string;
  tags: Record<string, string>;
}

export function createRole(clients: SessionClients, role: NewRole): Promise<Failure | null> {
  return attempt('iam:CreateRole', () =>
    clients.iam('write').send(
      new CreateRoleCommand({
        RoleName: role.roleName,
        Path: role.path,
        Description: role.description,
        AssumeRolePolicyDocument: JSON.stringify(role.trustPolicy),
        Tags: Object.entries(writeMark(role.tags, clients.ownTags)).map(([Key, Value]) => ({ Key, Value })),
        ...(role.permissionsBoundaryArn === null ? {} : { PermissionsBoundary: role.permissionsBoundaryArn }),
      }),
    ),
  );
}

export function setTrustPolicy(
  clients: SessionClients,
  roleName: string,
  trustPolicy: unknown,
): Promise<Failure | null> {
  return attempt('iam:UpdateAssumeRolePolicy', () =>
    clients.iam('write').send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: roleName,
        PolicyDocument: JSON.stringify(trustPolicy),
      }),
    ),
  );
}

export function attachPolicy(
  clients: SessionClients,
  roleName: string,
  policyArn: string,
): Promise<Failure | null> {
  return attempt('iam:AttachRolePolicy', () =>
    clients.iam('write').send(new AttachRolePolicyCommand({ RoleName: roleName, PolicyArn: policyArn })),
  );
}

export function detachPolicy(
  clients: SessionClients,
  roleName: string,
  policyArn: string,
): Promise<Failure | null> {
  return attempt('iam:DetachRolePolicy', () =>
    clients.iam('write').send(new DetachRolePolicyCommand({ RoleName: roleName, PolicyArn: policyArn })),
  );
}

/** DeleteConflict while anything is attached to it (IAM API reference, DeleteRole). */
export function deleteRole(clients: SessionClients, roleName: string): Promise<Failure | null> {
  return attempt('iam:DeleteRole', () =>
    clients.iam('write').send(new DeleteRoleCommand({ RoleName: roleName })),
  );
}
