/**
 * From what EC2, Systems Manager and Route 53 answer to the facts of functions/core/network. Pure: the
 * network reader calls it with live answers, tests with cases in the same shapes.
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
  Tag,
  Vpc,
  VpcBlockPublicAccessExclusion,
  VpcBlockPublicAccessOptions,
  VpcEndpoint,
} from '@aws-sdk/client-ec2';
import type {
  BlockMode,
  BlockPublicAccessFacts,
  DhcpOptionsFacts,
  EndpointFacts,
  EndpointServiceFacts,
  ExclusionFacts,
  GroupRule,
  InstanceFacts,
  NatGatewayFacts,
  NetworkAclFacts,
  NetworkInterfaceFacts,
  PrefixListFacts,
  RouteFacts,
  RouteTableFacts,
  RouteTargetKind,
  SecurityGroupFacts,
  SubnetFacts,
  Tags,
  VpcFacts,
} from '../core/network/facts.ts';

export function tagsFrom(tags: Tag[] | undefined): Tags {
  return Object.fromEntries((tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
}

export function vpcFrom(vpc: Vpc): VpcFacts {
  const associations = vpc.CidrBlockAssociationSet ?? [];
  const cidrs = associations
    .filter((association) => association.CidrBlockState?.State === 'associated')
    .flatMap((association) => association.CidrBlock ?? []);
  return {
    vpcId: vpc.VpcId ?? '',
    ownerId: vpc.OwnerId ?? '',
    cidrs: associations.length > 0 ? cidrs : [vpc.CidrBlock ?? []].flat(),
    primaryCidr: vpc.CidrBlock ?? null,
    dhcpOptionsId: vpc.DhcpOptionsId === 'default' ? null : (vpc.DhcpOptionsId ?? null),
    blockMode: blockModeFrom(vpc.BlockPublicAccessStates?.InternetGatewayBlockMode),
    tags: tagsFrom(vpc.Tags),
  };
}

function blockModeFrom(mode: string | undefined): BlockMode | null {
  return mode === 'off' || mode === 'block-ingress' || mode === 'block-bidirectional' ? mode : null;
}

export function subnetFrom(subnet: Subnet): SubnetFacts {
  return {
    subnetId: subnet.SubnetId ?? '',
    vpcId: subnet.VpcId ?? '',
    ownerId: subnet.OwnerId ?? '',
    cidr: subnet.Ipv6Native === true ? null : (subnet.CidrBlock ?? null),
    ipv6Cidrs: (subnet.Ipv6CidrBlockAssociationSet ?? [])
      .filter(({ Ipv6CidrBlockState }) => (Ipv6CidrBlockState?.State ?? 'associated') === 'associated')
      .flatMap(({ Ipv6CidrBlock }) => Ipv6CidrBlock ?? []),
    zone: subnet.AvailabilityZone ?? '',
    zoneId: subnet.AvailabilityZoneId ?? '',
    freeAddresses: subnet.AvailableIpAddressCount ?? 0,
    ipv6Native: subnet.Ipv6Native === true,
    dns64: subnet.EnableDns64 === true,
    blockMode: blockModeFrom(subnet.BlockPublicAccessStates?.InternetGatewayBlockMode),
    tags: tagsFrom(subnet.Tags),
  };
}

export function routeTableFrom(table: RouteTable): RouteTableFacts {
  const associations = (table.Associations ?? []).filter(
    ({ AssociationState }) => !['disassociated', 'failed'].includes(AssociationState?.State ?? 'associated'),
  );
  return {
    routeTableId: table.RouteTableId ?? '',
    vpcId: table.VpcId ?? '',
    // An association with a GatewayId is an edge association: it routes what comes in, not what goes out.
    subnetIds: associations.flatMap(({ SubnetId }) => SubnetId ?? []),
    main: associations.some(({ Main }) => Main === true),
    routes: (table.Routes ?? []).map(routeFrom),
  };
}

function routeFrom(route: Route): RouteFacts {
  return {
    destination: destinationFrom(route),
    target: targetFrom(route),
    state: route.State === 'blackhole' || route.State === 'filtered' ? route.State : 'active',
    propagated: route.Origin === 'EnableVgwRoutePropagation',
  };
}

function destinationFrom(route: Route): RouteFacts['destination'] {
  if (route.DestinationCidrBlock !== undefined) return { kind: 'ipv4', cidr: route.DestinationCidrBlock };
  if (route.DestinationPrefixListId !== undefined) {
    return { kind: 'prefix-list', prefixListId: route.DestinationPrefixListId };
  }
  return { kind: 'ipv6', cidr: route.DestinationIpv6CidrBlock ?? '' };
}

/** By prefix of the id; a GatewayId may be of several kinds. */
const KIND_BY_PREFIX: [string, RouteTargetKind][] = [
  ['local', 'local'],
  ['igw-', 'igw'],
  ['eigw-', 'eigw'],
  ['vgw-', 'vgw'],
  ['vpce-', 'vpce'],
  ['nat-', 'nat'],
  ['tgw-', 'tgw'],
  ['pcx-', 'pcx'],
  ['lgw-', 'lgw'],
  ['cagw-', 'cagw'],
  ['eni-', 'eni'],
  ['i-', 'instance'],
  ['arn:', 'core-network'],
];

function targetFrom(route: Route): RouteFacts['target'] {
  // An instance's route names its interface too; a blackhole one may name neither.
  const id =
    route.GatewayId ??
    route.NatGatewayId ??
    route.TransitGatewayId ??
    route.VpcPeeringConnectionId ??
    route.EgressOnlyInternetGatewayId ??
    route.LocalGatewayId ??
    route.CarrierGatewayId ??
    route.CoreNetworkArn ??
    route.InstanceId ??
    route.NetworkInterfaceId ??
    route.OdbNetworkArn ??
    'nothing';
  const other = id === route.OdbNetworkArn;
  const kind = KIND_BY_PREFIX.find(([prefix]) => id.startsWith(prefix))?.[1] ?? 'other';
  return { kind: other ? 'other' : kind, id };
}

export function natGatewayFrom(nat: NatGateway): NatGatewayFacts {
  return {
    natGatewayId: nat.NatGatewayId ?? '',
    vpcId: nat.VpcId ?? '',
    subnetId: nat.AvailabilityMode === 'regional' ? null : (nat.SubnetId ?? null),
    state: nat.State ?? 'available',
    connectivity: nat.ConnectivityType ?? 'public',
    availability: nat.AvailabilityMode ?? 'zonal',
    routeTableId: nat.RouteTableId ?? null,
  };
}

export function endpointFrom(endpoint: VpcEndpoint): EndpointFacts {
  const type = (endpoint.VpcEndpointType ?? 'Gateway').toLowerCase();
  const types: Record<string, EndpointFacts['type']> = {
    interface: 'interface',
    gateway: 'gateway',
    gatewayloadbalancer: 'gateway-load-balancer',
  };
  return {
    endpointId: endpoint.VpcEndpointId ?? '',
    vpcId: endpoint.VpcId ?? '',
    ownerId: endpoint.OwnerId ?? '',
    type: types[type] ?? 'other',
    serviceName: endpoint.ServiceName ?? '',
    state: (endpoint.State ?? 'available').toLowerCase(),
    addresses: addressesFrom(endpoint),
    privateDns: endpoint.PrivateDnsEnabled === true,
    regionalName: regionalNameFrom(endpoint),
    subnetIds: [...(endpoint.SubnetIds ?? [])],
    groupIds: (endpoint.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    routeTableIds: [...(endpoint.RouteTableIds ?? [])],
    policy: endpoint.PolicyDocument ?? null,
    tags: tagsFrom(endpoint.Tags),
  };
}

/**
 * An endpoint's names are Regional, of one zone each (`...-us-east-1a.ssm...`) and, with private DNS, the service's own. The
 * first of the list is the Regional one (VPC guide, "Access an AWS service using an interface VPC endpoint"); that it is
 * the shortest of those that begin with the endpoint's id does not rest on their order.
 */
function regionalNameFrom({ DnsEntries, VpcEndpointId }: VpcEndpoint): EndpointFacts['regionalName'] {
  const [shortest] = (DnsEntries ?? [])
    .filter(({ DnsName }) => DnsName?.startsWith(`${VpcEndpointId}-`))
    .sort((one, other) => (one.DnsName ?? '').length - (other.DnsName ?? '').length);
  return shortest?.DnsName && shortest.HostedZoneId
    ? { dnsName: shortest.DnsName.toLowerCase(), zoneId: shortest.HostedZoneId }
    : null;
}

function addressesFrom({ IpAddressType }: VpcEndpoint): EndpointFacts['addresses'] {
  return IpAddressType === 'dualstack' || IpAddressType === 'ipv6' ? IpAddressType : 'ipv4';
}

export function endpointServiceFrom(service: ServiceDetail): EndpointServiceFacts {
  const types = (service.ServiceType ?? []).map(({ ServiceType }) => ServiceType);
  return {
    type:
      types.length === 0 || types.includes('Interface')
        ? 'interface'
        : types.includes('Gateway')
          ? 'gateway'
          : 'other',
    serviceName: service.ServiceName ?? '',
    zones: [...(service.AvailabilityZones ?? [])],
    privateDnsName: service.PrivateDnsName ?? service.PrivateDnsNames?.[0]?.PrivateDnsName ?? null,
  };
}

export function securityGroupFrom(group: SecurityGroup): SecurityGroupFacts {
  return {
    groupId: group.GroupId ?? '',
    groupName: group.GroupName ?? '',
    vpcId: group.VpcId ?? '',
    ingress: (group.IpPermissions ?? []).map(ruleFrom),
    egress: (group.IpPermissionsEgress ?? []).map(ruleFrom),
    tags: tagsFrom(group.Tags),
  };
}

function ruleFrom(permission: IpPermission): GroupRule {
  return {
    protocol: permission.IpProtocol ?? '-1',
    fromPort: permission.FromPort ?? null,
    toPort: permission.ToPort ?? null,
    cidrs: (permission.IpRanges ?? []).flatMap(({ CidrIp }) => CidrIp ?? []),
    ipv6Cidrs: (permission.Ipv6Ranges ?? []).flatMap(({ CidrIpv6 }) => CidrIpv6 ?? []),
    groupIds: (permission.UserIdGroupPairs ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    prefixListIds: (permission.PrefixListIds ?? []).flatMap(({ PrefixListId }) => PrefixListId ?? []),
  };
}

export function networkAclFrom(acl: NetworkAcl): NetworkAclFacts {
  return {
    networkAclId: acl.NetworkAclId ?? '',
    vpcId: acl.VpcId ?? '',
    subnetIds: (acl.Associations ?? []).flatMap(({ SubnetId }) => SubnetId ?? []),
    entries: (acl.Entries ?? []).map(aclEntryFrom),
  };
}

function aclEntryFrom(entry: NetworkAclEntry): NetworkAclFacts['entries'][number] {
  return {
    ruleNumber: entry.RuleNumber ?? 0,
    egress: entry.Egress === true,
    allow: entry.RuleAction === 'allow',
    protocol: entry.Protocol ?? '-1',
    cidr: entry.CidrBlock ?? null,
    ipv6Cidr: entry.Ipv6CidrBlock ?? null,
    fromPort: entry.PortRange?.From ?? null,
    toPort: entry.PortRange?.To ?? null,
  };
}

export function dhcpOptionsFrom(options: DhcpOptions): DhcpOptionsFacts {
  const servers = (options.DhcpConfigurations ?? []).find(({ Key }) => Key === 'domain-name-servers');
  return {
    dhcpOptionsId: options.DhcpOptionsId ?? '',
    nameServers: (servers?.Values ?? []).flatMap(({ Value }) => Value ?? []),
  };
}

/**
 * Directory Service describes the interfaces of its domain controllers as "AWS created network interface for
 * directory d-...": the id is what counts here.
 */
export function networkInterfaceFrom(one: NetworkInterface): NetworkInterfaceFacts {
  const address = one.PrivateIpAddress ?? null;
  return {
    networkInterfaceId: one.NetworkInterfaceId ?? '',
    vpcId: one.VpcId ?? '',
    subnetId: one.SubnetId ?? '',
    ownerId: one.OwnerId ?? '',
    privateIp: address,
    groupIds: (one.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    directoryId: /\bd-[0-9a-f]{10}\b/.exec(one.Description ?? '')?.[0] ?? null,
    instanceId: one.Attachment?.InstanceId ?? null,
  };
}

/** Without entries where they were not read; those of IPv6 lists are left out. */
export function prefixListFrom(
  list: ManagedPrefixList,
  entries: PrefixListEntry[] | undefined,
): PrefixListFacts {
  const cidrs = entries?.flatMap(({ Cidr }) => (Cidr === undefined || Cidr.includes(':') ? [] : [Cidr]));
  return { prefixListId: list.PrefixListId ?? '', awsManaged: list.OwnerId === 'AWS', cidrs: cidrs ?? null };
}

/**
 * Instance families on Xen (EC2 user guide, "Instances built on the Nitro System" and its counterpart; EC2's
 * `Hypervisor` says `xen` for both: "The value xen is used for both Xen and Nitro hypervisors").
 */
const XEN_FAMILIES: ReadonlySet<string> = new Set(
  'm1 m2 m3 m4 t1 t2 c1 c3 c4 cc2 r3 r4 x1 x1e cr1 d2 h1 i2 i3 hs1 f1 g2 g3 g3s p2 p3'.split(' '),
);

/** The `.metal` sizes of Xen families are Nitro's. */
function isXenType(instanceType: string | undefined): boolean {
  const [family = '', size = ''] = (instanceType ?? '').split('.');
  return XEN_FAMILIES.has(family) && !size.startsWith('metal');
}

/** What Systems Manager reports of an instance (DescribeInstanceInformation). */
export interface AgentFacts {
  version: string | null;
  online: boolean;
}

/** By the primary interface (device index 0), on which the default route goes. */
export function instanceFrom(instance: Instance, agent: AgentFacts | undefined): InstanceFacts {
  const interfaces = instance.NetworkInterfaces ?? [];
  const primary = interfaces.find(({ Attachment }) => Attachment?.DeviceIndex === 0) ?? interfaces[0];
  const state = instance.State?.Name;
  return {
    instanceId: instance.InstanceId ?? '',
    vpcId: primary?.VpcId ?? instance.VpcId ?? '',
    subnetId: primary?.SubnetId ?? instance.SubnetId ?? '',
    state:
      state === 'running' ? 'running' : state === 'stopped' || state === 'stopping' ? 'stopped' : 'other',
    platform: platformFrom(instance),
    privateIp: primary?.PrivateIpAddress ?? instance.PrivateIpAddress ?? null,
    hasPublicIp: Boolean(primary?.Association?.PublicIp ?? instance.PublicIpAddress),
    ipv6: primary?.Ipv6Addresses?.[0]?.Ipv6Address ?? instance.Ipv6Address ?? null,
    xen: isXenType(instance.InstanceType),
    groupIds: (primary?.Groups ?? instance.SecurityGroups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    agentVersion: agent?.version ?? null,
    online: agent?.online ?? false,
    tags: tagsFrom(instance.Tags),
  };
}

function platformFrom(instance: Instance): InstanceFacts['platform'] {
  if (instance.Platform?.toLowerCase() === 'windows' || instance.PlatformDetails?.startsWith('Windows'))
    return 'windows';
  return instance.InstanceType?.startsWith('mac') ? 'macos' : 'linux';
}

export function blockPublicAccessFrom(options: VpcBlockPublicAccessOptions): BlockPublicAccessFacts {
  return { mode: blockModeFrom(options.InternetGatewayBlockMode) ?? 'off' };
}

/** In force: created or updated. Those being disabled by an organization's policy, or failed, are not. */
export function exclusionFrom(exclusion: VpcBlockPublicAccessExclusion): ExclusionFacts {
  const state = exclusion.State ?? '';
  return {
    exclusionId: exclusion.ExclusionId ?? '',
    resourceId: exclusion.ResourceArn?.split('/').at(-1) ?? '',
    mode: exclusion.InternetGatewayExclusionMode ?? 'allow-egress',
    inForce: state === 'create-complete' || state.startsWith('update-'),
  };
}
