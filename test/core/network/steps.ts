/** Steps from the empty world to a case: each adds or changes one thing, in EC2's words. */
import type {
  Instance,
  InstanceNetworkInterface,
  IpPermission,
  NatGateway,
  NetworkAclEntry,
  NetworkInterface,
  Route,
  SecurityGroup,
  Subnet,
  Vpc,
  VpcBlockPublicAccessExclusion,
  VpcEndpoint,
} from '@aws-sdk/client-ec2';
import {
  ACCOUNT,
  deny,
  dhcp,
  emptyWorld,
  everything,
  found,
  GROUP,
  type HostedZone,
  INSTANCE,
  id,
  localRoute,
  MAIN,
  NAT,
  NEW_AGENT,
  OWNER,
  REGION,
  type Step,
  SUBNET_A,
  SUBNET_C,
  SUBNET_PUBLIC,
  serviceName,
  VPC,
  type World,
} from './world.ts';

/** The empty world with one instance in subnet a, and then the steps. */
export function world(...steps: Step[]): World {
  const made = emptyWorld();
  for (const step of [instance({}), ...steps]) step(made);
  return made;
}

export const without = {
  instances: ((made) => {
    made.Ec2.Instances = [];
    made.Ssm.InstanceInformationList = [];
  }) satisfies Step,
};

export interface InstanceSpec {
  id?: string;
  subnet?: string;
  ip?: string | null;
  ipv6?: string;
  /** An instance type, for its hypervisor. */
  type?: string;
  publicIp?: boolean;
  groups?: string[];
  windows?: boolean;
  state?: 'running' | 'stopped';
  /** PingStatus; the agent is known only with it or with a version. */
  ping?: 'Online' | 'ConnectionLost';
  agent?: string;
  tags?: Record<string, string>;
}

/** Adds an instance, or with the id of one that exists replaces it. */
export function instance(spec: InstanceSpec): Step {
  return (made) => {
    const { id: InstanceId = INSTANCE, subnet: SubnetId = SUBNET_A, state = 'running' } = spec;
    const base = made.Ec2.Subnets.find((one) => one.SubnetId === SubnetId)
      ?.CidrBlock?.split('.')
      .slice(0, 3)
      .join('.');
    const ip = spec.ip === undefined ? `${base}.${10 + made.Ec2.Instances.length}` : spec.ip;
    const groups = (spec.groups ?? [GROUP]).map((GroupId) => ({ GroupId }));
    const address = ip === null ? {} : { PrivateIpAddress: ip };
    const eni: InstanceNetworkInterface = {
      NetworkInterfaceId: InstanceId.replace('i-', 'eni-'),
      SubnetId,
      VpcId: VPC,
      ...address,
      ...(spec.ipv6 ? { Ipv6Addresses: [{ Ipv6Address: spec.ipv6 }] } : {}),
      Groups: groups,
      Attachment: { DeviceIndex: 0, Status: 'attached' },
      ...(spec.publicIp ? { Association: { PublicIp: '203.0.113.10', IpOwnerId: 'amazon' } } : {}),
    };
    const one: Instance = {
      InstanceId,
      VpcId: VPC,
      SubnetId,
      InstanceType: (spec.type ?? 't4g.small') as Instance['InstanceType'] & string,
      State: state === 'running' ? { Code: 16, Name: 'running' } : { Code: 80, Name: 'stopped' },
      ...address,
      SecurityGroups: groups,
      NetworkInterfaces: [eni],
      PlatformDetails: spec.windows ? 'Windows' : 'Linux/UNIX',
      ...(spec.windows ? { Platform: 'windows' as Instance['Platform'] & string } : {}),
      Tags: Object.entries(spec.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
    } as Instance;
    made.Ec2.Instances = [...made.Ec2.Instances.filter((other) => other.InstanceId !== InstanceId), one];
    made.Ssm.InstanceInformationList = made.Ssm.InstanceInformationList.filter(
      (other) => other.InstanceId !== InstanceId,
    );
    if (spec.ping === undefined && spec.agent === undefined) return;
    made.Ssm.InstanceInformationList.push({
      InstanceId,
      PingStatus: spec.ping ?? 'ConnectionLost',
      AgentVersion: spec.agent ?? NEW_AGENT,
    });
  };
}

/** A route of the main table, which subnets a and c use. */
export function route(destination: string, target: Partial<Route>, table = MAIN): Step {
  return (made) => {
    const key = destination.startsWith('pl-')
      ? 'DestinationPrefixListId'
      : destination.includes(':')
        ? 'DestinationIpv6CidrBlock'
        : 'DestinationCidrBlock';
    const rows = found(
      made.Ec2.RouteTables.find((one) => one.RouteTableId === table),
      table,
    );
    rows.Routes = [
      ...(rows.Routes ?? []),
      { State: 'active', Origin: 'CreateRoute', [key]: destination, ...target },
    ];
  };
}

export function routeTable(RouteTableId: string, subnetId: string): Step {
  return (made) => {
    made.Ec2.RouteTables.push({
      RouteTableId,
      VpcId: VPC,
      OwnerId: ACCOUNT,
      Associations: [{ SubnetId: subnetId, RouteTableId, AssociationState: { State: 'associated' } }],
      Routes: [localRoute()],
    });
  };
}

export function nat(change: Partial<NatGateway> = {}): Step {
  return (made) => {
    made.Ec2.NatGateways.push({
      NatGatewayId: NAT,
      VpcId: VPC,
      SubnetId: SUBNET_PUBLIC,
      State: 'available',
      ConnectivityType: 'public',
      AvailabilityMode: 'zonal',
      ...change,
    });
  };
}

/** A NAT gateway in the public subnet, and the default route to it. */
export const withNat: Step = (made) => {
  nat()(made);
  route('0.0.0.0/0', { NatGatewayId: NAT })(made);
};

export interface EndpointSpec {
  id?: string;
  group?: string;
  subnets?: string[];
  privateDns?: boolean;
  addresses?: 'ipv4' | 'dualstack' | 'ipv6';
  state?: string;
  policy?: string;
  tags?: Record<string, string>;
}

export function endpoint(name: string, spec: EndpointSpec = {}): Step {
  return (made) => {
    made.Ec2.VpcEndpoints.push({
      VpcEndpointId: spec.id ?? `vpce-${name.length.toString(16).padStart(17, '0')}`,
      VpcEndpointType: 'Interface',
      VpcId: VPC,
      OwnerId: ACCOUNT,
      ServiceName: serviceName(name),
      State: (spec.state ?? 'available') as VpcEndpoint['State'] & string,
      PrivateDnsEnabled: spec.privateDns ?? true,
      ...(spec.addresses ? { IpAddressType: spec.addresses } : {}),
      SubnetIds: spec.subnets ?? [SUBNET_A],
      Groups: [{ GroupId: spec.group ?? ENDPOINT_GROUP }],
      ...(spec.policy === undefined ? {} : { PolicyDocument: spec.policy }),
      Tags: Object.entries(spec.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
    } as VpcEndpoint);
  };
}

export const ENDPOINT_GROUP = id('sg', 'e');

export function group(GroupId: string, change: Partial<SecurityGroup>): Step {
  return (made) => {
    const there = made.Ec2.SecurityGroups.find((one) => one.GroupId === GroupId);
    if (there) Object.assign(there, change);
    else {
      made.Ec2.SecurityGroups.push({
        GroupId,
        GroupName: GroupId,
        VpcId: VPC,
        OwnerId: ACCOUNT,
        IpPermissions: [],
        IpPermissionsEgress: [everything],
        ...change,
      });
    }
  };
}

export function https(rule: Partial<IpPermission>): IpPermission {
  return { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, ...rule };
}

/** Endpoints for the names, whose group admits the whole VPC. */
export function endpoints(names: string[], spec: EndpointSpec = {}): Step {
  return (made) => {
    group(ENDPOINT_GROUP, { IpPermissions: [https({ IpRanges: [{ CidrIp: '10.0.0.0/16' }] })] })(made);
    for (const name of names) endpoint(name, spec)(made);
  };
}

export function acl(entries: NetworkAclEntry[], subnets: string[], NetworkAclId = id('acl', 'b')): Step {
  return (made) => {
    for (const one of made.Ec2.NetworkAcls) {
      one.Associations = one.Associations?.filter(({ SubnetId }) => !subnets.includes(SubnetId ?? ''));
    }
    made.Ec2.NetworkAcls.push({
      NetworkAclId,
      VpcId: VPC,
      Associations: subnets.map((SubnetId) => ({ NetworkAclId, SubnetId })),
      Entries: [...entries, deny(true), deny(false)],
    });
  };
}

export function aclRule(
  RuleNumber: number,
  direction: 'in' | 'out',
  RuleAction: 'allow' | 'deny',
  CidrBlock: string,
  ports?: [number, number],
): NetworkAclEntry {
  return {
    RuleNumber,
    Egress: direction === 'out',
    RuleAction,
    CidrBlock,
    Protocol: ports ? '6' : '-1',
    ...(ports ? { PortRange: { From: ports[0], To: ports[1] } } : {}),
  };
}

export function dnsServers(...servers: string[]): Step {
  return (made) => {
    made.Ec2.DhcpOptions = [dhcp(servers)];
  };
}

export function dnsAttributes(EnableDnsSupport: boolean, EnableDnsHostnames: boolean): Step {
  return (made) => {
    made.Ec2.VpcAttributes[VPC] = { EnableDnsSupport, EnableDnsHostnames };
  };
}

export function zone(Name: string, Owner: HostedZone['Owner'] = { OwningAccount: OWNER }): Step {
  return (made) => {
    made.Route53.HostedZones.push({
      HostedZoneId: `Z${made.Route53.HostedZones.length}ZONE`,
      Name,
      Owner,
      VPCs: [{ VPCRegion: REGION, VPCId: VPC }],
    });
  };
}

export function zonesFor(...names: string[]): Step {
  return (made) => {
    for (const name of names) zone(`${name}.${REGION}.amazonaws.com.`)(made);
  };
}

export function rule(DomainName: string, RuleType = 'FORWARD'): Step {
  return (made) => {
    const Id = `rslvr-rr-${made.Route53Resolver.ResolverRules.length}`;
    made.Route53Resolver.ResolverRules.push({ Id, DomainName, RuleType });
    made.Route53Resolver.ResolverRuleAssociations.push({
      ResolverRuleId: Id,
      VPCId: VPC,
      Status: 'COMPLETE',
    });
  };
}

export interface ProfileSpec {
  id?: string;
  priority?: number;
  /** Of the association with the resource. */
  OwnerId?: string;
}

/** A Profile of the VPC with one more resource. */
export function profile(
  ResourceArn: string,
  { id: ProfileId = 'rp-1', priority, ...owner }: ProfileSpec = {},
): Step {
  return ({ Route53Profiles }) => {
    if (!Route53Profiles.ProfileAssociations.some((one) => one.ProfileId === ProfileId)) {
      Route53Profiles.ProfileAssociations.push({
        ProfileId,
        ResourceId: VPC,
        Status: 'COMPLETE',
        ...(priority === undefined ? {} : { Priority: priority }),
      });
    }
    Route53Profiles.ProfileResourceAssociations.push({
      ProfileId,
      ResourceArn,
      Status: 'COMPLETE',
      ...owner,
    });
  };
}

/** A network interface of someone or something in subnet c. */
export function interfaceIs(change: Partial<NetworkInterface>): Step {
  return ({ Ec2 }) => {
    Ec2.NetworkInterfaces.push({
      NetworkInterfaceId: id('eni', `d${Ec2.NetworkInterfaces.length}`),
      VpcId: VPC,
      SubnetId: SUBNET_C,
      OwnerId: ACCOUNT,
      Groups: [],
      ...change,
    });
  };
}

export function edit(change: (ec2: World['Ec2']) => void): Step {
  return (made) => change(made.Ec2);
}

export function subnetIs(SubnetId: string, change: Partial<Subnet>): Step {
  return ({ Ec2 }) => {
    Object.assign(
      found(
        Ec2.Subnets.find((one) => one.SubnetId === SubnetId),
        SubnetId,
      ),
      change,
    );
  };
}

export function vpcIs(change: Partial<Vpc>): Step {
  return ({ Ec2 }) => {
    Object.assign(
      found(
        Ec2.Vpcs.find((one) => one.VpcId === VPC),
        VPC,
      ),
      change,
    );
  };
}

export function blocked(
  InternetGatewayBlockMode: 'block-bidirectional' | 'block-ingress',
  excluded?: string,
  mode: 'allow-bidirectional' | 'allow-egress' = 'allow-egress',
  State: VpcBlockPublicAccessExclusion['State'] = 'create-complete',
): Step {
  return ({ Ec2 }) => {
    Ec2.VpcBlockPublicAccessOptions.InternetGatewayBlockMode = InternetGatewayBlockMode;
    if (excluded === undefined) return;
    const kind = excluded.startsWith('vpc-') ? 'vpc' : 'subnet';
    Ec2.VpcBlockPublicAccessExclusions.push({
      ExclusionId: 'vpcbpa-exclude-1',
      ResourceArn: `arn:aws:ec2:${REGION}:${ACCOUNT}:${kind}/${excluded}`,
      InternetGatewayExclusionMode: mode,
      State,
    });
  };
}

export function prefixList(PrefixListId: string, cidrs: string[] | null, OwnerId = ACCOUNT): Step {
  return ({ Ec2 }) => {
    Ec2.ManagedPrefixLists.push({
      PrefixListId,
      OwnerId,
      AddressFamily: 'IPv4',
      ...(cidrs ? { Entries: cidrs.map((Cidr) => ({ Cidr })) } : {}),
    });
  };
}

/** The default group of the instance allows outbound 443 by these rules alone. */
export function egressOnlyTo(...rules: Partial<IpPermission>[]): Step {
  return group(GROUP, { IpPermissionsEgress: rules.map((one) => https(one)) });
}
