/**
 * Whether the network ACLs on the way let TCP 443 and its answers through. "Rules are evaluated starting
 * with the lowest numbered rule. As soon as a rule matches traffic, it's applied" and ACLs are stateless,
 * so both directions are asked, answers on the ephemeral ports of the asking platform (VPC user guide,
 * vpc-network-acls, nacl-ephemeral-ports).
 */
import type { AclEntry, InstanceFacts, NetworkAclFacts } from './facts.ts';
import { type Ipv4Set, intersect, parseCidr, shareOf, subtract, union } from './ipv4.ts';
import { type Network, valuesOf } from './network.ts';
import { type Admission, admissionOf, allOf } from './verdict.ts';

export interface Ports {
  from: number;
  to: number;
}

const HTTPS: Ports = { from: 443, to: 443 };
/** "A NAT gateway uses ports 1024-65535." */
const NAT_PORTS: Ports = { from: 1024, to: 65535 };

/** "Many Linux kernels (including the Amazon Linux kernel) use ports 32768-61000"; Windows 49152-65535. */
function ephemeralPorts(platform: InstanceFacts['platform']): Ports {
  return platform === 'linux' ? { from: 32768, to: 61000 } : { from: 49152, to: 65535 };
}

interface Asking {
  subnetId: string;
  addresses: Ipv4Set;
  platform: InstanceFacts['platform'];
}

/** From an interface to addresses outside its subnet: 443 out, answers in. `enough` as for groups. */
export function aclAdmitsAsking(
  network: Network,
  asking: Asking,
  towards: Ipv4Set,
  enough: number,
): Admission {
  const acl = network.aclOf(asking.subnetId);
  if (!acl) return unseen(network);
  return allOf([
    admits(acl, 'out', HTTPS, towards, enough),
    admits(acl, 'in', ephemeralPorts(asking.platform), towards, enough),
  ]);
}

/** At an endpoint's subnet: 443 in, answers out. Within one subnet no ACL is passed. */
export function aclAdmitsAtEndpoint(network: Network, asking: Asking, endpointSubnetId: string): Admission {
  if (asking.subnetId === endpointSubnetId) return 'ADMITTED';
  const acl = network.aclOf(endpointSubnetId);
  if (!acl) return unseen(network);
  return allOf([
    admits(acl, 'in', HTTPS, asking.addresses, 1),
    admits(acl, 'out', ephemeralPorts(asking.platform), asking.addresses, 1),
  ]);
}

/** At a NAT gateway's subnet: from the interface and back, out to the public space and back. */
export function aclAdmitsAtNat(
  network: Network,
  asking: Asking,
  natSubnetId: string,
  towards: Ipv4Set,
  enough: number,
): Admission {
  const acl = network.aclOf(natSubnetId);
  if (!acl) return unseen(network);
  const outside = [admits(acl, 'out', HTTPS, towards, enough), admits(acl, 'in', NAT_PORTS, towards, enough)];
  if (asking.subnetId === natSubnetId) return allOf(outside);
  const inside = [
    admits(acl, 'in', HTTPS, asking.addresses, 1),
    admits(acl, 'out', ephemeralPorts(asking.platform), asking.addresses, 1),
  ];
  return allOf([...outside, ...inside]);
}

/** Every subnet has an ACL, so one that was not seen is a gap in what was read. */
function unseen(network: Network): Admission {
  const { networkAcls } = network.observation;
  // Participants of a shared VPC, and twins without ACLs: nothing was said, so the default ACL is assumed.
  return networkAcls.kind === 'failed' || valuesOf(networkAcls).length > 0 ? 'UNDECIDED' : 'ADMITTED';
}

/** Splits the ports where rules begin and end, and asks for each piece how much of the addresses passes. */
function admits(
  acl: NetworkAclFacts,
  direction: 'in' | 'out',
  ports: Ports,
  addresses: Ipv4Set,
  enough: number,
): Admission {
  const rules = acl.entries
    .filter((entry) => entry.egress === (direction === 'out') && entry.cidr !== null && isTcp(entry))
    .sort((one, other) => one.ruleNumber - other.ruleNumber);
  const starts = new Set([ports.from]);
  for (const rule of rules) {
    for (const start of [rule.fromPort ?? 0, (rule.toPort ?? 65535) + 1]) {
      if (start > ports.from && start <= ports.to) starts.add(start);
    }
  }
  const pieces = [...starts].map((port) =>
    admissionOf(shareOf(addresses, allowedAt(rules, port, addresses)), enough),
  );
  if (pieces.every((piece) => piece === 'ADMITTED')) return 'ADMITTED';
  return pieces.every((piece) => piece === 'BLOCKED') ? 'BLOCKED' : 'UNDECIDED';
}

function allowedAt(rules: AclEntry[], port: number, addresses: Ipv4Set): Ipv4Set {
  let open = addresses;
  let allowed: Ipv4Set = [];
  for (const rule of rules) {
    if (rule.cidr === null || port < (rule.fromPort ?? 0) || port > (rule.toPort ?? 65535)) continue;
    const { set } = parseCidr(rule.cidr);
    if (rule.allow) allowed = union(allowed, intersect(open, set));
    open = subtract(open, set);
  }
  return allowed;
}

function isTcp(entry: AclEntry): boolean {
  return entry.protocol === '-1' || entry.protocol === '6' || entry.protocol === 'tcp';
}
