/**
 * The credentials that an agent finds. "Instance profile, then Default Host Management Configuration"; DHMC is
 * tried where there is no profile or it is denied ssm:UpdateInstanceInformation, not on network errors (Systems
 * Manager user guide, ssm-agent-technical-details; amazon-ssm-agent).
 */
import type { Piece, Principal, TwinState } from '../contract.ts';
import { deniesService, evaluate, trustsService } from '../iam/evaluate.ts';
import { findRole, parseDocument, policiesInEffect, roleInEffect, trustPolicyOf } from '../iam/policies.ts';
import { agentContext, type Caller, firstCall } from './agent-context.ts';

const SETTING_ID = '/ssm/managed-instance/default-ec2-instance-management-role';

/** "SSM Agent version 3.2.582.0 or later" (user guide, fleet-manager-default-host-management-configuration). */
const LEAST_AGENT_FOR_DHMC = [3, 2, 582, 0];

export interface Credentials {
  source: 'INSTANCE_PROFILE' | 'DHMC' | 'NONE';
  /** The role behind them; a made-up one where there is none, for endpoint policies. */
  role: Piece;
  why: string;
}

/** Credentials of an instance as IAM and the Region's setting are now. */
export function credentialsOf(
  state: TwinState,
  accountId: string,
  region: string,
  instance: Piece,
  agentVersion: string,
): Credentials {
  const as = (role: Piece, byProfile: boolean) => ({ state, accountId, region, instance, role, byProfile });
  const none = (why: string): Credentials => ({ source: 'NONE', role: standIn(state, accountId), why });
  if (instance.MetadataOptions?.HttpEndpoint === 'disabled') return none('the metadata service is disabled');
  const profile = profileRole(state, accountId, instance);
  if (profile && mayRegister(as(profile, true))) {
    return {
      source: 'INSTANCE_PROFILE',
      role: profile,
      why: `instance profile with role ${profile.RoleName}`,
    };
  }
  const denied = profile ? `role ${profile.RoleName} is denied ssm:UpdateInstanceInformation; ` : '';
  const dhmc = dhmcRole(state, accountId, region);
  if (typeof dhmc === 'string') return none(`${denied}${dhmc}`);
  if (isOlder(agentVersion, LEAST_AGENT_FOR_DHMC)) {
    return none(`${denied}agent ${agentVersion} is older than ${LEAST_AGENT_FOR_DHMC.join('.')}`);
  }
  if (!mayRegister(as(dhmc, false))) {
    return none(
      `${denied}role ${dhmc.RoleName} of the Region's setting is denied ssm:UpdateInstanceInformation`,
    );
  }
  return { source: 'DHMC', role: dhmc, why: `default host management with role ${dhmc.RoleName}` };
}

/** The role that the metadata service gives credentials of: EC2 must be able to assume it. */
function profileRole(state: TwinState, accountId: string, instance: Piece): Piece | undefined {
  const arn: string | undefined = instance.IamInstanceProfile?.Arn;
  if (arn === undefined) return undefined;
  const roles: Piece[] = state.account(accountId)?.Iam.RoleDetailList ?? [];
  const holder = roles.find(({ InstanceProfileList }) =>
    ((InstanceProfileList ?? []) as Piece[]).some(({ Arn }) => Arn === arn),
  );
  const role = holder && roleInEffect(state, accountId, holder.RoleName);
  const service =
    state.partition === 'aws-cn' ? ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'] : ['ec2.amazonaws.com'];
  const usable = (name: string) =>
    role && trustsService(trustPolicyOf(role), name) && !isGuarded(state, accountId, role, name);
  return service.some(usable) ? role : undefined;
}

/** The role of the Region's setting, or why there is none to use. */
function dhmcRole(state: TwinState, accountId: string, region: string): Piece | string {
  const settings: Piece[] = state.region(accountId, region).Ssm.ServiceSettings ?? [];
  const written = String(settings.find(({ SettingId }) => SettingId === SETTING_ID)?.SettingValue ?? '$None');
  // The role's ARN names it as well (unverified).
  const value = written.replace(`arn:${state.partition}:iam::${accountId}:role/`, '');
  if (value === '$None' || value === '') return 'default host management is not set';
  const arn = `arn:${state.partition}:iam::${accountId}:role/${value}`;
  const name = value.split('/').at(-1) ?? '';
  const role = roleInEffect(state, accountId, name);
  if (role?.Arn !== arn) {
    const exists = findRole(state, accountId, name)?.Arn === arn;
    return exists
      ? `role ${value} has not reached Systems Manager yet`
      : `role ${value} of the Region's setting does not exist`;
  }
  const context = { 'aws:SourceAccount': accountId };
  const setting = `arn:${state.partition}:ssm:${region}:${accountId}:servicesetting${SETTING_ID}`;
  if (!trustsService(trustPolicyOf(role), 'ssm.amazonaws.com', { ...context, 'aws:SourceArn': setting })) {
    return `role ${value} of the Region's setting does not trust ssm.amazonaws.com`;
  }
  if (isGuarded(state, accountId, role, 'ssm.amazonaws.com', { 'aws:SourceArn': setting })) {
    return `a resource control policy denies ssm.amazonaws.com to assume role ${value}`;
  }
  return role;
}

/**
 * RCPs bind AWS services that assume a role, too, unless they exempt these by `aws:PrincipalIsAWSService`. "RCPs don't
 * affect ... the ability of AWS services to assume a service-linked role" (orgs_manage_policies_rcps).
 */
function isGuarded(
  state: TwinState,
  accountId: string,
  role: Piece,
  service: string,
  context: Record<string, string> = {},
): boolean {
  if (String(role.Path).startsWith('/aws-service-role/')) return false;
  const { Id } = state.snapshot.organization.Organization;
  return deniesService(state.resourceControlPolicies(accountId), service, role.Arn, {
    ...context,
    'aws:SourceAccount': accountId,
    'aws:SourceOrgID': Id,
    'aws:ResourceAccount': accountId,
    'aws:ResourceOrgID': Id,
  });
}

/** Identity policies, boundary and SCPs of the role's session on the instance. */
function mayRegister(caller: Caller): boolean {
  const { state, accountId, role } = caller;
  const { policies, boundary } = policiesInEffect(state, accountId, role.RoleName);
  return evaluate({
    ...firstCall('ssm', caller),
    context: agentContext(caller),
    identityPolicies: policies,
    permissionsBoundary: boundary,
    sessionPolicies: [],
    serviceControlPolicies: state.serviceControlPolicies(accountId),
  }).allowed;
}

/** Whether the policy of the endpoint lets the agent's session call the service. Source: PrivateLink guide, vpc-endpoints-access. */
export function endpointLets(caller: Caller, service: string, endpoint: Piece): boolean {
  if (endpoint.PolicyDocument === undefined) return true;
  const document = parseDocument(String(endpoint.PolicyDocument));
  if (!document) return false;
  const { state, accountId, role, instance } = caller;
  return evaluate({
    ...firstCall(service, caller),
    context: {
      ...agentContext(caller),
      'aws:SourceVpce': String(endpoint.VpcEndpointId),
      'aws:SourceVpc': String(endpoint.VpcId),
    },
    identityPolicies: [EVERYTHING],
    permissionsBoundary: null,
    sessionPolicies: [],
    serviceControlPolicies: [],
    resourcePolicy: { document, sameAccount: false },
    principal: sessionOf(state, accountId, role, String(instance.InstanceId)),
  }).allowed;
}

const EVERYTHING: Piece = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

function sessionOf(state: TwinState, accountId: string, role: Piece, sessionName: string): Principal {
  return {
    accountId,
    arn: `arn:${state.partition}:sts::${accountId}:assumed-role/${role.RoleName}/${sessionName}`,
    userId: `${role.RoleId}:${sessionName}`,
    roleArn: role.Arn,
    roleName: role.RoleName,
    sessionName,
    sessionPolicies: [],
    madeUp: false,
  };
}

/** The role that DHMC usually has, for an instance that has no credentials yet. */
function standIn(state: TwinState, accountId: string): Piece {
  const RoleName = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';
  return {
    RoleName,
    RoleId: 'AROATWINDHMCSTANDIN1',
    Arn: `arn:${state.partition}:iam::${accountId}:role/service-role/${RoleName}`,
  };
}

function isOlder(version: string, least: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, wanted] of least.entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part < wanted;
  }
  return false;
}
