/**
 * The path of each client of a VPC to each name that it needs, and what instances that are Online prove.
 * The worst of its names is the client's path.
 */

import type { Failure } from '../model/reads.ts';
import type { PathVerdict } from '../model/result.ts';
import type { NoteCode, ReasonCode } from '../reasons.ts';
import type { Client } from './clients.ts';
import { type Egress, egressOf } from './egress.ts';
import { isBlock, proven, sameWayKey } from './evidence.ts';
import type { EndpointFacts, VpcFacts } from './facts.ts';
import { withoutIpv4 } from './ipv6-path.ts';
import type { NamePath } from './name-path.ts';
import type { ServiceName } from './needed-names.ts';
import type { Network } from './network.ts';
import { centralRoute, type Filtered, filterCentral, filterEndpoint, filterPublic } from './reach.ts';
import { dnsAttributesOf, type Resolution, resolve } from './resolution.ts';
import { serviceEndpoints } from './resolver-candidates.ts';
import { cause, fact, rankOf, worstOf } from './verdict.ts';

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
  names: Pick<NamePath, 'name' | 'path' | 'reasons' | 'facts'>[];
  /** Names that central endpoints answer for which were not seen: what those admit is not known. */
  unseenCentral: ServiceName[];
  /** Its VPC is another account's, whose endpoints and NAT gateways could not be seen. */
  shared: boolean;
  /** Its VPC is tagged to be left alone. */
  ignored: boolean;
  /** A policy of an endpoint that it uses has conditions that can't be judged from here. */
  isPolicyUndecided: boolean;
  /** Reads whose failure leaves the path UNKNOWN, each once. */
  unread: Failure[];
}

export function instancePathOf(
  { path, reasons, notes, names }: ClientPath,
  vpc: Pick<InstancePath, 'shared' | 'ignored'>,
): InstancePath {
  const own = new Set(names.flatMap((name) => name.reasons));
  return {
    path,
    reasons: [...own].sort(),
    stops: reasons.filter((code) => !own.has(code)),
    names: names.map(({ name, path, reasons, facts }) => ({ name, path, reasons, facts })),
    unseenCentral: names.filter(isUnseenCentral).map(({ name }) => name),
    isPolicyUndecided: notes.includes('ENDPOINT_POLICY_UNDECIDED'),
    unread: path === 'UNKNOWN' ? failuresIn(names) : [],
    ...vpc,
  };
}

function failuresIn(names: readonly NamePath[]): Failure[] {
  const failures = names
    .filter(({ path }) => path === 'UNKNOWN')
    .flatMap(({ facts }) => facts.flatMap(({ unread }) => unread ?? []));
  return [...new Map(failures.map((failure) => [failure.action, failure])).values()];
}

/** Reached by a route, so that neither the groups nor the policy of the endpoint behind it were judged. */
export function isUnseenCentral({ resolvesTo, path, way }: NamePath): boolean {
  return resolvesTo === 'central' && path === 'CENTRAL' && way === null;
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

function summed(client: Client, names: NamePath[]): ClientPath {
  return {
    client,
    path: worstOf(names.map((name) => name.path)),
    reasons: [...new Set(names.flatMap((name) => name.reasons))].sort(),
    notes: [...new Set(names.flatMap((name) => name.notes))].sort(),
    names,
  };
}

function judgeName(
  network: Network,
  vpc: VpcFacts,
  client: Client,
  name: ServiceName,
  egress: Egress,
): NamePath {
  const resolution = resolve(network, vpc, name, client.xen);
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
  return resolution.kind === 'directory'
    ? throughDirectory(
        judgeResolved(
          network,
          vpc,
          client,
          resolution.behind,
          { ...base, resolvesTo: resolution.behind.kind },
          egress,
        ),
      )
    : judgeResolved(network, vpc, client, resolution, base, egress);
}

function judgeResolved(
  network: Network,
  vpc: VpcFacts,
  client: Client,
  resolution: Exclude<Resolution, { kind: 'directory' }>,
  base: NamePath,
  egress: Egress,
): NamePath {
  switch (resolution.kind) {
    case 'endpoint':
      return throughEndpoint(network, client, resolution.endpoint, base, 'ENDPOINTS');
    case 'central':
      return client.addresses === null
        ? withoutIpv4(network, vpc, client, base)
        : throughCentral(network, client, resolution.local, base);
    case 'unknown':
      return base;
    case 'nothing':
      return withoutDns(network, vpc, client, egress, { ...base, way: 'nothing' });
    case 'custom':
      return client.addresses === null
        ? withoutIpv4(network, vpc, client, { ...base, way: 'custom' })
        : overCustomDns(network, client, resolution.none, egress, base);
    case 'public':
      return client.addresses === null
        ? withoutIpv4(network, vpc, client, { ...base, way: 'public' })
        : overPublicName(network, vpc, client, egress, { ...base, way: 'public' });
  }
}

/**
 * What a directory answers is not seen, only that it forwards: what Amazon's DNS would answer with is taken for
 * certain only where the public answer works as well, and a missing path is never said.
 */
function throughDirectory(behind: NamePath): NamePath {
  const certain = behind.resolvesTo === 'public' && behind.path === 'INTERNET';
  return {
    ...behind,
    resolvesTo: 'directory',
    path: certain ? 'INTERNET' : 'UNKNOWN',
    reasons: behind.path === 'NONE' ? [] : behind.reasons.filter(isBlock),
    way: behind.way === null ? null : `directory ${behind.way}`,
    missing: false,
    unseen: false,
  };
}

/** No name resolves, so no egress helps; what lies behind is judged all the same. */
function withoutDns(
  network: Network,
  vpc: VpcFacts,
  client: Client,
  egress: Egress,
  base: NamePath,
): NamePath {
  const behind =
    client.addresses === null
      ? withoutIpv4(network, vpc, client, base)
      : overPublic(network, client, egress, base);
  const seen = `enableDnsSupport of ${vpc.vpcId} is off, so Amazon's DNS answers for no name${egress.path === 'INTERNET' ? ', whatever the egress' : ''}.`;
  return {
    ...behind,
    reasons: [...new Set<ReasonCode>([...behind.reasons, 'VPC_DNS_DISABLED'])],
    facts: [...behind.facts, cause('VPC_DNS_DISABLED', seen, vpc.vpcId, 'NAME')],
    missing: false,
  };
}

/** Most likely the public answer: enough where the internet is reached. Without any server there is none. */
function overCustomDns(
  network: Network,
  client: Client,
  none: boolean,
  egress: Egress,
  base: NamePath,
): NamePath {
  const noEgress = egress.path === 'NONE';
  const path = overPublic(network, client, egress, { ...base, way: noEgress ? null : 'custom' });
  if (!noEgress && !none) return path;
  const seen = base.facts[0]?.sentence ?? '';
  return {
    ...path,
    reasons: [...new Set<ReasonCode>([...path.reasons, 'DNS_CUSTOM'])],
    facts: [...path.facts, cause('DNS_CUSTOM', seen, base.facts[0]?.resource ?? null, 'NAME')],
    missing: false,
  };
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
  const present = serviceEndpoints(network, vpc.vpcId, base.name);
  if (!dnsAttributesOf(network, vpc.vpcId).hostnames) {
    const seen = `enableDnsHostnames of ${vpc.vpcId} is off, so private names do not resolve.`;
    return {
      ...path,
      reasons: ['VPC_DNS_DISABLED'],
      facts: [...path.facts, cause('VPC_DNS_DISABLED', seen, vpc.vpcId, 'NAME')],
      missing: false,
    };
  }
  const silent = present.find((endpoint) => !endpoint.privateDns);
  if (!silent) return path;
  const seen = `${silent.endpointId} is in this VPC, but its private DNS is off.`;
  return {
    ...path,
    reasons: ['ENDPOINT_PRIVATE_DNS_OFF'],
    facts: [...path.facts, cause('ENDPOINT_PRIVATE_DNS_OFF', seen, silent.endpointId, 'NAME')],
    missing: false,
  };
}

function overPublic(network: Network, client: Client, egress: Egress, base: NamePath): NamePath {
  const facts = [...base.facts, ...egress.facts];
  if (egress.path === 'NONE') {
    const last = egress.facts.at(-1);
    return {
      ...base,
      path: 'NONE',
      facts: egress.ipv6Only && last ? [...facts, { ...last, reason: 'IPV6_ONLY' }] : facts,
      reasons: egress.ipv6Only ? ['IPV6_ONLY'] : [],
      missing: true,
    };
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
  const way = `endpoint ${[...endpoint.groupIds].sort()} ${[...endpoint.subnetIds].sort()} ${endpoint.policy ?? ''}`;
  if (endpoint.state !== 'available') {
    const seen = `${endpoint.endpointId} is in state ${endpoint.state}.`;
    const facts = [...base.facts, cause('ENDPOINT_PENDING', seen, endpoint.endpointId)];
    return { ...base, path, reasons: ['ENDPOINT_PENDING'], facts };
  }
  const judged = filtered({ ...base, path }, filterEndpoint(network, client, endpoint, base.name));
  // Without an address of a kind that the endpoint has, the name has no answer: that is no block, it is no path.
  if (judged.reasons.includes('IPV6_ONLY')) return { ...judged, path: 'NONE' };
  // Only what is decided alike for both names makes them one way.
  return { ...judged, way: judged.notes.length === 0 ? way : null };
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
  const name = base.facts[0]?.sentence ?? '';
  const seen = `${name} No route of ${client.subnetId} leads to other private addresses.`;
  return {
    ...base,
    path: 'CENTRAL',
    reasons: ['CENTRAL_UNREACHABLE'],
    facts: [...base.facts, cause('CENTRAL_UNREACHABLE', seen, client.subnetId)],
  };
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
