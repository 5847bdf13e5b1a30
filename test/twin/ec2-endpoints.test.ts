/** Interface endpoints through the SDK: life, idempotency, conflicts as AWS words them, and no trace of what was undone. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateVpcEndpointCommand,
  type CreateVpcEndpointCommandInput,
  DeleteVpcEndpointsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
  ModifyVpcEndpointCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { writeSnapshot } from '../../twin/snapshot/write.ts';
import type { Twin } from '../../twin/start.ts';
import { createState } from '../../twin/state.ts';
import { configuration, enter, startFirst } from './first-organization.ts';

const ACCOUNT = '100000000012';
const TOKYO = 'ap-northeast-1';
const VPC = 'vpc-d8eb64de68c590837';
const SUBNET_A = 'subnet-2415f79398ee155a5';
const SUBNET_C = 'subnet-b903fd6814eca40bc';
const SSM = 'com.amazonaws.ap-northeast-1.ssm';

let twin: Twin;
let ec2: EC2Client;

async function start(change?: (snapshot: Snapshot) => void): Promise<void> {
  twin = await startFirst({ change, pages: 'aws' });
  ec2 = new EC2Client(configuration(twin, TOKYO, await enter(twin, ACCOUNT)));
}

beforeEach(() => start());
afterEach(async () => {
  ec2.destroy();
  await twin.close();
});

async function restart(change: (snapshot: Snapshot) => void): Promise<void> {
  ec2.destroy();
  await twin.close();
  await start(change);
}

function network(snapshot: Snapshot): Piece {
  const Ec2 = snapshot.accounts.get(ACCOUNT)?.Regions[TOKYO]?.Ec2;
  if (!Ec2) throw new Error('the fixture has changed');
  return Ec2;
}

function create(input: Partial<CreateVpcEndpointCommandInput> = {}) {
  return ec2.send(
    new CreateVpcEndpointCommand({
      VpcEndpointType: 'Interface',
      VpcId: VPC,
      ServiceName: SSM,
      SubnetIds: [SUBNET_A, SUBNET_C],
      PrivateDnsEnabled: true,
      ...input,
    }),
  );
}

async function describeEndpoint(id = '') {
  const { VpcEndpoints } = await ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] }));
  return VpcEndpoints?.[0];
}

describe('Given an account without endpoints', () => {
  it('When an endpoint is made, Then it is pending, and available within 120 s, with an interface in each subnet', async () => {
    const { VpcEndpoint } = await create({
      TagSpecifications: [{ ResourceType: 'vpc-endpoint', Tags: [{ Key: 'made-by', Value: 'test' }] }],
    });
    expect(VpcEndpoint).toMatchObject({
      State: 'pending',
      VpcId: VPC,
      OwnerId: ACCOUNT,
      PrivateDnsEnabled: true,
    });
    expect(VpcEndpoint?.DnsEntries?.at(-1)?.DnsName).toBe('ssm.ap-northeast-1.amazonaws.com');
    expect(VpcEndpoint?.Groups).toEqual([{ GroupId: 'sg-73b3c4932637b8b6b', GroupName: 'default' }]);
    expect((await describeEndpoint(VpcEndpoint?.VpcEndpointId))?.State).toBe('pending');
    twin.state.clock.advance(120);
    expect(await describeEndpoint(VpcEndpoint?.VpcEndpointId)).toMatchObject({
      State: 'available',
      Tags: [{ Key: 'made-by', Value: 'test' }],
    });
    const { NetworkInterfaces } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: VpcEndpoint?.NetworkInterfaceIds }),
    );
    expect(NetworkInterfaces).toHaveLength(2);
    expect(NetworkInterfaces?.[0]).toMatchObject({
      InterfaceType: 'vpc_endpoint',
      RequesterManaged: true,
      SubnetId: SUBNET_A,
      PrivateIpAddress: '10.12.0.4',
    });
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SUBNET_A] }));
    expect(Subnets?.[0]?.AvailableIpAddressCount).toBe(249);
  });

  it('When it is deleted again, Then it is deleting, gone within 120 s, and the snapshot is as before', async () => {
    const before = JSON.stringify(network(twin.takeSnapshot()));
    const { VpcEndpoint } = await create();
    const VpcEndpointIds = [VpcEndpoint?.VpcEndpointId ?? ''];
    twin.state.clock.advance(120);
    const { Unsuccessful } = await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds }));
    expect(Unsuccessful ?? []).toEqual([]);
    expect((await describeEndpoint(VpcEndpointIds[0]))?.State).toBe('deleting');
    twin.state.clock.advance(120);
    await expect(describeEndpoint(VpcEndpointIds[0])).rejects.toThrow(
      `The Vpc Endpoint Id '${VpcEndpointIds[0]}' does not exist`,
    );
    expect(JSON.stringify(network(twin.takeSnapshot()))).toBe(before);
  });

  it('When a snapshot of it is written and read on the way, Then it continues from there', async () => {
    const { VpcEndpoint } = await create();
    const folder = await mkdtemp(join(tmpdir(), 'dhmc-endpoints-'));
    try {
      await writeSnapshot(twin.takeSnapshot(), join(folder, 'snapshot'));
      const state = createState(await readSnapshot(join(folder, 'snapshot')));
      const states = () => network(state.takeSnapshot()).VpcEndpoints.map((each: Piece) => each.State);
      expect(states()).toEqual(['pending']);
      state.clock.advance(120);
      expect(states()).toEqual(['available']);
      expect(network(state.takeSnapshot()).VpcEndpoints[0].VpcEndpointId).toBe(VpcEndpoint?.VpcEndpointId);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('When an unknown endpoint is deleted, Then it is in Unsuccessful', async () => {
    const { Unsuccessful } = await ec2.send(
      new DeleteVpcEndpointsCommand({ VpcEndpointIds: ['vpce-00000000'] }),
    );
    expect(Unsuccessful).toEqual([
      {
        ResourceId: 'vpce-00000000',
        Error: {
          Code: 'InvalidVpcEndpoint.NotFound',
          Message: "The Vpc Endpoint Id 'vpce-00000000' does not exist",
        },
      },
    ]);
  });

  it('When a client token comes again, Then the same endpoint; with other parameters, a mismatch', async () => {
    const first = await create({ ClientToken: 'once' });
    const again = await create({ ClientToken: 'once' });
    expect(again.VpcEndpoint?.VpcEndpointId).toBe(first.VpcEndpoint?.VpcEndpointId);
    await expect(create({ ClientToken: 'once', SubnetIds: [SUBNET_A] })).rejects.toMatchObject({
      name: 'IdempotentParameterMismatch',
    });
    expect(network(twin.takeSnapshot()).VpcEndpoints).toHaveLength(1);
  });

  it('When it is a dry run, Then nothing is made', async () => {
    await expect(create({ DryRun: true })).rejects.toMatchObject({ name: 'DryRunOperation' });
    expect(network(twin.takeSnapshot()).VpcEndpoints).toEqual([]);
  });

  it('When subnets, groups and policy are modified, Then interfaces follow', async () => {
    const { VpcEndpoint } = await create({ SubnetIds: [SUBNET_A] });
    const VpcEndpointId = VpcEndpoint?.VpcEndpointId;
    twin.state.clock.advance(120);
    const PolicyDocument = JSON.stringify({ Statement: [] });
    await ec2.send(
      new ModifyVpcEndpointCommand({
        VpcEndpointId,
        AddSubnetIds: [SUBNET_C],
        RemoveSubnetIds: [SUBNET_A],
        PolicyDocument,
      }),
    );
    const modified = await describeEndpoint(VpcEndpointId);
    expect(modified).toMatchObject({ SubnetIds: [SUBNET_C], PolicyDocument });
    expect(modified?.NetworkInterfaceIds).not.toEqual(VpcEndpoint?.NetworkInterfaceIds);
    expect(network(twin.takeSnapshot()).Subnets.map((each: Piece) => each.AvailableIpAddressCount)).toEqual([
      250, 249,
    ]);
    await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId, ResetPolicy: true }));
    expect((await describeEndpoint(VpcEndpointId))?.PolicyDocument).toContain('"Action":"*"');
  });
});

const CONFLICTS: [
  string,
  (Ec2: Piece, snapshot: Snapshot) => void,
  Partial<CreateVpcEndpointCommandInput>,
  string,
  string,
][] = [
  [
    'no type is named',
    () => undefined,
    { VpcEndpointType: undefined },
    'InvalidParameter',
    'Endpoint type (Gateway) does not match available service types ([Interface]).',
  ],
  [
    'the service is not offered',
    () => undefined,
    { ServiceName: 'com.amazonaws.ap-northeast-1.nothing' },
    'InvalidServiceName',
    "The Vpc Endpoint Service 'com.amazonaws.ap-northeast-1.nothing' does not exist",
  ],
  [
    'the VPC is unknown',
    () => undefined,
    { VpcId: 'vpc-00000001' },
    'InvalidVpcID.NotFound',
    "The vpc ID 'vpc-00000001' does not exist",
  ],
  [
    'the subnet is unknown',
    () => undefined,
    { SubnetIds: ['subnet-00000001'] },
    'InvalidSubnetID.NotFound',
    "The subnet ID 'subnet-00000001' does not exist",
  ],
  [
    'the group is unknown',
    () => undefined,
    { SecurityGroupIds: ['sg-00000001'] },
    'InvalidGroup.NotFound',
    "The security group 'sg-00000001' does not exist",
  ],
  [
    'the DNS attributes are off',
    (Ec2) => {
      Ec2.VpcAttributes[VPC].EnableDnsHostnames = false;
    },
    {},
    'InvalidParameter',
    `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${VPC}`,
  ],
  [
    "another account's hosted zone holds the name",
    (_Ec2, snapshot) => {
      snapshot.accounts.get('100000000002')?.Route53.HostedZones.push({
        Id: 'Z1',
        Name: 'ssm.ap-northeast-1.amazonaws.com.',
        VPCs: [{ VPCRegion: TOKYO, VPCId: VPC }],
      });
    },
    {},
    'InvalidParameter',
    `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ssm.ap-northeast-1.amazonaws.com in the VPC ${VPC}`,
  ],
  [
    'the service is not in the zone',
    (Ec2) => {
      Ec2.VpcEndpointServices[0].AvailabilityZones = ['ap-northeast-1a'];
    },
    {},
    'InvalidParameter',
    `The VPC endpoint service ${SSM} does not support the availability zone of the subnet: ${SUBNET_C}.`,
  ],
  [
    'two subnets are in one zone',
    (Ec2) => {
      Ec2.Subnets[1].AvailabilityZone = 'ap-northeast-1a';
    },
    {},
    'DuplicateSubnetsInSameZone',
    `Found another VPC endpoint subnet in the availability zone of ${SUBNET_C}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.`,
  ],
  [
    'a subnet is full',
    (Ec2) => {
      Ec2.Subnets[1].AvailableIpAddressCount = 0;
    },
    {},
    'InsufficientFreeAddressesInSubnet',
    `The specified subnet does not have enough free addresses to satisfy the request: ${SUBNET_C}`,
  ],
  [
    'there are 50 endpoints',
    (Ec2) => {
      Ec2.VpcEndpoints = Array.from({ length: 50 }, (_, index) => ({
        VpcEndpointId: `vpce-${index}`,
        VpcEndpointType: 'Interface',
        VpcId: VPC,
        ServiceName: `com.amazonaws.ap-northeast-1.s${index}`,
        State: 'available',
      }));
    },
    {},
    'VpcEndpointLimitExceeded',
    'The maximum number of VPC endpoints has been reached.',
  ],
  [
    'the policy is no JSON',
    () => undefined,
    { PolicyDocument: '{' },
    'InvalidPolicyDocument',
    'The specified policy document is not a valid JSON policy document.',
  ],
  [
    'tags are for another type',
    () => undefined,
    { TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'a', Value: 'b' }] }] },
    'InvalidParameterValue',
    "'vpc' is not a valid taggable resource type for this operation.",
  ],
  [
    'options for DNS are given, which the twin does not honour',
    () => undefined,
    { DnsOptions: { PrivateDnsOnlyForInboundResolverEndpoint: true } },
    'NotImplemented',
    'The twin does not implement the member DnsOptions of ec2:CreateVpcEndpoint.',
  ],
];

describe('Given what prevents an endpoint', () => {
  it.each(CONFLICTS)("When %s, Then AWS's error", async (_case, change, input, name, message) => {
    await restart((snapshot) => change(network(snapshot), snapshot));
    const before = JSON.stringify(network(twin.takeSnapshot()));
    await expect(create(input)).rejects.toMatchObject({ name, message });
    expect(JSON.stringify(network(twin.takeSnapshot()))).toBe(before);
  });

  it('When the same name is asked for twice, Then the second conflicts, without private DNS it does not', async () => {
    await create();
    await expect(create()).rejects.toMatchObject({
      name: 'InvalidParameter',
      message: expect.stringContaining('conflicting DNS domain for ssm.ap-northeast-1.amazonaws.com'),
    });
    const { VpcEndpoint } = await create({ PrivateDnsEnabled: false });
    await expect(
      ec2.send(
        new ModifyVpcEndpointCommand({ VpcEndpointId: VpcEndpoint?.VpcEndpointId, PrivateDnsEnabled: true }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidParameter' });
  });

  it('When DNS attributes are switched off and on, Then no trace stays; both at once are refused', async () => {
    const before = JSON.stringify(network(twin.takeSnapshot()));
    const set = (Value: boolean) =>
      ec2.send(new ModifyVpcAttributeCommand({ VpcId: VPC, EnableDnsHostnames: { Value } }));
    await set(false);
    expect(network(twin.takeSnapshot()).VpcAttributes[VPC].EnableDnsHostnames).toBe(false);
    await set(true);
    expect(JSON.stringify(network(twin.takeSnapshot()))).toBe(before);
    await expect(
      ec2.send(
        new ModifyVpcAttributeCommand({
          VpcId: VPC,
          EnableDnsHostnames: { Value: true },
          EnableDnsSupport: { Value: true },
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  });
});

describe('Given policies on endpoints', () => {
  const attempt = async (statement: Piece, input: Partial<CreateVpcEndpointCommandInput> = {}) => {
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement, ALLOW_ZONES] });
    ec2.destroy();
    ec2 = new EC2Client(configuration(twin, TOKYO, await enter(twin, ACCOUNT, { Policy })));
    return create(input);
  };
  const ALLOW_ZONES = { Effect: 'Allow', Action: 'route53:AssociateVPCWithHostedZone', Resource: '*' };
  const tagged: Partial<CreateVpcEndpointCommandInput> = {
    TagSpecifications: [{ ResourceType: 'vpc-endpoint', Tags: [{ Key: 'project', Value: 'dhmc' }] }],
  };

  it('When only the service ssm is allowed, Then ssm is made and logs is not', async () => {
    const statement = {
      Effect: 'Allow',
      Action: 'ec2:*',
      Resource: '*',
      Condition: { StringEqualsIfExists: { 'ec2:VpceServiceName': SSM } },
    };
    await expect(
      attempt(statement, { ServiceName: 'com.amazonaws.ap-northeast-1.logs' }),
    ).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
      message: expect.stringContaining(`arn:aws:ec2:ap-northeast-1:${ACCOUNT}:vpc-endpoint/*`),
    });
    expect((await attempt(statement)).VpcEndpoint?.State).toBe('pending');
  });

  it('When tags may be given on creation alone, Then ec2:CreateAction decides', async () => {
    const statements = {
      Effect: 'Allow',
      Action: ['ec2:CreateVpcEndpoint', 'ec2:CreateTags'],
      Resource: '*',
      Condition: { StringEqualsIfExists: { 'ec2:CreateAction': 'CreateSecurityGroup' } },
    };
    await expect(attempt(statements, tagged)).rejects.toMatchObject({
      message: expect.stringContaining('is not authorized to perform: ec2:CreateTags'),
    });
    statements.Condition.StringEqualsIfExists['ec2:CreateAction'] = 'CreateVpcEndpoint';
    expect((await attempt(statements, tagged)).VpcEndpoint?.Tags).toEqual([
      { Key: 'project', Value: 'dhmc' },
    ]);
  });
});
