/** Whether security groups let TCP 443 through: any rule of any group is enough, there is no deny. */
import type { GroupRule } from './facts.ts';
import { cidrSet, type Ipv4Set, parseCidr, shareOf, union } from './ipv4.ts';
import { coverage } from './ipv6.ts';
import type { Network } from './network.ts';
import { type Admission, admissionOf } from './verdict.ts';

const HTTPS = 443;

/** The other end of the traffic: its addresses, and its security groups where it has any. */
export interface Peer {
  addresses: Ipv4Set;
  /** null where they are not known: a rule that admits by reference may be meant for them. */
  groupIds: string[] | null;
  /** Share of the addresses that has to be let through. */
  enough: number;
}

/**
 * UNDECIDED where only a part of the peer's addresses is let through, or a group or a customer's prefix
 * list that could make the difference is not readable.
 */
export function groupsAdmit(
  network: Network,
  groupIds: string[],
  direction: 'ingress' | 'egress',
  peer: Peer,
): Admission {
  let unreadable = false;
  let allowed: Ipv4Set = [];
  for (const groupId of groupIds) {
    const group = network.securityGroups.get(groupId);
    if (!group) {
      unreadable = true;
      continue;
    }
    for (const rule of group[direction].filter(coversHttps)) {
      if (rule.groupIds.some((id) => peer.groupIds?.includes(id))) return 'ADMITTED';
      if (peer.groupIds === null && rule.groupIds.length > 0) unreadable = true;
      const lists = rule.prefixListIds.map((id) => network.prefixLists.get(id));
      if (lists.some((list) => !list || (list.cidrs === null && !list.awsManaged))) unreadable = true;
      const ofLists = lists.flatMap((list) => (list?.cidrs ?? []).map((cidr) => parseCidr(cidr).set));
      allowed = union(allowed, cidrSet(...rule.cidrs), ...ofLists);
    }
  }
  const admission = admissionOf(shareOf(peer.addresses, allowed), peer.enough);
  return unreadable && admission !== 'ADMITTED' ? 'UNDECIDED' : admission;
}

/** The same by IPv6, where the other end is an address, or a block in which it is. */
export function groupsAdmitIpv6(
  network: Network,
  groupIds: string[],
  direction: 'ingress' | 'egress',
  peer: { within: string | null; groupIds: string[] | null },
): Admission {
  let open = false;
  for (const groupId of groupIds) {
    const group = network.securityGroups.get(groupId);
    if (!group) open = true;
    for (const rule of group?.[direction].filter(coversHttps) ?? []) {
      if (rule.groupIds.some((id) => peer.groupIds?.includes(id))) return 'ADMITTED';
      if (peer.groupIds === null && rule.groupIds.length > 0) open = true;
      // Entries of IPv6 prefix lists are not read.
      if (rule.prefixListIds.some((id) => network.prefixLists.get(id)?.awsManaged !== true)) open = true;
      for (const cidr of rule.ipv6Cidrs) {
        const part = peer.within === null ? 'SOME' : coverage(peer.within, cidr);
        if (part === 'ALL' || cidr === '::/0') return 'ADMITTED';
        if (part === 'SOME') open = true;
      }
    }
  }
  return open ? 'UNDECIDED' : 'BLOCKED';
}

function coversHttps(rule: GroupRule): boolean {
  if (rule.protocol === '-1') return true;
  if (rule.protocol !== 'tcp' && rule.protocol !== '6') return false;
  return (rule.fromPort ?? 0) <= HTTPS && HTTPS <= (rule.toPort ?? 65535);
}
