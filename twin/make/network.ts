/** A modest network with instances, in the shapes of EC2's describe calls. */
import type { AccountFile, Piece } from '../contract.ts';
import { zoneIds } from '../services/ec2/regions.ts';
import { makeId } from './ids.ts';
import { addInstance } from './instance.ts';
import { regionOf } from './region.ts';

export interface NewNetwork {
  /** `nat`: private subnets behind a NAT gateway; `public`: an internet gateway and public addresses; `isolated`: no default route. */
  shape: 'nat' | 'public' | 'isolated';
  name: string;
  /** Second octet of the CIDR block 10.x.0.0/16. */
  octet: number;
  instances: { name: string; running: boolean; online?: boolean; profile?: string; windows?: boolean }[];
}

/** Where the parts of a network are and what they are called. */
export interface Place {
  account: AccountFile;
  accountId: string;
  region: string;
  network: NewNetwork;
  vpcId: string;
  groupId: string;
}

const SERVICES = ['ssm', 'ssmmessages', 'kms', 'logs', 'ec2', 'ec2messages'];
const CREATED = '2025-01-01T00:00:00+00:00';

export function addNetwork(account: AccountFile, region: string, network: NewNetwork): void {
  const accountId = account.AccountId;
  const vpcId = makeId('vpc', accountId, region, network.name);
  const groupId = makeId('sg', vpcId, 'default');
  const place: Place = { account, accountId, region, network, vpcId, groupId };
  const subnets = ['a', 'c'].map((zone, index) => subnetOf(place, zone, index));
  const natSubnet = network.shape === 'nat' ? subnetOf(place, 'a', 99) : undefined;
  const all = natSubnet ? [...subnets, natSubnet] : subnets;

  const { Ec2 } = regionOf(account, region);
  const add = (list: string, ...pieces: Piece[]) => {
    Ec2[list] = [...(Ec2[list] ?? []), ...pieces];
  };
  add('Vpcs', vpcOf(place));
  add('Subnets', ...all);
  add('RouteTables', ...routeTablesOf(place, natSubnet));
  if (natSubnet) add('NatGateways', natGatewayOf(place, natSubnet));
  if (network.shape !== 'isolated') add('InternetGateways', internetGatewayOf(place));
  add('SecurityGroups', securityGroupOf(place));
  add('NetworkAcls', networkAclOf(place, all));
  add('DhcpOptions', dhcpOptionsOf(place));
  Ec2.VpcAttributes = { ...Ec2.VpcAttributes, [vpcId]: { EnableDnsSupport: true, EnableDnsHostnames: true } };
  Ec2.VpcEndpointServices ??= [
    ...SERVICES.map((service) => endpointServiceOf(region, service)),
    gatewayServiceOf(region),
  ];
  for (const [index, instance] of network.instances.entries()) {
    addInstance(place, instance, subnets[index % subnets.length] ?? {}, 10 + index);
  }
}

function named(name: string): Piece {
  return { Tags: [{ Key: 'Name', Value: name }] };
}

function vpcOf({ accountId, network, vpcId }: Place): Piece {
  const CidrBlock = `10.${network.octet}.0.0/16`;
  return {
    VpcId: vpcId,
    CidrBlock,
    State: 'available',
    IsDefault: false,
    InstanceTenancy: 'default',
    OwnerId: accountId,
    DhcpOptionsId: makeId('dopt', vpcId),
    CidrBlockAssociationSet: [
      {
        AssociationId: makeId('vpc-cidr-assoc', vpcId),
        CidrBlock,
        CidrBlockState: { State: 'associated' },
      },
    ],
    BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
    ...named(network.name),
  };
}

function subnetOf({ accountId, region, network, vpcId }: Place, zone: string, third: number): Piece {
  const SubnetId = makeId('subnet', vpcId, String(third));
  return {
    SubnetId,
    VpcId: vpcId,
    CidrBlock: `10.${network.octet}.${third}.0/24`,
    AvailabilityZone: region + zone,
    AvailabilityZoneId: zoneIds(region)[zone === 'a' ? 0 : 2],
    BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
    AvailableIpAddressCount: 250,
    State: 'available',
    OwnerId: accountId,
    MapPublicIpOnLaunch: network.shape === 'public',
    DefaultForAz: false,
    Ipv6Native: false,
    SubnetArn: `arn:aws:ec2:${region}:${accountId}:subnet/${SubnetId}`,
    ...named(third === 99 ? 'natpub' : zone),
  };
}

function routeTablesOf(place: Place, natSubnet: Piece | undefined): Piece[] {
  const { network, vpcId } = place;
  const gateway = { GatewayId: makeId('igw', vpcId) };
  const main = { nat: { NatGatewayId: makeId('nat', vpcId) }, public: gateway, isolated: undefined }[
    network.shape
  ];
  const tables = [routeTableOf(place, 'main', { Main: true }, main)];
  if (natSubnet) {
    tables.push(routeTableOf(place, 'public', { Main: false, SubnetId: natSubnet.SubnetId }, gateway));
  }
  return tables;
}

function routeTableOf(place: Place, name: string, association: Piece, target: Piece | undefined): Piece {
  const RouteTableId = makeId('rtb', place.vpcId, name);
  const local = { DestinationCidrBlock: `10.${place.network.octet}.0.0/16`, GatewayId: 'local' };
  return {
    RouteTableId,
    VpcId: place.vpcId,
    OwnerId: place.accountId,
    PropagatingVgws: [],
    ...named(name),
    Associations: [
      {
        ...association,
        RouteTableAssociationId: makeId('rtbassoc', place.vpcId, name),
        RouteTableId,
        AssociationState: { State: 'associated' },
      },
    ],
    Routes: [
      { ...local, Origin: 'CreateRouteTable', State: 'active' },
      ...(target
        ? [{ DestinationCidrBlock: '0.0.0.0/0', ...target, Origin: 'CreateRoute', State: 'active' }]
        : []),
    ],
  };
}

function natGatewayOf({ network, vpcId }: Place, subnet: Piece): Piece {
  return {
    NatGatewayId: makeId('nat', vpcId),
    VpcId: vpcId,
    State: 'available',
    ConnectivityType: 'public',
    NatGatewayAddresses: [
      {
        PrivateIp: `10.${network.octet}.99.4`,
        PublicIp: '198.51.100.7',
        AllocationId: makeId('eipalloc', vpcId),
      },
    ],
    CreateTime: CREATED,
    Tags: [],
    SubnetId: subnet.SubnetId,
  };
}

function internetGatewayOf({ accountId, vpcId }: Place): Piece {
  return {
    InternetGatewayId: makeId('igw', vpcId),
    OwnerId: accountId,
    Attachments: [{ State: 'available', VpcId: vpcId }],
    Tags: [],
  };
}

function securityGroupOf({ accountId, vpcId, groupId }: Place): Piece {
  return {
    GroupId: groupId,
    GroupName: 'default',
    Description: 'default',
    VpcId: vpcId,
    OwnerId: accountId,
    IpPermissions: [],
    IpPermissionsEgress: [
      {
        IpProtocol: '-1',
        IpRanges: [{ CidrIp: '0.0.0.0/0' }],
        Ipv6Ranges: [],
        PrefixListIds: [],
        UserIdGroupPairs: [],
      },
    ],
    Tags: [],
  };
}

function networkAclOf({ accountId, vpcId }: Place, subnets: Piece[]): Piece {
  const NetworkAclId = makeId('acl', vpcId);
  const entries = [true, false].flatMap((Egress) =>
    [
      { RuleAction: 'allow', RuleNumber: 100 },
      { RuleAction: 'deny', RuleNumber: 32767 },
    ].map((rule) => ({ CidrBlock: '0.0.0.0/0', Egress, Protocol: '-1', ...rule })),
  );
  return {
    NetworkAclId,
    VpcId: vpcId,
    IsDefault: true,
    OwnerId: accountId,
    Associations: subnets.map(({ SubnetId }) => ({
      NetworkAclAssociationId: makeId('aclassoc', SubnetId),
      NetworkAclId,
      SubnetId,
    })),
    Tags: [],
    Entries: entries,
  };
}

function dhcpOptionsOf({ accountId, vpcId }: Place): Piece {
  return {
    DhcpOptionsId: makeId('dopt', vpcId),
    OwnerId: accountId,
    DhcpConfigurations: [{ Key: 'domain-name-servers', Values: [{ Value: 'AmazonProvidedDNS' }] }],
    Tags: [],
  };
}

/** "com.amazonaws.region.s3", as a gateway endpoint; zones do not limit it. */
function gatewayServiceOf(region: string): Piece {
  return {
    ServiceName: `com.amazonaws.${region}.s3`,
    ServiceType: [{ ServiceType: 'Gateway' }],
    Owner: 'amazon',
    AvailabilityZones: ['a', 'b', 'c'].map((zone) => region + zone),
    VpcEndpointPolicySupported: true,
    AcceptanceRequired: false,
  };
}

function endpointServiceOf(region: string, service: string): Piece {
  return {
    ServiceName: `com.amazonaws.${region}.${service}`,
    ServiceType: [{ ServiceType: 'Interface' }],
    Owner: 'amazon',
    PrivateDnsName: `${service}.${region}.amazonaws.com`,
    AvailabilityZones: ['a', 'b', 'c'].map((zone) => region + zone),
    VpcEndpointPolicySupported: true,
    AcceptanceRequired: false,
  };
}
