/** Roles: create, read, change, delete, tag. Source: IAM API reference. */
import { AwsError, type Call, type Operations, type Piece } from '../../contract.ts';
import { findRole } from '../../iam/policies.ts';
import { changeBoundary } from './attachments.ts';
import { readPolicyDocument } from './documents.ts';
import {
  boundaryContext,
  iamArn,
  iamOf,
  noSuchEntity,
  requestTagContext,
  requireAttachable,
  resourceTagContext,
  roleOperation,
  showInstanceProfile,
  showListedRole,
  showRole,
  uniqueId,
} from './entities.ts';
import { iamPage, PAGE_INPUT } from './pages.ts';
import { checkPath, checkRoleCount, checkTags, checkTrustSize } from './quotas.ts';
import { forgetPrincipal, previousId } from './recreated-roles.ts';

export const ROLES: Operations = {
  GetRole: roleOperation(
    'GetRole',
    [],
    false,
    (role) => ({ Role: showRole(role) }),
    (input, call) => boundaryContext(call, input.RoleName),
  ),

  CreateRole: {
    honours: [
      'RoleName',
      'Path',
      'AssumeRolePolicyDocument',
      'Description',
      'MaxSessionDuration',
      'PermissionsBoundary',
      'Tags',
    ],
    mutates: true,
    permissions: (input, call) => {
      const resource = iamArn(call, 'role', input.Path ?? '/', String(input.RoleName ?? ''));
      const tags = requestTagContext(input.Tags);
      const boundary = input.PermissionsBoundary;
      const context = { ...tags, ...(boundary !== undefined && { 'iam:PermissionsBoundary': boundary }) };
      const create = { action: 'iam:CreateRole', resource, context };
      // Tagging on creation needs both permissions (IAM user guide, id_tags_roles).
      return input.Tags?.length ? [create, { action: 'iam:TagRole', resource, context: tags }] : [create];
    },
    handle: createRole,
  },

  DeleteRole: roleOperation(
    'DeleteRole',
    [],
    true,
    (role, _input, call) => deleteRole(role, call),
    (input, call) => boundaryContext(call, input.RoleName),
  ),

  UpdateAssumeRolePolicy: roleOperation(
    'UpdateAssumeRolePolicy',
    ['PolicyDocument'],
    true,
    (role, input, call) => {
      const document = readPolicyDocument(input.PolicyDocument, 'trust', call.state);
      checkTrustSize(document, call);
      role.AssumeRolePolicyDocument = document;
      return {};
    },
    (input, call) => boundaryContext(call, input.RoleName),
  ),

  ListRoles: {
    honours: ['PathPrefix', ...PAGE_INPUT],
    mutates: false,
    permissions: (input, call) => [
      { action: 'iam:ListRoles', resource: iamArn(call, 'role', input.PathPrefix ?? '/', '') },
    ],
    handle: (input, call) => {
      const prefix = String(input.PathPrefix ?? '/');
      const roles: Piece[] = iamOf(call).RoleDetailList;
      const page = iamPage(
        roles.filter(({ Path }) => String(Path).startsWith(prefix)),
        input,
        call,
      );
      return { Roles: page.items.map(showListedRole), ...page.rest };
    },
  },

  ListRoleTags: roleOperation('ListRoleTags', PAGE_INPUT, false, (role, input, call) => {
    const page = iamPage<Piece>(role.Tags ?? [], input, call);
    return { Tags: page.items, ...page.rest };
  }),

  TagRole: roleOperation(
    'TagRole',
    ['Tags'],
    true,
    (role, input) => {
      role.Tags ??= [];
      checkTags(input.Tags ?? [], role.Tags);
      for (const { Key, Value } of input.Tags ?? []) {
        const tag = role.Tags.find((other: Piece) => sameKey(other.Key, Key));
        if (tag) tag.Value = Value;
        else role.Tags.push({ Key, Value });
      }
      return {};
    },
    (input) => requestTagContext(input.Tags),
  ),

  UntagRole: roleOperation(
    'UntagRole',
    ['TagKeys'],
    true,
    (role, input) => {
      const keys: string[] = input.TagKeys ?? [];
      const gone = (tag: Piece) => keys.some((key) => sameKey(tag.Key, key));
      if (role.Tags?.some(gone)) role.Tags = role.Tags.filter((tag: Piece) => !gone(tag));
      return {};
    },
    (input) => ({ 'aws:TagKeys': input.TagKeys ?? [] }),
  ),

  PutRolePermissionsBoundary: roleOperation(
    'PutRolePermissionsBoundary',
    ['PermissionsBoundary'],
    true,
    (role, input, call) => {
      const arn = String(input.PermissionsBoundary ?? '');
      requireAttachable(call, arn, `Scope ARN: ${arn} does not exist or is not attachable.`);
      changeBoundary(role, arn, call);
      return {};
    },
    (input) => ({ 'iam:PermissionsBoundary': String(input.PermissionsBoundary ?? '') }),
  ),

  DeleteRolePermissionsBoundary: roleOperation(
    'DeleteRolePermissionsBoundary',
    [],
    true,
    (role, _input, call) => {
      changeBoundary(role, undefined, call);
      return {};
    },
    (input, call) => boundaryContext(call, input.RoleName),
  ),

  ListInstanceProfilesForRole: roleOperation(
    'ListInstanceProfilesForRole',
    PAGE_INPUT,
    false,
    (role, input, call) => {
      const page = iamPage<Piece>(role.InstanceProfileList ?? [], input, call);
      return {
        InstanceProfiles: page.items.map((profile) => showInstanceProfile(profile, role)),
        ...page.rest,
      };
    },
  ),

  GetInstanceProfile: {
    honours: ['InstanceProfileName'],
    mutates: false,
    permissions: (input, call) => {
      const name = String(input.InstanceProfileName ?? '');
      const arn = findProfile(call, name)?.profile.Arn ?? iamArn(call, 'instance-profile', '/', name);
      const tags = findProfile(call, name)?.profile.Tags;
      return [{ action: 'iam:GetInstanceProfile', resource: arn, context: resourceTagContext(tags) }];
    },
    handle: (input, call) => {
      const name = String(input.InstanceProfileName ?? '');
      const found = findProfile(call, name);
      if (!found) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
      return { InstanceProfile: showInstanceProfile(found.profile, found.role) };
    },
  },
};

/** Tag keys are case-insensitive (IAM user guide, id_tags). */
function sameKey(left: unknown, right: unknown): boolean {
  return String(left).toLowerCase() === String(right).toLowerCase();
}

/** The snapshot format knows instance profiles through their role alone; one without a role isn't in it. */
function findProfile(call: Call, name: string): { profile: Piece; role: Piece } | undefined {
  for (const role of iamOf(call).RoleDetailList as Piece[]) {
    const profile = role.InstanceProfileList?.find((one: Piece) => one.InstanceProfileName === name);
    if (profile) return { profile, role };
  }
  return undefined;
}

/** Readable at once, but usable by services only 5 to 15 s of twin time later (iam/propagation.ts). */
function createRole(input: Piece, call: Call): Piece {
  const { RoleName: roleName = '', Path: path = '/', PermissionsBoundary: boundary } = input;
  checkPath(path);
  checkTags(input.Tags ?? []);
  const document = readPolicyDocument(input.AssumeRolePolicyDocument, 'trust', call.state);
  if (findRole(call.state, call.accountId, roleName)) {
    throw new AwsError('EntityAlreadyExists', `Role with name ${roleName} already exists.`, 409);
  }
  checkRoleCount(call);
  checkTrustSize(document, call);
  if (boundary !== undefined) {
    requireAttachable(call, boundary, `Scope ARN: ${boundary} does not exist or is not attachable.`);
  }
  const role: Piece = {
    Path: path,
    RoleName: roleName,
    RoleId: uniqueId('AROA', call.accountId, roleName, ...previousId(call, roleName)),
    Arn: iamArn(call, 'role', path, roleName),
    CreateDate: call.now.toISOString(),
    AssumeRolePolicyDocument: document,
    ...(input.Description !== undefined && { Description: input.Description }),
    ...(input.MaxSessionDuration !== undefined && { MaxSessionDuration: input.MaxSessionDuration }),
    InstanceProfileList: [],
    RolePolicyList: [],
    AttachedManagedPolicies: [],
    Tags: (input.Tags ?? []).map(({ Key, Value }: Piece) => ({ Key, Value })),
  };
  iamOf(call).RoleDetailList.push(role);
  if (boundary !== undefined) changeBoundary(role, boundary, call);
  call.state.propagation.begin({ accountId: call.accountId, roleName, before: null }, call.now.getTime());
  return { Role: showRole(role) };
}

function deleteRole(role: Piece, call: Call): Piece {
  if (role.InstanceProfileList?.length) {
    throw conflict('Cannot delete entity, must remove roles from instance profile first.');
  }
  if (role.AttachedManagedPolicies?.length) {
    throw conflict('Cannot delete entity, must detach all policies first.');
  }
  if (role.RolePolicyList?.length) throw conflict('Cannot delete entity, must delete policies first.');
  changeBoundary(role, undefined, call);
  const roles: Piece[] = iamOf(call).RoleDetailList;
  roles.splice(roles.indexOf(role), 1);
  forgetPrincipal(role, call);
  return {};
}

function conflict(message: string): AwsError {
  return new AwsError('DeleteConflict', message, 409);
}
