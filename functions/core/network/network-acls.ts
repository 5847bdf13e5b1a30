/**
 * Whether the network ACLs on the way let TCP 443 and its answers through. "Rules are evaluated starting
 * with the lowest numbered rule. As soon as a rule matches traffic, it's applied" and ACLs are stateless,
 * so both directions are asked, answers on the ephemeral ports of the asking platform (VPC user guide,
 * vpc-network-acls, nacl-ephemeral-ports).
 */
import type { AclEntry, InstanceFacts, NetworkAclFacts } from './facts.ts';
import { type Ipv4Set, intersect, parseCidr, shareOf, subtract, union } from './ipv4.ts';
import { coverage } from './ipv6.ts';
import { type Network, valuesOf } from './network.ts';
import { type Admission, admissionOf, allOf } from './verdict.ts';

export interface Ports {
  from: number;
  to: number;
}

const HTTPS: Ports = { from: 443, to: 443 };
/** "A NAT gateway uses ports 1024-65535." */
const NAT_PORTS: Ports = { from: 1024, to: 65535 };

/**
 * Linux's own default is 32768 to 60999 (`ip_local_port_range` in the kernel's ip-sysctl documentation); the VPC
 * user guide says "32768-61000", one more than is ever used. Windows and macOS: 49152-65535.
 */
function ephemeralPorts(platform: InstanceFacts['platform']): Ports {
  return platform === 'linux' ? { from: 32768, to: 60999 } : { from: 49152, to: 65535 };
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
  return onAllPorts(ports, rules, (port) =>
    admissionOf(shareOf(addresses, allowedAt(rules, port, addresses)), enough),
  );
}

/**
 * Ports that may stay shut: a rule against 3389 in the range of a NAT gateway costs one connection of 64,512. Which port
 * a connection gets is the kernel's choice, so with more than that shut connections fail again and again.
 */
const SPARED = 0.01;

/** Judges the ports in pieces, each from where a rule begins or ends. */
function onAllPorts(
  ports: Ports,
  rules: Pick<AclEntry, 'fromPort' | 'toPort'>[],
  judge: (port: number) => Admission,
): Admission {
  const starts = startsOf(rules, ports);
  const shares = { ADMITTED: 0, UNDECIDED: 0, BLOCKED: 0 };
  for (const [at, start] of starts.entries()) {
    const width = (starts[at + 1] ?? ports.to + 1) - start;
    shares[judge(start)] += width / (ports.to - ports.from + 1);
  }
  if (shares.BLOCKED > SPARED) return 'BLOCKED';
  return shares.BLOCKED + shares.UNDECIDED > SPARED ? 'UNDECIDED' : 'ADMITTED';
}

/** By IPv6, between a subnet and the block in which the other end is: 443 and its answers. */
export function aclAdmitsIpv6(
  network: Network,
  subnetId: string,
  within: string,
  side: 'asking' | 'answering',
  platform: InstanceFacts['platform'],
): Admission {
  const acl = network.aclOf(subnetId);
  if (!acl) return unseen(network);
  const answers = ephemeralPorts(platform);
  const [out, back] = side === 'asking' ? [HTTPS, answers] : [answers, HTTPS];
  return allOf([admitsIpv6(acl, 'out', out, within), admitsIpv6(acl, 'in', back, within)]);
}

function admitsIpv6(acl: NetworkAclFacts, direction: 'in' | 'out', ports: Ports, within: string): Admission {
  const rules = acl.entries
    .filter((entry) => entry.egress === (direction === 'out') && isTcp(entry))
    .flatMap((entry) =>
      entry.ipv6Cidr === null ? [] : [{ ...entry, part: coverage(within, entry.ipv6Cidr) }],
    )
    .filter(({ part }) => part !== 'NONE')
    .sort((one, other) => one.ruleNumber - other.ruleNumber);
  return onAllPorts(ports, rules, (port): Admission => {
    const matching = rules.filter((rule) => port >= (rule.fromPort ?? 0) && port <= (rule.toPort ?? 65535));
    const last = matching.findIndex(({ part }) => part === 'ALL');
    const asked = last < 0 ? matching : matching.slice(0, last + 1);
    if (last >= 0 && asked.every(({ allow }) => allow)) return 'ADMITTED';
    return asked.some(({ allow }) => allow) ? 'UNDECIDED' : 'BLOCKED';
  });
}

/** Where rules begin or end within the ports, in order. */
function startsOf(rules: Pick<AclEntry, 'fromPort' | 'toPort'>[], ports: Ports): number[] {
  const starts = new Set([ports.from]);
  for (const rule of rules) {
    for (const start of [rule.fromPort ?? 0, (rule.toPort ?? 65535) + 1]) {
      if (start > ports.from && start <= ports.to) starts.add(start);
    }
  }
  return [...starts].sort((one, other) => one - other);
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
