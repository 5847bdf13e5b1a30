/** Attached and inline policies of roles, and managed policies themselves. Source: IAM API reference. */
import type { Call, Operations, Permission, Piece } from '../../contract.ts';
import { findPolicy } from '../../iam/policies.ts';
import { attach, detach, entryOf } from './attachments.ts';
import { encodeDocument, readPolicyDocument } from './documents.ts';
import {
  boundaryContext,
  noSuchEntity,
  requireAttachable,
  resourceTagContext,
  roleOperation,
} from './entities.ts';
import { iamPage, PAGE_INPUT } from './pages.ts';
import { checkAttachmentCount, checkInlineSize } from './quotas.ts';

export const ROLE_POLICIES: Operations = {
  AttachRolePolicy: roleOperation(
    'AttachRolePolicy',
    ['PolicyArn'],
    true,
    (role, input, call) => {
      const arn = String(input.PolicyArn ?? '');
      requireAttachable(call, arn, `Policy ${arn} does not exist or is not attachable.`);
      checkAttachmentCount(role, arn, call);
      attach(role, arn, call);
      return {};
    },
    policyContext,
  ),

  DetachRolePolicy: roleOperation(
    'DetachRolePolicy',
    ['PolicyArn'],
    true,
    (role, input, call) => {
      const arn = String(input.PolicyArn ?? '');
      if (!detach(role, arn, call)) throw noSuchEntity(`Policy ${arn} was not found.`);
      return {};
    },
    policyContext,
  ),

  ListAttachedRolePolicies: roleOperation(
    'ListAttachedRolePolicies',
    ['PathPrefix', ...PAGE_INPUT],
    false,
    (role, input, call) => {
      const prefix = String(input.PathPrefix ?? '/');
      const attached: Piece[] = role.AttachedManagedPolicies ?? [];
      const page = iamPage(
        attached.filter(({ PolicyArn }) => pathOf(PolicyArn).startsWith(prefix)),
        input,
        call,
      );
      return { AttachedPolicies: page.items, ...page.rest };
    },
  ),

  PutRolePolicy: roleOperation(
    'PutRolePolicy',
    ['PolicyName', 'PolicyDocument'],
    true,
    (role, input) => {
      const document = readPolicyDocument(input.PolicyDocument, 'permissions');
      checkInlineSize(role, input.PolicyName, document);
      const entry = findInline(role, input.PolicyName);
      if (entry) entry.PolicyDocument = document;
      else {
        role.RolePolicyList ??= [];
        role.RolePolicyList.push({ PolicyName: input.PolicyName, PolicyDocument: document });
      }
      return {};
    },
    (input, call) => boundaryContext(call, input.RoleName),
  ),

  GetRolePolicy: roleOperation('GetRolePolicy', ['PolicyName'], false, (role, input) => {
    const entry = requireInline(role, input.PolicyName);
    return {
      RoleName: role.RoleName,
      PolicyName: entry.PolicyName,
      PolicyDocument: encodeDocument(entry.PolicyDocument),
    };
  }),

  DeleteRolePolicy: roleOperation(
    'DeleteRolePolicy',
    ['PolicyName'],
    true,
    (role, input) => {
      role.RolePolicyList.splice(role.RolePolicyList.indexOf(requireInline(role, input.PolicyName)), 1);
      return {};
    },
    (input, call) => boundaryContext(call, input.RoleName),
  ),

  ListRolePolicies: roleOperation('ListRolePolicies', PAGE_INPUT, false, (role, input, call) => {
    const page = iamPage<Piece>(role.RolePolicyList ?? [], input, call);
    return { PolicyNames: page.items.map(({ PolicyName }) => PolicyName), ...page.rest };
  }),

  GetPolicy: {
    honours: ['PolicyArn'],
    mutates: false,
    permissions: (input, call) => [onPolicy('iam:GetPolicy', input, call)],
    handle: (input, call) => {
      const { PolicyVersionList: _versions, ...policy } = requirePolicy(input, call);
      return { Policy: policy };
    },
  },

  GetPolicyVersion: {
    honours: ['PolicyArn', 'VersionId'],
    mutates: false,
    permissions: (input, call) => [onPolicy('iam:GetPolicyVersion', input, call)],
    handle: (input, call) => {
      const versions: Piece[] = requirePolicy(input, call).PolicyVersionList;
      const version = versions.find(({ VersionId }) => VersionId === input.VersionId);
      if (!version) {
        throw noSuchEntity(`Policy ${input.PolicyArn} version ${input.VersionId} was not found.`);
      }
      return {
        PolicyVersion: { ...version, Document: encodeDocument(version.Document) },
      };
    },
  },
};

function onPolicy(action: string, { PolicyArn }: Piece, call: Call): Permission {
  const resource = String(PolicyArn ?? '');
  const policy = findPolicy(call.state, call.accountId, resource);
  return { action, resource, context: resourceTagContext(policy?.Tags) };
}

function policyContext(input: Piece, call: Call): Record<string, string> {
  return { 'iam:PolicyARN': String(input.PolicyArn ?? ''), ...boundaryContext(call, input.RoleName) };
}

/** The path of a managed policy's ARN, with both slashes. */
function pathOf(policyArn: unknown): string {
  const resource = String(policyArn).split(':policy').at(-1) ?? '';
  return resource.slice(0, resource.lastIndexOf('/') + 1);
}

function findInline(role: Piece, policyName: unknown): Piece | undefined {
  return role.RolePolicyList?.find((entry: Piece) => entry.PolicyName === policyName);
}

function requireInline(role: Piece, policyName: unknown): Piece {
  const entry = findInline(role, policyName);
  if (!entry) throw noSuchEntity(`The role policy with name ${policyName} cannot be found.`);
  return entry;
}

/** AWS managed policies can be read in every account, attached or not. */
function requirePolicy(input: Piece, call: Call): Piece {
  const arn = String(input.PolicyArn ?? '');
  const policy = findPolicy(call.state, call.accountId, arn) ?? entryOf(arn, call);
  if (!policy) throw noSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}
