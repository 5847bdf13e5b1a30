/**
 * The path of each client of a VPC to each name that it needs, and what instances that are Online prove.
 * The worst of its names is the client's path.
 */
import type { PathVerdict } from '../model/result.ts';
import type { NoteCode, ReasonCode } from '../reasons.ts';
import type { Client } from './clients.ts';
import { type Egress, egressOf } from './egress.ts';
import type { EndpointFacts, VpcFacts } from './facts.ts';
import type { ServiceName } from './needed-names.ts';
import type { Network } from './network.ts';
import { centralRoute, type Filtered, filterCentral, filterEndpoint, filterPublic } from './reach.ts';
import { dnsAttributesOf, type Resolution, resolve, serviceEndpoints } from './resolution.ts';
import { type Fact, fact, rankOf, worstOf } from './verdict.ts';

export interface NamePath {
  name: ServiceName;
  resolvesTo: Resolution['kind'];
  path: PathVerdict;
  /** Sorted set. Blocks, and what else stands in the way. */
  reasons: ReasonCode[];
  notes: NoteCode[];
  facts: Fact[];
  /** Names with the same way stand and fall together; null: its way is its own. */
  way: string | null;
  /** No way out, and an endpoint would be one. */
  missing: boolean;
  /** UNKNOWN where the routes end out of sight: what `unknownEgress: provision` is about. */
  unseen: boolean;
}

export interface ClientPath {
  client: Client;
  path: PathVerdict;
  reasons: ReasonCode[];
  notes: NoteCode[];
  names: NamePath[];
}

/** What the verdict on an instance takes of its path. */
export interface InstancePath {
  path: PathVerdict;
  /** Of its names. */
  reasons: ReasonCode[];
  /** What would keep it from new endpoints. */
  stops: ReasonCode[];
  names: Pick<NamePath, 'name' | 'path' | 'reasons'>[];
  /** Its VPC is another account's, whose endpoints and NAT gateways can not be seen. */
  shared: boolean;
  /** Its VPC is tagged to be left alone. */
  ignored: boolean;
}

export function instancePathOf(
  { path, reasons, names }: ClientPath,
  vpc: Pick<InstancePath, 'shared' | 'ignored'>,
): InstancePath {
  const own = new Set(names.flatMap((name) => name.reasons));
  return {
    path,
    reasons: [...own].sort(),
    stops: reasons.filter((code) => !own.has(code)),
    names: names.map((name) => ({ name: name.name, path: name.path, reasons: name.reasons })),
    ...vpc,
  };
}

export function judgeClients(network: Network, vpc: VpcFacts, clients: Client[]): ClientPath[] {
  const egresses = new Map<string, Egress>();
  const egressFor = (client: Client) => {
    const key = `${client.subnetId} ${client.hasPublicIp}`;
    const known = egresses.get(key) ?? egressOf(network, client.subnetId, client.hasPublicIp);
    egresses.set(key, known);
    return known;
  };
  const witnesses = new Map(
    clients.filter((client) => client.online).map((client) => [sameWayKey(client), client] as const),
  );
  return clients.map((client) => {
    const names = client.names.map((name) => judgeName(network, vpc, client, name, egressFor(client)));
    const witness = client.online ? client : witnesses.get(sameWayKey(client));
    return summed(client, witness ? proven(names, witness) : names);
  });
}

/** Same subnet, same kind of address, same security groups: what one reaches the other reaches. */
function sameWayKey(client: Client): string {
  const groups = client.groupIds === null ? client.id : [...client.groupIds].sort().join(',');
  return [client.subnetId, client.hasPublicIp, client.addresses === null, groups].join(' ');
}

function summed(client: Client, names: NamePath[]): ClientPath {
  return {
    client,
    path: worstOf(names.map((name) => name.path)),
    reasons: [...new Set(names.flatMap((name) => name.reasons))].sort(),
    notes: [...new Set(names.flatMap((name) => name.notes))].sort(),
    names,
  };
}

/**
 * The ping of an instance that is Online is UpdateInstanceInformation: it proves `ssm`, and other names
 * only where they take the same way. Where the DNS is someone else's and no public way exists, `ssm`
 * evidently takes one that can not be seen, so the others are not known.
 */
function proven(names: NamePath[], witness: Client): NamePath[] {
  const ssm = names.find((name) => name.name === 'ssm');
  if (!ssm) return names;
  const evidence = fact(
    `${witness.id} is Online in Systems Manager, which proves ssm.`,
    witness.id,
    'EVIDENCE',
  );
  return names.map((name) => {
    if (name === ssm || (name.way !== null && name.way === ssm.way)) {
      return {
        ...name,
        path: 'PROVEN',
        reasons: [],
        notes: [],
        missing: false,
        unseen: false,
        facts: [...name.facts, evidence],
      };
    }
    if (name.resolvesTo === 'custom' && ssm.resolvesTo === 'custom' && name.path === 'NONE') {
      return { ...name, path: 'UNKNOWN', reasons: [], facts: [...name.facts, evidence] };
    }
    return name;
  });
}

function judgeName(
  network: Network,
  vpc: VpcFacts,
  client: Client,
  name: ServiceName,
  egress: Egress,
): NamePath {
  const resolution = resolve(network, vpc, name);
  const base: NamePath = {
    name,
    resolvesTo: resolution.kind,
    path: 'UNKNOWN',
    reasons: [],
    notes: [],
    facts: resolution.facts.map((seen) => ({ ...seen, about: 'NAME' as const })),
    way: null,
    missing: false,
    unseen: false,
  };
  if (client.addresses === null) return withoutIpv4(network, client, base);
  switch (resolution.kind) {
    case 'endpoint':
      return throughEndpoint(network, client, resolution.endpoint, base, 'ENDPOINTS');
    case 'central':
      return throughCentral(network, client, resolution.local, base);
    case 'unknown':
      return base;
    case 'nothing':
      return { ...overPublic(network, client, egress, base), reasons: ['VPC_DNS_DISABLED'], missing: false };
    case 'custom': {
      const path = overPublic(network, client, egress, {
        ...base,
        way: egress.path === 'NONE' ? null : 'custom',
      });
      return egress.path === 'NONE' ? { ...path, reasons: ['DNS_CUSTOM'], missing: false } : path;
    }
    case 'public':
      return overPublicName(network, vpc, client, egress, { ...base, way: 'public' });
  }
}

/** A NAT gateway with DNS64 may carry an IPv6-native instance to IPv4 names; whether the agent asks so is open. */
function withoutIpv4(network: Network, client: Client, base: NamePath): NamePath {
  const subnet = network.subnets.get(client.subnetId);
  const nat64 = subnet
    ? network
        .routeTableOf(subnet)
        ?.routes.some(
          (route) => route.destination.kind === 'ipv6' && route.destination.cidr === '64:ff9b::/96',
        )
    : false;
  const seen = fact(`${client.id} has no IPv4 address.`, client.subnetId);
  if (subnet?.dns64 && nat64)
    return { ...base, facts: [seen, fact('DNS64 and a NAT64 route may carry it.', client.subnetId)] };
  return { ...base, path: 'NONE', reasons: ['IPV6_ONLY'], facts: [...base.facts, seen] };
}

function overPublicName(
  network: Network,
  vpc: VpcFacts,
  client: Client,
  egress: Egress,
  base: NamePath,
): NamePath {
  const path = overPublic(network, client, egress, base);
  if (path.path !== 'NONE') return path;
  const standing = serviceEndpoints(network, vpc.vpcId, base.name);
  if (!dnsAttributesOf(network, vpc.vpcId).hostnames) {
    const seen = fact(
      `enableDnsHostnames of ${vpc.vpcId} is off, so private names do not resolve.`,
      vpc.vpcId,
      'NAME',
    );
    return { ...path, reasons: ['VPC_DNS_DISABLED'], facts: [...path.facts, seen], missing: false };
  }
  const silent = standing.find((endpoint) => !endpoint.privateDns);
  if (!silent) return path;
  const seen = fact(
    `${silent.endpointId} stands here, but its private DNS is off.`,
    silent.endpointId,
    'NAME',
  );
  return { ...path, reasons: ['ENDPOINT_PRIVATE_DNS_OFF'], facts: [...path.facts, seen], missing: false };
}

function overPublic(network: Network, client: Client, egress: Egress, base: NamePath): NamePath {
  const facts = [...base.facts, ...egress.facts];
  if (egress.path === 'NONE') {
    return { ...base, path: 'NONE', facts, reasons: egress.ipv6Only ? ['IPV6_ONLY'] : [], missing: true };
  }
  const path = filtered({ ...base, path: egress.path, facts }, filterPublic(network, client, egress));
  return { ...path, unseen: egress.path === 'UNKNOWN' && !egress.unread };
}

function throughEndpoint(
  network: Network,
  client: Client,
  endpoint: EndpointFacts,
  base: NamePath,
  path: 'ENDPOINTS' | 'CENTRAL',
): NamePath {
  if (endpoint.state !== 'available') {
    const seen = fact(`${endpoint.endpointId} is in state ${endpoint.state}.`, endpoint.endpointId);
    return { ...base, path, reasons: ['ENDPOINT_PENDING'], facts: [...base.facts, seen] };
  }
  return filtered({ ...base, path }, filterEndpoint(network, client, endpoint, base.name));
}

function throughCentral(network: Network, client: Client, local: EndpointFacts[], base: NamePath): NamePath {
  const here = local.map((endpoint) => throughEndpoint(network, client, endpoint, base, 'CENTRAL'));
  const working = here.find((path) => path.path === 'CENTRAL' && path.reasons.length === 0);
  if (working) return working;
  const route = centralRoute(network, client.subnetId);
  if (route) {
    const seen = fact(
      `An active route to ${route.target.id} may lead to the central endpoints.`,
      route.target.id,
    );
    return filtered(
      { ...base, path: 'CENTRAL', facts: [...base.facts, seen] },
      filterCentral(network, client),
    );
  }
  if (here[0]) return here[0];
  const seen = fact(`No route of ${client.subnetId} leads to other private addresses.`, client.subnetId);
  return { ...base, path: 'CENTRAL', reasons: ['CENTRAL_UNREACHABLE'], facts: [...base.facts, seen] };
}

function filtered(name: NamePath, filter: Filtered): NamePath {
  const uncertain = filter.undecided && filter.reasons.length === 0 && rankOf(name.path) > rankOf('UNKNOWN');
  return {
    ...name,
    path: uncertain ? 'UNKNOWN' : name.path,
    reasons: [...name.reasons, ...filter.reasons],
    notes: [...name.notes, ...filter.notes],
    facts: [...name.facts, ...filter.facts],
  };
}
