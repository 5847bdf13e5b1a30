/** The policies that bind a role of the twin, parsed, from get-account-authorization-details shapes. */
import { readFileSync } from 'node:fs';
import type { Piece, TwinState } from '../contract.ts';
import type { RoleInEffect } from './propagation.ts';

interface ManagedPolicyText {
  DefaultVersionId: string;
  CreateDate: string;
  UpdateDate: string;
  Document: Piece;
}

const awsManaged: Record<string, ManagedPolicyText> = JSON.parse(
  readFileSync(new URL('./managed-policies.json', import.meta.url), 'utf8'),
);

/** A piece of Iam with a policy document -> its document as it was parsed, with the text that it came from. */
const parsed = new WeakMap<object, { from: unknown; document: Piece }>();

/** AWS managed documents by partition and name: few, and never changed. */
const inPartition = new Map<string, Piece>();

const NOTHING: Piece = Object.freeze({ Version: '2012-10-17', Statement: [] });

/**
 * Inline and managed policies of a role, and its permissions boundary. A managed policy that neither the
 * account's Iam.Policies nor twin/iam/managed-policies.json knows grants nothing. A role that doesn't exist
 * has no policies.
 */
export function identityPoliciesOf(
  state: TwinState,
  accountId: string,
  roleName: string,
): { policies: Piece[]; boundary: Piece | null } {
  const role = findRole(state, accountId, roleName);
  if (!role) return { policies: [], boundary: null };
  const inline = list(role.RolePolicyList).map((entry) => documentOf(entry, 'PolicyDocument'));
  const managed = list(role.AttachedManagedPolicies).map((entry) =>
    managedPolicyDocument(state, accountId, entry.PolicyArn),
  );
  const boundary = role.PermissionsBoundary?.PermissionsBoundaryArn;
  return {
    policies: [...inline, ...managed],
    boundary: boundary === undefined ? null : managedPolicyDocument(state, accountId, boundary),
  };
}

/** The role as services other than IAM see it now: a change takes a while to arrive. */
export function roleInEffect(state: TwinState, accountId: string, roleName: string): Piece | undefined {
  const underWay = state.propagation.find(accountId, roleName, state.clock.now().getTime());
  return underWay ? underWay.before?.role : findRole(state, accountId, roleName);
}

/** As identityPoliciesOf, as services other than IAM see them now. */
export function policiesInEffect(
  state: TwinState,
  accountId: string,
  roleName: string,
): ReturnType<typeof identityPoliciesOf> {
  const underWay = state.propagation.find(accountId, roleName, state.clock.now().getTime());
  if (!underWay) return identityPoliciesOf(state, accountId, roleName);
  const { policies = [], boundary = null } = underWay.before ?? {};
  return { policies, boundary };
}

/** A copy of the role and of what binds it, before a change; null where there is no such role. */
export function copyRole(state: TwinState, accountId: string, roleName: string): RoleInEffect | null {
  const role = findRole(state, accountId, roleName);
  return role ? structuredClone({ role, ...identityPoliciesOf(state, accountId, roleName) }) : null;
}

/** The role's entry of RoleDetailList. Role names are unique in an account without regard to case. */
export function findRole(state: TwinState, accountId: string, roleName: string): Piece | undefined {
  const wanted = roleName.toLowerCase();
  return list(state.account(accountId)?.Iam.RoleDetailList).find(
    (role) => String(role.RoleName).toLowerCase() === wanted,
  );
}

/** The role's trust policy, parsed. */
export function trustPolicyOf(role: Piece): Piece {
  return documentOf(role, 'AssumeRolePolicyDocument');
}

/**
 * The default version's document of a managed policy: the account's own entry first, else AWS's text; the
 * empty document where neither is known.
 */
export function managedPolicyDocument(state: TwinState, accountId: string, policyArn: string): Piece {
  const entry = findPolicy(state, accountId, policyArn);
  if (entry) {
    const versions = list(entry.PolicyVersionList);
    const version = versions.find(({ VersionId }) => VersionId === entry.DefaultVersionId) ?? versions[0];
    if (version) return documentOf(version, 'Document');
  }
  return awsManagedPolicy(state.partition, policyArn)?.document ?? NOTHING;
}

/** The entry of the account's Iam.Policies. */
export function findPolicy(state: TwinState, accountId: string, policyArn: string): Piece | undefined {
  return list(state.account(accountId)?.Iam.Policies).find(({ Arn }) => Arn === policyArn);
}

/** Name, path and text of an AWS managed policy that the twin knows, with the partition's ARNs. */
export function awsManagedPolicy(
  partition: string,
  policyArn: string,
): { name: string; path: string; text: ManagedPolicyText; document: Piece } | undefined {
  const [, arnPartition, pathAndName = ''] = /^arn:([^:]+):iam::aws:policy\/(.+)$/.exec(policyArn) ?? [];
  const text = Object.hasOwn(awsManaged, pathAndName) ? awsManaged[pathAndName] : undefined;
  if (arnPartition !== partition || !text) return undefined;
  const slash = pathAndName.lastIndexOf('/') + 1;
  return {
    name: pathAndName.slice(slash),
    path: `/${pathAndName.slice(0, slash)}`,
    text,
    document: documentInPartition(partition, pathAndName, text.Document),
  };
}

function documentInPartition(partition: string, name: string, document: Piece): Piece {
  const key = `${partition} ${name}`;
  const known = inPartition.get(key);
  if (known) return known;
  const text = JSON.stringify(document).replaceAll('arn:aws:', `arn:${partition}:`);
  const replaced: Piece = JSON.parse(text);
  inPartition.set(key, replaced);
  return replaced;
}

/**
 * A policy document in a snapshot is an object, JSON, or JSON URL-encoded (RFC 3986, as the API returns it).
 * What can't be read grants nothing. Parsed once for each owner and text: replacing the text parses anew.
 */
export function documentOf(owner: Piece, member: string): Piece {
  const from = owner[member];
  if (typeof from === 'object' && from !== null) return from;
  const known = parsed.get(owner);
  if (known && known.from === from) return known.document;
  const document = parseDocument(String(from ?? '')) ?? NOTHING;
  parsed.set(owner, { from, document });
  return document;
}

/** undefined where the text is no JSON object. */
export function parseDocument(text: string): Piece | undefined {
  try {
    const json = text.trimStart().startsWith('%') ? decodeURIComponent(text) : text;
    const document: unknown = JSON.parse(json);
    return typeof document === 'object' && document !== null && !Array.isArray(document)
      ? document
      : undefined;
  } catch {
    return undefined;
  }
}

function list(value: unknown): Piece[] {
  return Array.isArray(value) ? value : [];
}
