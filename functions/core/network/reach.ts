/**
 * Whether what a name resolves to can be reached: docs/spec/decisions.md, "Whether it can be reached". A filter
 * that blocks does not change the path, it adds its reason.
 */
import { readFailureFinding } from '../findings.ts';
import type { Failure } from '../model/reads.ts';
import type { NoteCode, ReasonCode } from '../reasons.ts';
import { type Client, describeClient } from './clients.ts';
import type { Egress } from './egress.ts';
import { policyAdmits } from './endpoint-policy.ts';
import type { EndpointFacts, RouteFacts, RouteTableFacts } from './facts.ts';
import { CARRIES_PUBLIC, cidrSet, type Ipv4Set, PRIVATE, PUBLIC } from './ipv4.ts';
import type { ServiceName } from './needed-names.ts';
import { failureOf, type Network } from './network.ts';
import { aclAdmitsAsking, aclAdmitsAtEndpoint, aclAdmitsAtNat, aclAdmitsIpv6 } from './network-acls.ts';
import { groupsAdmit, groupsAdmitIpv6 } from './security-groups.ts';
import {
  type Admission,
  allOf,
  anyOf,
  cause,
  type Fact,
  type FactSubject,
  fact,
  unreadable,
} from './verdict.ts';

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
    [
      'INSTANCE_SG_BLOCKS_443',
      ownGroups(network, client, PUBLIC, [], CARRIES_PUBLIC),
      ownGroupFacts(network, client, 'public addresses'),
    ],
    ['NACL_BLOCKS_443', allOf(acls), aclFacts(network, client.subnetId, egress.natSubnetIds)],
  ]);
}

/**
 * The endpoint's groups and policy, both subnets' ACLs, and the instance's groups: by IPv4, by IPv6, or by either
 * where both ends have both, since the agent tries every address that the name has.
 */
export function filterEndpoint(
  network: Network,
  client: Client,
  endpoint: EndpointFacts,
  name: ServiceName,
): Filtered {
  if (endpoint.subnetIds.length === 0) {
    const seen = fact(`${endpoint.endpointId} is in no subnet.`, endpoint.endpointId);
    return { ...OPEN, undecided: true, facts: [seen] };
  }
  const ways: Filtered[] = [];
  if (client.addresses !== null && endpoint.addresses !== 'ipv6') {
    ways.push(filterByIpv4(network, { ...client, addresses: client.addresses }, endpoint));
  }
  if (client.ipv6 !== null && endpoint.addresses !== 'ipv4') {
    ways.push(filterByIpv6(network, client, endpoint, client.ipv6));
  }
  const best = ways.find(isOpen) ?? ways.find(({ reasons }) => reasons.length === 0) ?? ways[0];
  // No kind of address in common: the name has none that this client can use.
  if (!best) {
    const has = endpoint.addresses === 'ipv6' ? 'IPv6' : 'IPv4';
    const seen = `${endpoint.endpointId} has ${has} addresses alone (IpAddressType ${endpoint.addresses}), and ${describeClient(client)} has none.`;
    return { ...OPEN, reasons: ['IPV6_ONLY'], facts: [cause('IPV6_ONLY', seen, endpoint.endpointId)] };
  }
  const policy = policyAdmits(endpoint.policy, name, network.observation.organizationId);
  const filtered = together(
    best,
    judged([
      ['ENDPOINT_POLICY_DENIES', policy === 'BLOCKED' ? 'BLOCKED' : 'ADMITTED', policyFacts(endpoint, name)],
    ]),
  );
  return policy === 'UNDECIDED' ? { ...filtered, notes: ['ENDPOINT_POLICY_UNDECIDED'] } : filtered;
}

type Ipv4Client = Client & { addresses: Ipv4Set };

function filterByIpv4(network: Network, client: Ipv4Client, endpoint: EndpointFacts): Filtered {
  const peer = { addresses: client.addresses, groupIds: client.groupIds, enough: 1 };
  const subnets = endpoint.subnetIds.map((id) => ({ id, addresses: addressesOf(network, id) }));
  // One zone that works is enough: the agent tries every address that the name has.
  const acl = anyOf(
    subnets.map(({ id, addresses }) =>
      id === client.subnetId
        ? 'ADMITTED'
        : allOf([aclAdmitsAsking(network, client, addresses, 1), aclAdmitsAtEndpoint(network, client, id)]),
    ),
  );
  const own = anyOf(
    subnets.map(({ addresses }) => ownGroups(network, client, addresses, endpoint.groupIds, 1)),
  );
  return judged([
    [
      'ENDPOINT_SG_BLOCKS_443',
      groupsAdmit(network, endpoint.groupIds, 'ingress', peer),
      endpointGroupFacts(network, client, endpoint),
    ],
    ['NACL_BLOCKS_443', acl, aclFacts(network, client.subnetId, endpoint.subnetIds)],
    ['INSTANCE_SG_BLOCKS_443', own, ownGroupFacts(network, client, `the endpoint ${endpoint.endpointId}`)],
  ]);
}

function filterByIpv6(network: Network, client: Client, endpoint: EndpointFacts, ipv6: string): Filtered {
  const { platform, subnetId } = client;
  const blocksOf = (id: string) => network.subnets.get(id)?.ipv6Cidrs ?? [];
  const here = blocksOf(subnetId)[0] ?? ipv6;
  const acl = anyOf(
    endpoint.subnetIds.map((id) => {
      if (id === subnetId) return 'ADMITTED';
      const [there] = blocksOf(id);
      if (there === undefined) return 'UNDECIDED';
      return allOf([
        aclAdmitsIpv6(network, subnetId, there, 'asking', platform),
        aclAdmitsIpv6(network, id, here, 'answering', platform),
      ]);
    }),
  );
  const own = anyOf(
    endpoint.subnetIds.map((id) =>
      isJudgedElsewhere(client)
        ? 'ADMITTED'
        : groupsAdmitIpv6(network, client.groupIds ?? [], 'egress', {
            within: blocksOf(id)[0] ?? null,
            groupIds: endpoint.groupIds,
          }),
    ),
  );
  const admitted = groupsAdmitIpv6(network, endpoint.groupIds, 'ingress', {
    within: ipv6,
    groupIds: client.groupIds,
  });
  return judged([
    ['ENDPOINT_SG_BLOCKS_443', admitted, endpointGroupFacts(network, client, endpoint)],
    ['NACL_BLOCKS_443', acl, aclFacts(network, subnetId, endpoint.subnetIds)],
    ['INSTANCE_SG_BLOCKS_443', own, ownGroupFacts(network, client, `the endpoint ${endpoint.endpointId}`)],
  ]);
}

function isOpen({ reasons, undecided }: Filtered): boolean {
  return reasons.length === 0 && !undecided;
}

function together(one: Filtered, other: Filtered): Filtered {
  return {
    reasons: [...one.reasons, ...other.reasons],
    notes: [...one.notes, ...other.notes],
    undecided: one.undecided || other.undecided,
    facts: [...one.facts, ...other.facts],
  };
}

/** Towards central endpoints, whose addresses are not known: any private address will do. */
export function filterCentral(network: Network, client: Client): Filtered {
  if (client.addresses === null) return OPEN;
  const asking = { ...client, addresses: client.addresses };
  return judged([
    [
      'INSTANCE_SG_BLOCKS_443',
      ownGroups(network, client, PRIVATE, [], SOME),
      ownGroupFacts(network, client, 'private addresses'),
    ],
    [
      'NACL_BLOCKS_443',
      aclAdmitsAsking(network, asking, PRIVATE, SOME),
      aclFacts(network, client.subnetId, []),
    ],
  ]);
}

/** Towards endpoints that a plan would put into these subnets: all of them have to be reachable. */
export function filterNewEndpoint(network: Network, client: Client, subnetIds: string[]): NewEndpointBlock[] {
  if (client.addresses === null) {
    return [{ reason: 'IPV6_ONLY', sentence: `${describeClient(client)} has no IPv4 address.` }];
  }
  const asking = { ...client, addresses: client.addresses };
  const own = subnetIds.map((id) => ownGroups(network, client, addressesOf(network, id), [], 1));
  const acls = subnetIds
    .filter((id) => id !== client.subnetId)
    .flatMap((id) => [
      aclAdmitsAsking(network, asking, addressesOf(network, id), 1),
      aclAdmitsAtEndpoint(network, asking, id),
    ]);
  const blocks: NewEndpointBlock[] = [];
  const block = (reason: ReasonCode, admission: Admission, filter: FilterFacts) => {
    if (admission === 'BLOCKED') blocks.push({ reason, sentence: filter.blocks });
    if (admission === 'UNDECIDED') {
      const read = filter.unread && readFailureFinding(filter.unread, null);
      blocks.push({ reason: read?.code ?? reason, sentence: read?.sentence ?? filter.partly });
    }
  };
  block(
    'INSTANCE_SG_BLOCKS_443',
    allOf(own),
    ownGroupFacts(network, client, `new endpoints in ${subnetIds.join(', ')}`),
  );
  block('NACL_BLOCKS_443', allOf(acls), aclFacts(network, client.subnetId, subnetIds));
  return blocks;
}

/** Why a client would not reach an endpoint that is yet to be made. */
export interface NewEndpointBlock {
  reason: ReasonCode;
  sentence: string;
}

/**
 * An active route, other than local, to something private: what a central endpoint may be behind. A
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
  if (isJudgedElsewhere(client)) return 'ADMITTED';
  return groupsAdmit(network, client.groupIds ?? [], 'egress', { addresses, groupIds, enough });
}

/** A participant's own groups are its own affair: it has judged them, and the owner may not see them. */
function isJudgedElsewhere({ groupIds, participantId }: Client): boolean {
  return groupIds === null || participantId !== null;
}

function addressesOf(network: Network, subnetId: string): Ipv4Set {
  const cidr = network.subnets.get(subnetId)?.cidr;
  return cidr ? cidrSet(cidr) : [];
}

/** What a filter's finding says, and on what. */
interface FilterFacts {
  about: FactSubject;
  resource: string;
  blocks: string;
  partly: string;
  /** Why its rules could not be read. */
  unread: Failure | null;
}

function judged(filters: [ReasonCode, Admission, FilterFacts][]): Filtered {
  const decided = filters.filter(([, admission]) => admission === 'BLOCKED');
  const open = filters.filter(([, admission]) => admission === 'UNDECIDED');
  return {
    reasons: decided.map(([reason]) => reason),
    notes: [],
    undecided: open.length > 0,
    facts: [
      ...decided.map(([reason, , { about, resource, blocks }]) => cause(reason, blocks, resource, about)),
      ...open.map(([, , filter]) => openFact(filter)),
    ],
  };
}

function openFact({ about, resource, partly, unread }: FilterFacts): Fact {
  return unread ? unreadable(unread, about) : fact(partly, resource, about);
}

function endpointGroupFacts(
  network: Network,
  client: Client,
  { endpointId, groupIds }: EndpointFacts,
): FilterFacts {
  const groups = `${plural('security group', groupIds)} of the endpoint ${endpointId}`;
  const from = `TCP 443 from ${describeClient(client)}`;
  return {
    about: 'GROUPS',
    resource: endpointId,
    blocks: `No rule of ${groups} admits ${from}.`,
    partly: `Whether ${groups} admits ${from} is not certain: a group, prefix list or part of the addresses could not be seen.`,
    unread: failureOf(network.observation.securityGroups),
  };
}

function ownGroupFacts(network: Network, client: Client, towards: string): FilterFacts {
  const groups = `${plural('security group', client.groupIds ?? [])} of ${describeClient(client)}`;
  return {
    about: 'GROUPS',
    resource: client.id,
    blocks: `No rule of ${groups} allows outbound TCP 443 to ${towards}.`,
    partly: `The rules of ${groups} allow outbound TCP 443 to a part of ${towards} only, or could not be seen in full.`,
    unread: failureOf(network.observation.securityGroups),
  };
}

function aclFacts(network: Network, subnetId: string, otherSubnetIds: string[]): FilterFacts {
  const ids = [...new Set([subnetId, ...otherSubnetIds])];
  const acls = [...new Set(ids.flatMap((id) => network.aclOf(id)?.networkAclId ?? []))];
  const seen = `${plural('network ACL', acls)} of ${ids.join(', ')}`;
  return {
    about: 'ACLS',
    resource: subnetId,
    blocks: `TCP 443 or its return traffic does not pass ${seen}, or not on all ephemeral ports.`,
    partly: `TCP 443 and its answers pass ${seen} only in part, or the rules could not be seen.`,
    unread: failureOf(network.observation.networkAcls),
  };
}

/** `security group sg-1`, `security groups sg-1, sg-2`, or `any security group`. */
function plural(what: string, ids: string[]): string {
  return ids.length === 0 ? `any ${what}` : `${what}${ids.length > 1 ? 's' : ''} ${ids.join(', ')}`;
}

function policyFacts({ endpointId }: EndpointFacts, name: ServiceName): FilterFacts {
  return {
    about: 'POLICY',
    resource: endpointId,
    blocks: `The policy of the endpoint ${endpointId} denies what the agent calls at ${name}.`,
    partly: '',
    unread: null,
  };
}
