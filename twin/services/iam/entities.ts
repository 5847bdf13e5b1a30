/** Roles and policies of an account as IAM's operations find, name and show them. */
import { createHash } from 'node:crypto';
import { AwsError, type Call, type Operation, type Permission, type Piece } from '../../contract.ts';
import { awsManagedPolicy, copyRole, findPolicy, findRole } from '../../iam/policies.ts';
import { encodeDocument } from './documents.ts';
import { checkModifiable } from './protected-roles.ts';

/** The account's IAM; lists are changed in place, so that the snapshot's writer sees them. */
export function iamOf(call: Call): Piece {
  // An account that has no file is made with its first Region.
  call.state.region(call.accountId, call.region);
  const account = call.state.account(call.accountId);
  if (!account) throw new AwsError('InvalidClientTokenId', `The twin has no account ${call.accountId}.`, 403);
  return account.Iam;
}

/** Throws NoSuchEntity. */
export function requireRole(call: Call, roleName: string): Piece {
  const role = findRole(call.state, call.accountId, roleName);
  if (!role) throw noSuchEntity(`The role with name ${roleName} cannot be found.`);
  return role;
}

export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', message, 404);
}

/** `kind`: role, policy, instance-profile. `path` begins and ends with a slash. */
export function iamArn(call: Call, kind: string, path: string, name: string): string {
  return `arn:${call.state.partition}:iam::${call.accountId}:${kind}${path}${name}`;
}

/** A deterministic unique id: the prefix and 17 characters of A-Z, 2-7. */
export function uniqueId(prefix: string, ...of: string[]): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const digest = createHash('sha256').update(of.join('/')).digest();
  return prefix + Array.from(digest.subarray(0, 17), (byte) => alphabet[byte % 32]).join('');
}

/** A role as GetRole shows it. `RoleDetail` has neither Description nor MaxSessionDuration; the twin keeps them beside. */
export function showRole(role: Piece): Piece {
  return {
    ...showListedRole(role),
    ...(role.PermissionsBoundary && { PermissionsBoundary: role.PermissionsBoundary }),
    ...(role.Tags?.length && { Tags: role.Tags }),
    ...(role.RoleLastUsed && { RoleLastUsed: role.RoleLastUsed }),
  };
}

/** ListRoles leaves out PermissionsBoundary, RoleLastUsed and Tags (API reference, ListRoles). */
export function showListedRole(role: Piece): Piece {
  return {
    Path: role.Path,
    RoleName: role.RoleName,
    RoleId: role.RoleId,
    Arn: role.Arn,
    CreateDate: role.CreateDate,
    AssumeRolePolicyDocument: encodeDocument(role.AssumeRolePolicyDocument),
    ...(role.Description !== undefined && { Description: role.Description }),
    MaxSessionDuration: role.MaxSessionDuration ?? 3600,
  };
}

/** An instance profile with its roles as the API shows them. */
export function showInstanceProfile(profile: Piece, role: Piece): Piece {
  return { ...profile, Roles: [showRole(role)] };
}

/**
 * Permission of an operation on one role, on the ARN that the role has (path included) or, where there is
 * none, would have at the root path. Keys: the role's tags, and for those actions that support it its
 * boundary (service authorization reference, AWS Identity and Access Management).
 */
export function onRole(
  call: Call,
  action: string,
  roleName: unknown,
  context: NonNullable<Permission['context']> = {},
): Permission {
  const name = String(roleName ?? '');
  const role = findRole(call.state, call.accountId, name);
  const arn = role?.Arn ?? iamArn(call, 'role', '/', name);
  return { action, resource: arn, context: { ...tagContext(role?.Tags), ...context } };
}

/** The role's boundary as `iam:PermissionsBoundary`; no key where it has none. */
export function boundaryContext(call: Call, roleName: unknown): Record<string, string> {
  const role = findRole(call.state, call.accountId, String(roleName ?? ''));
  const arn = role?.PermissionsBoundary?.PermissionsBoundaryArn;
  return arn === undefined ? {} : { 'iam:PermissionsBoundary': arn };
}

/** Condition keys of a policy's or instance profile's tags: `iam:ResourceTag` is of users and roles alone. */
export function resourceTagContext(tags: Piece[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [`aws:ResourceTag/${Key}`, String(Value ?? '')]));
}

/** Condition keys of a role's tags. */
export function tagContext(tags: Piece[] = []): Record<string, string> {
  return Object.fromEntries(
    tags.flatMap(({ Key, Value }) => [
      [`aws:ResourceTag/${Key}`, Value],
      [`iam:ResourceTag/${Key}`, Value],
    ]),
  );
}

/** `aws:RequestTag/...` and `aws:TagKeys`; no keys where the request has no tags. */
export function requestTagContext(tags: Piece[] = []): Record<string, string | string[]> {
  if (tags.length === 0) return {};
  return {
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, String(Value ?? '')])),
    'aws:TagKeys': tags.map(({ Key }) => String(Key)),
  };
}

/** Whether a managed policy is in the account or among AWS's texts. */
export function hasPolicy(call: Call, policyArn: string): boolean {
  return (
    findPolicy(call.state, call.accountId, policyArn) !== undefined ||
    awsManagedPolicy(call.state.partition, policyArn) !== undefined
  );
}

/**
 * Throws NoSuchEntity for a policy that can't be attached. An AWS managed policy whose text the twin doesn't
 * have may well exist: 501, so that it is not taken for AWS's answer.
 */
export function requireAttachable(call: Call, policyArn: string, message: string): void {
  if (hasPolicy(call, policyArn)) return;
  if (policyArn.startsWith(`arn:${call.state.partition}:iam::aws:policy/`)) {
    throw new AwsError(
      'NotImplemented',
      `The twin does not know the AWS managed policy ${policyArn}: add it to Iam.Policies of account ${call.accountId} or to twin/iam/managed-policies.json.`,
      501,
    );
  }
  throw noSuchEntity(message);
}

/** An operation on the role that `RoleName` names. */
export function roleOperation(
  action: string,
  honours: readonly string[],
  mutates: boolean,
  handle: (role: Piece, input: Piece, call: Call) => Piece,
  context: (input: Piece, call: Call) => NonNullable<Permission['context']> = () => ({}),
): Operation {
  return {
    honours: ['RoleName', ...honours],
    mutates,
    permissions: (input, call) => [onRole(call, `iam:${action}`, input.RoleName, context(input, call))],
    handle: (input, call) => {
      const role = requireRole(call, String(input.RoleName ?? ''));
      if (!mutates) return handle(role, input, call);
      checkModifiable(role);
      const { state, accountId, now } = call;
      const before = copyRole(state, accountId, role.RoleName);
      const answer = handle(role, input, call);
      state.propagation.begin({ accountId, roleName: role.RoleName, before }, now.getTime());
      return answer;
    },
  };
}
