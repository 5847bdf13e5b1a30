/**
 * Whether what a name resolves to can be reached: docs/spec/decisions.md, "Whether it can be reached". A filter
 * that blocks does not change the path, it adds its reason.
 */
import type { NoteCode, ReasonCode } from '../reasons.ts';
import type { Client } from './clients.ts';
import type { Egress } from './egress.ts';
import { policyAdmits } from './endpoint-policy.ts';
import type { EndpointFacts, RouteFacts, RouteTableFacts } from './facts.ts';
import { CARRIES_PUBLIC, cidrSet, type Ipv4Set, PRIVATE, PUBLIC } from './ipv4.ts';
import type { ServiceName } from './needed-names.ts';
import type { Network } from './network.ts';
import { aclAdmitsAsking, aclAdmitsAtEndpoint, aclAdmitsAtNat } from './network-acls.ts';
import { groupsAdmit } from './security-groups.ts';
import { type Admission, allOf, anyOf, type Fact, type FactSubject, fact } from './verdict.ts';

export interface Filtered {
  /** The filters that block. */
  reasons: ReasonCode[];
  notes: NoteCode[];
  /** Some filter lets through only a part of what may be needed: the path is then UNKNOWN. */
  undecided: boolean;
  facts: Fact[];
}

const OPEN: Filtered = { reasons: [], notes: [], undecided: false, facts: [] };
/** Where any reachable address will do: a share above nothing. */
const SOME = Number.EPSILON;

/** Own groups and ACLs towards the public space, and the ACLs of NAT gateways on the way. */
export function filterPublic(network: Network, client: Client, egress: Egress): Filtered {
  if (client.addresses === null) return OPEN;
  const asking = { ...client, addresses: client.addresses };
  const acls = [
    aclAdmitsAsking(network, asking, PUBLIC, CARRIES_PUBLIC),
    ...egress.natSubnetIds.map((id) => aclAdmitsAtNat(network, asking, id, PUBLIC, CARRIES_PUBLIC)),
  ];
  return judged([
    ['INSTANCE_SG_BLOCKS_443', ownGroups(network, client, PUBLIC, [], CARRIES_PUBLIC), client.id],
    ['NACL_BLOCKS_443', allOf(acls), client.subnetId],
  ]);
}

/** The endpoint's groups and policy, both subnets' ACLs, and the instance's groups. */
export function filterEndpoint(
  network: Network,
  client: Client,
  endpoint: EndpointFacts,
  name: ServiceName,
): Filtered {
  if (client.addresses === null) return OPEN;
  if (endpoint.subnetIds.length === 0) {
    const seen = fact(`${endpoint.endpointId} stands in no subnet.`, endpoint.endpointId);
    return { ...OPEN, undecided: true, facts: [seen] };
  }
  const asking = { ...client, addresses: client.addresses };
  const policy = policyAdmits(endpoint.policy, name);
  const peer = { addresses: client.addresses, groupIds: client.groupIds ?? [], enough: 1 };
  const subnets = endpoint.subnetIds.map((id) => ({ id, addresses: addressesOf(network, id) }));
  // One zone that works is enough: the agent tries every address that the name has.
  const acl = anyOf(
    subnets.map(({ id, addresses }) =>
      id === client.subnetId
        ? 'ADMITTED'
        : allOf([aclAdmitsAsking(network, asking, addresses, 1), aclAdmitsAtEndpoint(network, asking, id)]),
    ),
  );
  const own = anyOf(
    subnets.map(({ addresses }) => ownGroups(network, client, addresses, endpoint.groupIds, 1)),
  );
  const filtered = judged([
    ['ENDPOINT_SG_BLOCKS_443', groupsAdmit(network, endpoint.groupIds, 'ingress', peer), endpoint.endpointId],
    ['ENDPOINT_POLICY_DENIES', policy === 'BLOCKED' ? 'BLOCKED' : 'ADMITTED', endpoint.endpointId],
    ['NACL_BLOCKS_443', acl, client.subnetId],
    ['INSTANCE_SG_BLOCKS_443', own, client.id],
  ]);
  return policy === 'UNDECIDED' ? { ...filtered, notes: ['ENDPOINT_POLICY_UNDECIDED'] } : filtered;
}

/** Towards central endpoints, whose addresses are not known: any private address will do. */
export function filterCentral(network: Network, client: Client): Filtered {
  if (client.addresses === null) return OPEN;
  const asking = { ...client, addresses: client.addresses };
  return judged([
    ['INSTANCE_SG_BLOCKS_443', ownGroups(network, client, PRIVATE, [], SOME), client.id],
    ['NACL_BLOCKS_443', aclAdmitsAsking(network, asking, PRIVATE, SOME), client.subnetId],
  ]);
}

/** Towards endpoints that a plan would put into these subnets: all of them have to be reachable. */
export function filterNewEndpoint(network: Network, client: Client, subnetIds: string[]): ReasonCode[] {
  if (client.addresses === null) return ['IPV6_ONLY'];
  const asking = { ...client, addresses: client.addresses };
  const own = subnetIds.map((id) => ownGroups(network, client, addressesOf(network, id), [], 1));
  const acls = subnetIds
    .filter((id) => id !== client.subnetId)
    .flatMap((id) => [
      aclAdmitsAsking(network, asking, addressesOf(network, id), 1),
      aclAdmitsAtEndpoint(network, asking, id),
    ]);
  const reasons: ReasonCode[] = [];
  if (allOf(own) !== 'ADMITTED') reasons.push('INSTANCE_SG_BLOCKS_443');
  if (allOf(acls) !== 'ADMITTED') reasons.push('NACL_BLOCKS_443');
  return reasons;
}

/**
 * An active route, other than local, to something private: what a central endpoint may stand behind. A
 * public NAT gateway may have such a route in its own subnet.
 */
export function centralRoute(network: Network, subnetId: string, passed: string[] = []): RouteFacts | null {
  const subnet = network.subnets.get(subnetId);
  const table: RouteTableFacts | null = subnet ? network.routeTableOf(subnet) : null;
  for (const route of table?.routes ?? []) {
    if (route.state !== 'active' || route.destination.kind === 'ipv6') continue;
    if (route.destination.kind === 'prefix-list') {
      const list = network.prefixLists.get(route.destination.prefixListId);
      if (!list || list.awsManaged) continue;
    }
    if (route.target.kind === 'nat') {
      const nat = network.natGateways.get(route.target.id);
      if (!nat || nat.connectivity === 'private') return route;
      if (nat.state !== 'available' || nat.subnetId === null || passed.includes(nat.natGatewayId)) continue;
      if (centralRoute(network, nat.subnetId, [...passed, nat.natGatewayId])) return route;
    } else if (!['local', 'igw', 'eigw', 'cagw'].includes(route.target.kind)) return route;
  }
  return null;
}

function ownGroups(
  network: Network,
  client: Client,
  addresses: Ipv4Set,
  groupIds: string[],
  enough: number,
): Admission {
  if (client.groupIds === null) return 'ADMITTED';
  return groupsAdmit(network, client.groupIds, 'egress', { addresses, groupIds, enough });
}

function addressesOf(network: Network, subnetId: string): Ipv4Set {
  const cidr = network.subnets.get(subnetId)?.cidr;
  return cidr ? cidrSet(cidr) : [];
}

function judged(filters: [ReasonCode, Admission, string][]): Filtered {
  const decided = filters.filter(([, admission]) => admission === 'BLOCKED');
  const open = filters.filter(([, admission]) => admission === 'UNDECIDED');
  return {
    reasons: decided.map(([reason]) => reason),
    notes: [],
    undecided: open.length > 0,
    facts: [
      ...decided.map(([reason, , resource]) =>
        fact(SEEN[reason]?.blocks ?? reason, resource, SEEN[reason]?.about),
      ),
      ...open.map(([reason, , resource]) =>
        fact(SEEN[reason]?.partly ?? reason, resource, SEEN[reason]?.about),
      ),
    ],
  };
}

const SEEN: Partial<Record<ReasonCode, { about: FactSubject; blocks: string; partly: string }>> = {
  ENDPOINT_SG_BLOCKS_443: {
    about: 'GROUPS',
    blocks: 'No security group of the endpoint admits TCP 443 from the instance.',
    partly: 'Whether the security groups of the endpoint admit TCP 443 from the instance is not certain.',
  },
  ENDPOINT_POLICY_DENIES: {
    about: 'POLICY',
    blocks: 'The policy of the endpoint refuses the calls of the agent.',
    partly: '',
  },
  NACL_BLOCKS_443: {
    about: 'ACLS',
    blocks: 'A network ACL blocks TCP 443 or its answers.',
    partly: 'Network ACLs let TCP 443 and its answers through only in part, or were not seen.',
  },
  INSTANCE_SG_BLOCKS_443: {
    about: 'GROUPS',
    blocks: 'The security groups of the instance do not allow outbound TCP 443 there.',
    partly:
      'The security groups of the instance allow outbound TCP 443 only to a part of what may be needed.',
  },
};
