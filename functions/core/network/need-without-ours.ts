/**
 * What a VPC needs, judged as if our endpoints were not there and its DNS attributes were on, so that the answer outlives
 * the plan.
 */
import type { Client } from './clients.ts';
import { type EndpointNeed, endpointNeed } from './endpoint-need.ts';
import type { VpcFacts } from './facts.ts';
import { judgeClients } from './instance-path.ts';
import type { Network } from './network.ts';
import type { NetworkSettings } from './network-settings.ts';
import { withDnsOn, withoutOurs } from './ownership.ts';
import { type ServiceNeed, serviceNeeds } from './service-needs.ts';

export interface NeedWithoutOurs {
  /** Of Systems Manager. */
  need: EndpointNeed;
  /** Of `endpointServices`. */
  services: ServiceNeed[];
}

export function needWithoutOurs(
  network: Network,
  vpc: VpcFacts,
  clients: Client[],
  { journalled, settings }: { journalled: ReadonlySet<string>; settings: NetworkSettings },
): NeedWithoutOurs {
  const bare = withDnsOn(withoutOurs(network, journalled), vpc.vpcId);
  const offline = new Set(
    bare.observation.instances.filter(({ online }) => !online).map(({ instanceId }) => instanceId),
  );
  const unproven = clients.map((client) => (offline.has(client.id) ? { ...client, online: false } : client));
  return {
    need: endpointNeed(bare, vpc, judgeClients(bare, vpc, unproven), settings),
    services: serviceNeeds(bare, vpc, clients, settings),
  };
}

/** The endpoints of both. */
export function needOfAll({ need, services }: NeedWithoutOurs) {
  const more = services.filter(({ wanted }) => wanted !== null);
  return {
    ...need,
    wanted: [...need.wanted, ...more.flatMap(({ wanted }) => wanted ?? [])],
    affected: [...new Set([...need.affected, ...more.flatMap(({ affected }) => affected)])],
  };
}
