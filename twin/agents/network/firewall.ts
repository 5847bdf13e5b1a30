/** Security groups and network ACLs. Source: VPC user guide, vpc-security-groups and nacl-rules. */
import type { Piece } from '../../contract.ts';
import { isWithin, parseCidr, type Range } from '../../ipv4.ts';
import type { World } from './world.ts';

/** `maybe`: the rules let some public addresses through, and which the name has isn't known. */
export type Let = 'yes' | 'no' | 'maybe';

/** An address, or that of an AWS service on the internet, of which only that it is public is known. */
export type Target = number | 'public';

const EVERYTHING = 2 ** 32 - 1;

/** What no service on the internet has (IANA special-purpose registry, multicast and above). */
const NOT_PUBLIC = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
].flatMap((block) => parseCidr(block) ?? []);

/** How much of the public address space the blocks cover. */
export function coverPublic(blocks: readonly Range[]): Let {
  if (
    blocks.every((block) =>
      NOT_PUBLIC.some((range) => isWithin(range, block.first) && isWithin(range, block.last)),
    )
  ) {
    return 'no';
  }
  let next = 0;
  for (const { first, last } of [...blocks, ...NOT_PUBLIC].sort((a, b) => a.first - b.first)) {
    if (first > next) return 'maybe';
    next = Math.max(next, last + 1);
  }
  return next > EVERYTHING ? 'yes' : 'maybe';
}

export function isPrivate(address: number): boolean {
  return NOT_PUBLIC.some((range) => isWithin(range, address));
}

export interface Peer {
  target: Target;
  /** Security groups of the interface behind the address. */
  groups: readonly string[];
}

/**
 * Whether any rule of any group lets TCP through on the port. Groups and prefix lists are looked up in
 * `accountIds`. "Security groups are stateful", so that answers need no rule.
 */
export function groupsLet(
  world: World,
  accountIds: readonly string[],
  groupIds: readonly string[],
  side: 'IpPermissions' | 'IpPermissionsEgress',
  peer: Peer,
  port: number,
): Let {
  const blocks: Range[] = [];
  for (const groupId of groupIds) {
    const group = findIn(world, accountIds, 'SecurityGroups', 'GroupId', groupId);
    for (const permission of (group?.[side] ?? []) as Piece[]) {
      if (!holdsPort(permission, port)) continue;
      const pairs: Piece[] = permission.UserIdGroupPairs ?? [];
      if (pairs.some(({ GroupId }) => peer.groups.includes(GroupId))) return 'yes';
      blocks.push(...blocksOf(world, accountIds, permission));
    }
  }
  const { target } = peer;
  if (target === 'public') return coverPublic(blocks);
  return blocks.some((block) => isWithin(block, target)) ? 'yes' : 'no';
}

function holdsPort({ IpProtocol, FromPort, ToPort }: Piece, port: number): boolean {
  if (IpProtocol === '-1') return true;
  if (IpProtocol !== 'tcp' && IpProtocol !== '6') return false;
  return (FromPort ?? 0) <= port && port <= (ToPort ?? 65535);
}

function blocksOf(world: World, accountIds: readonly string[], permission: Piece): Range[] {
  const cidrs = ((permission.IpRanges ?? []) as Piece[]).map(({ CidrIp }) => String(CidrIp));
  const lists = ((permission.PrefixListIds ?? []) as Piece[]).flatMap(({ PrefixListId }) =>
    prefixesOf(world, accountIds, PrefixListId),
  );
  return [...cidrs, ...lists].flatMap((cidr) => parseCidr(cidr) ?? []);
}

/** CIDR blocks of a managed prefix list. */
export function prefixesOf(world: World, accountIds: readonly string[], prefixListId: string): string[] {
  const list = findIn(world, accountIds, 'ManagedPrefixLists', 'PrefixListId', prefixListId);
  return ((list?.Entries ?? []) as Piece[]).map(({ Cidr }) => String(Cidr));
}

export function findIn(
  world: World,
  accountIds: readonly string[],
  list: string,
  key: string,
  id: unknown,
): Piece | undefined {
  for (const accountId of accountIds) {
    const found = world.find(accountId, list, key, id);
    if (found) return found;
  }
  return undefined;
}

/** Ports from which a client speaks: "Many Linux kernels use 32768-61000", Windows 49152-65535, a NAT gateway 1024-65535. */
export const EPHEMERAL = {
  linux: { from: 32768, to: 60999 },
  windows: { from: 49152, to: 65535 },
  nat: { from: 1024, to: 65535 },
} as const;

export interface Ports {
  from: number;
  to: number;
}

/**
 * Whether the subnet's network ACL lets TCP through on all of the ports: "rules are evaluated starting with the
 * lowest numbered rule. As soon as a rule matches traffic, it's applied". A range of which more than a hundredth is shut
 * is `no`: connections would fail again and again.
 */
export function aclLets(
  world: World,
  ownerId: string,
  subnet: Piece,
  egress: boolean,
  target: Target,
  ports: Ports,
): Let {
  const acl = aclOf(world, ownerId, subnet);
  if (!acl) return 'yes';
  const entries = ((acl.Entries ?? []) as Piece[])
    .filter((entry) => entry.Egress === egress && ['-1', '6', 'tcp'].includes(String(entry.Protocol)))
    .filter((entry) => entry.CidrBlock !== undefined)
    .sort((a, b) => a.RuleNumber - b.RuleNumber);
  const starts = [ports.from, ...entries.flatMap(startsOf)]
    .filter((port) => port >= ports.from && port <= ports.to)
    .sort((a, b) => a - b);
  const widths = { yes: 0, maybe: 0, no: 0 };
  for (const [at, start] of starts.entries()) {
    widths[judgePort(entries, target, start)] += (starts[at + 1] ?? ports.to + 1) - start;
  }
  const spared = (ports.to - ports.from + 1) / 100;
  if (widths.no > spared) return 'no';
  return widths.no + widths.maybe > spared ? 'maybe' : 'yes';
}

function startsOf({ PortRange, Protocol }: Piece): number[] {
  return Protocol === '-1' || !PortRange ? [] : [PortRange.From, PortRange.To + 1];
}

function judgePort(entries: readonly Piece[], target: Target, port: number): Let {
  const undecided: string[] = [];
  const seen: Range[] = [];
  for (const entry of entries) {
    if (entry.Protocol !== '-1' && entry.PortRange) {
      if (port < entry.PortRange.From || port > entry.PortRange.To) continue;
    }
    const block = parseCidr(String(entry.CidrBlock));
    if (!block) continue;
    if (target !== 'public') {
      if (isWithin(block, target)) return entry.RuleAction === 'allow' ? 'yes' : 'no';
      continue;
    }
    const covers = coverPublic([block]);
    if (covers === 'no') continue;
    undecided.push(entry.RuleAction);
    seen.push(block);
    if (coverPublic(seen) === 'yes') return agree(undecided);
  }
  if (target === 'public' && undecided.length > 0) return agree([...undecided, 'deny']);
  return 'no';
}

function agree(actions: readonly string[]): Let {
  if (actions.every((action) => action === 'allow')) return 'yes';
  return actions.every((action) => action === 'deny') ? 'no' : 'maybe';
}

/** "Each subnet must be associated with a network ACL"; one that the snapshot doesn't associate has the default. */
export function aclOf(world: World, ownerId: string, subnet: Piece): Piece | undefined {
  const acls = world.list(ownerId, 'NetworkAcls').filter((acl) => acl.VpcId === subnet.VpcId);
  return (
    acls.find((acl) =>
      ((acl.Associations ?? []) as Piece[]).some(({ SubnetId }) => SubnetId === subnet.SubnetId),
    ) ?? acls.find((acl) => acl.IsDefault === true)
  );
}
