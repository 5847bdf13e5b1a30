/** Ids of wrong form, through the SDK: `.Malformed`, in EC2's spelling of each code. */
import {
  DeleteNatGatewayCommand,
  DeleteVpcEndpointsCommand,
  DescribeDhcpOptionsCommand,
  DescribeEgressOnlyInternetGatewaysCommand,
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeManagedPrefixListsCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Twin } from '../../twin/start.ts';
import { configuration, enter, refusal, startFirst } from './first-organization.ts';

let twin: Twin;
let ec2: EC2Client;

beforeAll(async () => {
  twin = await startFirst({ pages: 'aws' });
  ec2 = new EC2Client(configuration(twin, 'ap-northeast-1', await enter(twin, '100000000011')));
});
afterAll(async () => {
  ec2.destroy();
  await twin.close();
});

const BAD = 'not-an-id';

describe('Given an id of wrong form', () => {
  it.each<[string, string, string, (id: string) => Promise<unknown>]>([
    ['vpc', 'InvalidVpcID', 'vpc', (id) => ec2.send(new DescribeVpcsCommand({ VpcIds: [id] }))],
    [
      'vpc of an attribute',
      'InvalidVpcID',
      'vpc',
      (id) => ec2.send(new DescribeVpcAttributeCommand({ VpcId: id, Attribute: 'enableDnsSupport' })),
    ],
    [
      'vpc to change',
      'InvalidVpcID',
      'vpc',
      (id) => ec2.send(new ModifyVpcAttributeCommand({ VpcId: id, EnableDnsSupport: { Value: true } })),
    ],
    [
      'subnet',
      'InvalidSubnetID',
      'subnet',
      (id) => ec2.send(new DescribeSubnetsCommand({ SubnetIds: [id] })),
    ],
    [
      'group',
      'InvalidGroupId',
      'sg',
      (id) => ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] })),
    ],
    [
      'rule',
      'InvalidSecurityGroupRuleId',
      'sgr',
      (id) => ec2.send(new DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: [id] })),
    ],
    [
      'route table',
      'InvalidRouteTableId',
      'rtb',
      (id) => ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [id] })),
    ],
    [
      'internet gateway',
      'InvalidInternetGatewayId',
      'igw',
      (id) => ec2.send(new DescribeInternetGatewaysCommand({ InternetGatewayIds: [id] })),
    ],
    [
      'egress-only internet gateway',
      'InvalidEgressOnlyInternetGatewayId',
      'eigw',
      (id) => ec2.send(new DescribeEgressOnlyInternetGatewaysCommand({ EgressOnlyInternetGatewayIds: [id] })),
    ],
    [
      'network ACL',
      'InvalidNetworkAclId',
      'acl',
      (id) => ec2.send(new DescribeNetworkAclsCommand({ NetworkAclIds: [id] })),
    ],
    [
      'DHCP options set',
      'InvalidDhcpOptionsId',
      'dopt',
      (id) => ec2.send(new DescribeDhcpOptionsCommand({ DhcpOptionsIds: [id] })),
    ],
    [
      'prefix list',
      'InvalidPrefixListId',
      'pl',
      (id) => ec2.send(new DescribeManagedPrefixListsCommand({ PrefixListIds: [id] })),
    ],
    [
      'endpoint',
      'InvalidVpcEndpointId',
      'vpce',
      (id) => ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] })),
    ],
    [
      'endpoint to delete',
      'InvalidVpcEndpointId',
      'vpce',
      (id) => ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] })),
    ],
    [
      'network interface',
      'InvalidNetworkInterfaceId',
      'eni',
      (id) => ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] })),
    ],
    [
      'instance',
      'InvalidInstanceID',
      'i',
      (id) => ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] })),
    ],
    [
      'instance to stop',
      'InvalidInstanceID',
      'i',
      (id) => ec2.send(new StopInstancesCommand({ InstanceIds: [id] })),
    ],
  ])(
    'When it is that of a %s, Then it is malformed; of right form, it does not exist',
    async (_, code, prefix, send) => {
      expect(await refusal(send(BAD))).toBe(
        `${code}.Malformed: Invalid id: "${BAD}" (expecting "${prefix}-...")`,
      );
      for (const digits of ['xyz', '123', '0123456789abcdef01', '0123456789ABCDEF0']) {
        expect(await refusal(send(`${prefix}-${digits}`))).toContain('.Malformed: ');
      }
      for (const digits of ['01234567', '0123456789abcdef9']) {
        expect(await refusal(send(`${prefix}-${digits}`))).not.toContain('Malformed');
      }
    },
  );

  it('When it is that of a NAT gateway, Then the code is its own', async () => {
    for (const send of [
      (id: string) => ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [id] })),
      (id: string) => ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: id })),
    ]) {
      expect(await refusal(send(BAD))).toBe(
        `NatGatewayMalformed: Invalid id: "${BAD}" (expecting "nat-...")`,
      );
      expect(await refusal(send('nat-01234567'))).toBe(
        'NatGatewayNotFound: NAT gateway nat-01234567 was not found',
      );
    }
  });
});
