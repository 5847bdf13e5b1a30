/**
 * Condition keys that AWS sets whatever is called (IAM user guide, reference_policies_condition-keys). aws:SecureTransport
 * is what AWS would see, though the twin speaks plain HTTP. Keys absent from a role session's request without MFA,
 * source identity, VPC endpoint or session tags are absent here. Keys of one action come with its permissions.
 */
import type { Call, Permission, Piece, Principal } from './contract.ts';
import { roleInEffect } from './iam/policies.ts';

type Context = Record<string, string | string[]>;

/** Of the request, the principal, the resource's owner and, for EC2, the Region. */
export function requestContext(permission: Permission, call: Call): Context {
  const { principal, now } = call;
  const context: Context = {
    'aws:PrincipalArn': principal.roleArn,
    'aws:PrincipalAccount': principal.accountId,
    'aws:PrincipalType': 'AssumedRole',
    'aws:PrincipalIsAWSService': 'false',
    'aws:ViaAWSService': 'false',
    'aws:MultiFactorAuthPresent': 'false',
    'aws:userid': principal.userId,
    'aws:RequestedRegion': call.region,
    'aws:CurrentTime': now.toISOString(),
    'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
    'aws:TokenIssueTime': call.client.tokenIssuedAt.toISOString(),
    'aws:SecureTransport': 'true',
    'aws:SourceIp': call.client.sourceIp,
  };
  if (call.client.userAgent !== undefined) context['aws:UserAgent'] = call.client.userAgent;
  if (call.client.referer !== undefined) context['aws:Referer'] = call.client.referer;
  // "ec2:Region" is among the keys of every EC2 action (service authorization reference)
  if (permission.action.startsWith('ec2:')) context['ec2:Region'] = call.region;
  addOrganization(context, 'aws:Principal', principal.accountId, call);
  const owner = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(permission.resource)?.[1] ?? call.accountId;
  context['aws:ResourceAccount'] = owner;
  addOrganization(context, 'aws:Resource', owner, call);
  addPrincipalTags(context, principal, call);
  return context;
}

function addOrganization(context: Context, prefix: string, accountId: string, { state }: Call): void {
  if (!state.member(accountId)) return;
  const organizationId: string = state.snapshot.organization.Organization.Id;
  context[`${prefix}OrgID`] = organizationId;
  context[`${prefix}OrgPaths`] = [`${[organizationId, ...state.organizationPath(accountId)].join('/')}/`];
}

function addPrincipalTags(context: Context, principal: Principal, { state }: Call): void {
  if (principal.madeUp) return;
  const tags: Piece[] = roleInEffect(state, principal.accountId, principal.roleName)?.Tags ?? [];
  for (const { Key, Value } of tags) context[`aws:PrincipalTag/${Key}`] = Value;
}
