/** CIDR blocks of requests. "100.68.0.18/18 becomes 100.68.0.0/18" (CreateRoute, AuthorizeSecurityGroupIngress). */
import ipaddr from 'ipaddr.js';
import { formatCidr, parseCidr } from '../../ipv4.ts';

/** With its host bits dropped; undefined for what is no IPv4 block. */
export function canonicalIpv4(text: unknown): string | undefined {
  const block = parseCidr(String(text));
  return block && formatCidr(block);
}

/** Shortened, host bits dropped; undefined for what is no IPv6 block. */
export function canonicalIpv6(text: unknown): string | undefined {
  const block = String(text);
  if (!ipaddr.IPv6.isValidCIDR(block) || block.includes('%')) return undefined;
  const [address, length] = ipaddr.IPv6.parseCIDR(block);
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/${length}`).toRFC5952String()}/${length}`;
}
