/** DescribeSecurityGroupRules and DescribeTags: not in the snapshot, derived from other lists. */
import { createHash } from 'node:crypto';
import type { Call, Operations, Piece } from '../../contract.ts';
import { listOperation, resources } from './list.ts';
import { SECURITY_GROUP_RULE_FILTERS } from './network-filters.ts';
import { notFound } from './not-found.ts';
import { ec2Arn } from './write.ts';

export const DERIVED: Operations = {
  DescribeSecurityGroupRules: listOperation('DescribeSecurityGroupRules', {
    output: 'SecurityGroupRules',
    from: (call) => resources('SecurityGroups')(call).flatMap((group) => rulesOf(group, call)),
    filters: SECURITY_GROUP_RULE_FILTERS,
    ids: {
      input: 'SecurityGroupRuleIds',
      key: 'SecurityGroupRuleId',
      notFound: notFound('sgr'),
    },
    pages: { least: 5, most: 1000 },
  }),
  DescribeTags: listOperation('DescribeTags', {
    output: 'Tags',
    from: tagsOf,
    filters: {
      key: 'Key',
      value: 'Value',
      'resource-id': 'ResourceId',
      'resource-type': 'ResourceType',
      'tag:': 'Tags.Value',
    },
    pages: { least: 5, most: 1000 },
    show: ({ Tags: _tags, ...tag }) => tag,
  }),
};

/** A rule for each range, group or prefix list of each permission. */
function rulesOf(group: Piece, call: Call): Piece[] {
  return [
    ...((group.IpPermissions ?? []) as Piece[]).flatMap((permission) =>
      rulesOfPermission(group, permission, false, call),
    ),
    ...((group.IpPermissionsEgress ?? []) as Piece[]).flatMap((permission) =>
      rulesOfPermission(group, permission, true, call),
    ),
  ];
}

export function rulesOfPermission(group: Piece, permission: Piece, egress: boolean, call: Call): Piece[] {
  const peers: Piece[] = [
    ...ranges(permission.IpRanges, (range) => ({ CidrIpv4: range.CidrIp })),
    ...ranges(permission.Ipv6Ranges, (range) => ({ CidrIpv6: range.CidrIpv6 })),
    ...ranges(permission.PrefixListIds, (list) => ({ PrefixListId: list.PrefixListId })),
    ...ranges(permission.UserIdGroupPairs, ({ Description: _description, ...pair }) => ({
      ReferencedGroupInfo: pair,
    })),
  ];
  return peers.map((peer) => {
    const rule = {
      GroupId: group.GroupId,
      GroupOwnerId: group.OwnerId,
      IsEgress: egress,
      IpProtocol: permission.IpProtocol,
      // AWS gives -1 for both where the protocol has no ports
      FromPort: permission.FromPort ?? -1,
      ToPort: permission.ToPort ?? -1,
      ...peer,
      Tags: [],
    };
    const id = ruleId(rule);
    const arn = ec2Arn(call, 'security-group-rule', id, group.OwnerId);
    return { SecurityGroupRuleId: id, ...rule, SecurityGroupRuleArn: arn };
  });
}

function ranges(list: Piece[] | undefined, peer: (entry: Piece) => Piece): Piece[] {
  return (list ?? []).map((entry) => ({
    ...peer(entry),
    ...(entry.Description === undefined ? {} : { Description: entry.Description }),
  }));
}

/** The snapshot holds no rule ids: made of what the rule says, so that they stay the same. */
function ruleId({ Description: _description, ...rule }: Piece): string {
  return `sgr-0${createHash('sha256').update(JSON.stringify(rule)).digest('hex').slice(0, 16)}`;
}

/** Lists whose entries carry tags, the key of their id, and their type as DescribeTags names it. */
export const TAGGED: [list: string, key: string, type: string][] = [
  ['Vpcs', 'VpcId', 'vpc'],
  ['Subnets', 'SubnetId', 'subnet'],
  ['RouteTables', 'RouteTableId', 'route-table'],
  ['NatGateways', 'NatGatewayId', 'natgateway'],
  ['InternetGateways', 'InternetGatewayId', 'internet-gateway'],
  ['EgressOnlyInternetGateways', 'EgressOnlyInternetGatewayId', 'egress-only-internet-gateway'],
  ['VpcEndpoints', 'VpcEndpointId', 'vpc-endpoint'],
  ['SecurityGroups', 'GroupId', 'security-group'],
  ['NetworkAcls', 'NetworkAclId', 'network-acl'],
  ['DhcpOptions', 'DhcpOptionsId', 'dhcp-options'],
  ['ManagedPrefixLists', 'PrefixListId', 'prefix-list'],
  ['NetworkInterfaces', 'NetworkInterfaceId', 'network-interface'],
  ['Instances', 'InstanceId', 'instance'],
];

/** With the resource's tags beside each, for the filter `tag:<key>`. */
function tagsOf(call: Call): Piece[] {
  return TAGGED.flatMap(([list, key, type]) =>
    resources(list)(call).flatMap((piece) =>
      ((piece.Tags ?? piece.TagSet ?? []) as Piece[]).map((tag) => ({
        Key: tag.Key,
        Value: tag.Value ?? '',
        ResourceId: piece[key],
        ResourceType: type,
        Tags: piece.Tags ?? piece.TagSet,
      })),
    ),
  );
}
