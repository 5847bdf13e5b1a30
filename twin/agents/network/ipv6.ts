/**
 * Ways by IPv6. Source: VPC user guide (egress-only internet gateways, nat-gateway-nat64-dns64), PrivateLink guide
 * (IP address types). Addresses and blocks are compared as 128-bit numbers.
 */
import type { Piece } from '../../contract.ts';
import { aclOf, EPHEMERAL, findIn, type Let } from './firewall.ts';
import { byNatGateway, narrow } from './internet.ts';
import { tableOf } from './routes.ts';
import { blocked, reaches, unknown, type Verdict } from './verdict.ts';
import type { Place, World } from './world.ts';

interface Block {
  first: bigint;
  size: bigint;
}

/** undefined for what is no IPv6 address or block. */
function blockOf(text: string): Block | undefined {
  const [address = '', bits = '128'] = text.split('/');
  const [head = '', tail] = address.split('::');
  const parts = (piece: string) => piece.split(':').filter((part) => part !== '');
  const before = parts(head);
  const after = tail === undefined ? [] : parts(tail);
  const gap = 8 - before.length - after.length;
  if (!address.includes(':') || gap < 0 || (tail === undefined && gap > 0)) return undefined;
  const words = [...before, ...Array<string>(gap).fill('0'), ...after].map((word) =>
    Number.parseInt(word, 16),
  );
  if (words.some((word) => Number.isNaN(word))) return undefined;
  const value = words.reduce((sum, word) => sum * 65536n + BigInt(word), 0n);
  const size = 2n ** BigInt(128 - Number(bits));
  return { first: value - (value % size), size };
}

function isInside(inner: string, outer: string): boolean {
  const [a, b] = [blockOf(inner), blockOf(outer)];
  return a !== undefined && b !== undefined && a.first >= b.first && a.first + a.size <= b.first + b.size;
}

/** Whether a rule of the groups lets TCP 443 through, for an address or block; undefined: anywhere is meant. */
function groupsLet6(
  world: World,
  accountIds: readonly string[],
  groupIds: readonly string[],
  side: 'IpPermissions' | 'IpPermissionsEgress',
  target: string | undefined,
  targetGroups: readonly string[],
): Let {
  for (const groupId of groupIds) {
    const group = findIn(world, accountIds, 'SecurityGroups', 'GroupId', groupId);
    for (const permission of (group?.[side] ?? []) as Piece[]) {
      const any = permission.IpProtocol === '-1';
      if (
        !any &&
        !(permission.IpProtocol === 'tcp' && permission.FromPort <= 443 && permission.ToPort >= 443)
      )
        continue;
      const pairs: Piece[] = permission.UserIdGroupPairs ?? [];
      if (pairs.some(({ GroupId }) => targetGroups.includes(GroupId))) return 'yes';
      const cidrs = ((permission.Ipv6Ranges ?? []) as Piece[]).map(({ CidrIpv6 }) => String(CidrIpv6));
      if (cidrs.some((cidr) => cidr === '::/0' || (target !== undefined && isInside(target, cidr))))
        return 'yes';
    }
  }
  return 'no';
}

function blockOfSubnet(subnet: Piece): string | undefined {
  const [first] = (subnet.Ipv6CidrBlockAssociationSet ?? []) as Piece[];
  return first?.Ipv6CidrBlock;
}

/** Whether the subnet's network ACL lets TCP through on both ports, which stand for their range. */
function aclLets6(
  world: World,
  ownerId: string,
  subnet: Piece,
  egress: boolean,
  target: string | undefined,
  ports: readonly number[],
): Let {
  const acl = aclOf(world, ownerId, subnet);
  if (!acl) return 'yes';
  if (target === undefined) return 'maybe';
  const entries = ((acl.Entries ?? []) as Piece[])
    .filter((entry) => entry.Egress === egress && ['-1', '6', 'tcp'].includes(String(entry.Protocol)))
    .filter((entry) => entry.Ipv6CidrBlock !== undefined && isInside(target, String(entry.Ipv6CidrBlock)))
    .sort((a, b) => a.RuleNumber - b.RuleNumber);
  const lets = ports.map((port) => {
    const first = entries.find(
      ({ PortRange, Protocol }) =>
        Protocol === '-1' || !PortRange || (port >= PortRange.From && port <= PortRange.To),
    );
    return first?.RuleAction === 'allow';
  });
  return lets.every((isOpen) => isOpen) ? 'yes' : 'no';
}

/** An interface of a dual-stack or IPv6 endpoint in the same VPC. */
export function reachInterface6(
  world: World,
  place: Place,
  { subnet, groups, accountId }: { subnet: Piece; groups: string[]; accountId: string },
): Verdict {
  const way = `interface in ${subnet.SubnetId} by IPv6`;
  const there = blockOfSubnet(subnet);
  const { from, to } = place.windows ? EPHEMERAL.windows : EPHEMERAL.linux;
  const acls: [Let, string][] =
    subnet.SubnetId === place.subnet.SubnetId
      ? []
      : [
          [
            aclLets6(world, place.ownerId, place.subnet, true, there, [443]),
            `the network ACL of ${place.subnet.SubnetId} lets no 443 out by IPv6`,
          ],
          [
            aclLets6(world, place.ownerId, subnet, false, place.ipv6, [443]),
            `the network ACL of ${subnet.SubnetId} lets no 443 in by IPv6`,
          ],
          [
            aclLets6(world, place.ownerId, subnet, true, place.ipv6, [from, to]),
            `the network ACL of ${subnet.SubnetId} lets no answers out by IPv6`,
          ],
          [
            aclLets6(world, place.ownerId, place.subnet, false, there, [from, to]),
            `the network ACL of ${place.subnet.SubnetId} lets no answers in by IPv6`,
          ],
        ];
  return narrow(reaches(way, 'in the VPC, by IPv6'), [
    [
      groupsLet6(world, [place.accountId, place.ownerId], place.groups, 'IpPermissionsEgress', there, groups),
      `the instance's security group lets no 443 out by IPv6`,
    ],
    [
      groupsLet6(world, [accountId, place.accountId], groups, 'IpPermissions', place.ipv6, place.groups),
      `the security group ${groups.join(', ')} lets no 443 in from the instance by IPv6`,
    ],
    ...acls,
  ]);
}

function routes6(world: World, place: Place): Piece[] {
  const routes: Piece[] = tableOf(world, place)?.Routes ?? [];
  return routes.filter(({ State }) => String(State ?? 'active').toLowerCase() === 'active');
}

/**
 * From an instance without IPv4 to a public name. With DNS64 and a NAT64 route its NAT gateway translates; with
 * dual-stack names (`UseDualStackEndpoint`) IPv6 itself leads there.
 */
export function reachInternet6(world: World, place: Place, dualStackNames: boolean): Verdict {
  const routes = routes6(world, place);
  if (dualStackNames && place.ipv6 !== undefined) {
    const out = routes.find(({ DestinationIpv6CidrBlock }) => DestinationIpv6CidrBlock === '::/0');
    const target = String(out?.EgressOnlyInternetGatewayId ?? out?.GatewayId ?? 'nothing');
    const way = `public by IPv6 and ${target}`;
    if (/^(eigw-|igw-)/.test(target)) {
      const own = groupsLet6(
        world,
        [place.accountId, place.ownerId],
        place.groups,
        'IpPermissionsEgress',
        undefined,
        [],
      );
      return narrow(reaches(way, 'dual-stack names'), [
        [own, `the instance's security group lets no 443 out by IPv6`],
      ]);
    }
    return out
      ? unknown(way, `what is behind ${target} is not known`)
      : blocked(way, 'no default route by IPv6');
  }
  const nat64 = routes.find(({ DestinationIpv6CidrBlock }) => DestinationIpv6CidrBlock === '64:ff9b::/96');
  if (nat64?.NatGatewayId && place.subnet.EnableDns64 === true) {
    return byNatGateway(world, place, String(nat64.NatGatewayId), `NAT64 by ${nat64.NatGatewayId}`, 443);
  }
  return blocked('public', 'no IPv4 address, and the names have no IPv6 address');
}
