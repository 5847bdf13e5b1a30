/** IPv6 blocks: whether one lies within another, which is all that rules and routes of endpoints ask. */
import ipaddr from 'ipaddr.js';

/** How much of a block (or single address) lies within another. */
export function coverage(of: string, by: string): 'ALL' | 'SOME' | 'NONE' {
  const inner = parse(of);
  const outer = parse(by);
  if (inner === null || outer === null) return 'NONE';
  if (outer.length <= inner.length) return inner.address.match(outer.address, outer.length) ? 'ALL' : 'NONE';
  return outer.address.match(inner.address, inner.length) ? 'SOME' : 'NONE';
}

/** null for anything that is not IPv6. */
function parse(text: string): { address: ipaddr.IPv6; length: number } | null {
  const written = text.includes('/') ? text : `${text}/128`;
  if (!ipaddr.IPv6.isValidCIDR(written)) return null;
  const [address, length] = ipaddr.IPv6.parseCIDR(written);
  return { address, length };
}
