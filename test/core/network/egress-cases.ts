/** The egress table of the AWS facts, row by row, with the combinations that go wrong in practice. */
import { INTERNET, type NetworkCase, NONE, UNKNOWN } from './case.ts';
import { edit, instance, nat, prefixList, route, routeTable, withNat, world } from './steps.ts';
import { IGW, NAT, PUBLIC_TABLE, SUBNET_A, SUBNET_C, SUBNET_PUBLIC } from './world.ts';

const DEFAULT = '0.0.0.0/0';
const toNat = { NatGatewayId: NAT };
const publicInstance = instance({ subnet: SUBNET_PUBLIC, publicIp: true });
const PL = 'pl-0000000000000000a';
/** The public space in separate blocks, without 0.0.0.0/0. */
const HALVES = ['0.0.0.0/1', '128.0.0.0/1'];

export const EGRESS_CASES: NetworkCase[] = [
  { name: 'no default route', why: 'nothing carries public addresses', world: world(), expect: NONE },
  {
    name: 'blackhole default route',
    why: 'only active routes count',
    world: world(route(DEFAULT, { ...toNat, State: 'blackhole' })),
    expect: NONE,
  },
  {
    name: 'filtered default route',
    why: 'only active routes count',
    world: world(route(DEFAULT, { TransitGatewayId: 'tgw-1', State: 'filtered' })),
    expect: NONE,
  },
  {
    name: 'igw and a public address',
    why: 'an internet gateway serves interfaces with a public IPv4',
    world: world(publicInstance),
    expect: INTERNET,
  },
  {
    name: 'igw and no public address',
    why: 'an internet gateway translates no private address',
    world: world(instance({ subnet: SUBNET_PUBLIC })),
    expect: NONE,
  },
  {
    name: 'public address and no igw route',
    why: 'an address is no route',
    world: world(instance({ publicIp: true })),
    expect: NONE,
  },
  {
    name: 'detached igw',
    why: 'the route to it is a blackhole',
    world: world(
      publicInstance,
      edit((ec2) => {
        for (const table of ec2.RouteTables)
          for (const one of table.Routes ?? []) if (one.GatewayId === IGW) one.State = 'blackhole';
      }),
    ),
    expect: NONE,
  },
  {
    name: 'zonal public NAT gateway',
    why: 'available, public, and its subnet routes to an igw',
    world: world(withNat),
    expect: INTERNET,
  },
  {
    name: 'NAT gateway without ConnectivityType',
    why: 'public is the default',
    world: world(nat({ ConnectivityType: undefined, AvailabilityMode: undefined }), route(DEFAULT, toNat)),
    expect: INTERNET,
  },
  {
    name: 'NAT gateway in a subnet without igw route',
    why: 'a zonal NAT leaves by the routes of its subnet',
    world: world(
      nat({ SubnetId: SUBNET_C }),
      routeTable('rtb-0000000000000000c', SUBNET_C),
      route(DEFAULT, toNat),
    ),
    expect: NONE,
  },
  {
    name: 'NAT gateway in the private subnet that routes to it',
    why: 'the route leads back to itself',
    world: world(nat({ SubnetId: SUBNET_A }), route(DEFAULT, toNat)),
    expect: NONE,
  },
  {
    name: 'NAT gateway behind a firewall endpoint',
    why: 'what the firewall lets through is not seen',
    world: world(
      nat({ SubnetId: SUBNET_C }),
      routeTable('rtb-0000000000000000c', SUBNET_C),
      route(DEFAULT, { GatewayId: 'vpce-0000000000000000b' }, 'rtb-0000000000000000c'),
      route(DEFAULT, toNat),
    ),
    expect: UNKNOWN,
  },
  {
    name: 'NAT gateway behind a transit gateway',
    why: 'what is behind a transit gateway is not seen',
    world: world(
      nat({ SubnetId: SUBNET_C }),
      routeTable('rtb-0000000000000000c', SUBNET_C),
      route(DEFAULT, { TransitGatewayId: 'tgw-1' }, 'rtb-0000000000000000c'),
      route(DEFAULT, toNat),
    ),
    expect: UNKNOWN,
  },
  {
    name: 'regional NAT gateway',
    why: 'AvailabilityMode regional: needs no public subnet',
    world: world(nat({ AvailabilityMode: 'regional', SubnetId: undefined }), route(DEFAULT, toNat)),
    expect: INTERNET,
  },
  {
    name: 'regional NAT gateway whose own table lost its igw route',
    why: 'it leaves by the table that EC2 names',
    world: world(
      nat({ AvailabilityMode: 'regional', SubnetId: undefined, RouteTableId: 'rtb-0000000000000000d' }),
      routeTable('rtb-0000000000000000d', 'subnet-none'),
      route(DEFAULT, toNat),
    ),
    expect: NONE,
  },
  {
    name: 'private NAT gateway',
    why: 'ConnectivityType private: it leads to other networks, not known where',
    world: world(nat({ ConnectivityType: 'private' }), route(DEFAULT, toNat)),
    expect: UNKNOWN,
  },
  {
    name: 'failed NAT gateway',
    why: 'only an available one translates',
    world: world(nat({ State: 'failed' }), route(DEFAULT, toNat)),
    expect: NONE,
  },
  {
    name: 'deleting NAT gateway',
    why: 'only an available one translates',
    world: world(nat({ State: 'deleting' }), route(DEFAULT, toNat)),
    expect: NONE,
  },
  {
    name: 'pending NAT gateway',
    why: 'it will be egress within minutes: no endpoints for that',
    world: world(nat({ State: 'pending' }), route(DEFAULT, toNat)),
    expect: UNKNOWN,
  },
  {
    name: 'NAT gateway that is not visible',
    why: 'the route is active, so it is there',
    world: world(route(DEFAULT, toNat)),
    expect: UNKNOWN,
  },
  {
    name: 'egress-only internet gateway alone',
    why: 'IPv6 only, and the agent asks for IPv4',
    world: world(route('::/0', { EgressOnlyInternetGatewayId: 'eigw-1' })),
    expect: { ...NONE, reasons: ['IPV6_ONLY', 'NO_PATH_TO_SSM'] },
  },
  {
    name: 'egress-only internet gateway beside NAT',
    why: 'IPv4 has its own way',
    world: world(withNat, route('::/0', { EgressOnlyInternetGatewayId: 'eigw-1' })),
    expect: INTERNET,
  },
  {
    name: 'NAT instance by interface',
    why: 'what the instance does is not seen',
    world: world(route(DEFAULT, { NetworkInterfaceId: 'eni-1' })),
    expect: UNKNOWN,
  },
  {
    name: 'NAT instance by instance',
    why: 'what the instance does is not seen',
    world: world(route(DEFAULT, { InstanceId: 'i-1', NetworkInterfaceId: 'eni-1' })),
    expect: UNKNOWN,
  },
  {
    name: 'stopped NAT instance',
    why: 'its route is a blackhole',
    world: world(route(DEFAULT, { InstanceId: 'i-1', State: 'blackhole' })),
    expect: NONE,
  },
  {
    name: 'transit gateway',
    why: 'depends on what is behind',
    world: world(route(DEFAULT, { TransitGatewayId: 'tgw-1' })),
    expect: UNKNOWN,
  },
  {
    name: 'virtual private gateway',
    why: 'depends on what is behind',
    world: world(route(DEFAULT, { GatewayId: 'vgw-1' })),
    expect: UNKNOWN,
  },
  {
    name: 'propagated default route of a VPN',
    why: 'depends on what is behind',
    world: world(route(DEFAULT, { GatewayId: 'vgw-1', Origin: 'EnableVgwRoutePropagation' })),
    expect: UNKNOWN,
  },
  {
    name: 'core network',
    why: 'depends on what is behind',
    world: world(
      route(DEFAULT, { CoreNetworkArn: 'arn:aws:networkmanager::111122223333:core-network/core-network-1' }),
    ),
    expect: UNKNOWN,
  },
  {
    name: 'local gateway',
    why: 'depends on what is behind',
    world: world(route(DEFAULT, { LocalGatewayId: 'lgw-1' })),
    expect: UNKNOWN,
  },
  {
    name: 'carrier gateway',
    why: 'depends on what is behind',
    world: world(route(DEFAULT, { CarrierGatewayId: 'cagw-1' })),
    expect: UNKNOWN,
  },
  {
    name: 'firewall endpoint',
    why: 'depends on what is behind',
    world: world(route(DEFAULT, { GatewayId: 'vpce-0000000000000000b' })),
    expect: UNKNOWN,
  },
  {
    name: 'Oracle network',
    why: 'a kind of target that is not known',
    world: world(route(DEFAULT, { OdbNetworkArn: 'arn:aws:odb:ap-northeast-1:1:odb-network/1' })),
    expect: UNKNOWN,
  },
  {
    name: 'peering connection',
    why: 'peering is never a way to the internet',
    world: world(route(DEFAULT, { VpcPeeringConnectionId: 'pcx-1' })),
    expect: NONE,
  },
  {
    name: 'split default to NAT',
    why: '0.0.0.0/1 and 128.0.0.0/1 make a default',
    world: world(nat(), ...HALVES.map((half) => route(half, toNat))),
    expect: INTERNET,
  },
  {
    name: 'half a split default',
    why: 'half of the public space is not the internet',
    world: world(nat(), route('0.0.0.0/1', toNat)),
    expect: UNKNOWN,
  },
  {
    name: 'split default over a NAT default, one half a blackhole',
    why: 'the longer prefix wins, and a blackhole is matched',
    world: world(withNat, route('0.0.0.0/1', { TransitGatewayId: 'tgw-1', State: 'blackhole' })),
    expect: UNKNOWN,
  },
  {
    name: 'split default over a NAT default, both to a transit gateway',
    why: 'the longer prefixes win',
    world: world(withNat, ...HALVES.map((half) => route(half, { TransitGatewayId: 'tgw-1' }))),
    expect: UNKNOWN,
  },
  {
    name: 'customer-managed prefix list with the default',
    why: 'a prefix list may hold 0.0.0.0/0',
    world: world(nat(), prefixList(PL, [DEFAULT]), route(PL, toNat)),
    expect: INTERNET,
  },
  {
    name: 'customer-managed prefix list with both halves',
    why: 'a prefix list may hold a split default',
    world: world(nat(), prefixList(PL, HALVES), route(PL, toNat)),
    expect: INTERNET,
  },
  {
    name: 'customer-managed prefix list of private blocks',
    why: 'it carries nothing public',
    world: world(prefixList(PL, ['10.0.0.0/8']), route(PL, { TransitGatewayId: 'tgw-1' })),
    expect: NONE,
  },
  {
    name: 'customer-managed prefix list that was not read',
    why: 'it may hold anything',
    world: world(prefixList(PL, null), route(PL, { TransitGatewayId: 'tgw-1' })),
    expect: UNKNOWN,
  },
  {
    name: 'gateway endpoint of S3',
    why: "AWS's own prefix lists do not hold Systems Manager",
    world: world(
      prefixList('pl-61a54008', null, 'AWS'),
      route('pl-61a54008', { GatewayId: 'vpce-0000000000000000c' }),
    ),
    expect: NONE,
  },
  {
    name: 'public prefixes over Direct Connect, no default',
    why: 'Systems Manager may or may not be among them',
    world: world(route('52.94.0.0/16', { GatewayId: 'vgw-1' })),
    expect: UNKNOWN,
  },
  {
    name: 'public prefixes by NAT, no default',
    why: 'Systems Manager may or may not be among them',
    world: world(nat(), route('52.94.0.0/16', toNat)),
    expect: UNKNOWN,
  },
  {
    name: "NAT default and the company's own public prefix elsewhere",
    why: 'the default carries all but an exception',
    world: world(withNat, route('198.18.0.0/15', { TransitGatewayId: 'tgw-1' })),
    expect: INTERNET,
  },
  {
    name: 'NAT default and private blocks by transit gateway',
    why: 'private blocks are not public addresses',
    world: world(withNat, route('10.0.0.0/8', { TransitGatewayId: 'tgw-1' })),
    expect: INTERNET,
  },
  {
    name: 'explicit table beats main',
    why: 'a subnet with an association does not use the main table',
    world: world(withNat, routeTable('rtb-0000000000000000c', SUBNET_A)),
    expect: NONE,
  },
  {
    name: 'edge association of a table',
    why: 'a gateway association routes what comes in',
    world: world(
      edit((ec2) => {
        for (const table of ec2.RouteTables)
          if (table.RouteTableId === PUBLIC_TABLE)
            table.Associations = [{ GatewayId: IGW, RouteTableId: PUBLIC_TABLE }];
      }),
      publicInstance,
    ),
    expect: NONE,
  },
  {
    name: 'two subnets, one with NAT',
    why: 'the worst instance decides',
    world: world(
      withNat,
      routeTable('rtb-0000000000000000c', SUBNET_C),
      instance({ id: 'i-0000000000000000c', subnet: SUBNET_C, ip: '10.0.1.10' }),
    ),
    expect: { ...NONE, notes: ['REROUTES_WORKING_TRAFFIC'] },
  },
];
