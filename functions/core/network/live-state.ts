/** Decides from a Region's describe lists whether a journaled network change took effect. */
import type { ResourceReference } from '../model/change.ts';
import { CHANGE_TAG } from '../tags.ts';
import type { EndpointFacts, NetworkObservation, SecurityGroupFacts } from './facts.ts';
import { callerReferenceOf, type HubHolding, type HubZoneFacts } from './hub-facts.ts';
import { valuesOf } from './network.ts';

/** The lists in which changes of a network leave their traces. */
export type NetworkTraces = Pick<
  NetworkObservation,
  | 'securityGroups'
  | 'endpoints'
  | 'dnsAttributes'
  | 'profileAssociations'
  | 'hubHoldings'
  | 'hubZones'
  | 'hostedZones'
>;

/** TCP 443 from this block, as our own rules have it. */
export function admits443(group: SecurityGroupFacts, cidr: string): boolean {
  return group.ingress.some(
    ({ protocol, fromPort, toPort, cidrs }) =>
      protocol === 'tcp' && fromPort === 443 && toPort === 443 && cidrs.includes(cidr),
  );
}

/** Neither deleted nor being deleted, and not failed. */
export function isStanding({ state }: EndpointFacts): boolean {
  return !['deleting', 'deleted', 'failed', 'rejected', 'expired'].includes(state);
}

/** The id of what a change made, by our tag; null where it is not seen. */
export function createdId(changeId: string, network: NetworkTraces): string | null {
  const group = valuesOf(network.securityGroups).find(({ tags }) => tags[CHANGE_TAG] === changeId);
  if (group) return group.groupId;
  const endpoint = valuesOf(network.endpoints).find(
    (one) => one.tags[CHANGE_TAG] === changeId && isStanding(one),
  );
  if (endpoint) return endpoint.endpointId;
  const zone = hubZoneIn(network, { callerReference: callerReferenceOf(changeId) });
  return zone === null || zone === 'absent' ? null : zone.zoneId;
}

/** Whether the VPC has the association that a change of ours made; null where associations were not read. */
export function isAssociated(
  { vpcId, profileId, name }: { vpcId: string; profileId: string; name: string },
  network: NetworkTraces | null,
): boolean | null {
  if (network?.profileAssociations?.kind !== 'value') return null;
  return network.profileAssociations.value.some(
    (one) => one.vpcId === vpcId && one.profileId === profileId && one.name === name,
  );
}

/** What the account holds of the hub in a VPC; null where that was not read. */
export function holdingOf(network: NetworkTraces | null, vpcId: string): HubHolding | null {
  const read = network?.hubHoldings[vpcId];
  return read?.kind === 'value' ? read.value : null;
}

/** A private hosted zone of the hub, by its id or what made it; null where they were not read. */
export function hubZoneIn(
  network: Pick<NetworkTraces, 'hubZones'> | null,
  wanted: { zoneId: string | null } | { callerReference: string },
): HubZoneFacts | 'absent' | null {
  if (network?.hubZones?.kind !== 'value') return null;
  const isWanted = (zone: HubZoneFacts) =>
    'zoneId' in wanted ? zone.zoneId === wanted.zoneId : zone.callerReference === wanted.callerReference;
  return network.hubZones.value.find(isWanted) ?? 'absent';
}

/** Whether the VPC is associated with a private hosted zone; null where that was not read. */
export function isZoneAssociated(
  { vpcId, zoneId }: { vpcId: string; zoneId: string },
  network: Pick<NetworkTraces, 'hostedZones'> | null,
): boolean | null {
  const read = network?.hostedZones[vpcId];
  return read?.kind === 'value' ? read.value.some(({ hostedZoneId }) => hostedZoneId === zoneId) : null;
}

/** Id of a resource that exists or that a change made; null where it is not seen. */
export function referencedId(reference: ResourceReference, network: NetworkTraces): string | null {
  return reference.kind === 'existing' ? reference.id : createdId(reference.changeId, network);
}

/** null where the groups were not read. */
export function groupIn(
  network: NetworkTraces | null,
  reference: ResourceReference,
): SecurityGroupFacts | 'absent' | null {
  if (network?.securityGroups.kind !== 'value') return null;
  const id = referencedId(reference, network);
  return network.securityGroups.value.find(({ groupId }) => groupId === id) ?? 'absent';
}

/** Whether a gateway endpoint has the route tables that a modification leads to. */
export function hasRouteTables(
  { routeTableIds }: Pick<EndpointFacts, 'routeTableIds'>,
  { addRouteTableIds, removeRouteTableIds }: { addRouteTableIds: string[]; removeRouteTableIds: string[] },
): boolean {
  return (
    addRouteTableIds.every((id) => routeTableIds.includes(id)) &&
    !removeRouteTableIds.some((id) => routeTableIds.includes(id))
  );
}

/** Whether a gateway endpoint has just these route tables. */
export function hasTheseRouteTables(
  { routeTableIds }: Pick<EndpointFacts, 'routeTableIds'>,
  ids: readonly string[],
): boolean {
  return [...routeTableIds].sort().join() === [...ids].sort().join();
}

/** Of a modification, what live state can show. */
interface Modification {
  addSubnetIds: string[];
  removeSubnetIds: string[];
  addGroups: ResourceReference[];
  removeGroups: ResourceReference[];
  privateDns: boolean | null;
}
export function isModified(
  endpoint: EndpointFacts,
  action: Modification,
  idOf: (reference: ResourceReference) => string | null,
): boolean {
  const { subnetIds, groupIds, privateDns } = endpoint;
  return (
    action.addSubnetIds.every((id) => subnetIds.includes(id)) &&
    !action.removeSubnetIds.some((id) => subnetIds.includes(id)) &&
    action.addGroups.every((group) => groupIds.includes(idOf(group) ?? '')) &&
    !action.removeGroups.some((group) => groupIds.includes(idOf(group) ?? '')) &&
    (action.privateDns ?? privateDns) === privateDns
  );
}
