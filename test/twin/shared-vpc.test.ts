/** A VPC of one account that another shares: what each sees, may change, and reaches. */
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  CreateVpcEndpointCommand,
  DeleteRouteCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inspectAgent } from '../../twin/agents/agents.ts';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { configuration, enter, startFirst } from './first-organization.ts';

const TOKYO = 'ap-northeast-1';
const OWNER = '100000000012';
const PARTICIPANT = '100000000020';
const VPC = 'vpc-d8eb64de68c590837';
const SUBNET = 'subnet-2415f79398ee155a5';
const INSTANCE = 'i-shared';

/** The participant gets the owner's lists as AWS shows them to it, its own instance and group. */
function share({ accounts }: Snapshot): void {
  const owner = accounts.get(OWNER)?.Regions[TOKYO]?.Ec2;
  const participant = accounts.get(PARTICIPANT)?.Regions[TOKYO];
  if (!owner || !participant) throw new Error('the fixture has changed');
  const { Ec2 } = participant;
  for (const list of ['Vpcs', 'Subnets', 'RouteTables', 'NetworkAcls', 'DhcpOptions']) {
    const shared = (owner[list] as Piece[]).map(({ Tags: _tags, ...piece }) => structuredClone(piece));
    Ec2[list] = [...(Ec2[list] ?? []), ...shared];
  }
  const groups = [{ GroupId: 'sg-participant', GroupName: 'mine' }];
  const face = {
    NetworkInterfaceId: 'eni-participant',
    SubnetId: SUBNET,
    VpcId: VPC,
    PrivateIpAddress: '10.12.0.77',
    Groups: groups,
    OwnerId: PARTICIPANT,
    Status: 'in-use',
  };
  Ec2.SecurityGroups.push({
    ...groups[0],
    VpcId: VPC,
    OwnerId: PARTICIPANT,
    IpPermissions: [],
    IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
  });
  Ec2.NetworkInterfaces.push(face);
  Ec2.Instances.push({
    InstanceId: INSTANCE,
    State: { Code: 16, Name: 'running' },
    VpcId: VPC,
    SubnetId: SUBNET,
    PrivateIpAddress: '10.12.0.77',
    SecurityGroups: groups,
    NetworkInterfaces: [face],
  });
}

let twin: Twin;
let owner: EC2Client;
let participant: EC2Client;

beforeAll(async () => {
  twin = await startFirst({ change: share, pages: 'aws' });
  owner = new EC2Client(configuration(twin, TOKYO, await enter(twin, OWNER)));
  participant = new EC2Client(configuration(twin, TOKYO, await enter(twin, PARTICIPANT)));
});
afterAll(async () => {
  owner.destroy();
  participant.destroy();
  await twin.close();
});

const endpoint = (GroupId: string) => ({
  VpcEndpointType: 'Interface' as const,
  VpcId: VPC,
  ServiceName: `com.amazonaws.${TOKYO}.ssm`,
  SubnetIds: [SUBNET],
  SecurityGroupIds: [GroupId],
});

describe('Given a shared VPC', () => {
  it("When both list it, Then the participant sees the owner's subnets, the owner its interface", async () => {
    const { Subnets } = await participant.send(new DescribeSubnetsCommand({ SubnetIds: [SUBNET] }));
    expect(Subnets?.[0]).toMatchObject({ OwnerId: OWNER, VpcId: VPC });
    const { NetworkInterfaces } = await owner.send(new DescribeNetworkInterfacesCommand({}));
    expect(NetworkInterfaces).toContainEqual(
      expect.objectContaining({ NetworkInterfaceId: 'eni-participant', OwnerId: PARTICIPANT }),
    );
  });

  it.each<[string, () => Promise<unknown>]>([
    ['CreateVpcEndpoint', () => participant.send(new CreateVpcEndpointCommand(endpoint('sg-participant')))],
    [
      'ModifyVpcAttribute',
      () =>
        participant.send(new ModifyVpcAttributeCommand({ VpcId: VPC, EnableDnsSupport: { Value: false } })),
    ],
    [
      'CreateRoute',
      () =>
        participant.send(
          new CreateRouteCommand({
            RouteTableId: 'rtb-c54dbdbe5db474714',
            DestinationCidrBlock: '0.0.0.0/0',
            TransitGatewayId: 'tgw-1',
          }),
        ),
    ],
  ])('When the participant asks for %s, Then it is not the owner', async (operation, attempt) => {
    await expect(attempt()).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
      message: `You are not authorized to perform ${operation} operation. A subnet in this vpc is shared but the provided object is not owned by you`,
    });
  });

  it("When the owner makes an endpoint, Then the participant can't describe it, and its instance reaches it", async () => {
    expect(inspectAgent(twin.state, PARTICIPANT, TOKYO, INSTANCE)).toMatchObject({
      allowed: false,
      names: { ssm: 'blocked' },
    });
    const { GroupId = '' } = await owner.send(
      new CreateSecurityGroupCommand({ VpcId: VPC, GroupName: 'shared', Description: 'shared' }),
    );
    await owner.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [
          {
            IpProtocol: 'tcp',
            FromPort: 443,
            ToPort: 443,
            UserIdGroupPairs: [{ GroupId: 'sg-participant', UserId: PARTICIPANT }],
          },
        ],
      }),
    );
    await owner.send(new CreateVpcEndpointCommand(endpoint(GroupId)));
    const { Subnets } = await participant.send(new DescribeSubnetsCommand({ SubnetIds: [SUBNET] }));
    expect(Subnets?.[0]?.AvailableIpAddressCount).toBe(249);
    const { VpcEndpoints } = await participant.send(new DescribeVpcEndpointsCommand({}));
    expect(VpcEndpoints).toEqual([]);
    twin.state.clock.advance(120);
    expect(inspectAgent(twin.state, PARTICIPANT, TOKYO, INSTANCE)).toMatchObject({
      allowed: true,
      names: { ssm: 'reaches' },
    });
    twin.state.clock.advance(35 * 60);
    expect(inspectAgent(twin.state, PARTICIPANT, TOKYO, INSTANCE).online).toBe(true);
  });

  it('When the owner changes a route, Then the participant sees it change and go', async () => {
    const route = { RouteTableId: 'rtb-c54dbdbe5db474714', DestinationCidrBlock: '10.99.0.0/16' };
    const seen = async () => {
      const { RouteTables } = await participant.send(
        new DescribeRouteTablesCommand({ RouteTableIds: [route.RouteTableId] }),
      );
      return RouteTables?.[0]?.Routes?.map(({ DestinationCidrBlock }) => DestinationCidrBlock);
    };
    await owner.send(new CreateRouteCommand({ ...route, TransitGatewayId: 'tgw-1' }));
    expect(await seen()).toEqual(['10.12.0.0/16', '10.99.0.0/16']);
    await owner.send(new DeleteRouteCommand(route));
    expect(await seen()).toEqual(['10.12.0.0/16']);
  });
});
