/** What the roles of the templates can't do, attempted with the real SDK at the twin, each by name. */
import {
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  CreateVpcEndpointCommand,
  DeleteSecurityGroupCommand,
  DeleteVpcEndpointsCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  IAMClient,
  SimulatePrincipalPolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import {
  CreateAssociationCommand,
  DeleteAssociationCommand,
  SSMClient,
  UpdateServiceSettingCommand,
} from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { enforceSessionPolicy } from '../../functions/aws/session-policy.ts';
import { parseConfiguration } from '../../functions/inputs/configuration.ts';
import { writerStatements } from '../../infra/member-policies/writer.ts';
import type { Piece } from '../../twin/contract.ts';
import { evaluate } from '../../twin/iam/evaluate.ts';
import { addDhmcRole, addRole } from '../../twin/make/iam.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { regionOf } from '../../twin/make/region.ts';
import { type Synthesized, synthesize } from '../infra/synthesize.ts';
import { MEMBER, makeSmallOrganization } from '../reconcile/small-organization.ts';
import { type Credentials, configuration as clientOf } from '../twin/first-organization.ts';
import { type DeployedOrganization, openDeployed } from './deployed-organization.ts';
import { deployInto, placeOf, readDeployment } from './deployment.ts';
import { createUsage } from './usage.ts';

const SWITCHES = 'test/infra/enforcing.yaml';
const EXTERNAL_ID = 'an-external-id';
const OTHER = String(Number(MEMBER) + 1);
/** A member whose roles were deployed for another organization. */
const STRANGER = String(Number(MEMBER) + 2);
const DHMC = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';
const READER = `arn:aws:iam::${MEMBER}:role/DhmcRolloutReader`;
const WRITER = `arn:aws:iam::${MEMBER}:role/DhmcRolloutWriter`;
const TAGGED = [{ Key: 'dhmc-rollout:managed', Value: 'true' }];
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

let synthesized: Synthesized;
let organization: DeployedOrganization;
let region = '';

beforeAll(async () => {
  synthesized = await synthesize({ config: SWITCHES });
  const snapshot = makeSmallOrganization({
    members: 3,
    regions: 1,
    shape: (account, regions, index) => {
      region = regions[0] ?? '';
      if (index !== 0) return;
      addNetwork(account, region, { shape: 'isolated', name: 'theirs', octet: 9, instances: [] });
      addDhmcRole(account, { ours: false });
      const { Ssm } = regionOf(account, region);
      Ssm.Associations = [{ AssociationId: THEIR_ASSOCIATION, Name: 'AWS-UpdateSSMAgent', Targets: [] }];
      addRole(account, { name: 'Root', path: '/admin/', trust: { Service: 'ssm.amazonaws.com' } });
    },
  });
  const place = placeOf(snapshot, 'us-east-1');
  const deployment = readDeployment(synthesized, place);
  deployInto(snapshot, deployment);
  const elsewhere = readDeployment(synthesized, { ...place, organizationId: 'o-another0org' });
  const stranger = snapshot.accounts.get(STRANGER);
  if (stranger) stranger.Iam.RoleDetailList = elsewhere.memberRoles(STRANGER);
  // Whoever rules another member account may name a role there as ours are named, and let it assume anything.
  const foreign = snapshot.accounts.get(OTHER);
  foreign?.Iam.RoleDetailList.push(anythingRole(OTHER, 'DhmcRolloutEnforceReconcile'));
  const operator = snapshot.accounts.get(place.operatorId);
  operator?.Iam.RoleDetailList.push(anythingRole(place.operatorId, 'Administrator'));
  organization = await openDeployed(snapshot, deployment, createUsage());
}, 120_000);
afterAll(async () => {
  await organization?.close();
  await synthesized?.remove();
});

function anythingRole(accountId: string, name: string): Piece {
  const holder = { AccountId: accountId, Iam: { RoleDetailList: [] as Piece[], Policies: [] } };
  addRole(holder as unknown as Parameters<typeof addRole>[0], {
    name,
    trust: { AWS: `arn:aws:iam::${accountId}:root` },
    inline: { all: { Effect: 'Allow', Action: '*', Resource: '*' } },
  });
  return holder.Iam.RoleDetailList[0] ?? {};
}

type Service = 'sts' | 'iam' | 'ssm' | 'ec2' | 'organizations';
const CLIENTS = {
  sts: STSClient,
  iam: IAMClient,
  ssm: SSMClient,
  ec2: EC2Client,
  organizations: OrganizationsClient,
};

/** `User: ... is not authorized ...`, or what else the attempt ends with; null where it succeeds. */
async function attempt(service: Service, credentials: Credentials, command: object): Promise<string | null> {
  const Client = CLIENTS[service] as new (
    config: object,
  ) => { send(command: object): Promise<unknown>; destroy(): void };
  const client = new Client(clientOf(organization.twin, region, credentials));
  try {
    await client.send(command);
    return null;
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  } finally {
    client.destroy();
  }
}

const assume = (RoleArn: string, ExternalId: string | undefined = EXTERNAL_ID, Policy?: string) =>
  new AssumeRoleCommand({
    RoleArn,
    RoleSessionName: 'run-1',
    ...(ExternalId ? { ExternalId } : {}),
    ...(Policy ? { Policy } : {}),
  });

async function enter(credentials: Credentials, roleArn: string, policy?: string): Promise<Credentials> {
  const client = new STSClient(clientOf(organization.twin, region, credentials));
  try {
    const { Credentials: given } = await client.send(assume(roleArn, EXTERNAL_ID, policy));
    return {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    };
  } finally {
    client.destroy();
  }
}

const of = (role: string) => organization.credentialsOf(role);
const writer = () => enter(of('EnforceReconcile'), WRITER);
/** The writer as an enforce run has it. */
const SESSION_POLICY = enforceSessionPolicy({
  prune: false,
  spokes: [],
  hub: false,
  zones: false,
  leaving: [],
  agentUpdates: false,
});
const enforcing = () => enter(of('EnforceReconcile'), WRITER, SESSION_POLICY);
const reader = () => enter(of('AssessReconcile'), READER);
const refusedEntry = (session: string, role: string) =>
  `AccessDenied: User: ${session} is not authorized to perform: sts:AssumeRole on resource: ${role}`;
const operatorSession = (name: string) => `arn:aws:sts::100000000002:assumed-role/${name}/function`;

describe('Given the functions of the operator account', () => {
  it('When enforce enters a member as reader and as writer, Then it is admitted', async () => {
    expect(await attempt('sts', of('EnforceReconcile'), assume(READER))).toBeNull();
    expect(await attempt('sts', of('EnforceReconcile'), assume(WRITER))).toBeNull();
    expect(await attempt('sts', of('AssessReconcile'), assume(READER))).toBeNull();
  });

  it('When assess attempts to enter as writer, Then it is denied', async () => {
    expect(await attempt('sts', of('AssessReconcile'), assume(WRITER))).toBe(
      refusedEntry(operatorSession('DhmcRolloutAssessReconcile'), WRITER),
    );
  });

  it('When assess attempts it with its own policy that allows it, Then the trust still denies', async () => {
    const roles: Piece[] = organization.twin.state.account('100000000002')?.Iam.RoleDetailList ?? [];
    const own = roles.find(({ RoleName }) => RoleName === 'DhmcRolloutAssessReconcile');
    const widened = {
      PolicyName: 'wide',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Sid: 'Wide', Effect: 'Allow', Action: '*', Resource: '*' }],
      },
    };
    own?.RolePolicyList.push(widened);
    try {
      expect(await attempt('sts', of('AssessReconcile'), assume(WRITER))).toBe(
        refusedEntry(operatorSession('DhmcRolloutAssessReconcile'), WRITER),
      );
    } finally {
      own?.RolePolicyList.pop();
    }
  });

  it('When the enforce machine’s function comes without external id, or with a wrong one, Then it is denied', async () => {
    const refused = refusedEntry(operatorSession('DhmcRolloutEnforceReconcile'), WRITER);
    const without = new AssumeRoleCommand({ RoleArn: WRITER, RoleSessionName: 'run-1' });
    expect(await attempt('sts', of('EnforceReconcile'), without)).toBe(refused);
    expect(await attempt('sts', of('EnforceReconcile'), assume(WRITER, 'guessed'))).toBe(refused);
  });

  it('When the functions that enter no account attempt it, Then they are denied', async () => {
    for (const role of ['EnforceStartRun', 'NextBatch', 'FinishRun', 'Enforce', 'Configuration']) {
      expect(await attempt('sts', of(role), assume(READER))).toMatch(
        /^AccessDenied: User: .* sts:AssumeRole on resource/,
      );
    }
  });

  it('When the function that enters accounts attempts to list the organization, Then it is denied', async () => {
    expect(await attempt('organizations', of('EnforceReconcile'), new ListAccountsCommand({}))).toBe(
      `AccessDeniedException: User: ${operatorSession('DhmcRolloutEnforceReconcile')} is not authorized to perform: organizations:ListAccounts on resource: * because no identity-based policy allows the organizations:ListAccounts action`,
    );
  });

  it('When the role of enforce was deleted and made again, with another id, Then it is still admitted', async () => {
    const roles: Piece[] = organization.twin.state.account('100000000002')?.Iam.RoleDetailList ?? [];
    const own = roles.find(({ RoleName }) => RoleName === 'DhmcRolloutEnforceReconcile');
    const before = own?.RoleId;
    Object.assign(own ?? {}, { RoleId: 'AROAMADEAGAIN00000001' });
    expect(await attempt('sts', of('EnforceReconcile'), assume(WRITER))).toBeNull();
    Object.assign(own ?? {}, { RoleId: before });
  });
});

describe('Given the objects of the fleet', () => {
  const KEY = 'fleet/date=2026-11-27/run=run-1/100000000011.jsonl';
  const put = (role: string, key: string) => organization.artifactsOf(role).putText(key, '');
  const denial = (role: string, action: string, key: string) =>
    new RegExp(`^${role} is not authorized to perform: ${action} on resource: arn:aws:s3:::.*/${key}$`);

  it('When the functions that enter accounts write them, Then they may', async () => {
    for (const role of ['AssessReconcile', 'EnforceReconcile']) {
      await put(role, KEY);
      expect(await organization.artifactsOf(role).getText(KEY)).toBe('');
    }
  });

  it.each(['AssessStartRun', 'EnforceStartRun', 'NextBatch', 'FinishRun', 'Assess', 'Enforce'])(
    'When %s attempts to write or read one, Then it is denied by name',
    async (role) => {
      await expect(put(role, KEY)).rejects.toThrow(denial(role, 's3:PutObject', KEY));
      await expect(organization.artifactsOf(role).getText(KEY)).rejects.toThrow(
        denial(role, 's3:GetObject', KEY),
      );
    },
  );

  it('When a function that enters accounts attempts to write beside them, Then it is denied by name', async () => {
    for (const key of ['fleet.jsonl', 'configuration/dhmc.config.yaml', 'reports/run-1/report.html']) {
      await expect(put('AssessReconcile', key)).rejects.toThrow(
        denial('AssessReconcile', 's3:PutObject', key),
      );
    }
  });
});

describe('Given others who attempt to enter a member', () => {
  it('When an administrator of the operator account does (confused deputy), Then it is denied', async () => {
    const { operator } = organization.twin;
    expect(await attempt('sts', operator, assume(WRITER))).toBe(
      refusedEntry('arn:aws:sts::100000000002:assumed-role/DhmcOperator/twin', WRITER),
    );
  });

  it('When a role of the same name in another member account does, Then it is denied', async () => {
    const foreign = organization.sessionOf(OTHER, 'DhmcRolloutEnforceReconcile');
    expect(await attempt('sts', foreign, assume(WRITER))).toMatch(
      /^AccessDenied: User: .*DhmcRolloutEnforceReconcile/,
    );
  });

  it('When the member was given another organization id, Then even enforce is denied there', async () => {
    const there = `arn:aws:iam::${STRANGER}:role/DhmcRolloutWriter`;
    expect(await attempt('sts', of('EnforceReconcile'), assume(there))).toBe(
      refusedEntry(operatorSession('DhmcRolloutEnforceReconcile'), there),
    );
  });
});

const session = (name: string) => `arn:aws:sts::${MEMBER}:assumed-role/${name}/run-1`;
const roleArn = (path: string) => `arn:aws:iam::${MEMBER}:role/${path}`;
const lacking = (role: string, action: string, resource: string) =>
  `User: ${session(role)} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

const THEIR_ASSOCIATION = 'a1b2c3d4-0000-4000-8000-000000000001';
const association = (Name: string, Tags: typeof TAGGED) =>
  new CreateAssociationCommand({ Name, Tags, Targets: [{ Key: 'InstanceIds', Values: ['*'] }] });

describe('Given the writer of a member', () => {
  type Denied = [string, Service, () => object, () => string];
  const denied: Denied[] = [
    [
      'create the DHMC role without our tag',
      'iam',
      () =>
        new CreateRoleCommand({ Path: '/service-role/', RoleName: DHMC, AssumeRolePolicyDocument: TRUST }),
      () =>
        `AccessDenied: ${lacking('DhmcRolloutWriter', 'iam:CreateRole', roleArn(`service-role/${DHMC}`))}`,
    ],
    [
      'create a role at another path',
      'iam',
      () =>
        new CreateRoleCommand({ Path: '/', RoleName: DHMC, AssumeRolePolicyDocument: TRUST, Tags: TAGGED }),
      () => `AccessDenied: ${lacking('DhmcRolloutWriter', 'iam:CreateRole', roleArn(DHMC))}`,
    ],
    [
      'delete the DHMC role of another team',
      'iam',
      () => new DeleteRoleCommand({ RoleName: DHMC }),
      () =>
        `AccessDenied: ${lacking('DhmcRolloutWriter', 'iam:DeleteRole', roleArn(`service-role/${DHMC}`))}`,
    ],
    [
      'change the trust of a role that does not carry our tag',
      'iam',
      () => new UpdateAssumeRolePolicyCommand({ RoleName: DHMC, PolicyDocument: TRUST }),
      () =>
        `AccessDenied: ${lacking('DhmcRolloutWriter', 'iam:UpdateAssumeRolePolicy', roleArn(`service-role/${DHMC}`))}`,
    ],
    [
      'attach AdministratorAccess to the DHMC role',
      'iam',
      () =>
        new AttachRolePolicyCommand({
          RoleName: DHMC,
          PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
        }),
      () =>
        `AccessDenied: ${lacking('DhmcRolloutWriter', 'iam:AttachRolePolicy', roleArn(`service-role/${DHMC}`))}`,
    ],
    [
      'pass an administrator’s role to Systems Manager',
      'ssm',
      () =>
        new UpdateServiceSettingCommand({
          SettingId: '/ssm/managed-instance/default-ec2-instance-management-role',
          SettingValue: 'admin/Root',
        }),
      () => `AccessDeniedException: ${lacking('DhmcRolloutWriter', 'iam:PassRole', roleArn('admin/Root'))}`,
    ],
    [
      'change another service setting',
      'ssm',
      () =>
        new UpdateServiceSettingCommand({
          SettingId: '/ssm/managed-instance/activation-tier',
          SettingValue: 'advanced',
        }),
      () =>
        `AccessDeniedException: ${lacking('DhmcRolloutWriter', 'ssm:UpdateServiceSetting', `arn:aws:ssm:${region}:${MEMBER}:servicesetting/ssm/managed-instance/activation-tier`)}`,
    ],
    [
      'delete a security group that does not carry our tag',
      'ec2',
      () => new DeleteSecurityGroupCommand({ GroupId: groupId() }),
      () =>
        `UnauthorizedOperation: You are not authorized to perform this operation. ${lacking('DhmcRolloutWriter', 'ec2:DeleteSecurityGroup', `arn:aws:ec2:${region}:${MEMBER}:security-group/${groupId()}`)}`,
    ],
    [
      'delete an endpoint that does not carry our tag',
      'ec2',
      () => new DeleteVpcEndpointsCommand({ VpcEndpointIds: [theirEndpoint()] }),
      () =>
        `UnauthorizedOperation: You are not authorized to perform this operation. ${lacking('DhmcRolloutWriter', 'ec2:DeleteVpcEndpoints', `arn:aws:ec2:${region}:${MEMBER}:vpc-endpoint/${theirEndpoint()}`)}`,
    ],
    [
      'put our tag on what is not ours, to delete it then',
      'ec2',
      () => new CreateTagsCommand({ Resources: [groupId()], Tags: TAGGED }),
      () =>
        `UnauthorizedOperation: You are not authorized to perform this operation. ${lacking('DhmcRolloutWriter', 'ec2:CreateTags', `arn:aws:ec2:${region}:${MEMBER}:security-group/${groupId()}`)}`,
    ],
    ...[
      'com.amazonaws.REGION.kms',
      'com.amazonaws.REGION.s3',
      'com.amazonaws.REGION.ssm-contacts',
      'com.amazonaws.REGION.execute-api',
      'com.amazonaws.vpce.REGION.vpce-svc-0123456789abcdef0',
    ].map(
      (name): Denied => [
        `create an endpoint of ${name}`,
        'ec2',
        () => endpointOf(name.replace('REGION', region), TAGGED),
        () => notAllowed('ec2:CreateVpcEndpoint', 'vpc-endpoint/*'),
      ],
    ),
    [
      'create an endpoint with a tag that is not ours beside ours',
      'ec2',
      () => endpointOf(`com.amazonaws.${region}.ssm`, [...TAGGED, { Key: 'owner', Value: 'me' }]),
      () => notAllowed('ec2:CreateVpcEndpoint', 'vpc-endpoint/*'),
    ],
    [
      'create an endpoint without tags, where a set operator holds by itself',
      'ec2',
      () => endpointOf(`com.amazonaws.${region}.ssm`, []),
      () => notAllowed('ec2:CreateVpcEndpoint', 'vpc-endpoint/*'),
    ],
    [
      'create a security group with a tag that is not ours beside ours',
      'ec2',
      () =>
        new CreateSecurityGroupCommand({
          VpcId: vpcId(),
          GroupName: 'x',
          Description: 'x',
          TagSpecifications: [
            { ResourceType: 'security-group', Tags: [...TAGGED, { Key: 'aws-control-tower', Value: 'x' }] },
          ],
        }),
      () => notAllowed('ec2:CreateSecurityGroup', 'security-group/*'),
    ],
    [
      'tag the DHMC role with a key that is not ours beside ours',
      'iam',
      () => new TagRoleCommand({ RoleName: DHMC, Tags: [...TAGGED, { Key: 'team', Value: 'x' }] }),
      () => `AccessDenied: ${lacking('DhmcRolloutWriter', 'iam:TagRole', roleArn(`service-role/${DHMC}`))}`,
    ],
    [
      'create the DHMC role with a tag that is not ours beside ours',
      'iam',
      () =>
        new CreateRoleCommand({
          Path: '/service-role/',
          RoleName: DHMC,
          AssumeRolePolicyDocument: TRUST,
          Tags: [...TAGGED, { Key: 'team', Value: 'x' }],
        }),
      () =>
        `AccessDenied: ${lacking('DhmcRolloutWriter', 'iam:CreateRole', roleArn(`service-role/${DHMC}`))}`,
    ],
    [
      'change an attribute of a VPC that is not about DNS',
      'ec2',
      () =>
        new ModifyVpcAttributeCommand({ VpcId: vpcId(), EnableNetworkAddressUsageMetrics: { Value: true } }),
      () => notAllowed('ec2:ModifyVpcAttribute', `vpc/${vpcId()}`),
    ],
    [
      'create an association of another document with our tag',
      'ssm',
      () => association('AWS-RunShellScript', TAGGED),
      () =>
        `AccessDeniedException: ${lacking('DhmcRolloutWriter', 'ssm:CreateAssociation', `arn:aws:ssm:${region}::document/AWS-RunShellScript`)}`,
    ],
    [
      'create an association that updates agents without our tag',
      'ssm',
      () => association('AWS-UpdateSSMAgent', []),
      () =>
        `AccessDeniedException: ${lacking('DhmcRolloutWriter', 'ssm:CreateAssociation', `arn:aws:ssm:${region}:${MEMBER}:association/*`)}`,
    ],
    [
      'delete an association that does not carry our tag',
      'ssm',
      () => new DeleteAssociationCommand({ AssociationId: THEIR_ASSOCIATION }),
      () =>
        `AccessDeniedException: ${lacking('DhmcRolloutWriter', 'ssm:DeleteAssociation', `arn:aws:ssm:${region}:${MEMBER}:association/${THEIR_ASSOCIATION}`)}`,
    ],
    [
      'read the organization',
      'organizations',
      () => new ListAccountsCommand({}),
      () => `AccessDeniedException: ${lacking('DhmcRolloutWriter', 'organizations:ListAccounts', '*')}`,
    ],
  ];

  it.each(denied)('When it attempts to %s, Then it is denied', async (_what, service, command, words) => {
    expect(await attempt(service, await writer(), command())).toBe(words());
  });

  it('When it has the session of an enforce run, Then it turns DNS on, and neither turns it off nor deletes', async () => {
    const set = (attribute: 'EnableDnsSupport' | 'EnableDnsHostnames', Value: boolean) =>
      new ModifyVpcAttributeCommand({ VpcId: vpcId(), [attribute]: { Value } });
    const bySessionPolicy = (action: string) =>
      new RegExp(
        `is not authorized to perform: ${action} .*because no session policy allows the ${action} action`,
      );

    expect(
      enforceSessionPolicy({
        prune: true,
        spokes: Array(20).fill('vpc-0123456789abcdef0'),
        hub: true,
        zones: true,
        leaving: Array.from({ length: 4 }, (_, at) => `vpc-0123456789abcdef${at}`),
        agentUpdates: true,
      }).length,
    ).toBeLessThan(2_048);
    expect(await attempt('ec2', await enforcing(), set('EnableDnsHostnames', true))).toBeNull();
    for (const attribute of ['EnableDnsSupport', 'EnableDnsHostnames'] as const) {
      expect(await attempt('ec2', await enforcing(), set(attribute, false))).toMatch(
        bySessionPolicy('ec2:ModifyVpcAttribute'),
      );
    }
    const roles: Piece[] = organization.twin.state.account(MEMBER)?.Iam.RoleDetailList ?? [];
    const dhmc = roles.find(({ RoleName }) => RoleName === DHMC) ?? {};
    dhmc.Tags = TAGGED;
    expect(await attempt('iam', await enforcing(), new DeleteRoleCommand({ RoleName: DHMC }))).toMatch(
      bySessionPolicy('iam:DeleteRole'),
    );
    dhmc.Tags = [];
    // A rollback's session has no such policy.
    expect(await attempt('ec2', await writer(), set('EnableDnsHostnames', false))).toBeNull();
  });

  it('When Regions are configured, Then it associates VPCs of those Regions with zones, and no others', () => {
    const statements = writerStatements(
      parseConfiguration('endpoints: provision\nregions: [eu-west-1]\n', 'test'),
    );
    const associates = (vpcs: string[] | undefined): boolean =>
      evaluate({
        action: 'route53:AssociateVPCWithHostedZone',
        resource: 'arn:aws:route53:::hostedzone/Z1',
        context: vpcs ? { 'route53:VPCs': vpcs } : {},
        identityPolicies: [{ Version: '2012-10-17', Statement: statements }],
        permissionsBoundary: null,
        sessionPolicies: [],
        serviceControlPolicies: [],
      }).allowed;
    expect(associates(['VPCId=vpc-1,VPCRegion=eu-west-1'])).toBe(true);
    expect(associates(['VPCId=vpc-1,VPCRegion=us-east-1'])).toBe(false);
    expect(associates(['VPCId=vpc-1,VPCRegion=eu-west-1', 'VPCId=vpc-2,VPCRegion=us-east-1'])).toBe(false);
    // EC2's own call may not carry the key.
    expect(associates(undefined)).toBe(true);
  });

  it('When it would pass the DHMC role to EC2, Then it is denied, to Systems Manager allowed', async () => {
    const client = new IAMClient(clientOf(organization.twin, region, await reader()));
    const decide = async (service: string) => {
      const { EvaluationResults } = await client.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: WRITER,
          ActionNames: ['iam:PassRole'],
          ResourceArns: [roleArn(`service-role/${DHMC}`)],
          ContextEntries: [
            { ContextKeyName: 'iam:PassedToService', ContextKeyType: 'string', ContextKeyValues: [service] },
          ],
        }),
      );
      return EvaluationResults?.[0]?.EvalDecision;
    };
    try {
      expect(await decide('ssm.amazonaws.com')).toBe('allowed');
      expect(await decide('ec2.amazonaws.com')).toBe('implicitDeny');
      expect(await decide('lambda.amazonaws.com')).toBe('implicitDeny');
    } finally {
      client.destroy();
    }
  });
});

describe('Given the reader of a member', () => {
  it('When it attempts to write the setting, Then it is denied', async () => {
    const set = new UpdateServiceSettingCommand({
      SettingId: '/ssm/managed-instance/default-ec2-instance-management-role',
      SettingValue: `service-role/${DHMC}`,
    });
    expect(await attempt('ssm', await reader(), set)).toBe(
      `AccessDeniedException: ${lacking('DhmcRolloutReader', 'ssm:UpdateServiceSetting', `arn:aws:ssm:${region}:${MEMBER}:servicesetting/ssm/managed-instance/default-ec2-instance-management-role`)}`,
    );
  });

  it('When it attempts to turn on a VPC’s DNS, Then it is denied', async () => {
    const vpc = ec2().Vpcs[0].VpcId;
    const on = new ModifyVpcAttributeCommand({ VpcId: vpc, EnableDnsHostnames: { Value: true } });
    expect(await attempt('ec2', await reader(), on)).toMatch(
      /^UnauthorizedOperation: .*DhmcRolloutReader.*ec2:ModifyVpcAttribute/,
    );
  });
});

describe('Given the assess state machine', () => {
  it('When its input says enforce or rollback, Then it is refused and nothing is asked of any account', async () => {
    const before = organization.twin.calls().total;
    const configuration = parseConfiguration('', 'test');
    for (const input of [
      { mode: 'enforce', trigger: 'on-demand' },
      { mode: 'rollback', rollbackOf: 'all', trigger: 'on-demand' },
    ] as const) {
      await expect(organization.run({ lane: 'assess', input, configuration })).rejects.toThrow(
        `mode ${input.mode} is refused here: this state machine runs assess only`,
      );
    }
    expect(organization.twin.calls().total).toBe(before);
  });
});

const ec2 = (): Piece => organization.twin.state.region(MEMBER, region).Ec2;
const vpcId = (): string => ec2().Vpcs[0].VpcId;
const endpointOf = (ServiceName: string, Tags: { Key: string; Value: string }[]) =>
  new CreateVpcEndpointCommand({
    VpcEndpointType: 'Interface',
    VpcId: vpcId(),
    ServiceName,
    SubnetIds: [ec2().Subnets[0].SubnetId],
    PrivateDnsEnabled: false,
    ...(Tags.length > 0 ? { TagSpecifications: [{ ResourceType: 'vpc-endpoint', Tags }] } : {}),
  });
const notAllowed = (action: string, resource: string) =>
  `UnauthorizedOperation: You are not authorized to perform this operation. ${lacking('DhmcRolloutWriter', action, `arn:aws:ec2:${region}:${MEMBER}:${resource}`)}`;
const groupId = (): string => ec2().SecurityGroups[0].GroupId;

/** An endpoint of another team, made on first use. */
function theirEndpoint(): string {
  const [{ VpcId }] = ec2().Vpcs as [Piece];
  ec2().VpcEndpoints ??= [];
  const endpoints: Piece[] = ec2().VpcEndpoints;
  if (endpoints.length === 0) {
    endpoints.push({
      VpcEndpointId: 'vpce-0123456789abcdef0',
      VpcEndpointType: 'Interface',
      VpcId,
      ServiceName: `com.amazonaws.${region}.kms`,
      State: 'available',
      OwnerId: MEMBER,
      SubnetIds: [],
      Groups: [],
      Tags: [],
    });
  }
  return String(endpoints[0]?.VpcEndpointId);
}
