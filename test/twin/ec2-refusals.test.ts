/** What EC2 refuses of rules, routes and tags, through the SDK: one twin, one table. */
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  CreateVpcEndpointCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcEndpointServicesCommand,
  EC2Client,
  GetManagedPrefixListEntriesCommand,
  type IpPermission,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { configuration, enter, refusal, startFirst } from './first-organization.ts';

const TOKYO = 'ap-northeast-1';
const ACCOUNT = '100000000011';
const S3 = `com.amazonaws.${TOKYO}.s3`;
const LIST = 'pl-0000000000000000a';
const OTHER_VPC_GROUP = 'sg-0000000000000000a';

let twin: Twin;
let ec2: EC2Client;
let net: Piece;
let groupId: string;
let tableId: string;

beforeAll(async () => {
  twin = await startFirst({
    pages: 'aws',
    change: ({ accounts }) => {
      const Ec2: Piece = accounts.get(ACCOUNT)?.Regions[TOKYO]?.Ec2 ?? {};
      Ec2.Vpcs[0].Ipv6CidrBlockAssociationSet = [
        { Ipv6CidrBlock: '2001:db8::/56', Ipv6CidrBlockState: { State: 'associated' } },
      ];
      Ec2.VpcEndpointServices.push(
        { ServiceName: S3, ServiceId: 'vpce-svc-1', ServiceType: [{ ServiceType: 'Gateway' }] },
        {
          ServiceName: S3,
          ServiceId: 'vpce-svc-2',
          ServiceType: [{ ServiceType: 'Interface' }],
          PrivateDnsName: `s3.${TOKYO}.amazonaws.com`,
        },
      );
      Ec2.ManagedPrefixLists.push({
        PrefixListId: LIST,
        PrefixListName: 'office',
        AddressFamily: 'IPv4',
        MaxEntries: 58,
        Entries: Array.from({ length: 120 }, (_, index) => ({ Cidr: `10.0.${index}.0/24` })),
      });
      Ec2.SecurityGroups.push({
        GroupId: OTHER_VPC_GROUP,
        GroupName: 'other',
        VpcId: 'vpc-0000000000000000a',
        OwnerId: ACCOUNT,
      });
    },
  });
  ec2 = new EC2Client(configuration(twin, TOKYO, await enter(twin, ACCOUNT)));
  net = twin.state.region(ACCOUNT, TOKYO).Ec2;
  tableId = net.RouteTables[0].RouteTableId;
  const made = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'a', Description: 'a', VpcId: net.Vpcs[0].VpcId }),
  );
  groupId = made.GroupId ?? '';
});
afterAll(async () => {
  ec2.destroy();
  await twin.close();
});

const BAD = 'not-an-id';

const ANYWHERE = { IpRanges: [{ CidrIp: '10.0.0.0/8' }] };
const HTTPS = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
const PORTS = "InvalidParameterValue: Invalid value 'Must specify both from and to ports with";

describe('Given a rule of a security group', () => {
  it.each<[string, IpPermission, string]>([
    ['no protocol', { ...ANYWHERE }, "InvalidParameterValue: Invalid value 'null' for protocol."],
    [
      'a protocol of no such name',
      { IpProtocol: 'all', ...ANYWHERE },
      "Invalid value 'all' for IP protocol.",
    ],
    ['a protocol above 255', { IpProtocol: '256', ...ANYWHERE }, "Invalid value '256' for IP protocol."],
    ['TCP without a port', { IpProtocol: '6', FromPort: 1, ...ANYWHERE }, `${PORTS} TCP/UDP.'`],
    [
      'a port below 0',
      { IpProtocol: 'udp', FromPort: -1, ToPort: -1, ...ANYWHERE },
      'InvalidParameterValue: TCP/UDP (from) port (-1) out of range',
    ],
    [
      'a port above 65535',
      { IpProtocol: 'tcp', FromPort: 0, ToPort: 65536, ...ANYWHERE },
      'InvalidParameterValue: TCP/UDP (to) port (65536) out of range',
    ],
    ['ports in reverse', { ...HTTPS, ToPort: 80, ...ANYWHERE }, 'Invalid TCP/UDP port range (443:80)'],
    ['ICMP without a type', { IpProtocol: 'icmp', ...ANYWHERE }, `${PORTS} ICMP.'`],
    [
      'an ICMP code above 255',
      { IpProtocol: 'icmp', FromPort: 0, ToPort: 65535, ...ANYWHERE },
      'InvalidParameterValue: ICMP code (65535) out of range',
    ],
    ['an IPv6 block as IPv4', { ...HTTPS, IpRanges: [{ CidrIp: '::/0' }] }, 'CIDR block ::/0 is malformed'],
    ['an address', { ...HTTPS, IpRanges: [{ CidrIp: '10.0.0.1' }] }, 'CIDR block 10.0.0.1 is malformed'],
    [
      'IPv6 of 129 bits',
      { ...HTTPS, Ipv6Ranges: [{ CidrIpv6: '::/129' }] },
      'CIDR block ::/129 is malformed',
    ],
    [
      'a prefix list that is not there',
      { ...HTTPS, PrefixListIds: [{ PrefixListId: 'pl-01234567' }] },
      "InvalidPrefixListID.NotFound: The prefix list ID 'pl-01234567' does not exist",
    ],
    [
      'a prefix list of wrong form',
      { ...HTTPS, PrefixListIds: [{ PrefixListId: BAD }] },
      'InvalidPrefixListId.Malformed',
    ],
    [
      'a group that is not there',
      { ...HTTPS, UserIdGroupPairs: [{ GroupId: 'sg-01234567' }] },
      "InvalidGroup.NotFound: The security group 'sg-01234567' does not exist",
    ],
    ['a group of wrong form', { ...HTTPS, UserIdGroupPairs: [{ GroupId: BAD }] }, 'InvalidGroupId.Malformed'],
    [
      'a group of another VPC that nothing connects',
      { ...HTTPS, UserIdGroupPairs: [{ GroupId: OTHER_VPC_GROUP }] },
      'InvalidGroup.NotFound',
    ],
    [
      'an owner of wrong form',
      { ...HTTPS, UserIdGroupPairs: [{ GroupId: OTHER_VPC_GROUP, UserId: 'me' }] },
      'InvalidUserID.Malformed',
    ],
    [
      'a description with an umlaut',
      { ...HTTPS, IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'Büro' }] },
      'InvalidParameterValue: Invalid rule description.',
    ],
    [
      'two prefix lists of 58 entries at most',
      {
        ...HTTPS,
        PrefixListIds: [{ PrefixListId: LIST }],
        IpRanges: ['10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16'].map((CidrIp) => ({ CidrIp })),
      },
      'RulesPerSecurityGroupLimitExceeded',
    ],
  ])(
    'When it has %s, Then it is refused in both directions, and nothing is added',
    async (_, rule, message) => {
      const input = { GroupId: groupId, IpPermissions: [rule] };
      expect(await refusal(ec2.send(new AuthorizeSecurityGroupIngressCommand(input)))).toContain(message);
      expect(await refusal(ec2.send(new AuthorizeSecurityGroupEgressCommand(input)))).toContain(message);
      const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [groupId] }));
      expect(SecurityGroups?.[0]?.IpPermissions ?? []).toEqual([]);
    },
  );

  it('When it is sound, Then blocks are canonical, and ports of protocols without any are left out', async () => {
    const IpPermissions = [
      { IpProtocol: '47', FromPort: 5, ToPort: 6, Ipv6Ranges: [{ CidrIpv6: '2001:DB8:0::1/32' }] },
      { IpProtocol: 'icmpv6', Ipv6Ranges: [{ CidrIpv6: '::/0' }] },
      { IpProtocol: 'icmp', FromPort: -1, ToPort: -1, IpRanges: [{ CidrIp: '10.9.9.9/8' }] },
      { ...HTTPS, UserIdGroupPairs: [{ GroupId: groupId }] },
    ];
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions }));
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [groupId] }));
    expect(SecurityGroups?.[0]?.IpPermissions?.[0]).not.toHaveProperty('FromPort');
    expect(SecurityGroups?.[0]?.IpPermissions).toMatchObject([
      { IpProtocol: '47', Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }] },
      { IpProtocol: 'icmpv6', Ipv6Ranges: [{ CidrIpv6: '::/0' }] },
      { IpProtocol: 'icmp', FromPort: -1, ToPort: -1, IpRanges: [{ CidrIp: '10.0.0.0/8' }] },
      { IpProtocol: 'tcp', UserIdGroupPairs: [{ GroupId: groupId, UserId: ACCOUNT }] },
    ]);
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions }));
  });
});

it('Given a VPC with an IPv6 block, When a group is made, Then it lets everything out over IPv6 too', async () => {
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [groupId] }));
  expect(SecurityGroups?.[0]?.IpPermissionsEgress).toMatchObject([
    { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [{ CidrIpv6: '::/0' }] },
  ]);
});

describe('Given a route', () => {
  it.each<[string, Piece, string]>([
    [
      'an address as destination',
      { DestinationCidrBlock: '10.0.0.0' },
      'InvalidParameterValue: Value (10.0.0.0) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.',
    ],
    [
      'an IPv4 block as IPv6 destination',
      { DestinationIpv6CidrBlock: '10.0.0.0/8' },
      'InvalidParameterValue: Value (10.0.0.0/8) for parameter destinationIpv6CidrBlock is invalid.',
    ],
    ['no destination', {}, 'MissingParameter'],
    [
      'two destinations',
      { DestinationCidrBlock: '10.0.0.0/8', DestinationIpv6CidrBlock: '::/0' },
      'InvalidParameterCombination',
    ],
    [
      'a prefix list that is not there',
      { DestinationPrefixListId: 'pl-01234567' },
      'InvalidPrefixListID.NotFound',
    ],
    [
      'a NAT gateway that is not there',
      { DestinationCidrBlock: '192.0.2.0/24', NatGatewayId: 'nat-01234567' },
      'NatGatewayNotFound',
    ],
    [
      'an egress-only gateway that is not there',
      {
        DestinationIpv6CidrBlock: '::/0',
        NatGatewayId: undefined,
        EgressOnlyInternetGatewayId: 'eigw-01234567',
      },
      'InvalidGatewayID.NotFound',
    ],
    [
      'a peering connection of wrong form',
      { DestinationCidrBlock: '192.0.2.0/24', NatGatewayId: undefined, VpcPeeringConnectionId: 'pcx-x' },
      'InvalidVpcPeeringConnectionId.Malformed',
    ],
    [
      'an internet gateway of wrong form',
      { DestinationCidrBlock: '192.0.2.0/24', NatGatewayId: undefined, GatewayId: 'igw-x' },
      'InvalidInternetGatewayId.Malformed',
    ],
  ])('When it has %s, Then it is refused', async (_, input, message) => {
    const { NatGatewayId } = net.NatGateways[0];
    const sent = ec2.send(new CreateRouteCommand({ RouteTableId: tableId, NatGatewayId, ...input }));
    expect(await refusal(sent)).toContain(message);
  });
});

it.each([
  ['a key of 129 characters', 'k'.repeat(129), '', 'Tag key exceeds the maximum length of 128 characters'],
  [
    'a value of 257 characters',
    'k',
    'v'.repeat(257),
    'Tag value exceeds the maximum length of 256 characters',
  ],
  ['an empty key', '', 'v', 'InvalidTagKey.Malformed'],
])('Given a tag with %s, Then it is refused', async (_, Key, Value, message) => {
  const sent = ec2.send(new CreateTagsCommand({ Resources: [net.Vpcs[0].VpcId], Tags: [{ Key, Value }] }));
  expect(await refusal(sent)).toContain(message);
});

describe('Given a service name that is a gateway and an interface service', () => {
  it('When it is described, Then both are in the answer', async () => {
    const { ServiceDetails, ServiceNames } = await ec2.send(
      new DescribeVpcEndpointServicesCommand({ ServiceNames: [S3] }),
    );
    expect(ServiceDetails?.map((each) => each.ServiceId)).toEqual(['vpce-svc-1', 'vpce-svc-2']);
    expect(ServiceNames).toEqual([S3]);
  });

  it('When an interface endpoint for it is made, Then it is of the interface service, and so for the gateway', async () => {
    const [{ VpcId }] = net.Vpcs;
    const { VpcEndpoint } = await ec2.send(
      new CreateVpcEndpointCommand({ VpcId, ServiceName: S3, VpcEndpointType: 'Interface' }),
    );
    expect(VpcEndpoint?.ServiceName).toBe(S3);
    expect(VpcEndpoint?.PrivateDnsEnabled).toBe(true);
    const gateway = await ec2.send(
      new CreateVpcEndpointCommand({ VpcId, ServiceName: S3, VpcEndpointType: 'Gateway' }),
    );
    expect(gateway.VpcEndpoint?.VpcEndpointType).toBe('Gateway');
    const other = ec2.send(
      new CreateVpcEndpointCommand({ VpcId, ServiceName: S3, VpcEndpointType: 'GatewayLoadBalancer' }),
    );
    expect(await refusal(other)).toContain('available service types ([Gateway, Interface])');
  });
});

it('Given a prefix list of 120 entries, When no page size is named, Then a page has 100', async () => {
  const first = await ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId: LIST }));
  expect(first.Entries).toHaveLength(100);
  const { NextToken } = first;
  const second = await ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId: LIST, NextToken }));
  expect([second.Entries?.length, second.NextToken]).toEqual([20, undefined]);
});
