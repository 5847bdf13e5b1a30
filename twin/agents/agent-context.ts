/**
 * Condition keys of an agent's calls. Of every call: IAM user guide, reference_policies_condition-keys. Of credentials
 * from instance metadata: "ec2:RoleDelivery", "aws:Ec2InstanceSourceVpc", "aws:Ec2InstanceSourcePrivateIPv4" (the same);
 * that the agent's SDK asks IMDSv2 first is AWS's documentation of its SDKs. Not known, so absent: the address that a
 * request comes from and the agent's user agent.
 */
import type { Piece, TwinState } from '../contract.ts';

/** An agent with the credentials that it has, or tries. */
export interface Caller {
  state: TwinState;
  accountId: string;
  region: string;
  instance: Piece;
  role: Piece;
  /** From instance metadata, not from Systems Manager. */
  byProfile: boolean;
}

export function instanceArn({
  state,
  accountId,
  region,
  instance,
}: Omit<Caller, 'role' | 'byProfile'>): string {
  return `arn:${state.partition}:ec2:${region}:${accountId}:instance/${instance.InstanceId}`;
}

/** What each name is called for first. */
const ACTIONS: Readonly<Record<string, string>> = {
  ssm: 'ssm:UpdateInstanceInformation',
  ssmmessages: 'ssmmessages:CreateControlChannel',
  ec2messages: 'ec2messages:GetMessages',
};

/** The other two services' actions have no resource types (service authorization reference). */
export function firstCall(service: string, caller: Caller): { action: string; resource: string } {
  const action = ACTIONS[service] ?? `${service}:*`;
  return { action, resource: service === 'ssm' ? instanceArn(caller) : '*' };
}

export function agentContext(caller: Caller): Record<string, string | string[]> {
  const { state, accountId, region, instance, role, byProfile } = caller;
  const { Id } = state.snapshot.organization.Organization;
  const path = [`${[Id, ...state.organizationPath(accountId)].join('/')}/`];
  const now = state.clock.now();
  const arn = instanceArn(caller);
  const context: Record<string, string | string[]> = {
    'aws:PrincipalArn': role.Arn,
    'aws:PrincipalAccount': accountId,
    'aws:PrincipalType': 'AssumedRole',
    'aws:PrincipalOrgID': Id,
    'aws:PrincipalOrgPaths': path,
    'aws:PrincipalIsAWSService': 'false',
    'aws:userid': `${role.RoleId}:${instance.InstanceId}`,
    'aws:ViaAWSService': 'false',
    'aws:ResourceAccount': accountId,
    'aws:ResourceOrgID': Id,
    'aws:ResourceOrgPaths': path,
    'aws:RequestedRegion': region,
    'aws:SecureTransport': 'true',
    'aws:CurrentTime': now.toISOString(),
    'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
    // the agent renews its credentials long before they end
    'aws:TokenIssueTime': now.toISOString(),
    'ssm:SourceInstanceARN': arn,
    'ec2:SourceInstanceARN': arn,
  };
  if (byProfile) {
    context['ec2:RoleDelivery'] = '2.0';
    if (instance.VpcId) context['aws:Ec2InstanceSourceVpc'] = String(instance.VpcId);
    if (instance.PrivateIpAddress)
      context['aws:Ec2InstanceSourcePrivateIPv4'] = String(instance.PrivateIpAddress);
  }
  for (const { Key, Value } of (role.Tags ?? []) as Piece[]) context[`aws:PrincipalTag/${Key}`] = Value ?? '';
  for (const { Key, Value } of (instance.Tags ?? []) as Piece[]) {
    context[`aws:ResourceTag/${Key}`] = Value ?? '';
    context[`ssm:resourceTag/${Key}`] = Value ?? '';
  }
  return context;
}
