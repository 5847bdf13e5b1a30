/**
 * One account in one Region, in the shapes of the snapshot format (as the AWS APIs answer), so that the
 * same case can be served by the twin. `observe` maps it with the functions that the network reader uses.
 */
import type {
  DhcpOptions,
  Instance,
  IpPermission,
  ManagedPrefixList,
  NatGateway,
  NetworkAcl,
  NetworkAclEntry,
  NetworkInterface,
  PrefixListEntry,
  Route,
  RouteTable,
  SecurityGroup,
  ServiceDetail,
  Subnet,
  Vpc,
  VpcBlockPublicAccessExclusion,
  VpcBlockPublicAccessOptions,
  VpcEndpoint,
} from '@aws-sdk/client-ec2';
import type {
  ProfileAssociation,
  ProfileResourceAssociation,
  ResolverEndpoint,
  ResolverRule,
  ResolverRuleAssociation,
} from '../../../functions/aws/name-facts.ts';

export interface HostedZone {
  HostedZoneId: string;
  Name: string;
  Owner: { OwningAccount?: string; OwningService?: string };
  VPCs: { VPCRegion: string; VPCId: string }[];
}

export interface World {
  AccountId: string;
  Region: string;
  Route53: { HostedZones: HostedZone[] };
  Ssm: { InstanceInformationList: { InstanceId: string; PingStatus: string; AgentVersion: string }[] };
  Ec2: {
    Vpcs: Vpc[];
    VpcAttributes: Record<string, { EnableDnsSupport: boolean; EnableDnsHostnames: boolean }>;
    Subnets: Subnet[];
    RouteTables: RouteTable[];
    NatGateways: NatGateway[];
    VpcEndpoints: VpcEndpoint[];
    VpcEndpointServices: ServiceDetail[];
    SecurityGroups: SecurityGroup[];
    NetworkAcls: NetworkAcl[];
    DhcpOptions: DhcpOptions[];
    ManagedPrefixLists: (ManagedPrefixList & { Entries?: PrefixListEntry[] })[];
    Instances: Instance[];
    NetworkInterfaces: NetworkInterface[];
    VpcBlockPublicAccessOptions: VpcBlockPublicAccessOptions;
    VpcBlockPublicAccessExclusions: VpcBlockPublicAccessExclusion[];
  };
  Route53Resolver: {
    ResolverEndpoints: ResolverEndpoint[];
    ResolverRules: ResolverRule[];
    ResolverRuleAssociations: ResolverRuleAssociation[];
  };
  Route53Profiles: {
    ProfileAssociations: ProfileAssociation[];
    ProfileResourceAssociations: ProfileResourceAssociation[];
  };
}

export type Step = (world: World) => void;

export const ACCOUNT = '111122223333';
export const OWNER = '444455556666';
export const REGION = 'ap-northeast-1';
/** Readable where it can be, hexadecimal as AWS's. */
export const id = (prefix: string, tail: string) => `${prefix}-${tail.padStart(17, '0')}`;
export const VPC = id('vpc', 'a');
export const SUBNET_A = id('subnet', 'a');
export const SUBNET_C = id('subnet', 'c');
/** In zone a, with its own table that routes to the internet gateway. */
export const SUBNET_PUBLIC = id('subnet', 'f');
export const MAIN = id('rtb', 'a');
export const PUBLIC_TABLE = id('rtb', 'f');
export const IGW = id('igw', 'a');
export const NAT = id('nat', 'a');
export const GROUP = id('sg', 'a');
export const ACL = id('acl', 'a');
export const DHCP = id('dopt', 'a');
export const INSTANCE = id('i', 'a');
export const NEW_AGENT = '3.3.3050.0';

export const allow = (egress: boolean, number = 100): NetworkAclEntry => ({
  CidrBlock: '0.0.0.0/0',
  Egress: egress,
  Protocol: '-1',
  RuleAction: 'allow',
  RuleNumber: number,
});
export const deny = (egress: boolean): NetworkAclEntry => ({ ...allow(egress, 32767), RuleAction: 'deny' });
export const everything: IpPermission = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };

function subnet(SubnetId: string, CidrBlock: string, zone: string): Subnet {
  return {
    SubnetId,
    VpcId: VPC,
    OwnerId: ACCOUNT,
    CidrBlock,
    AvailabilityZone: `${REGION}${zone}`,
    AvailabilityZoneId: `apne1-az${zone === 'a' ? 4 : 1}`,
    AvailableIpAddressCount: 250,
    State: 'available',
    Ipv6Native: false,
  };
}

/** A VPC without egress, with two private subnets and a public one, and nothing that runs. */
export function emptyWorld(...steps: Step[]): World {
  const made: World = {
    AccountId: ACCOUNT,
    Region: REGION,
    Route53: { HostedZones: [] },
    Ssm: { InstanceInformationList: [] },
    Ec2: {
      Vpcs: [
        {
          VpcId: VPC,
          OwnerId: ACCOUNT,
          CidrBlock: '10.0.0.0/16',
          CidrBlockAssociationSet: [{ CidrBlock: '10.0.0.0/16', CidrBlockState: { State: 'associated' } }],
          DhcpOptionsId: DHCP,
          IsDefault: false,
          State: 'available',
        },
      ],
      VpcAttributes: { [VPC]: { EnableDnsSupport: true, EnableDnsHostnames: true } },
      Subnets: [
        subnet(SUBNET_A, '10.0.0.0/24', 'a'),
        subnet(SUBNET_C, '10.0.1.0/24', 'c'),
        { ...subnet(SUBNET_PUBLIC, '10.0.9.0/24', 'a'), AvailableIpAddressCount: 20 },
      ],
      RouteTables: [
        {
          RouteTableId: MAIN,
          VpcId: VPC,
          OwnerId: ACCOUNT,
          Associations: [{ Main: true, RouteTableId: MAIN, AssociationState: { State: 'associated' } }],
          Routes: [localRoute()],
        },
        {
          RouteTableId: PUBLIC_TABLE,
          VpcId: VPC,
          OwnerId: ACCOUNT,
          Associations: [
            {
              SubnetId: SUBNET_PUBLIC,
              RouteTableId: PUBLIC_TABLE,
              AssociationState: { State: 'associated' },
            },
          ],
          Routes: [localRoute(), { DestinationCidrBlock: '0.0.0.0/0', GatewayId: IGW, State: 'active' }],
        },
      ],
      NatGateways: [],
      VpcEndpoints: [],
      VpcEndpointServices: [
        ...['ssm', 'ssmmessages', 'ec2messages', 'kms', 'logs'].map((name) => service(name)),
        { ServiceName: serviceName('s3'), ServiceType: [{ ServiceType: 'Gateway' }], Owner: 'amazon' },
      ],
      SecurityGroups: [
        {
          GroupId: GROUP,
          GroupName: 'default',
          VpcId: VPC,
          OwnerId: ACCOUNT,
          IpPermissions: [],
          IpPermissionsEgress: [everything],
        },
      ],
      NetworkAcls: [
        {
          NetworkAclId: ACL,
          VpcId: VPC,
          IsDefault: true,
          Associations: [SUBNET_A, SUBNET_C, SUBNET_PUBLIC].map((SubnetId) => ({
            NetworkAclId: ACL,
            SubnetId,
          })),
          Entries: [allow(true), deny(true), allow(false), deny(false)],
        },
      ],
      DhcpOptions: [dhcp(['AmazonProvidedDNS'])],
      ManagedPrefixLists: [],
      Instances: [],
      NetworkInterfaces: [],
      VpcBlockPublicAccessOptions: {
        AwsAccountId: ACCOUNT,
        AwsRegion: REGION,
        InternetGatewayBlockMode: 'off',
      },
      VpcBlockPublicAccessExclusions: [],
    },
    Route53Resolver: { ResolverEndpoints: [], ResolverRules: [], ResolverRuleAssociations: [] },
    Route53Profiles: { ProfileAssociations: [], ProfileResourceAssociations: [] },
  };
  for (const step of steps) step(made);
  return made;
}

export function localRoute(): Route {
  return {
    DestinationCidrBlock: '10.0.0.0/16',
    GatewayId: 'local',
    Origin: 'CreateRouteTable',
    State: 'active',
  };
}

export function dhcp(servers: string[]): DhcpOptions {
  return {
    DhcpOptionsId: DHCP,
    DhcpConfigurations: [{ Key: 'domain-name-servers', Values: servers.map((Value) => ({ Value })) }],
  };
}

export function serviceName(name: string): string {
  return `com.amazonaws.${REGION}.${name}`;
}

function service(name: string): ServiceDetail {
  return {
    ServiceName: serviceName(name),
    ServiceType: [{ ServiceType: 'Interface' }],
    Owner: 'amazon',
    PrivateDnsName: `${name}.${REGION}.amazonaws.com`,
    AvailabilityZones: ['a', 'c', 'd'].map((zone) => `${REGION}${zone}`),
  };
}

export function found<T>(item: T | undefined, what: string): T {
  if (item === undefined) throw new Error(`the case names ${what}, which its world does not hold`);
  return item;
}
