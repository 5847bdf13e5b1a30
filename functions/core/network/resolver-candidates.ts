/**
 * What may answer for a name inside a VPC whose DNS is Amazon's, from the most to the least preferred.
 *
 * The most specific name wins: among rules "the rule that contains the most specific domain name" (Route 53 developer
 * guide, resolver-overview-forward-vpc-to-network-domain-name-matches), among zones the most specific match
 * (hosted-zone-private-considerations). At the same name a rule wins over a zone (same page) and, inferred, over an
 * endpoint's private name, which is such a zone. A SYSTEM rule takes a name back from a FORWARD rule of a parent. The
 * VPC's own settings come before those of a Profile at the same name; of several Profiles "Route 53 VPC Resolver
 * evaluates the Profile associations for a VPC in priority order, starting with the lowest value" (API reference,
 * ProfileAssociation), so the first that holds the name wins.
 */
import type { EndpointFacts, ProfileResourceFacts, VpcDnsAttributes, VpcFacts } from './facts.ts';
import { endpointOfAlias } from './hub-facts.ts';
import { dnsNameOf, dnsNameOfService, isService } from './needed-names.ts';
import { failureOf, type Network, valuesOf } from './network.ts';
import { type Fact, fact, unreadable } from './verdict.ts';

export type Candidate = { domain: string } & (
  | { kind: 'rule'; holder: string; type: 'FORWARD' | 'SYSTEM'; fact: Fact }
  | { kind: 'endpoint'; endpoint: EndpointFacts }
  | { kind: 'central'; holder: string; fact: Fact }
  /** Something that may hold the name, or not. */
  | { kind: 'unknown'; fact: Fact }
);

/** Order at the same domain. */
const RANK: Record<Candidate['kind'], number> = { rule: 0, endpoint: 1, central: 2, unknown: 3 };

export function candidatesFor(
  network: Network,
  vpc: VpcFacts,
  name: string,
  attributes: VpcDnsAttributes,
): Candidate[] {
  const domain = dnsNameOf(network, name);
  const own = [
    ...ownRules(network, vpc, domain),
    ...(attributes.hostnames ? [...ownEndpoints(network, vpc, name), ...ownZones(network, vpc, domain)] : []),
  ].sort(bySpecificity);
  const profile = profileCandidates(network, vpc, domain, attributes);
  // Own ones first at the same domain; the sort is stable.
  return withoutForwarded([...own, ...profile].sort((a, b) => b.domain.length - a.domain.length));
}

function bySpecificity(one: Candidate, other: Candidate): number {
  return other.domain.length - one.domain.length || RANK[one.kind] - RANK[other.kind];
}

/** Where the most specific rule is a SYSTEM one, no rule forwards the name. */
function withoutForwarded(candidates: Candidate[]): Candidate[] {
  const rule = candidates.find(({ kind }) => kind === 'rule');
  return rule?.kind === 'rule' && rule.type === 'SYSTEM'
    ? candidates.filter(({ kind }) => kind !== 'rule')
    : candidates;
}

export function holds(domain: string, parent: string): boolean {
  return parent === '' || domain === parent || domain.endsWith(`.${parent}`);
}

function ownRules(network: Network, vpc: VpcFacts, domain: string): Candidate[] {
  const { resolverRuleIds, resolverRules } = network.observation;
  const associated = new Set(resolverRuleIds?.kind === 'value' ? resolverRuleIds.value[vpc.vpcId] : []);
  return valuesOf(resolverRules).flatMap((rule): Candidate[] =>
    associated.has(rule.ruleId) &&
    (rule.type === 'FORWARD' || rule.type === 'SYSTEM') &&
    holds(domain, rule.domain)
      ? [ruleCandidate(rule.domain, rule.type, rule.ruleId, domain)]
      : [],
  );
}

function ruleCandidate(
  parent: string,
  type: 'FORWARD' | 'SYSTEM',
  holder: string,
  domain: string,
): Candidate {
  const seen = `A Resolver rule forwards ${parent || '.'}, so ${domain} resolves elsewhere.`;
  return { kind: 'rule', domain: parent, type, holder, fact: fact(seen, holder) };
}

function ownEndpoints(network: Network, vpc: VpcFacts, name: string): Candidate[] {
  const endpoint = serviceEndpoints(network, vpc.vpcId, name).find(({ privateDns }) => privateDns);
  return endpoint ? [{ kind: 'endpoint', domain: dnsNameOf(network, name), endpoint }] : [];
}

/** Interface endpoints of a service in a VPC, but for those that are gone or refused. */
export function serviceEndpoints(network: Network, vpcId: string, name: string): EndpointFacts[] {
  return (network.endpointsByVpc.get(vpcId) ?? []).filter(
    (endpoint) =>
      endpoint.type === 'interface' &&
      isService(network, endpoint.serviceName, name) &&
      !GONE.includes(endpoint.state),
  );
}

const GONE: readonly string[] = ['deleting', 'deleted', 'rejected', 'failed', 'expired'];

function ownZones(network: Network, vpc: VpcFacts, domain: string): Candidate[] {
  return valuesOf(network.observation.hostedZones[vpc.vpcId] ?? null).flatMap((zone): Candidate[] => {
    if (zone.owningService !== null || !holds(domain, zone.name)) return [];
    const endpoint = endpointOfOwnHub(network, vpc, zone.hostedZoneId);
    if (endpoint) return [{ kind: 'endpoint', domain: zone.name, endpoint }];
    const seen = `The private hosted zone ${zone.name} (account ${zone.owningAccount ?? 'unknown'}) answers for ${domain}.`;
    return [
      { kind: 'central', domain: zone.name, holder: zone.hostedZoneId, fact: fact(seen, zone.hostedZoneId) },
    ];
  });
}

/** In the hub VPC itself a zone of the hub leads to an endpoint beside the client, as private DNS would. */
function endpointOfOwnHub(network: Network, vpc: VpcFacts, zoneId: string): EndpointFacts | undefined {
  const zone = valuesOf(network.observation.hubZones).find((one) => one.zoneId === zoneId);
  const endpointId = endpointOfAlias(zone?.alias ?? null);
  return (network.endpointsByVpc.get(vpc.vpcId) ?? []).find((one) => one.endpointId === endpointId);
}

/** Profiles of the VPC in the order in which they are evaluated. */
export function profilesOf(network: Network, vpcId: string): string[] {
  return valuesOf(network.observation.profileAssociations)
    .filter((association) => association.vpcId === vpcId)
    .sort((one, other) => one.priority - other.priority || (one.profileId < other.profileId ? -1 : 1))
    .map(({ profileId }) => profileId);
}

function profileCandidates(
  network: Network,
  vpc: VpcFacts,
  domain: string,
  attributes: VpcDnsAttributes,
): Candidate[] {
  const open: Candidate[] = [];
  for (const profileId of profilesOf(network, vpc.vpcId)) {
    const failure = failureOf(network.observation.profileResources[profileId]);
    // What could not be read may hold the very name.
    if (failure) open.push({ kind: 'unknown', domain, fact: unreadable(failure) });
    const held = valuesOf(network.observation.profileResources[profileId] ?? null)
      .filter(({ kind }) => kind === 'resolver-rule' || attributes.hostnames)
      .flatMap((resource) => profileCandidate(network, resource, domain))
      .sort(bySpecificity);
    const known = held.filter(({ kind }) => kind !== 'unknown');
    const silent = held.filter(({ kind }) => kind === 'unknown');
    const exact = known[0]?.domain === domain;
    // Nothing within the same Profile is more specific than the name itself.
    if (!exact) open.push(...silent);
    if (known.length > 0) return [...open, ...known];
  }
  return open;
}

function profileCandidate(network: Network, resource: ProfileResourceFacts, domain: string): Candidate[] {
  if (resource.kind === 'other') return [];
  const { profileId, resourceArn } = resource;
  const held = domainOfResource(network, resource);
  if (held.kind === 'nothing') return [];
  if (held.kind === 'silent') {
    const seen = `Route 53 Profile ${profileId} holds ${resourceArn}, whose name is not visible from here${held.why}.`;
    return [{ kind: 'unknown', domain, fact: fact(seen, resourceArn) }];
  }
  if (!holds(domain, held.domain)) return [];
  if (held.rule) return [ruleCandidate(held.domain, held.rule, resourceArn, domain)];
  const seen = `Route 53 Profile ${profileId} answers for ${domain} with ${resourceArn}.`;
  return [{ kind: 'central', domain: held.domain, holder: resourceArn, fact: fact(seen, resourceArn) }];
}

type Held =
  | { kind: 'known'; domain: string; rule?: 'FORWARD' | 'SYSTEM' }
  /** Answers for no name: private DNS is off, or the endpoint is gone. */
  | { kind: 'nothing' }
  | { kind: 'silent'; why: string };

/** For which names a resource of a Profile answers: from this account's own lists, else as its owner says. */
export function domainOfResource(
  network: Network,
  { kind, resourceId, resourceArn }: ProfileResourceFacts,
): Held {
  const { observation } = network;
  const foreign = observation.foreignResources[resourceArn];
  const failure = failureOf(foreign);
  const silent: Held = {
    kind: 'silent',
    why: failure ? ` (${failure.action} failed with ${failure.code})` : '',
  };
  switch (kind) {
    case 'endpoint': {
      const own = valuesOf(observation.endpoints).find(({ endpointId }) => endpointId === resourceId);
      const endpoint =
        own ?? (foreign?.kind === 'value' && foreign.value.kind === 'endpoint' ? foreign.value : null);
      if (endpoint === null) return silent;
      if (!endpoint.privateDns || GONE.includes(endpoint.state)) return { kind: 'nothing' };
      return { kind: 'known', domain: dnsNameOfService(network, endpoint.serviceName) };
    }
    case 'hosted-zone': {
      const own = Object.values(observation.hostedZones)
        .flatMap((zones) => valuesOf(zones))
        .find(({ hostedZoneId }) => hostedZoneId === resourceId);
      if (own) return { kind: 'known', domain: own.name };
      return foreign?.kind === 'value' && foreign.value.kind === 'hosted-zone'
        ? { kind: 'known', domain: foreign.value.name }
        : silent;
    }
    case 'resolver-rule': {
      const rule = valuesOf(observation.resolverRules).find(({ ruleId }) => ruleId === resourceId);
      if (!rule) return silent;
      return rule.type === 'FORWARD' || rule.type === 'SYSTEM'
        ? { kind: 'known', domain: rule.domain, rule: rule.type }
        : { kind: 'nothing' };
    }
    case 'other':
      return { kind: 'nothing' };
  }
}
