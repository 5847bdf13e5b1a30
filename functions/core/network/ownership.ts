/** What is ours, and how the network would look without it. */

import { MANAGED_TAG } from '../tags.ts';
import type { EndpointFacts, NetworkObservation, SecurityGroupFacts, Tags } from './facts.ts';
import { isService } from './needed-names.ts';
import { joinNetwork, type Network, valuesOf } from './network.ts';

/** Ours by tag and by journal: "a tag alone proves nothing" (docs/spec/decisions.md, "Journal"). */
export function isOurs(tags: Tags, id: string, journalled: ReadonlySet<string>): boolean {
  return tags[MANAGED_TAG] === 'true' && journalled.has(id);
}

/** How the journal's set says that we placed an endpoint in a subnet. */
export function placedIn(endpointId: string, subnetId: string): string {
  return `${endpointId}/${subnetId}`;
}

/** How the journal's set says that we authorized a VPC for a private hosted zone. */
export function authorizedIn(zoneId: string, vpcId: string): string {
  return `${zoneId}/${vpcId}`;
}

/** Interface endpoints of ours in a VPC that exist or are being made. */
export function ourEndpoints(
  network: Network,
  vpcId: string,
  journalled: ReadonlySet<string>,
): EndpointFacts[] {
  return (network.endpointsByVpc.get(vpcId) ?? []).filter(
    (endpoint) =>
      isOurs(endpoint.tags, endpoint.endpointId, journalled) &&
      ['available', 'pending', 'partial'].includes(endpoint.state),
  );
}

export function ourGroup(
  network: Network,
  vpcId: string,
  journalled: ReadonlySet<string>,
): SecurityGroupFacts | null {
  const groups = valuesOf(network.observation.securityGroups);
  return (
    groups.find((group) => group.vpcId === vpcId && isOurs(group.tags, group.groupId, journalled)) ?? null
  );
}

/**
 * The network as if our endpoints were not there. Evidence goes with them: where `ssm` resolves to one of
 * ours, that an instance is Online proves nothing about a path without it.
 */
export function withoutOurs(network: Network, journalled: ReadonlySet<string>): Network {
  const { observation } = network;
  const through = new Set<string>();
  const left = valuesOf(observation.endpoints).filter((endpoint) => {
    if (!isOurs(endpoint.tags, endpoint.endpointId, journalled)) return true;
    if (endpoint.privateDns && isService(network, endpoint.serviceName, 'ssm')) through.add(endpoint.vpcId);
    return false;
  });
  return joinNetwork({
    ...observation,
    endpoints:
      observation.endpoints.kind === 'value' ? { kind: 'value', value: left } : observation.endpoints,
    instances: observation.instances.map((instance) =>
      through.has(instance.vpcId) ? { ...instance, online: false } : instance,
    ),
  });
}

/** The network as if the DNS attributes of a VPC were on; where they could not be read, as it is. */
export function withDnsOn(network: Network, vpcId: string): Network {
  const { observation } = network;
  if (observation.dnsAttributes[vpcId]?.kind !== 'value') return network;
  const attributes: NetworkObservation['dnsAttributes'] = {
    ...observation.dnsAttributes,
    [vpcId]: { kind: 'value', value: { support: true, hostnames: true } },
  };
  return joinNetwork({ ...observation, dnsAttributes: attributes });
}

/** How the journal's set says that a private hosted zone of the hub leads to an endpoint. */
export function leadsTo(zoneId: string, endpointId: string): string {
  return `${zoneId}:vpc-endpoint/${endpointId}`;
}

/** By the journal, a private hosted zone of a hub leads there, which private DNS would exclude. */
export function isLedToByZone(endpointId: string, journalled: ReadonlySet<string>): boolean {
  return [...journalled].some((id) => !id.startsWith('arn:') && id.endsWith(`:vpc-endpoint/${endpointId}`));
}

/** By the journal, we put it into the Profile of a hub or led a zone of it there: VPCs of other accounts may use it. */
export function isOfHub(endpointId: string, journalled: ReadonlySet<string>): boolean {
  return [...journalled].some((id) => id.endsWith(`:vpc-endpoint/${endpointId}`));
}
