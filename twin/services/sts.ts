/** STS: who calls, and sessions of roles. Sessions expire on the wall's clock (docs/spec/twin.md, "Clock"). */
import { evaluateCall } from '../authorize.ts';
import {
  AwsError,
  type Call,
  type Evaluation,
  type Operations,
  type Permission,
  type Piece,
} from '../contract.ts';
import { findPolicy, managedPolicyDocument, roleInEffect, trustPolicyOf } from '../iam/policies.ts';
import { sessionsOf } from '../sessions.ts';
import { readPolicyDocument } from './iam/documents.ts';
import { tagContext } from './iam/entities.ts';

const DEFAULT_SECONDS = 3600;
const CHAINED_SECONDS = 3600;
const LONGEST_POLICY = 2048;
const MOST_POLICY_ARNS = 10;

export const operations: Operations = {
  GetCallerIdentity: {
    honours: [],
    mutates: false,
    // "No permissions are required to perform this operation", even against an explicit deny (STS API reference)
    permissions: () => [],
    handle: (_input, { principal }) => ({
      UserId: principal.userId,
      Account: principal.accountId,
      Arn: principal.arn,
    }),
  },
  AssumeRole: {
    honours: ['RoleArn', 'RoleSessionName', 'DurationSeconds', 'ExternalId', 'Policy', 'PolicyArns'],
    mutates: false,
    // judged in assumeRole, together with the role's trust policy
    permissions: () => [],
    handle: assumeRole,
  },
};

/** Policies of the organization that a denial of AssumeRole names (IAM user guide, troubleshoot_access-denied). */
const NAMED_IN_DENIALS: Partial<Record<Evaluation['because'], string>> = {
  'explicit-deny-rcp': 'resource control policy',
  'explicit-deny-scp': 'service control policy',
};

/**
 * A role that doesn't exist, one in an account that isn't active, and one that the caller may not assume
 * read the same: aws-samples/aws-security-reference-architecture-examples #218 (a suspended account).
 */
function assumeRole(input: Piece, call: Call): Piece {
  const { accountId, roleName } = readRoleArn(input.RoleArn);
  const refused = new AwsError(
    'AccessDenied',
    `User: ${call.principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${input.RoleArn}`,
    403,
  );
  const { state } = call;
  const role = roleInEffect(state, accountId, roleName);
  if (!role || role.Arn !== input.RoleArn) throw refused;
  if (stateOf(state.member(accountId)) !== 'ACTIVE') throw refused;
  const trust = { document: trustPolicyOf(role), sameAccount: accountId === call.principal.accountId };
  const { because } = evaluateCall(permissionOf(input, role), call, trust);
  const policy = NAMED_IN_DENIALS[because];
  if (policy) {
    throw new AwsError('AccessDenied', `${refused.message} with an explicit deny in a ${policy}`, 403);
  }
  if (because !== 'allowed') throw refused;
  const seconds = durationOf(input, role);
  const sessionPolicies = readSessionPolicies(input, accountId, call);
  const name: string = input.RoleSessionName;
  const principal = {
    accountId,
    arn: `arn:${state.partition}:sts::${accountId}:assumed-role/${role.RoleName}/${name}`,
    userId: `${role.RoleId}:${name}`,
    roleArn: role.Arn,
    roleName: role.RoleName,
    sessionName: name,
    sessionPolicies,
    madeUp: false,
  };
  const session = sessionsOf(state).create(principal, seconds, call.now);
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      // whole seconds, as AWS gives it out
      Expiration: new Date(Math.floor(session.expiresAt / 1000) * 1000),
    },
    AssumedRoleUser: { AssumedRoleId: principal.userId, Arn: principal.arn },
    ...(sessionPolicies.length > 0 && { PackedPolicySize: packedSize(input) }),
  };
}

/** Condition keys of sts:AssumeRole: service authorization reference, AWS Security Token Service. */
function permissionOf(input: Piece, role: Piece): Permission {
  const context: Record<string, string> = {
    ...tagContext(role.Tags),
    'sts:RoleSessionName': input.RoleSessionName,
  };
  if (input.ExternalId !== undefined) context['sts:ExternalId'] = input.ExternalId;
  return { action: 'sts:AssumeRole', resource: input.RoleArn, context };
}

function stateOf(member: Piece | undefined): string | undefined {
  return member?.State ?? member?.Status;
}

function invalid(name: string, value: unknown, constraint: string): AwsError {
  return new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ${constraint}`,
    400,
  );
}

function readRoleArn(arn: string): { accountId: string; roleName: string } {
  const [, accountId, path] = /^arn:[\w-]+:iam::(\d{12}):role\/([\w+=,.@/-]+)$/.exec(arn) ?? [];
  const roleName = path?.split('/').pop();
  if (!accountId || !roleName) throw new AwsError('ValidationError', `${arn} is invalid`, 400);
  return { accountId, roleName };
}

/**
 * Every caller of the twin is a role's session, so that each AssumeRole is role chaining: one hour at most
 * (IAM user guide, id_roles "Role chaining"). MaxSessionDuration isn't in get-account-authorization-details;
 * a snapshot's role without it has AWS's default of one hour.
 */
function durationOf(input: Piece, role: Piece): number {
  const seconds: number = input.DurationSeconds ?? DEFAULT_SECONDS;
  if (seconds > CHAINED_SECONDS) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
      400,
    );
  }
  if (seconds > (role.MaxSessionDuration ?? DEFAULT_SECONDS)) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      400,
    );
  }
  return seconds;
}

function readSessionPolicies(input: Piece, accountId: string, { state }: Call): Piece[] {
  const policies: Piece[] = [];
  if (input.Policy !== undefined) policies.push(readInlinePolicy(input.Policy));
  const arns: Piece[] = input.PolicyArns ?? [];
  if (arns.length > MOST_POLICY_ARNS) {
    throw invalid('policyArns', `${arns.length} entries`, `Member must have length less than or equal to 10`);
  }
  for (const { arn } of arns) {
    const ofAws = /^arn:[\w-]+:iam::aws:policy\//.test(arn);
    if (!ofAws && !findPolicy(state, accountId, arn)) {
      throw new AwsError('ValidationError', `PolicyArn ${arn} does not exist or is not attachable.`, 400);
    }
    policies.push(managedPolicyDocument(state, accountId, arn));
  }
  return policies;
}

function readInlinePolicy(text: string): Piece {
  if (text.length > LONGEST_POLICY) {
    throw invalid('policy', text, `Member must have length less than or equal to ${LONGEST_POLICY}`);
  }
  return readPolicyDocument(text, 'session');
}

/** Percent of AWS's packed limit; AWS packs in an undocumented form, so that this is of the plain text. */
function packedSize(input: Piece): number {
  const length = String(input.Policy ?? '').length + JSON.stringify(input.PolicyArns ?? []).length;
  return Math.min(100, Math.ceil((length / LONGEST_POLICY) * 100));
}
