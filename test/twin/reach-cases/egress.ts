/** The egress table of AWS's documentation: by the route that carries 0.0.0.0/0, and VPC Block Public Access on top. */
import { ACCOUNT, type Net, REGION } from '../networks.ts';
import { type Case, IGW, NAT, toInternet } from './base.ts';

export const EGRESS: Case[] = [
  [
    'a NAT gateway in a VPC whose owner is outside the organization',
    'reaches',
    (net) => {
      toInternet(net, NAT);
      net.ec2.Vpcs[0].OwnerId = '999999999999';
    },
  ],
  ['no default route', 'blocked', () => undefined],
  [
    'an internet gateway and a public address',
    'reaches',
    (net) => {
      toInternet(net, IGW);
      net.publicAddress = true;
    },
  ],
  ['an internet gateway and no public address', 'blocked', (net) => toInternet(net, IGW)],
  [
    'an internet gateway that is detached',
    'blocked',
    (net) => {
      toInternet(net, IGW);
      net.publicAddress = true;
      net.ec2.InternetGateways[0].Attachments = [];
    },
  ],
  ['a public NAT gateway', 'reaches', (net) => toInternet(net, NAT)],
  [
    'a blackhole',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      Object.assign(net.routes[0] ?? {}, { State: 'blackhole' });
    },
  ],
  [
    'a filtered route',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      Object.assign(net.routes[0] ?? {}, { State: 'filtered' });
    },
  ],
  [
    'a NAT gateway that failed',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.ec2.NatGateways[0].State = 'failed';
    },
  ],
  [
    'a NAT gateway whose subnet has no default route',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.natRoutes.length = 0;
    },
  ],
  [
    'a private NAT gateway',
    'unknown',
    (net) => {
      toInternet(net, NAT);
      net.ec2.NatGateways[0].ConnectivityType = 'private';
    },
  ],
  [
    'a regional NAT gateway',
    'reaches',
    (net) => {
      toInternet(net, NAT);
      delete net.ec2.NatGateways[0].SubnetId;
      net.ec2.NatGateways[0].AvailabilityMode = 'regional';
    },
  ],
  [
    'an egress-only internet gateway',
    'blocked',
    (net) => toInternet(net, { EgressOnlyInternetGatewayId: 'eigw-1' }),
  ],
  ['a NAT instance', 'unknown', (net) => toInternet(net, { NetworkInterfaceId: 'eni-9' })],
  ['a transit gateway', 'unknown', (net) => toInternet(net, { TransitGatewayId: 'tgw-1' })],
  ['a virtual private gateway', 'unknown', (net) => toInternet(net, { GatewayId: 'vgw-1' })],
  [
    'a core network',
    'unknown',
    (net) => toInternet(net, { CoreNetworkArn: 'arn:aws:networkmanager::1:core-network/c' }),
  ],
  ['a local gateway', 'unknown', (net) => toInternet(net, { LocalGatewayId: 'lgw-1' })],
  ['a carrier gateway', 'unknown', (net) => toInternet(net, { CarrierGatewayId: 'cagw-1' })],
  ['a firewall endpoint', 'unknown', (net) => toInternet(net, { GatewayId: 'vpce-9' })],
  ['a peering connection', 'blocked', (net) => toInternet(net, { VpcPeeringConnectionId: 'pcx-1' })],
  [
    'two halves by NAT',
    'reaches',
    (net) => {
      toInternet(net, NAT, '0.0.0.0/1');
      toInternet(net, NAT, '128.0.0.0/1');
    },
  ],
  ['one half by NAT', 'unknown', (net) => toInternet(net, NAT, '0.0.0.0/1')],
  [
    'halves that beat a dead default',
    'reaches',
    (net) => {
      toInternet(net, { VpcPeeringConnectionId: 'pcx-1' });
      toInternet(net, NAT, '0.0.0.0/1');
      toInternet(net, NAT, '128.0.0.0/1');
    },
  ],
  [
    'a public prefix by Direct Connect',
    'unknown',
    (net) => toInternet(net, { GatewayId: 'vgw-1' }, '52.94.0.0/16'),
  ],
  [
    'a private prefix by transit gateway',
    'blocked',
    (net) => toInternet(net, { TransitGatewayId: 'tgw-1' }, '10.0.0.0/8'),
  ],
  [
    'a default inside a customer prefix list',
    'reaches',
    (net) => {
      net.routes.push({ DestinationPrefixListId: 'pl-1', State: 'active', ...NAT });
      net.ec2.ManagedPrefixLists = [
        { PrefixListId: 'pl-1', OwnerId: ACCOUNT, Entries: [{ Cidr: '0.0.0.0/0' }] },
      ];
    },
  ],
  [
    'an S3 prefix list alone',
    'blocked',
    (net) => {
      net.routes.push({ DestinationPrefixListId: 'pl-s3', State: 'active', GatewayId: 'vpce-s3' });
      net.ec2.ManagedPrefixLists = [
        { PrefixListId: 'pl-s3', OwnerId: 'AWS', Entries: [{ Cidr: '52.219.0.0/16' }] },
      ];
    },
  ],
  [
    'its own table without default, beside a main one with',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.ec2.RouteTables.push({
        RouteTableId: 'rtb-own',
        VpcId: 'vpc-1',
        Associations: [{ Main: false, SubnetId: 'subnet-a' }],
        Routes: [],
      });
    },
  ],
  [
    'an IPv6-only subnet',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.subnet.Ipv6Native = true;
    },
  ],
];

const block = (net: Net, mode: string) => {
  net.ec2.VpcBlockPublicAccessOptions = { InternetGatewayBlockMode: mode };
};
const exempt = (net: Net, id: string, mode: string) => {
  net.ec2.VpcBlockPublicAccessExclusions = [
    {
      ExclusionId: 'vpcbpa-exclude-1',
      ResourceArn: `arn:aws:ec2:${REGION}:${ACCOUNT}:${id}`,
      InternetGatewayExclusionMode: mode,
      State: 'create-complete',
    },
  ];
};

export const BLOCKED_ACCESS: Case[] = [
  [
    'a NAT gateway under block-bidirectional',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      block(net, 'block-bidirectional');
    },
  ],
  [
    'a NAT gateway under block-ingress',
    'reaches',
    (net) => {
      toInternet(net, NAT);
      block(net, 'block-ingress');
    },
  ],
  [
    'an internet gateway under block-ingress',
    'blocked',
    (net) => {
      toInternet(net, IGW);
      net.publicAddress = true;
      block(net, 'block-ingress');
    },
  ],
  [
    'a firewall endpoint under block-bidirectional',
    'blocked',
    (net) => {
      toInternet(net, { GatewayId: 'vpce-9' });
      block(net, 'block-bidirectional');
    },
  ],
  [
    'a NAT gateway whose subnet is exempt (egress)',
    'reaches',
    (net) => {
      toInternet(net, NAT);
      block(net, 'block-bidirectional');
      exempt(net, 'subnet/subnet-nat', 'allow-egress');
    },
  ],
  [
    "a NAT gateway, the instance's subnet exempt",
    'blocked',
    (net) => {
      toInternet(net, NAT);
      block(net, 'block-bidirectional');
      exempt(net, 'subnet/subnet-a', 'allow-bidirectional');
    },
  ],
  [
    'an internet gateway, the VPC exempt',
    'reaches',
    (net) => {
      toInternet(net, IGW);
      net.publicAddress = true;
      block(net, 'block-ingress');
      exempt(net, 'vpc/vpc-1', 'allow-bidirectional');
    },
  ],
  [
    'an exclusion that was deleted',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      block(net, 'block-bidirectional');
      exempt(net, 'vpc/vpc-1', 'allow-egress');
      net.ec2.VpcBlockPublicAccessExclusions[0].State = 'delete-complete';
    },
  ],
];
