/**
 * Filters of the network's resources, as the EC2 API reference documents them for each operation (names
 * held against botocore's model of 2016-11-15). `tag:` stands for `tag:<key>`.
 */
import type { Piece } from '../../contract.ts';
import { type FilterTable, TAG_FILTERS } from './filters.ts';

const IPV6_ASSOCIATION: FilterTable = {
  'ipv6-cidr-block-association.ipv6-cidr-block': 'Ipv6CidrBlockAssociationSet.Ipv6CidrBlock',
  'ipv6-cidr-block-association.association-id': 'Ipv6CidrBlockAssociationSet.AssociationId',
};

export const VPC_FILTERS: FilterTable = {
  ...TAG_FILTERS,
  ...IPV6_ASSOCIATION,
  'ipv6-cidr-block-association.state': 'Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State',
  'ipv6-cidr-block-association.ipv6-pool': 'Ipv6CidrBlockAssociationSet.Ipv6Pool',
  cidr: 'CidrBlock',
  'cidr-block-association.cidr-block': 'CidrBlockAssociationSet.CidrBlock',
  'cidr-block-association.association-id': 'CidrBlockAssociationSet.AssociationId',
  'cidr-block-association.state': 'CidrBlockAssociationSet.CidrBlockState.State',
  'dhcp-options-id': 'DhcpOptionsId',
  'is-default': (vpc) => vpc.IsDefault ?? false,
  'owner-id': 'OwnerId',
  state: 'State',
  'vpc-id': 'VpcId',
};

export const SUBNET_FILTERS: FilterTable = {
  ...TAG_FILTERS,
  ...IPV6_ASSOCIATION,
  'ipv6-cidr-block-association.state': 'Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State',
  'availability-zone': 'AvailabilityZone',
  'availability-zone-id': 'AvailabilityZoneId',
  'available-ip-address-count': 'AvailableIpAddressCount',
  'cidr-block': 'CidrBlock',
  'customer-owned-ipv4-pool': 'CustomerOwnedIpv4Pool',
  'default-for-az': (subnet) => subnet.DefaultForAz ?? false,
  'enable-dns64': 'EnableDns64',
  'enable-lni-at-device-index': 'EnableLniAtDeviceIndex',
  'ipv6-native': (subnet) => subnet.Ipv6Native ?? false,
  'map-customer-owned-ip-on-launch': 'MapCustomerOwnedIpOnLaunch',
  'map-public-ip-on-launch': 'MapPublicIpOnLaunch',
  'outpost-arn': 'OutpostArn',
  'owner-id': 'OwnerId',
  'private-dns-name-options-on-launch.hostname-type': 'PrivateDnsNameOptionsOnLaunch.HostnameType',
  'private-dns-name-options-on-launch.enable-resource-name-dns-a-record':
    'PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord',
  'private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record':
    'PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsAAAARecord',
  state: 'State',
  'subnet-arn': 'SubnetArn',
  'subnet-id': 'SubnetId',
  'vpc-id': 'VpcId',
};

export const ROUTE_TABLE_FILTERS: FilterTable = {
  ...TAG_FILTERS,
  'association.gateway-id': 'Associations.GatewayId',
  'association.route-table-association-id': 'Associations.RouteTableAssociationId',
  'association.route-table-id': 'Associations.RouteTableId',
  'association.subnet-id': 'Associations.SubnetId',
  'association.main': 'Associations.Main',
  'owner-id': 'OwnerId',
  'route-table-id': 'RouteTableId',
  'route.destination-cidr-block': 'Routes.DestinationCidrBlock',
  'route.destination-ipv6-cidr-block': 'Routes.DestinationIpv6CidrBlock',
  'route.destination-prefix-list-id': 'Routes.DestinationPrefixListId',
  'route.egress-only-internet-gateway-id': 'Routes.EgressOnlyInternetGatewayId',
  'route.gateway-id': 'Routes.GatewayId',
  'route.instance-id': 'Routes.InstanceId',
  'route.nat-gateway-id': 'Routes.NatGatewayId',
  'route.transit-gateway-id': 'Routes.TransitGatewayId',
  'route.origin': 'Routes.Origin',
  'route.state': 'Routes.State',
  'route.vpc-peering-connection-id': 'Routes.VpcPeeringConnectionId',
  'vpc-id': 'VpcId',
};

export const NAT_GATEWAY_FILTERS: FilterTable = {
  ...TAG_FILTERS,
  'nat-gateway-id': 'NatGatewayId',
  state: 'State',
  'subnet-id': 'SubnetId',
  'vpc-id': 'VpcId',
};

export const INTERNET_GATEWAY_FILTERS: FilterTable = {
  ...TAG_FILTERS,
  'attachment.state': 'Attachments.State',
  'attachment.vpc-id': 'Attachments.VpcId',
  'internet-gateway-id': 'InternetGatewayId',
  'owner-id': 'OwnerId',
};

export const VPC_ENDPOINT_FILTERS: FilterTable = {
  ...TAG_FILTERS,
  'ip-address-type': 'IpAddressType',
  'service-name': 'ServiceName',
  'service-region': 'ServiceRegion',
  'vpc-id': 'VpcId',
  'vpc-endpoint-id': 'VpcEndpointId',
  // real answers spell states in lower case, the model's enum capitalises them: either is found
  'vpc-endpoint-state': (endpoint) => spellings(endpoint.State),
  'vpc-endpoint-type': 'VpcEndpointType',
};

function spellings(state: string): string[] {
  const lower = state.toLowerCase();
  return [state, lower, `${lower.charAt(0).toUpperCase()}${lower.slice(1)}`];
}

export const VPC_ENDPOINT_SERVICE_FILTERS: FilterTable = {
  ...TAG_FILTERS,
  owner: 'Owner',
  'service-name': 'ServiceName',
  'service-region': 'ServiceRegion',
  'service-type': 'ServiceType.ServiceType',
  'supported-ip-address-types': 'SupportedIpAddressTypes',
};

function permissionFilters(prefix: string, member: string): FilterTable {
  return {
    [`${prefix}.cidr`]: `${member}.IpRanges.CidrIp`,
    [`${prefix}.from-port`]: `${member}.FromPort`,
    [`${prefix}.group-id`]: `${member}.UserIdGroupPairs.GroupId`,
    [`${prefix}.group-name`]: `${member}.UserIdGroupPairs.GroupName`,
    [`${prefix}.ipv6-cidr`]: `${member}.Ipv6Ranges.CidrIpv6`,
    [`${prefix}.prefix-list-id`]: `${member}.PrefixListIds.PrefixListId`,
    [`${prefix}.protocol`]: `${member}.IpProtocol`,
    [`${prefix}.to-port`]: `${member}.ToPort`,
    [`${prefix}.user-id`]: `${member}.UserIdGroupPairs.UserId`,
  };
}

export const SECURITY_GROUP_FILTERS: FilterTable = {
  ...TAG_FILTERS,
  ...permissionFilters('ip-permission', 'IpPermissions'),
  ...permissionFilters('egress.ip-permission', 'IpPermissionsEgress'),
  description: 'Description',
  'group-id': 'GroupId',
  'group-name': 'GroupName',
  'owner-id': 'OwnerId',
  'vpc-id': 'VpcId',
};

/** No `tag-key` here: DescribeSecurityGroupRules documents `tag:<key>` alone. */
export const SECURITY_GROUP_RULE_FILTERS: FilterTable = {
  'tag:': 'Tags.Value',
  'group-id': 'GroupId',
  'security-group-rule-id': 'SecurityGroupRuleId',
};

export const NETWORK_ACL_FILTERS: FilterTable = {
  ...TAG_FILTERS,
  'association.association-id': 'Associations.NetworkAclAssociationId',
  'association.network-acl-id': 'Associations.NetworkAclId',
  'association.subnet-id': 'Associations.SubnetId',
  default: (acl) => acl.IsDefault ?? false,
  'entry.cidr': 'Entries.CidrBlock',
  'entry.icmp.code': 'Entries.IcmpTypeCode.Code',
  'entry.icmp.type': 'Entries.IcmpTypeCode.Type',
  'entry.ipv6-cidr': 'Entries.Ipv6CidrBlock',
  'entry.port-range.from': 'Entries.PortRange.From',
  'entry.port-range.to': 'Entries.PortRange.To',
  'entry.protocol': 'Entries.Protocol',
  'entry.rule-action': 'Entries.RuleAction',
  'entry.egress': 'Entries.Egress',
  'entry.rule-number': 'Entries.RuleNumber',
  'network-acl-id': 'NetworkAclId',
  'owner-id': 'OwnerId',
  'vpc-id': 'VpcId',
};

export const DHCP_OPTIONS_FILTERS: FilterTable = {
  ...TAG_FILTERS,
  'dhcp-options-id': 'DhcpOptionsId',
  key: 'DhcpConfigurations.Key',
  value: 'DhcpConfigurations.Values.Value',
  'owner-id': 'OwnerId',
};

export const PREFIX_LIST_FILTERS: FilterTable = {
  'owner-id': 'OwnerId',
  'prefix-list-id': 'PrefixListId',
  'prefix-list-name': 'PrefixListName',
};

export const EXCLUSION_FILTERS: FilterTable = {
  ...TAG_FILTERS,
  'tag-value': (exclusion) => ((exclusion.Tags ?? []) as Piece[]).map((tag) => tag.Value ?? ''),
  'resource-arn': 'ResourceArn',
  'internet-gateway-exclusion-mode': 'InternetGatewayExclusionMode',
  state: 'State',
};
