/** Whether security groups let TCP 443 through: any rule of any group is enough, there is no deny. */
import type { GroupRule } from './facts.ts';
import { cidrSet, type Ipv4Set, parseCidr, shareOf, union } from './ipv4.ts';
import type { Network } from './network.ts';
import { type Admission, admissionOf } from './verdict.ts';

const HTTPS = 443;

/** The other end of the traffic: its addresses, and its security groups where it has any. */
export interface Peer {
  addresses: Ipv4Set;
  groupIds: string[];
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
      if (rule.groupIds.some((id) => peer.groupIds.includes(id))) return 'ADMITTED';
      const lists = rule.prefixListIds.map((id) => network.prefixLists.get(id));
      if (lists.some((list) => !list || (list.cidrs === null && !list.awsManaged))) unreadable = true;
      const ofLists = lists.flatMap((list) => (list?.cidrs ?? []).map((cidr) => parseCidr(cidr).set));
      allowed = union(allowed, cidrSet(...rule.cidrs), ...ofLists);
    }
  }
  const admission = admissionOf(shareOf(peer.addresses, allowed), peer.enough);
  return unreadable && admission !== 'ADMITTED' ? 'UNDECIDED' : admission;
}

function coversHttps(rule: GroupRule): boolean {
  if (rule.protocol === '-1') return true;
  if (rule.protocol !== 'tcp' && rule.protocol !== '6') return false;
  return (rule.fromPort ?? 0) <= HTTPS && HTTPS <= (rule.toPort ?? 65535);
}
