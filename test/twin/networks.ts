/** A VPC of one instance, to be changed in every way: an isolated one to start with. */
import type { AccountFile, Piece, Snapshot } from '../../twin/contract.ts';
import { emptyAccount, emptyRegion } from '../../twin/snapshot/defaults.ts';

export const ACCOUNT = '100000000001';
export const HUB = '100000000002';
export const REGION = 'eu-west-1';
export const INSTANCE = 'i-1';

export interface Net {
  ec2: Piece;
  hub: Piece;
  /** Of the main table, and of the NAT gateway's subnet. */
  routes: Piece[];
  natRoutes: Piece[];
  subnet: Piece;
  zones: Piece[];
  resolver: Piece;
  profiles: Piece;
  agent: Piece;
  publicAddress: boolean;
  /** Online when captured. */
  online: boolean;
  group(id: string): Piece;
  closeAcl(subnetId: string, egress: boolean, ports?: Piece, ruleNumber?: number): void;
  dns(...servers: string[]): void;
  rule(domain: string): void;
  profile(arn: string): void;
  hubEndpoint(admits?: string): void;
}

const ALL = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
const SUBNETS = { 'subnet-a': '10.1.0.0/24', 'subnet-c': '10.1.1.0/24', 'subnet-nat': '10.1.99.0/24' };

export function isolated(): Net {
  const routes: Piece[] = [];
  const natRoutes: Piece[] = [{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1', State: 'active' }];
  const ec2 = networkOf(routes, natRoutes);
  const hub: Piece = {
    Vpcs: [{ VpcId: 'vpc-hub', CidrBlock: '10.9.0.0/16', OwnerId: HUB }],
    Subnets: [
      { SubnetId: 'subnet-hub', VpcId: 'vpc-hub', CidrBlock: '10.9.0.0/24', AvailabilityZone: `${REGION}a` },
    ],
  };
  const find = (list: string, key: string, id: string): Piece => {
    const found = (ec2[list] as Piece[]).find((each) => each[key] === id);
    if (!found) throw new Error(`no ${id}`);
    return found;
  };
  const resolver: Piece = {};
  const profiles: Piece = {};
  return {
    ec2,
    hub,
    routes,
    natRoutes,
    subnet: find('Subnets', 'SubnetId', 'subnet-a'),
    zones: [],
    resolver,
    profiles,
    agent: {},
    publicAddress: false,
    online: false,
    group: (id) => find('SecurityGroups', 'GroupId', id),
    closeAcl: (subnetId, Egress, PortRange, RuleNumber = 50) => {
      const entry = {
        Egress,
        Protocol: PortRange ? '6' : '-1',
        RuleAction: 'deny',
        RuleNumber,
        CidrBlock: '0.0.0.0/0',
      };
      find('NetworkAcls', 'NetworkAclId', `acl-${subnetId}`).Entries.push(
        PortRange ? { ...entry, PortRange } : entry,
      );
    },
    dns: (...servers) => {
      ec2.DhcpOptions[0].DhcpConfigurations = [
        { Key: 'domain-name-servers', Values: servers.map((Value) => ({ Value })) },
      ];
    },
    rule: (DomainName) => {
      resolver.ResolverRules = [
        { Id: 'rslvr-rr-1', RuleType: 'FORWARD', DomainName, TargetIps: [{ Ip: '10.200.0.1' }] },
      ];
      resolver.ResolverRuleAssociations = [
        { ResolverRuleId: 'rslvr-rr-1', VPCId: 'vpc-1', Status: 'COMPLETE' },
      ];
    },
    profile: (ResourceArn) => {
      profiles.ProfileAssociations = [{ ProfileId: 'rp-1', ResourceId: 'vpc-1', Status: 'COMPLETE' }];
      profiles.ProfileResourceAssociations = [{ ProfileId: 'rp-1', ResourceArn, Status: 'COMPLETE' }];
    },
    hubEndpoint: (CidrIp = '10.0.0.0/8') => {
      hub.SecurityGroups = [
        { GroupId: 'sg-hub', IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp }] }] },
      ];
      hub.VpcEndpoints = [endpointOf('vpce-9', 'vpc-hub', ['subnet-hub'], 'sg-hub')];
    },
  };
}

function networkOf(routes: Piece[], natRoutes: Piece[]): Piece {
  return {
    Vpcs: [{ VpcId: 'vpc-1', CidrBlock: '10.1.0.0/16', OwnerId: ACCOUNT, DhcpOptionsId: 'dopt-1' }],
    VpcAttributes: { 'vpc-1': { EnableDnsSupport: true, EnableDnsHostnames: true } },
    DhcpOptions: [
      {
        DhcpOptionsId: 'dopt-1',
        DhcpConfigurations: [{ Key: 'domain-name-servers', Values: [{ Value: 'AmazonProvidedDNS' }] }],
      },
    ],
    Subnets: Object.entries(SUBNETS).map(([SubnetId, CidrBlock]) => ({
      SubnetId,
      VpcId: 'vpc-1',
      CidrBlock,
      AvailabilityZone: `${REGION}a`,
      OwnerId: ACCOUNT,
    })),
    RouteTables: [
      { RouteTableId: 'rtb-main', VpcId: 'vpc-1', Associations: [{ Main: true }], Routes: routes },
      {
        RouteTableId: 'rtb-nat',
        VpcId: 'vpc-1',
        Associations: [{ SubnetId: 'subnet-nat' }],
        Routes: natRoutes,
      },
    ],
    InternetGateways: [{ InternetGatewayId: 'igw-1', Attachments: [{ VpcId: 'vpc-1', State: 'available' }] }],
    NatGateways: [
      {
        NatGatewayId: 'nat-1',
        VpcId: 'vpc-1',
        SubnetId: 'subnet-nat',
        State: 'available',
        ConnectivityType: 'public',
      },
    ],
    SecurityGroups: [
      {
        GroupId: 'sg-instance',
        GroupName: 'instance',
        VpcId: 'vpc-1',
        IpPermissions: [],
        IpPermissionsEgress: ALL,
      },
      {
        GroupId: 'sg-endpoint',
        GroupName: 'endpoint',
        VpcId: 'vpc-1',
        IpPermissions: ALL,
        IpPermissionsEgress: ALL,
      },
    ],
    NetworkAcls: Object.keys(SUBNETS).map((SubnetId) => ({
      NetworkAclId: `acl-${SubnetId}`,
      VpcId: 'vpc-1',
      Associations: [{ SubnetId }],
      Entries: [true, false].map((Egress) => ({
        Egress,
        Protocol: '-1',
        RuleAction: 'allow',
        RuleNumber: 100,
        CidrBlock: '0.0.0.0/0',
      })),
    })),
    VpcEndpoints: [],
    NetworkInterfaces: [],
  };
}

function endpointOf(VpcEndpointId: string, VpcId: string, SubnetIds: string[], GroupId: string): Piece {
  return {
    VpcEndpointId,
    VpcEndpointType: 'Interface',
    VpcId,
    ServiceName: `com.amazonaws.${REGION}.ssm`,
    State: 'available',
    PrivateDnsEnabled: true,
    SubnetIds,
    Groups: [{ GroupId }],
  };
}

/** Adds an endpoint for ssm in the instance's subnet. */
export function endpoint(net: Net): Piece {
  const made = endpointOf('vpce-1', 'vpc-1', ['subnet-a'], 'sg-endpoint');
  net.ec2.VpcEndpoints.push(made);
  return made;
}

const ROLE = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';

/** With DHMC in place, so that the network alone decides. */
export function snapshotOf(net: Net): Snapshot {
  const account = emptyAccount(ACCOUNT);
  const region = emptyRegion('ENABLED');
  account.Regions[REGION] = region;
  account.Route53.HostedZones = net.zones;
  region.Ec2 = { ...net.ec2, Instances: [instanceOf(net)] };
  region.Route53Resolver = net.resolver;
  region.Route53Profiles = net.profiles;
  region.Agents = { [INSTANCE]: net.agent };
  if (net.online) region.Ssm.InstanceInformationList = [{ InstanceId: INSTANCE, PingStatus: 'Online' }];
  region.Ssm.ServiceSettings = [
    { SettingId: '/ssm/managed-instance/default-ec2-instance-management-role', SettingValue: ROLE },
  ];
  account.Iam.RoleDetailList = [dhmcRole()];
  const hub = emptyAccount(HUB);
  hub.Regions[REGION] = emptyRegion('ENABLED');
  hub.Regions[REGION].Ec2 = net.hub;
  return {
    organization: organizationOf(),
    accounts: new Map<string, AccountFile>([
      [ACCOUNT, account],
      [HUB, hub],
    ]),
  };
}

function instanceOf(net: Net): Piece {
  return {
    InstanceId: INSTANCE,
    State: { Name: 'running' },
    VpcId: 'vpc-1',
    SubnetId: 'subnet-a',
    PrivateIpAddress: '10.1.0.10',
    ...(net.publicAddress ? { PublicIpAddress: '198.51.100.7' } : {}),
    SecurityGroups: [{ GroupId: 'sg-instance' }],
  };
}

function dhmcRole(): Piece {
  const [path = '', name = ''] = ROLE.split('/');
  return {
    Path: `/${path}/`,
    RoleName: name,
    RoleId: 'AROA1',
    Arn: `arn:aws:iam::${ACCOUNT}:role/${ROLE}`,
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    InstanceProfileList: [],
    RolePolicyList: [],
    AttachedManagedPolicies: [
      {
        PolicyName: 'AmazonSSMManagedEC2InstanceDefaultPolicy',
        PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy',
      },
    ],
  };
}

function organizationOf(): Snapshot['organization'] {
  return {
    FormatVersion: 1,
    Organization: {
      Id: 'o-1',
      Arn: 'arn:aws:organizations::100000000002:organization/o-1',
      MasterAccountId: HUB,
    },
    OperatorAccountId: HUB,
    CapturedAt: '2026-11-20T00:00:00Z',
    Roots: [{ Id: 'r-1', Arn: '', Name: 'Root' }],
    OrganizationalUnits: [],
    Accounts: [ACCOUNT, HUB].map((Id) => ({ Id, Arn: '', Name: Id, State: 'ACTIVE', ParentId: 'r-1' })),
    Policies: [],
    DelegatedAdministrators: [],
  };
}
