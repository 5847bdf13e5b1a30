/**
 * Whom an instance asks for names. Source: VPC user guide (VPC_DHCP_Options, AmazonDNS-concepts,
 * DHCPOptionSetConcepts); Directory Service administration guide: a domain controller forwards what it does not hold.
 */
import type { Piece } from '../../contract.ts';
import { formatAddress, parseCidr } from '../../ipv4.ts';
import type { World } from './world.ts';

/** `none`: no server at all. Other servers come in the order in which they are asked. */
export type DnsServers = 'amazon' | 'none' | string[];

const IPV6_RESOLVER = 'fd00:ec2::253';

/** The first server that is named is the one that is asked. */
export function dnsServersOf(world: World, ownerId: string, vpc: Piece, xen: boolean): DnsServers {
  // "If your VPC has no DHCP option set": 169.254.169.253 on Nitro, "no domain name servers" on Xen
  if (vpc.DhcpOptionsId === 'default') return xen ? 'none' : 'amazon';
  const options = world.find(ownerId, 'DhcpOptions', 'DhcpOptionsId', vpc.DhcpOptionsId);
  if (!options) return 'amazon';
  const entry = ((options.DhcpConfigurations ?? []) as Piece[]).find(
    ({ Key }) => Key === 'domain-name-servers',
  );
  const servers = ((entry?.Values ?? []) as Piece[]).map(({ Value }) => String(Value));
  const [first] = servers;
  if (first === undefined) return 'none';
  if (first === IPV6_RESOLVER && !xen) return 'amazon';
  if (isAmazons(vpc, first) || isDirectory(world, ownerId, vpc, first)) return 'amazon';
  return servers;
}

/** "The reserved IP address at the base of the VPC IPv4 network range plus two", of the primary block. */
function isAmazons(vpc: Piece, server: string): boolean {
  const primary = parseCidr(String(vpc.CidrBlock));
  const plusTwo = primary && formatAddress(primary.first + 2);
  return ['AmazonProvidedDNS', '169.254.169.253', plusTwo].includes(server);
}

/** A domain controller of the VPC answers for its domain and forwards the rest to Amazon's resolver. */
function isDirectory(world: World, ownerId: string, vpc: Piece, server: string): boolean {
  return world
    .list(ownerId, 'NetworkInterfaces')
    .some(
      ({ VpcId, PrivateIpAddress, Description }) =>
        VpcId === vpc.VpcId &&
        PrivateIpAddress === server &&
        /directory d-[0-9a-f]+/.test(String(Description)),
    );
}

/** Previous generations that still run on Xen (EC2 user guide, instance types by hypervisor). */
const ON_XEN = /^(?:[mt]1|[mt]2|[mct]3|[mcr]4|c1|cc2|cr1|r3|x1e?|d2|h1|hs1|i[23]|f1|g2|g3s?|p[23])$/;

export function runsOnXen(instanceType: unknown): boolean {
  const [family = '', size = ''] = String(instanceType ?? '').split('.');
  return family !== 't3' && ON_XEN.test(family) && !size.startsWith('metal');
}
