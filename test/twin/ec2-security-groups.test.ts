/** Security groups, their rules, tags and routes through the SDK; and that the inverse leaves no trace. */
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  CreateVpcEndpointCommand,
  DeleteNatGatewayCommand,
  DeleteRouteCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  DeleteVpcEndpointsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { configuration, enter, startFirst } from './first-organization.ts';

const TOKYO = 'ap-northeast-1';
const ACCOUNT = '100000000011';

let twin: Twin;
let ec2: EC2Client;
let vpcId: string;
let before: string;

const network = (): Piece => twin.takeSnapshot().accounts.get(ACCOUNT)?.Regions[TOKYO]?.Ec2 ?? {};

beforeEach(async () => {
  twin = await startFirst({ pages: 'aws' });
  ec2 = new EC2Client(configuration(twin, TOKYO, await enter(twin, ACCOUNT)));
  vpcId = network().Vpcs[0].VpcId;
  before = JSON.stringify(network());
});
afterEach(async () => {
  ec2.destroy();
  await twin.close();
});

const HTTPS = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
const permission = (CidrIp: string) => [{ ...HTTPS, IpRanges: [{ CidrIp, Description: 'from the VPC' }] }];

async function createGroup(GroupName = 'dhmc'): Promise<string> {
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName, Description: 'made by a test', VpcId: vpcId }),
  );
  return GroupId ?? '';
}

describe('Given a new security group', () => {
  it('When it is described, Then it lets everything out and nothing in; deleted, it leaves no trace', async () => {
    const GroupId = await createGroup();
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
    expect(SecurityGroups?.[0]).toMatchObject({
      GroupName: 'dhmc',
      VpcId: vpcId,
      IpPermissions: [],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    expect(JSON.stringify(network())).toBe(before);
  });

  it("When a rule comes twice, Then AWS's error; revoked, it is gone; revoked again, AWS's error", async () => {
    const GroupId = await createGroup();
    const made = await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: permission('10.0.1.1/16') }),
    );
    expect(made.SecurityGroupRules?.[0]).toMatchObject({
      CidrIpv4: '10.0.0.0/16',
      FromPort: 443,
      IsEgress: false,
    });
    await expect(
      ec2.send(
        new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: permission('10.0.0.0/16') }),
      ),
    ).rejects.toMatchObject({
      name: 'InvalidPermission.Duplicate',
      message:
        'the specified rule "peer: 10.0.0.0/16, TCP, from port: 443, to port: 443, ALLOW" already exists',
    });
    const revoke = () =>
      ec2.send(
        new RevokeSecurityGroupIngressCommand({
          GroupId,
          IpPermissions: [{ ...HTTPS, IpRanges: [{ CidrIp: '10.0.0.0/16' }] }],
        }),
      );
    expect((await revoke()).RevokedSecurityGroupRules).toHaveLength(1);
    await expect(revoke()).rejects.toMatchObject({
      name: 'InvalidPermission.NotFound',
      message: 'The specified rule does not exist in this security group.',
    });
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    expect(JSON.stringify(network())).toBe(before);
  });

  it("When a rule that isn't there is revoked in a default VPC, Then it is named, and no error", async () => {
    const GroupId = await createGroup();
    const vpc = twin.state.region(ACCOUNT, TOKYO).Ec2.Vpcs[0];
    vpc.IsDefault = true;
    const { UnknownIpPermissions, RevokedSecurityGroupRules } = await ec2.send(
      new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: permission('10.0.0.0/16') }),
    );
    expect(UnknownIpPermissions).toMatchObject([
      { IpProtocol: 'tcp', IpRanges: [{ CidrIp: '10.0.0.0/16' }] },
    ]);
    expect(RevokedSecurityGroupRules ?? []).toEqual([]);
  });

  it('When a rule is revoked by its id, Then only that one goes', async () => {
    const GroupId = await createGroup();
    const { SecurityGroupRules } = await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [{ ...HTTPS, IpRanges: [{ CidrIp: '10.0.0.0/16' }, { CidrIp: '10.1.0.0/16' }] }],
      }),
    );
    const id = SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? '';
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: [id] }));
    const group = network().SecurityGroups.find((each: Piece) => each.GroupId === GroupId);
    expect(group.IpPermissions).toEqual([expect.objectContaining({ IpRanges: [{ CidrIp: '10.1.0.0/16' }] })]);
  });

  it('When egress is revoked and authorized again, Then it is as before', async () => {
    const [{ GroupId }] = network().SecurityGroups;
    const IpPermissions = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
    await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions }));
    expect(network().SecurityGroups[0].IpPermissionsEgress).toEqual([]);
    await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions }));
    expect(JSON.stringify(network())).toBe(before);
  });

  it('When an endpoint uses it, Then it can be deleted only after the endpoint is gone', async () => {
    const GroupId = await createGroup();
    const { VpcEndpoint } = await ec2.send(
      new CreateVpcEndpointCommand({
        VpcEndpointType: 'Interface',
        VpcId: vpcId,
        ServiceName: `com.amazonaws.${TOKYO}.ssm`,
        SubnetIds: [network().Subnets[0].SubnetId],
        SecurityGroupIds: [GroupId],
      }),
    );
    const drop = () => ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    const inUse = { name: 'DependencyViolation', message: `resource ${GroupId} has a dependent object` };
    await expect(drop()).rejects.toMatchObject(inUse);
    await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [VpcEndpoint?.VpcEndpointId ?? ''] }));
    await expect(drop()).rejects.toMatchObject(inUse);
    twin.state.clock.advance(120);
    await drop();
    expect(JSON.stringify(network())).toBe(before);
  });
});

describe('Given what EC2 refuses', () => {
  const refused: [string, () => Promise<unknown>, string, string][] = [
    [
      'a name that is taken',
      async () => {
        await createGroup();
        await createGroup();
      },
      'InvalidGroup.Duplicate',
      "The security group 'dhmc' already exists for VPC 'vpc-952938099003be224'",
    ],
    [
      'the name default',
      () => createGroup('default'),
      'InvalidParameterValue',
      'Cannot use reserved security group name: default',
    ],
    [
      'to delete the default group',
      () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: network().SecurityGroups[0].GroupId })),
      'CannotDelete',
      'name: "default" cannot be deleted by a user',
    ],
    [
      'to delete what is not there',
      () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: 'sg-00000001' })),
      'InvalidGroup.NotFound',
      "The security group 'sg-00000001' does not exist",
    ],
    [
      'a CIDR block that is none',
      async () =>
        ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId: await createGroup(),
            IpPermissions: permission('10.0.0.0/33'),
          }),
        ),
      'InvalidParameterValue',
      'CIDR block 10.0.0.0/33 is malformed',
    ],
    [
      'TCP without ports',
      async () =>
        ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId: await createGroup(),
            IpPermissions: [{ IpProtocol: 'tcp', IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
          }),
        ),
      'InvalidParameterValue',
      "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
    ],
    [
      'tags of AWS',
      () => ec2.send(new CreateTagsCommand({ Resources: [vpcId], Tags: [{ Key: 'aws:x', Value: '' }] })),
      'InvalidParameterValue',
      "Tag keys starting with 'aws:' are reserved for internal use",
    ],
    [
      'tags on what is not there',
      () => ec2.send(new CreateTagsCommand({ Resources: ['vpc-1'], Tags: [{ Key: 'x', Value: '' }] })),
      'InvalidID',
      "The ID 'vpc-1' is not valid",
    ],
    [
      'a route that is there',
      () =>
        ec2.send(
          new CreateRouteCommand({
            RouteTableId: network().RouteTables[0].RouteTableId,
            DestinationCidrBlock: '0.0.0.0/0',
            NatGatewayId: network().NatGateways[0].NatGatewayId,
          }),
        ),
      'RouteAlreadyExists',
      'The route identified by 0.0.0.0/0 already exists.',
    ],
    [
      'to delete a route that is not there',
      () =>
        ec2.send(
          new DeleteRouteCommand({
            RouteTableId: network().RouteTables[0].RouteTableId,
            DestinationCidrBlock: '192.0.2.0/24',
          }),
        ),
      'InvalidRoute.NotFound',
      'no route with destination-cidr-block 192.0.2.0/24 in route table rtb-53c88a804911ee3cc',
    ],
  ];

  it.each(refused)('When asked for %s, Then its error', async (_what, attempt, name, message) => {
    await expect(attempt()).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });
});

describe('Given tags, routes and instances', () => {
  it('When tags are made and deleted, Then no trace stays', async () => {
    const Resources = [vpcId, network().NetworkInterfaces[0].NetworkInterfaceId];
    await ec2.send(new CreateTagsCommand({ Resources: [vpcId], Tags: [{ Key: 'dhmc', Value: '1' }] }));
    expect(network().Vpcs[0].Tags.at(-1)).toEqual({ Key: 'dhmc', Value: '1' });
    await ec2.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: 'dhmc', Value: 'other' }] }));
    expect(network().Vpcs[0].Tags.at(-1)).toEqual({ Key: 'dhmc', Value: '1' });
    await ec2.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: 'dhmc' }] }));
    expect(JSON.stringify(network())).toBe(before);
  });

  it('When a NAT gateway is deleted, Then its routes are blackholes', async () => {
    await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: network().NatGateways[0].NatGatewayId }));
    const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({}));
    const lost = RouteTables?.flatMap(({ Routes }) => Routes ?? []).filter(
      ({ NatGatewayId }) => NatGatewayId,
    );
    expect(lost?.map(({ State }) => State)).toEqual(['blackhole']);
  });

  it('When an instance is stopped, started and terminated, Then its states follow', async () => {
    const InstanceIds = [network().Instances[0].InstanceId];
    const stopped = await ec2.send(new StopInstancesCommand({ InstanceIds }));
    expect(stopped.StoppingInstances?.[0]).toMatchObject({
      PreviousState: { Name: 'running' },
      CurrentState: { Name: 'stopping' },
    });
    expect(network().Instances[0].State).toEqual({ Code: 80, Name: 'stopped' });
    await ec2.send(new StartInstancesCommand({ InstanceIds }));
    expect(network().Instances[0].State.Name).toBe('running');
    await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
    await expect(ec2.send(new StartInstancesCommand({ InstanceIds }))).rejects.toMatchObject({
      name: 'IncorrectInstanceState',
    });
    expect(network().NetworkInterfaces).toHaveLength(JSON.parse(before).NetworkInterfaces.length - 1);
  });
});
