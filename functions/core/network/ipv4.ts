/**
 * Sets of IPv4 addresses, as sorted disjoint ranges. Routes, security groups and network ACLs are all
 * questions of the form "how much of this set goes there", so that split defaults, prefix lists and
 * deny rules before allow rules need no separate cases.
 */
import ipaddr from 'ipaddr.js';

/** Inclusive, as unsigned 32-bit numbers. */
interface Range {
  readonly from: number;
  readonly to: number;
}

export type Ipv4Set = readonly Range[];

export interface Ipv4Cidr {
  readonly prefixLength: number;
  /** The first address. */
  readonly base: number;
  readonly set: Ipv4Set;
}

/** ipaddr.js reads `010.0.0.1` as octal, AWS never writes it: only canonical octets pass. */
const CANONICAL = /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})(?:\/(?:0|[1-9]\d?))?$/;

/** Whether a text is a single address in canonical form. */
export function isIpv4(text: string): boolean {
  return CANONICAL.test(`${text}/32`) && ipaddr.IPv4.isValid(text);
}

/** A CIDR block or a single address. Host bits are cleared. Throws on anything else. */
export function parseCidr(text: string): Ipv4Cidr {
  const written = text.includes('/') ? text : `${text}/32`;
  if (!CANONICAL.test(written) || !ipaddr.IPv4.isValidCIDR(written)) {
    throw new Error(`"${text}" is not an IPv4 CIDR block; write four decimal octets and a prefix length`);
  }
  const [address, prefixLength] = ipaddr.IPv4.parseCIDR(written);
  const [a = 0, b = 0, c = 0, d = 0] = address.octets;
  const size = 2 ** (32 - prefixLength);
  const asNumber = ((a * 256 + b) * 256 + c) * 256 + d;
  const base = asNumber - (asNumber % size);
  return { prefixLength, base, set: [{ from: base, to: base + size - 1 }] };
}

export function cidrSet(...cidrs: string[]): Ipv4Set {
  return union(...cidrs.map((text) => parseCidr(text).set));
}

export function union(...sets: Ipv4Set[]): Ipv4Set {
  const sorted = sets.flat().sort((one, other) => one.from - other.from);
  const merged: { from: number; to: number }[] = [];
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last && range.from <= last.to + 1) last.to = Math.max(last.to, range.to);
    else merged.push({ ...range });
  }
  return merged;
}

export function intersect(one: Ipv4Set, other: Ipv4Set): Ipv4Set {
  return one.flatMap((left) =>
    other
      .map((right) => ({ from: Math.max(left.from, right.from), to: Math.min(left.to, right.to) }))
      .filter((range) => range.from <= range.to),
  );
}

export function subtract(from: Ipv4Set, what: Ipv4Set): Ipv4Set {
  return what.reduce<Ipv4Set>(
    (rest, hole) =>
      rest.flatMap((range) => {
        if (hole.to < range.from || hole.from > range.to) return [range];
        return [
          { from: range.from, to: hole.from - 1 },
          { from: hole.to + 1, to: range.to },
        ].filter((piece) => piece.from <= piece.to);
      }),
    from,
  );
}

/** Number of addresses. */
export function sizeOf(set: Ipv4Set): number {
  return set.reduce((sum, range) => sum + range.to - range.from + 1, 0);
}

/** How much of a set lies within another: 0 to 1; 1 for an empty set. */
export function shareOf(set: Ipv4Set, within: Ipv4Set): number {
  const size = sizeOf(set);
  return size === 0 ? 1 : sizeOf(intersect(set, within)) / size;
}

/** RFC 1918 and RFC 6598: where central endpoints live. */
export const PRIVATE: Ipv4Set = cidrSet('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10');

/**
 * Where the public address of an AWS service may be: all of IPv4 but what IANA keeps for special
 * purposes (RFC 6890). The addresses of a service are not published one by one, so what is asked is
 * always where this whole set goes.
 */
export const PUBLIC: Ipv4Set = subtract(
  cidrSet('0.0.0.0/0'),
  union(PRIVATE, cidrSet('0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3')),
);

/**
 * The share of the public space from which on a route or rule is said to carry it. The rest are
 * exceptions (a company's own public prefixes, a block list), which are named in the facts; the service
 * is taken not to be among them. Own rule: below it the answer is UNKNOWN, never a guess.
 */
export const CARRIES_PUBLIC = 15 / 16;

/** The fewest blocks that hold exactly these addresses. */
export function toCidrs(set: Ipv4Set): string[] {
  return union(set).flatMap(({ from, to }) => {
    const blocks: string[] = [];
    for (let at = from; at <= to; ) {
      let length = 32;
      while (length > 0 && at % 2 ** (33 - length) === 0 && at + 2 ** (33 - length) - 1 <= to) length -= 1;
      blocks.push(`${[24, 16, 8, 0].map((bits) => Math.floor(at / 2 ** bits) % 256).join('.')}/${length}`);
      at += 2 ** (32 - length);
    }
    return blocks;
  });
}
