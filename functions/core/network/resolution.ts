/**
 * What a needed name resolves to inside a VPC: docs/spec/decisions.md, "What a name resolves to".
 *
 * Private DNS and private hosted zones work only with both DNS attributes on ("To use private hosted
 * zones, you must set enableDnsHostnames and enableDnsSupport to true", Route 53 developer guide); else they
 * sleep and the name is public. With enableDnsSupport off Amazon's DNS does not answer at all, which no
 * egress helps against. Who is asked is in dns-servers.ts, who answers in resolver-candidates.ts.
 */
import type { Failure } from '../model/reads.ts';
import { type DnsServer, dnsServerOf, mayBeDirectory } from './dns-servers.ts';
import type { EndpointFacts, VpcDnsAttributes, VpcFacts } from './facts.ts';
import { dnsNameOf } from './needed-names.ts';
import { failureOf, type Network } from './network.ts';
import { candidatesFor, serviceEndpoints } from './resolver-candidates.ts';
import { type Fact, fact, unreadable } from './verdict.ts';

export type Resolution =
  | { kind: 'endpoint'; endpoint: EndpointFacts; facts: Fact[] }
  /** `local`: endpoints of the service in this very VPC without private DNS, to which the zone may point. */
  | { kind: 'central'; holder: string; local: EndpointFacts[]; facts: Fact[] }
  | { kind: 'public'; facts: Fact[] }
  /** The DNS of the VPC is someone else's; `none`: it names no server at all. */
  | { kind: 'custom'; none: boolean; facts: Fact[] }
  /** A directory forwards to Amazon's DNS, which answers as `behind` says. */
  | { kind: 'directory'; behind: Exclude<Resolution, { kind: 'directory' }>; facts: Fact[] }
  /** No DNS at all: enableDnsSupport is off and the DNS is Amazon's. */
  | { kind: 'nothing'; facts: Fact[] }
  | { kind: 'unknown'; facts: Fact[] };

/** Attributes that were not asked for are taken to be on, as an endpoint's private DNS requires. */
export function dnsAttributesOf(network: Network, vpcId: string): VpcDnsAttributes {
  const read = network.observation.dnsAttributes[vpcId];
  return read?.kind === 'value' ? read.value : { support: true, hostnames: true };
}

/** `xen`: of the instance that asks. */
export function resolve(network: Network, vpc: VpcFacts, name: string, xen: boolean): Resolution {
  const { dhcpOptions } = network.observation;
  const failure = failureOf(dhcpOptions);
  if (failure) return { kind: 'unknown', facts: [unreadable(failure)] };
  const server = dnsServerOf(network, vpc, xen);
  switch (server.kind) {
    case 'amazon':
      return resolveByAmazon(network, vpc, name);
    case 'directory': {
      const seen = `The DHCP options of ${vpc.vpcId} name ${server.server} first, a domain controller of directory ${server.directoryId}, which forwards other names to Amazon's DNS.`;
      const behind = resolveByAmazon(network, vpc, name);
      return { kind: 'directory', behind, facts: [fact(seen, server.directoryId), ...behind.facts] };
    }
    case 'xen':
      return { kind: 'unknown', facts: [fact(server.sentence, vpc.dhcpOptionsId ?? vpc.vpcId)] };
    case 'custom':
    case 'none':
      return resolveElsewhere(network, vpc, server);
  }
}

function resolveElsewhere(
  network: Network,
  vpc: VpcFacts,
  server: Extract<DnsServer, { kind: 'custom' | 'none' }>,
): Resolution {
  // Interfaces are asked for only where one of them may be a directory's.
  const failure = mayBeDirectory(network, vpc) ? failureOf(network.observation.networkInterfaces) : null;
  if (failure) return { kind: 'unknown', facts: [unreadable(failure)] };
  const seen =
    server.kind === 'none'
      ? `The DHCP options of ${vpc.vpcId} name no DNS server, so instances get none.`
      : `The DHCP options of ${vpc.vpcId} name ${server.servers[0]} first${server.servers.length > 1 ? ` (of ${server.servers.join(', ')})` : ''}, so Amazon's DNS is not asked.`;
  return { kind: 'custom', none: server.kind === 'none', facts: [fact(seen, vpc.dhcpOptionsId)] };
}

function resolveByAmazon(
  network: Network,
  vpc: VpcFacts,
  name: string,
): Exclude<Resolution, { kind: 'directory' }> {
  const failure = firstFailure(network, vpc);
  if (failure) return { kind: 'unknown', facts: [unreadable(failure)] };
  const attributes = dnsAttributesOf(network, vpc.vpcId);
  if (!attributes.support) {
    const seen = `enableDnsSupport of ${vpc.vpcId} is off, so Amazon's DNS answers for no name.`;
    return { kind: 'nothing', facts: [fact(seen, vpc.vpcId)] };
  }
  const domain = dnsNameOf(network, name);
  const [best] = candidatesFor(network, vpc, name, attributes);
  switch (best?.kind) {
    case undefined:
      return { kind: 'public', facts: [fact(`${domain} resolves to its public address.`, vpc.vpcId)] };
    case 'endpoint': {
      const { endpoint } = best;
      const seen = `${domain} resolves to ${endpoint.endpointId}, whose private DNS is on.`;
      return { kind: 'endpoint', endpoint, facts: [fact(seen, endpoint.endpointId)] };
    }
    case 'central':
      return {
        kind: 'central',
        holder: best.holder,
        local: localEndpoints(network, vpc, name),
        facts: [best.fact],
      };
    case 'rule':
    case 'unknown':
      return { kind: 'unknown', facts: [best.fact] };
  }
}

/** What resolving depends on and what could not be read. */
function firstFailure(network: Network, vpc: VpcFacts): Failure | null {
  const { observation } = network;
  const own = vpc.ownerId === observation.accountId;
  const reads = [
    // A participant sees no endpoint of the owner, whatever the call says.
    own ? observation.endpoints : null,
    observation.resolverRules,
    observation.resolverRuleIds,
    observation.profileAssociations,
    observation.dnsAttributes[vpc.vpcId],
    observation.hostedZones[vpc.vpcId],
  ];
  return reads.map((read) => failureOf(read)).find((failure) => failure !== null) ?? null;
}

function localEndpoints(network: Network, vpc: VpcFacts, name: string): EndpointFacts[] {
  return serviceEndpoints(network, vpc.vpcId, name).filter((endpoint) => endpoint.state === 'available');
}
