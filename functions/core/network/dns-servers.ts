/**
 * Whom the instances of a VPC ask for names. Servers are asked in the order of the DHCP option set, so the
 * first one decides: a resolver goes to the next only where one does not answer at all.
 *
 * Amazon's are `AmazonProvidedDNS`, 169.254.169.253, fd00:ec2::253 (on Nitro instances), and the address at the base
 * of the VPC's primary IPv4 block plus two (VPC user guide, AmazonDNS-concepts); base plus two of a secondary block
 * is not. A VPC without any set (EC2's `default`): "For EC2 instances built on the Nitro System, AWS will configure
 * 169.254.169.253", on Xen "no domain name servers will be configured" (DHCPOptionSetConcepts). Inferred, not
 * documented: a set without `domain-name-servers` hands out none.
 */
import type { VpcFacts } from './facts.ts';
import { cidrSet, isIpv4, parseCidr, shareOf } from './ipv4.ts';
import { type Network, valuesOf } from './network.ts';

export type DnsServer =
  | { kind: 'amazon' }
  /** Someone else's, in their order. */
  | { kind: 'custom'; servers: string[] }
  /** A directory of AWS Directory Service in this VPC, which forwards what it does not hold to Amazon's. */
  | { kind: 'directory'; server: string; directoryId: string }
  /** The option set names none. */
  | { kind: 'none' }
  /** Differs between hypervisors, and this is Xen. */
  | { kind: 'xen'; sentence: string };

const NITRO_ONLY = 'fd00:ec2::253';

export function dnsServerOf(network: Network, vpc: VpcFacts, xen: boolean): DnsServer {
  if (vpc.dhcpOptionsId === null) {
    const sentence = `${vpc.vpcId} has no DHCP option set, which gives instances on Xen no DNS server.`;
    return xen ? { kind: 'xen', sentence } : { kind: 'amazon' };
  }
  const options = network.dhcpOptions.get(vpc.dhcpOptionsId);
  // A set that was not seen is the owner's of a shared VPC, or a snapshot's without sets.
  if (!options) return { kind: 'amazon' };
  const [first] = options.nameServers;
  if (first === undefined) return { kind: 'none' };
  if (first === NITRO_ONLY && xen) {
    return {
      kind: 'xen',
      sentence: `The DHCP options of ${vpc.vpcId} name ${first} first, which Xen cannot reach.`,
    };
  }
  if (isAmazonDns(vpc, first)) return { kind: 'amazon' };
  const behind = valuesOf(network.observation.networkInterfaces).find(
    ({ vpcId, privateIp, directoryId }) => vpcId === vpc.vpcId && privateIp === first && directoryId !== null,
  );
  return behind?.directoryId
    ? { kind: 'directory', server: first, directoryId: behind.directoryId }
    : { kind: 'custom', servers: options.nameServers };
}

/** Where the first server may be a directory's: its address is one of the VPC's. */
export function mayBeDirectory(network: Network, vpc: VpcFacts): boolean {
  const server = dnsServerOf(network, vpc, false);
  if (server.kind !== 'custom') return false;
  const [first = ''] = server.servers;
  if (!isIpv4(first)) return false;
  return shareOf(cidrSet(first), cidrSet(...vpc.cidrs)) === 1;
}

function isAmazonDns(vpc: VpcFacts, server: string): boolean {
  if (['AmazonProvidedDNS', '169.254.169.253', NITRO_ONLY].includes(server)) return true;
  const primary = vpc.primaryCidr ?? vpc.cidrs[0];
  if (!isIpv4(server) || primary === undefined) return false;
  return parseCidr(server).base === parseCidr(primary).base + 2;
}
