/** VPC Block Public Access, its exclusions, and where they have to be. */
import { INTERNET, type NetworkCase, NONE, UNKNOWN } from './case.ts';
import { blocked, instance, nat, route, subnetIs, vpcIs, withNat, world } from './steps.ts';
import { ACCOUNT, MAIN, NAT, SUBNET_A, SUBNET_PUBLIC, VPC } from './world.ts';

const DEFAULT = '0.0.0.0/0';
const toNat = { NatGatewayId: NAT };
const publicInstance = instance({ subnet: SUBNET_PUBLIC, publicIp: true });

export const BLOCK_PUBLIC_ACCESS_CASES: NetworkCase[] = [
  {
    name: 'block-bidirectional and igw',
    why: 'all traffic of internet gateways is blocked',
    world: world(publicInstance, blocked('block-bidirectional')),
    expect: NONE,
  },
  {
    name: 'block-bidirectional and NAT',
    why: 'NAT gateways leave by an internet gateway',
    world: world(withNat, blocked('block-bidirectional')),
    expect: NONE,
  },
  {
    name: 'block-bidirectional and regional NAT',
    why: 'it leaves by an internet gateway too',
    world: world(
      nat({ AvailabilityMode: 'regional', SubnetId: undefined }),
      route(DEFAULT, toNat),
      blocked('block-bidirectional'),
    ),
    expect: NONE,
  },
  {
    name: 'block-bidirectional and firewall endpoint',
    why: 'blocked even if its subnet is excluded',
    world: world(
      route(DEFAULT, { GatewayId: 'vpce-0000000000000000b' }),
      blocked('block-bidirectional', SUBNET_A),
    ),
    expect: NONE,
  },
  {
    name: 'block-bidirectional, firewall endpoint, VPC excluded',
    why: 'the exclusion of the VPC lifts it',
    world: world(
      route(DEFAULT, { GatewayId: 'vpce-0000000000000000b' }),
      blocked('block-bidirectional', VPC),
    ),
    expect: UNKNOWN,
  },
  {
    name: 'block-bidirectional and transit gateway',
    why: 'traffic does not leave by this VPC',
    world: world(route(DEFAULT, { TransitGatewayId: 'tgw-1' }), blocked('block-bidirectional')),
    expect: UNKNOWN,
  },
  {
    name: "block-bidirectional, NAT's subnet excluded",
    why: 'egress of the NAT gateway is restored',
    world: world(withNat, blocked('block-bidirectional', SUBNET_PUBLIC)),
    expect: INTERNET,
  },
  {
    name: "block-bidirectional, instance's subnet excluded, not NAT's",
    why: "the igw route is in the NAT gateway's subnet",
    world: world(withNat, blocked('block-bidirectional', SUBNET_A)),
    expect: NONE,
  },
  {
    name: 'block-bidirectional, VPC excluded',
    why: 'an exclusion of the VPC covers all its subnets',
    world: world(withNat, blocked('block-bidirectional', VPC, 'allow-bidirectional')),
    expect: INTERNET,
  },
  {
    name: 'block-bidirectional, exclusion disabled',
    why: 'only an exclusion in force counts',
    world: world(withNat, blocked('block-bidirectional', VPC, 'allow-egress', 'disable-complete')),
    expect: NONE,
  },
  {
    name: 'block-bidirectional, public instance, subnet excluded for egress',
    why: 'outbound connections of excluded subnets are allowed',
    world: world(publicInstance, blocked('block-bidirectional', SUBNET_PUBLIC)),
    expect: INTERNET,
  },
  {
    name: 'block-ingress and NAT',
    why: 'NAT gateways pass',
    world: world(withNat, blocked('block-ingress')),
    expect: INTERNET,
  },
  {
    name: 'block-ingress and igw',
    why: 'only NAT gateways and egress-only gateways pass',
    world: world(publicInstance, blocked('block-ingress')),
    expect: NONE,
  },
  {
    name: 'block-ingress, public instance, VPC excluded for both ways',
    why: 'the exclusion lifts it',
    world: world(publicInstance, blocked('block-ingress', VPC, 'allow-bidirectional')),
    expect: INTERNET,
  },
  {
    name: 'block-ingress, public instance, VPC excluded for egress',
    why: 'allow-egress applies to block-bidirectional only',
    world: world(publicInstance, blocked('block-ingress', VPC)),
    expect: NONE,
  },
  {
    name: 'state of the subnet says blocked',
    why: 'the strictest of options and states holds',
    world: world(
      withNat,
      subnetIs(SUBNET_PUBLIC, {
        BlockPublicAccessStates: { InternetGatewayBlockMode: 'block-bidirectional' },
      }),
    ),
    expect: NONE,
  },
  {
    name: 'secondary public VPC block',
    why: 'local routes are not the internet, the default is',
    world: world(
      withNat,
      vpcIs({ OwnerId: ACCOUNT }),
      route('198.51.100.0/24', { GatewayId: 'local' }, MAIN),
    ),
    expect: INTERNET,
  },
];
