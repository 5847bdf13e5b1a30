/** In which subnets an endpoint is: one a zone, only zones that the service supports. */
import type { OverridableSettings } from '../model/configuration.ts';
import type { ReasonCode } from '../reasons.ts';
import type { Client } from './clients.ts';
import type { EndpointServiceFacts, SubnetFacts } from './facts.ts';
import { cidrSet } from './ipv4.ts';
import { type Network, valuesOf } from './network.ts';
import { aclAdmitsAtEndpoint } from './network-acls.ts';

export type ZoneChoice =
  | { kind: 'chosen'; subnets: SubnetFacts[] }
  | { kind: 'impossible'; reason: ReasonCode };

/**
 * `affected`: the zones in which the clients run; `one`: the zone with most of them; `all`: every zone in
 * which the VPC has a subnet. Where none of the clients' zones is supported (a Local Zone), any one zone
 * of the VPC that is.
 */
export function chooseSubnets(
  network: Network,
  vpcId: string,
  clients: Client[],
  service: EndpointServiceFacts,
  policy: OverridableSettings['endpointZones'],
): ZoneChoice {
  const supported = valuesOf(network.observation.subnets).filter(
    (subnet) =>
      subnet.vpcId === vpcId &&
      !subnet.ipv6Native &&
      subnet.cidr !== null &&
      service.zones.includes(subnet.zone),
  );
  if (supported.length === 0) return { kind: 'impossible', reason: 'ENDPOINT_ZONE_UNSUPPORTED' };
  const free = supported.filter((subnet) => subnet.freeAddresses > 0);
  if (free.length === 0) return { kind: 'impossible', reason: 'ENDPOINT_SUBNET_FULL' };
  const open = free.filter((subnet) => isOpenTo(network, subnet, clients));
  if (open.length === 0) return { kind: 'impossible', reason: 'NACL_BLOCKS_443' };
  const byZone = Map.groupBy(open, (subnet) => subnet.zone);
  const zones = zonesFor(network, clients, [...byZone.keys()].sort(), policy);
  const subnets = zones.flatMap((zone) => (byZone.get(zone) ?? []).sort(roomiest).slice(0, 1));
  return { kind: 'chosen', subnets };
}

function zonesFor(
  network: Network,
  clients: Client[],
  usable: string[],
  policy: OverridableSettings['endpointZones'],
): string[] {
  if (policy === 'all') return usable;
  const counts = new Map<string, number>();
  for (const client of clients) {
    const zone = network.subnets.get(client.subnetId)?.zone;
    if (zone !== undefined && usable.includes(zone)) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  }
  const affected = usable.filter((zone) => counts.has(zone));
  if (affected.length === 0) return usable.slice(0, 1);
  if (policy === 'affected') return affected;
  return affected.sort((one, other) => (counts.get(other) ?? 0) - (counts.get(one) ?? 0)).slice(0, 1);
}

/** Most free addresses first, then the lowest id. */
function roomiest(one: SubnetFacts, other: SubnetFacts): number {
  return other.freeAddresses - one.freeAddresses || (one.subnetId < other.subnetId ? -1 : 1);
}

/** An endpoint behind a network ACL that refuses the clients would cost money and help no one. */
function isOpenTo(network: Network, subnet: SubnetFacts, clients: Client[]): boolean {
  return clients.some(({ addresses, subnetId, platform }) => {
    const asking = { subnetId, platform, addresses: addresses ?? cidrSet() };
    return aclAdmitsAtEndpoint(network, asking, subnet.subnetId) === 'ADMITTED';
  });
}
