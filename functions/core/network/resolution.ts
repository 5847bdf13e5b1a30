/**
 * What a needed name resolves to inside a VPC: docs/spec/decisions.md, "What a name resolves to".
 *
 * Private DNS and private hosted zones work only with both DNS attributes on ("To use private hosted
 * zones, you must set enableDnsHostnames and enableDnsSupport to true", Route 53 developer guide). A
 * Resolver rule beats a zone of the same name (same guide); an endpoint's private DNS is a zone of
 * exactly the service's name, so a rule for a mere parent (`.` towards the data centre) leaves it alone.
 */
import type { Failure } from '../model/reads.ts';
import type { EndpointFacts, VpcDnsAttributes, VpcFacts } from './facts.ts';
import { isIpv4, parseCidr } from './ipv4.ts';
import { dnsNameOf, isService } from './needed-names.ts';
import { failureOf, type Network, valuesOf } from './network.ts';
import { type Fact, fact, unreadable } from './verdict.ts';

export type Resolution =
  | { kind: 'endpoint'; endpoint: EndpointFacts; facts: Fact[] }
  /** `local`: endpoints of the service in this very VPC without private DNS, to which the zone may point. */
  | { kind: 'central'; holder: string; local: EndpointFacts[]; facts: Fact[] }
  | { kind: 'public'; facts: Fact[] }
  /** The DNS of the VPC is someone else's. */
  | { kind: 'custom'; facts: Fact[] }
  /** No DNS at all: enableDnsSupport is off and the DNS is Amazon's. */
  | { kind: 'nothing'; facts: Fact[] }
  | { kind: 'unknown'; facts: Fact[]; unread: boolean };

/** Attributes that were not asked for are taken to be on, as an endpoint's private DNS requires. */
export function dnsAttributesOf(network: Network, vpcId: string): VpcDnsAttributes {
  const read = network.observation.dnsAttributes[vpcId];
  return read?.kind === 'value' ? read.value : { support: true, hostnames: true };
}

export function resolve(network: Network, vpc: VpcFacts, name: string): Resolution {
  const failure = firstFailure(network, vpc);
  if (failure) return { kind: 'unknown', facts: [unreadable(failure)], unread: true };
  const servers = foreignServers(network, vpc);
  if (servers.length > 0) {
    const seen = `The DHCP options of ${vpc.vpcId} hand out ${servers.join(', ')}, so Amazon's DNS is not asked.`;
    return { kind: 'custom', facts: [fact(seen, vpc.dhcpOptionsId)] };
  }
  const attributes = dnsAttributesOf(network, vpc.vpcId);
  if (!attributes.support) {
    return {
      kind: 'nothing',
      facts: [fact(`enableDnsSupport of ${vpc.vpcId} is off: no name resolves.`, vpc.vpcId)],
    };
  }
  const domain = dnsNameOf(network, name);
  const rule = ruleFor(network, vpc, domain);
  const endpoint = endpointFor(network, vpc, name, attributes);
  if (endpoint && rule?.domain !== domain) {
    const seen = `${domain} resolves to ${endpoint.endpointId}, whose private DNS is on.`;
    return { kind: 'endpoint', endpoint, facts: [fact(seen, endpoint.endpointId)] };
  }
  if (rule?.type === 'FORWARD') {
    const seen = `A Resolver rule forwards ${rule.domain || '.'}, so ${domain} resolves elsewhere.`;
    return { kind: 'unknown', facts: [fact(seen, rule.ruleId)], unread: false };
  }
  const zones = attributes.hostnames ? zoneFor(network, vpc, domain) : null;
  if (zones?.kind === 'unknown') return zones;
  if (zones) return { ...zones, local: localEndpoints(network, vpc, name) };
  return { kind: 'public', facts: [fact(`${domain} resolves to its public address.`, vpc.vpcId)] };
}

/** What resolving depends on and what could not be read. */
function firstFailure(network: Network, vpc: VpcFacts): Failure | null {
  const { observation } = network;
  const own = vpc.ownerId === observation.accountId;
  const reads = [
    observation.dhcpOptions,
    // A participant sees no endpoint of the owner, whatever the call says.
    own ? observation.endpoints : null,
    observation.resolverRules,
    observation.resolverRuleIds,
    observation.profileResources,
    observation.dnsAttributes[vpc.vpcId],
    observation.hostedZones[vpc.vpcId],
  ];
  return reads.map((read) => failureOf(read)).find((failure) => failure !== null) ?? null;
}

function foreignServers(network: Network, vpc: VpcFacts): string[] {
  const servers = network.dhcpOptions.get(vpc.dhcpOptionsId ?? '')?.nameServers ?? [];
  return servers.filter((server) => !isAmazonDns(vpc, server));
}

/** AmazonProvidedDNS, the link-local addresses, or the network address of the VPC plus two. */
function isAmazonDns(vpc: VpcFacts, server: string): boolean {
  if (['AmazonProvidedDNS', '169.254.169.253', 'fd00:ec2::253'].includes(server)) return true;
  if (!isIpv4(server)) return false;
  const address = parseCidr(server).set[0]?.from;
  return vpc.cidrs.some((cidr) => parseCidr(cidr).set[0]?.from === (address ?? 0) - 2);
}

function endpointFor(
  network: Network,
  vpc: VpcFacts,
  name: string,
  attributes: VpcDnsAttributes,
): EndpointFacts | null {
  if (!attributes.hostnames) return null;
  return serviceEndpoints(network, vpc.vpcId, name).find((endpoint) => endpoint.privateDns) ?? null;
}

function localEndpoints(network: Network, vpc: VpcFacts, name: string): EndpointFacts[] {
  return serviceEndpoints(network, vpc.vpcId, name).filter((endpoint) => endpoint.state === 'available');
}

/** Interface endpoints of a service in a VPC, but for those that are gone or refused. */
export function serviceEndpoints(network: Network, vpcId: string, name: string): EndpointFacts[] {
  return (network.endpointsByVpc.get(vpcId) ?? []).filter(
    (endpoint) =>
      endpoint.type === 'interface' &&
      isService(network, endpoint.serviceName, name) &&
      !['deleting', 'deleted', 'rejected', 'failed', 'expired'].includes(endpoint.state),
  );
}

function holds(domain: string, parent: string): boolean {
  return parent === '' || domain === parent || domain.endsWith(`.${parent}`);
}

/** The most specific rule associated with the VPC; a SYSTEM rule takes a name back from a FORWARD one. */
function ruleFor(network: Network, vpc: VpcFacts, domain: string) {
  const { resolverRuleIds, resolverRules } = network.observation;
  const associated = new Set(resolverRuleIds?.kind === 'value' ? resolverRuleIds.value[vpc.vpcId] : []);
  const rules = valuesOf(resolverRules).filter(
    (rule) => associated.has(rule.ruleId) && rule.type !== 'RECURSIVE' && holds(domain, rule.domain),
  );
  for (const resource of profileOf(network, vpc)) {
    if (resource.kind !== 'resolver-rule' || resource.domain === null || !holds(domain, resource.domain))
      continue;
    rules.push({ ruleId: resource.resourceArn, domain: resource.domain, type: 'FORWARD' });
  }
  return rules.sort((one, other) => other.domain.length - one.domain.length)[0] ?? null;
}

function profileOf(network: Network, vpc: VpcFacts) {
  const { profileResources } = network.observation;
  return profileResources?.kind === 'value' ? (profileResources.value[vpc.vpcId] ?? []) : [];
}

function zoneFor(
  network: Network,
  vpc: VpcFacts,
  domain: string,
):
  | { kind: 'central'; holder: string; facts: Fact[] }
  | { kind: 'unknown'; facts: Fact[]; unread: boolean }
  | null {
  const read = network.observation.hostedZones[vpc.vpcId] ?? null;
  const zone = valuesOf(read)
    .filter((candidate) => candidate.owningService === null && holds(domain, candidate.name))
    .sort((one, other) => other.name.length - one.name.length)[0];
  if (zone) {
    const seen = `The private hosted zone ${zone.name} (account ${zone.owningAccount ?? 'unknown'}) answers for ${domain}.`;
    return { kind: 'central', holder: zone.hostedZoneId, facts: [fact(seen, zone.hostedZoneId)] };
  }
  const resources = profileOf(network, vpc).filter((resource) => resource.kind !== 'other');
  const named = resources.find((resource) => resource.domain !== null && holds(domain, resource.domain));
  if (named) {
    const seen = `Route 53 Profile ${named.profileId} answers for ${domain} with ${named.resourceArn}.`;
    return { kind: 'central', holder: named.resourceArn, facts: [fact(seen, named.resourceArn)] };
  }
  const silent = resources.find((resource) => resource.domain === null);
  if (!silent) return null;
  const seen = `Route 53 Profile ${silent.profileId} holds ${silent.resourceArn}, whose name is not visible from here.`;
  return { kind: 'unknown', facts: [fact(seen, silent.resourceArn)], unread: false };
}
