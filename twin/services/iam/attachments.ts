/**
 * Managed policies of an account: an AWS managed one is in Iam.Policies while it is in use, with its
 * AttachmentCount, and is gone with its last use: attaching and detaching leave no trace.
 */
import type { Call, Piece } from '../../contract.ts';
import { awsManagedPolicy, findPolicy } from '../../iam/policies.ts';
import { iamOf, uniqueId } from './entities.ts';

type Count = 'AttachmentCount' | 'PermissionsBoundaryUsageCount';

/** Attaching twice is attaching once (general knowledge). */
export function attach(role: Piece, policyArn: string, call: Call): void {
  role.AttachedManagedPolicies ??= [];
  const attached: Piece[] = role.AttachedManagedPolicies;
  if (attached.some(({ PolicyArn }) => PolicyArn === policyArn)) return;
  const entry = enter(policyArn, call);
  attached.push({ PolicyName: policyArn.slice(policyArn.lastIndexOf('/') + 1), PolicyArn: policyArn });
  count(entry, 'AttachmentCount', 1);
}

/** Whether it was attached. */
export function detach(role: Piece, policyArn: string, call: Call): boolean {
  const attached: Piece[] = role.AttachedManagedPolicies ?? [];
  const index = attached.findIndex(({ PolicyArn }) => PolicyArn === policyArn);
  if (index < 0) return false;
  attached.splice(index, 1);
  leave(policyArn, 'AttachmentCount', call);
  return true;
}

/** undefined: no boundary any more. */
export function changeBoundary(role: Piece, policyArn: string | undefined, call: Call): void {
  const before: string | undefined = role.PermissionsBoundary?.PermissionsBoundaryArn;
  if (before === policyArn) return;
  if (before !== undefined) {
    delete role.PermissionsBoundary;
    leave(before, 'PermissionsBoundaryUsageCount', call);
  }
  if (policyArn === undefined) return;
  const entry = enter(policyArn, call);
  role.PermissionsBoundary = { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: policyArn };
  count(entry, 'PermissionsBoundaryUsageCount', 1);
}

/** Where a snapshot left out an entry that is in use, it stays out: else it would outlive the rollback. */
function enter(policyArn: string, call: Call): Piece | undefined {
  const entry = findPolicy(call.state, call.accountId, policyArn);
  if (entry || isUsed(policyArn, call)) return entry;
  const added = entryOf(policyArn, call);
  if (added) iamOf(call).Policies.push(added);
  return added;
}

function leave(policyArn: string, kind: Count, call: Call): void {
  const entry = findPolicy(call.state, call.accountId, policyArn);
  if (!entry) return;
  count(entry, kind, -1);
  if (!/^arn:[^:]+:iam::aws:policy\//.test(policyArn) || isUsed(policyArn, call)) return;
  const policies: Piece[] = iamOf(call).Policies;
  policies.splice(policies.indexOf(entry), 1);
}

/** A snapshot may leave a count out; then it stays out. */
function count(entry: Piece | undefined, kind: Count, by: number): void {
  if (typeof entry?.[kind] === 'number') entry[kind] = Math.max(0, entry[kind] + by);
}

function isUsed(policyArn: string, call: Call): boolean {
  const { RoleDetailList = [], UserDetailList = [], GroupDetailList = [] } = iamOf(call);
  return [...RoleDetailList, ...UserDetailList, ...GroupDetailList].some(
    (entity: Piece) =>
      entity.PermissionsBoundary?.PermissionsBoundaryArn === policyArn ||
      entity.AttachedManagedPolicies?.some(({ PolicyArn }: Piece) => PolicyArn === policyArn),
  );
}

/** An entry of Iam.Policies for an AWS managed policy, not in use yet. */
export function entryOf(policyArn: string, call: Call): Piece | undefined {
  const known = awsManagedPolicy(call.state.partition, policyArn);
  if (!known) return undefined;
  const { DefaultVersionId, CreateDate, UpdateDate } = known.text;
  return {
    PolicyName: known.name,
    PolicyId: uniqueId('ANPA', known.path, known.name),
    Arn: policyArn,
    Path: known.path,
    DefaultVersionId,
    AttachmentCount: 0,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate,
    UpdateDate,
    PolicyVersionList: [
      {
        Document: structuredClone(known.document),
        VersionId: DefaultVersionId,
        IsDefaultVersion: true,
        CreateDate: UpdateDate,
      },
    ],
  };
}
