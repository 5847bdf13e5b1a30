/** VPCs and what is in them. Each account's own lists are served, those of shared VPCs included. */
import { AwsError, type Operations, type Piece } from '../../contract.ts';
import { TAG_FILTERS } from './filters.ts';
import { checkMaxResults, type Listing, listOperation, page, readOperation, resources } from './list.ts';
import {
  DHCP_OPTIONS_FILTERS,
  EXCLUSION_FILTERS,
  INTERNET_GATEWAY_FILTERS,
  NAT_GATEWAY_FILTERS,
  NETWORK_ACL_FILTERS,
  PREFIX_LIST_FILTERS,
  ROUTE_TABLE_FILTERS,
  SECURITY_GROUP_FILTERS,
  SUBNET_FILTERS,
  VPC_ENDPOINT_FILTERS,
  VPC_ENDPOINT_SERVICE_FILTERS,
  VPC_FILTERS,
} from './network-filters.ts';
import { noSuchService, notFound } from './not-found.ts';
import { withDates } from './times.ts';
import { find, onResource } from './write.ts';

const USUAL_PAGES = { least: 5, most: 1000 };

const VPCS: Listing = {
  output: 'Vpcs',
  from: resources('Vpcs'),
  filters: VPC_FILTERS,
  ids: { input: 'VpcIds', key: 'VpcId', notFound: notFound('vpc') },
  pages: USUAL_PAGES,
};

/** The most, and so the default (unverified), of the two operations on prefix lists. */
const PREFIX_LIST_PAGES = { least: 1, most: 100, cap: 100 };

const PREFIX_LISTS: Listing = {
  output: 'PrefixLists',
  from: resources('ManagedPrefixLists'),
  filters: PREFIX_LIST_FILTERS,
  ids: {
    input: 'PrefixListIds',
    key: 'PrefixListId',
    notFound: notFound('pl'),
  },
  pages: PREFIX_LIST_PAGES,
  show: ({ Entries: _entries, ...list }) => list,
};

const ENDPOINT_SERVICES: Listing = {
  output: 'ServiceDetails',
  from: resources('VpcEndpointServices'),
  filters: VPC_ENDPOINT_SERVICE_FILTERS,
  ids: {
    input: 'ServiceNames',
    key: 'ServiceName',
    notFound: noSuchService,
  },
  pages: { least: 1, most: Number.POSITIVE_INFINITY, cap: 1000 },
};

export const NETWORK: Operations = {
  DescribeVpcs: listOperation('DescribeVpcs', VPCS),
  DescribeVpcAttribute: readOperation(
    'DescribeVpcAttribute',
    ['Attribute', 'VpcId'],
    (input, call) => {
      const vpc = resources('Vpcs')(call).find((each) => each.VpcId === input.VpcId);
      if (!vpc) throw notFound('vpc')([String(input.VpcId)]);
      const known = call.state.region(call.accountId, call.region).Ec2.VpcAttributes?.[vpc.VpcId] ?? {};
      return { VpcId: vpc.VpcId, ...vpcAttribute(input.Attribute, vpc, known) };
    },
    ({ VpcId }, call) => [
      onResource('DescribeVpcAttribute', 'vpc', find(call, 'Vpcs', 'VpcId', VpcId), String(VpcId), call),
    ],
  ),
  DescribeSubnets: listOperation('DescribeSubnets', {
    output: 'Subnets',
    from: resources('Subnets'),
    filters: SUBNET_FILTERS,
    ids: { input: 'SubnetIds', key: 'SubnetId', notFound: notFound('subnet') },
    pages: USUAL_PAGES,
  }),
  DescribeRouteTables: listOperation('DescribeRouteTables', {
    output: 'RouteTables',
    from: resources('RouteTables'),
    filters: ROUTE_TABLE_FILTERS,
    ids: {
      input: 'RouteTableIds',
      key: 'RouteTableId',
      notFound: notFound('rtb'),
    },
    pages: { least: 5, most: 100 },
  }),
  DescribeNatGateways: listOperation('DescribeNatGateways', {
    output: 'NatGateways',
    from: resources('NatGateways'),
    filters: NAT_GATEWAY_FILTERS,
    filterInput: 'Filter',
    ids: {
      input: 'NatGatewayIds',
      key: 'NatGatewayId',
      notFound: notFound('nat'),
    },
    pages: USUAL_PAGES,
  }),
  DescribeInternetGateways: listOperation('DescribeInternetGateways', {
    output: 'InternetGateways',
    from: resources('InternetGateways'),
    filters: INTERNET_GATEWAY_FILTERS,
    ids: {
      input: 'InternetGatewayIds',
      key: 'InternetGatewayId',
      notFound: notFound('igw'),
    },
    pages: USUAL_PAGES,
  }),
  DescribeEgressOnlyInternetGateways: listOperation('DescribeEgressOnlyInternetGateways', {
    output: 'EgressOnlyInternetGateways',
    from: resources('EgressOnlyInternetGateways'),
    filters: TAG_FILTERS,
    ids: {
      input: 'EgressOnlyInternetGatewayIds',
      key: 'EgressOnlyInternetGatewayId',
      notFound: notFound('eigw'),
    },
    pages: { least: 5, most: 255 },
  }),
  DescribeVpcEndpoints: listOperation('DescribeVpcEndpoints', {
    output: 'VpcEndpoints',
    // "Participants can't ... describe ... VPC endpoints" of the owner (VPC user guide, vpc-sharing)
    from: (call) =>
      resources('VpcEndpoints')(call).filter(
        ({ OwnerId }) => OwnerId === undefined || OwnerId === call.accountId,
      ),
    filters: VPC_ENDPOINT_FILTERS,
    ids: {
      input: 'VpcEndpointIds',
      key: 'VpcEndpointId',
      notFound: notFound('vpce'),
    },
    pages: { least: 1, most: Number.POSITIVE_INFINITY, cap: 1000 },
  }),
  DescribeVpcEndpointServices: describeEndpointServices(),
  DescribeSecurityGroups: listOperation('DescribeSecurityGroups', {
    output: 'SecurityGroups',
    from: resources('SecurityGroups'),
    filters: SECURITY_GROUP_FILTERS,
    ids: {
      input: 'GroupIds',
      key: 'GroupId',
      notFound: notFound('sg'),
    },
    pages: USUAL_PAGES,
  }),
  DescribeNetworkAcls: listOperation('DescribeNetworkAcls', {
    output: 'NetworkAcls',
    from: resources('NetworkAcls'),
    filters: NETWORK_ACL_FILTERS,
    ids: {
      input: 'NetworkAclIds',
      key: 'NetworkAclId',
      notFound: notFound('acl'),
    },
    pages: USUAL_PAGES,
  }),
  DescribeDhcpOptions: listOperation('DescribeDhcpOptions', {
    output: 'DhcpOptions',
    from: resources('DhcpOptions'),
    filters: DHCP_OPTIONS_FILTERS,
    ids: {
      input: 'DhcpOptionsIds',
      key: 'DhcpOptionsId',
      notFound: notFound('dopt'),
    },
    pages: USUAL_PAGES,
  }),
  DescribeManagedPrefixLists: listOperation('DescribeManagedPrefixLists', PREFIX_LISTS),
  GetManagedPrefixListEntries: readOperation(
    'GetManagedPrefixListEntries',
    ['PrefixListId', 'MaxResults', 'NextToken'],
    (input, call) => {
      const list = PREFIX_LISTS.from(call).find((each) => each.PrefixListId === input.PrefixListId);
      if (!list) throw notFound('pl')([String(input.PrefixListId)]);
      checkMaxResults(input, PREFIX_LIST_PAGES);
      const { items, token } = page(list.Entries ?? [], input, call, PREFIX_LIST_PAGES);
      return { Entries: items, NextToken: token };
    },
    ({ PrefixListId }, call) => {
      const list = find(call, 'ManagedPrefixLists', 'PrefixListId', PrefixListId);
      return [onResource('GetManagedPrefixListEntries', 'prefix-list', list, String(PrefixListId), call)];
    },
  ),
  DescribeVpcBlockPublicAccessOptions: readOperation(
    'DescribeVpcBlockPublicAccessOptions',
    [],
    (_input, call) => {
      const set = call.state.region(call.accountId, call.region).Ec2.VpcBlockPublicAccessOptions;
      const unset = {
        AwsAccountId: call.accountId,
        AwsRegion: call.region,
        State: 'default-state',
        InternetGatewayBlockMode: 'off',
        ManagedBy: 'account',
        ExclusionsAllowed: 'allowed',
      };
      return { VpcBlockPublicAccessOptions: withDates({ ...unset, ...set }) };
    },
  ),
  DescribeVpcBlockPublicAccessExclusions: listOperation('DescribeVpcBlockPublicAccessExclusions', {
    output: 'VpcBlockPublicAccessExclusions',
    from: resources('VpcBlockPublicAccessExclusions'),
    filters: EXCLUSION_FILTERS,
    ids: {
      input: 'ExclusionIds',
      key: 'ExclusionId',
      notFound: notFound('vpcbpa-exclude'),
    },
    pages: USUAL_PAGES,
  }),
};

/** ServiceNames beside ServiceDetails: both lists are in the answer. A name that is two services is named once (unverified). */
function describeEndpointServices(): Operations[string] {
  const operation = listOperation('DescribeVpcEndpointServices', ENDPOINT_SERVICES);
  return {
    ...operation,
    handle: async (input, call) => {
      const shown = await operation.handle(input, call);
      return {
        ...shown,
        ServiceNames: [...new Set((shown.ServiceDetails as Piece[]).map((service) => service.ServiceName))],
      };
    },
  };
}

/**
 * One attribute a call, as AWS. Where the snapshot is silent: DNS support is on; DNS host names are on in
 * default VPCs only ("enableDnsHostnames ... default false unless the VPC is a default VPC", VPC user guide).
 */
function vpcAttribute(attribute: unknown, vpc: Piece, known: Piece): Piece {
  switch (attribute) {
    case 'enableDnsSupport':
      return { EnableDnsSupport: { Value: known.EnableDnsSupport ?? true } };
    case 'enableDnsHostnames':
      return { EnableDnsHostnames: { Value: known.EnableDnsHostnames ?? vpc.IsDefault ?? false } };
    case 'enableNetworkAddressUsageMetrics':
      return {
        EnableNetworkAddressUsageMetrics: { Value: known.EnableNetworkAddressUsageMetrics ?? false },
      };
    default:
      throw new AwsError('InvalidParameterValue', `Value (${attribute}) for parameter attribute is invalid.`);
  }
}
