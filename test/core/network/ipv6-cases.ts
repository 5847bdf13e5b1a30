/** Instances without IPv4, dual-stack endpoints, NAT64 apart from NAT. */
import type { NetworkAclEntry } from '@aws-sdk/client-ec2';
import { type NetworkCase, UNKNOWN } from './case.ts';
import {
  acl,
  ENDPOINT_GROUP,
  endpoints,
  group,
  https,
  instance,
  nat,
  route,
  subnetIs,
  world,
} from './steps.ts';
import { GROUP, NAT, NEW_AGENT, type Step, SUBNET_A, SUBNET_C, SUBNET_PUBLIC } from './world.ts';

const BOTH = ['ssm', 'ssmmessages'];
const ONLY6: NetworkCase['expect'] = { path: 'NONE', reasons: ['IPV6_ONLY'] };
const block = (Ipv6CidrBlock: string) => ({
  Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock, Ipv6CidrBlockState: { State: 'associated' as const } }],
});
const native: Step = subnetIs(SUBNET_A, {
  Ipv6Native: true,
  CidrBlock: undefined,
  ...block('2001:db8:0:a::/64'),
});
const only6 = instance({ ip: null, ipv6: '2001:db8:0:a::9', agent: NEW_AGENT });
const all6: Step = group(GROUP, {
  IpPermissionsEgress: [
    { IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }], IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
  ],
});
const admits6 = (CidrIpv6: string): Step =>
  group(ENDPOINT_GROUP, {
    IpPermissions: [https({ Ipv6Ranges: [{ CidrIpv6 }], IpRanges: [{ CidrIp: '10.0.0.0/16' }] })],
  });
const dual = (subnets: string[], addresses: 'dualstack' | 'ipv6' = 'dualstack') =>
  endpoints(BOTH, { addresses, subnets });
const ipv4Only: NetworkAclEntry[] = [false, true].map((Egress) => ({
  RuleNumber: 100,
  Egress,
  RuleAction: 'allow',
  CidrBlock: '0.0.0.0/0',
  Protocol: '-1',
}));

export const IPV6_CASES: NetworkCase[] = [
  {
    name: 'IPv6-native subnet, dual-stack endpoints in it',
    why: 'their private names have IPv6 addresses',
    world: world(native, only6, all6, dual([SUBNET_A]), admits6('2001:db8:0:a::/64')),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'IPv6-native subnet, endpoints of IPv4 alone',
    why: 'no kind of address in common',
    world: world(native, only6, all6, endpoints(BOTH, { subnets: [SUBNET_C] })),
    expect: ONLY6,
  },
  {
    name: 'IPv6-native subnet, dual-stack endpoints whose group admits IPv4 alone',
    why: 'the group is asked by IPv6',
    world: world(native, only6, all6, dual([SUBNET_A])),
    expect: { path: 'ENDPOINTS', reasons: ['ENDPOINT_SG_BLOCKS_443'] },
  },
  {
    name: 'IPv6-native subnet, dual-stack endpoints, group by reference',
    why: 'a reference holds for every kind of address',
    world: world(native, only6, all6, dual([SUBNET_A]), (made) =>
      group(ENDPOINT_GROUP, { IpPermissions: [https({ UserIdGroupPairs: [{ GroupId: GROUP }] })] })(made),
    ),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'IPv6-native subnet, dual-stack endpoints, group without IPv6 egress',
    why: 'the instance’s own group is asked by IPv6',
    world: world(native, only6, dual([SUBNET_A]), admits6('::/0')),
    expect: { path: 'ENDPOINTS', reasons: ['INSTANCE_SG_BLOCKS_443'] },
  },
  {
    name: 'IPv6-native subnet, dual-stack endpoints in another subnet, ACL of IPv4 alone',
    why: 'the ACL is asked by IPv6',
    world: world(
      native,
      subnetIs(SUBNET_C, block('2001:db8:0:c::/64')),
      only6,
      all6,
      dual([SUBNET_C]),
      admits6('::/0'),
      acl(ipv4Only, [SUBNET_A]),
    ),
    expect: { path: 'ENDPOINTS', reasons: ['NACL_BLOCKS_443'] },
  },
  {
    name: 'IPv4 instance, endpoints of IPv6 alone',
    why: 'no kind of address in common',
    world: world(instance({ agent: NEW_AGENT }), dual([SUBNET_A], 'ipv6'), admits6('::/0')),
    expect: ONLY6,
  },
  {
    name: 'IPv4 instance, dual-stack endpoints',
    why: 'IPv4 is enough',
    world: world(instance({ agent: NEW_AGENT }), dual([SUBNET_A])),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'instance with both, dual-stack endpoints that admit IPv6 alone',
    why: 'the agent tries every address that the name has',
    world: world(
      subnetIs(SUBNET_A, block('2001:db8:0:a::/64')),
      instance({ ipv6: '2001:db8:0:a::9', agent: NEW_AGENT }),
      all6,
      dual([SUBNET_A]),
      group(ENDPOINT_GROUP, { IpPermissions: [https({ Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }] })] }),
    ),
    expect: { path: 'ENDPOINTS' },
  },
  {
    name: 'IPv6-native subnet, egress-only internet gateway',
    why: 'the names have no IPv6 address unless the agent is configured for dual-stack ones',
    world: world(native, only6, route('::/0', { EgressOnlyInternetGatewayId: 'eigw-1' })),
    expect: ONLY6,
  },
  {
    name: 'IPv6-native subnet, NAT64 without DNS64',
    why: 'nothing makes the address that the route carries',
    world: world(native, only6, nat(), route('64:ff9b::/96', { NatGatewayId: NAT })),
    expect: ONLY6,
  },
  {
    name: 'IPv6-native subnet, NAT64 to a gateway without egress',
    why: 'NAT64 is as good as its NAT gateway',
    world: world(
      native,
      subnetIs(SUBNET_A, { EnableDns64: true }),
      only6,
      nat({ SubnetId: SUBNET_C }),
      route('64:ff9b::/96', { NatGatewayId: NAT }),
    ),
    expect: ONLY6,
  },
  {
    name: 'IPv6-native subnet, NAT64 blackhole',
    why: 'only active routes count',
    world: world(
      native,
      subnetIs(SUBNET_A, { EnableDns64: true }),
      only6,
      route('64:ff9b::/96', { NatGatewayId: NAT, State: 'blackhole' }),
    ),
    expect: ONLY6,
  },
  {
    name: 'IPv6-native subnet, NAT64 to a working gateway',
    why: 'whether the agent connects so is not verified',
    world: world(
      native,
      subnetIs(SUBNET_A, { EnableDns64: true }),
      only6,
      nat({ SubnetId: SUBNET_PUBLIC }),
      route('64:ff9b::/96', { NatGatewayId: NAT }),
    ),
    expect: UNKNOWN,
  },
  {
    name: 'IPv6-native subnet, Online by dual-stack names',
    why: 'the ping proves ssm, and ssmmessages takes the same way',
    world: world(
      native,
      instance({ ip: null, ipv6: '2001:db8:0:a::9', ping: 'Online', agent: NEW_AGENT }),
      route('::/0', { EgressOnlyInternetGatewayId: 'eigw-1' }),
    ),
    expect: { path: 'PROVEN' },
  },
];
