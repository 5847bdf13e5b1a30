/**
 * Services of `endpointServices` that clients of a VPC do not reach, and the endpoints that would give them: S3 by a
 * gateway endpoint, which has no charge and serves whatever asks for S3 by its public name (agent updates, patches, package
 * repositories, session logs), the others by interface endpoints. Judged as if our endpoints were not there, so that the
 * answer is the same before they are made and after.
 */
import type { OverridableSettings } from '../model/configuration.ts';
import type { Client } from './clients.ts';
import { egressOf } from './egress.ts';
import { holderOf, type WantedEndpoint } from './endpoint-need.ts';
import { chooseSubnets } from './endpoint-zones.ts';
import type { VpcFacts } from './facts.ts';
import { type OptionalService, serviceOf } from './needed-names.ts';
import { failureOf, type Network, valuesOf } from './network.ts';
import { filterNewEndpoint } from './reach.ts';
import { resolve } from './resolution.ts';
import { serviceEndpoints } from './resolver-candidates.ts';
import { type PrivateReach, privateReach } from './service-reach.ts';
import { unreadable } from './verdict.ts';

export interface ServiceNeed {
  service: OptionalService;
  /** Who does not reach it. */
  affected: Client[];
  /** Why no endpoint is planned. */
  stop: string | null;
  /** Of an interface endpoint. */
  wanted: WantedEndpoint | null;
  /** Of a gateway endpoint. */
  gateway: { serviceName: string; routeTableIds: string[] } | null;
}

export type ServiceReachSettings = Pick<OverridableSettings, 'endpointServices' | 'unknownEgress' | 'path'>;
export type ServiceSettings = ServiceReachSettings &
  Pick<OverridableSettings, 'endpointZones' | 'endpointsInDnsHubs'>;

/** Whether some client may not reach some service, so that what else is read may show that it does not. */
export function mayLackService(
  network: Network,
  vpc: VpcFacts,
  clients: Client[],
  settings: ServiceReachSettings,
): boolean {
  return (settings.endpointServices ?? []).some((service) =>
    clients.some((client) => reachOf(network, vpc, client, service, settings) !== 'REACHED'),
  );
}

export function serviceNeeds(
  network: Network,
  vpc: VpcFacts,
  clients: Client[],
  settings: ServiceSettings,
): ServiceNeed[] {
  // A run that an older version began has no such setting.
  return (settings.endpointServices ?? []).flatMap((service) => {
    const affected = clients.filter((client) => lacks(network, vpc, client, service, settings));
    if (affected.length === 0) return [];
    const nothing: ServiceNeed = { service, affected, stop: null, wanted: null, gateway: null };
    const { endpointServices } = network.observation;
    if (endpointServices === null) return [];
    const failure = failureOf(endpointServices);
    if (failure) return [{ ...nothing, stop: unreadable(failure).sentence }];
    return service === 's3'
      ? [gatewayNeed(network, nothing)]
      : [interfaceNeed(network, vpc, nothing, settings)];
  });
}

function lacks(...about: Parameters<typeof reachOf>): boolean {
  return reachOf(...about) === 'NOT_REACHED';
}

function reachOf(
  network: Network,
  vpc: VpcFacts,
  { subnetId, hasPublicIp, addresses }: Client,
  service: OptionalService,
  settings: ServiceReachSettings,
): PrivateReach {
  const subnet = network.subnets.get(subnetId);
  if (!subnet || addresses === null) return 'REACHED';
  const egress = egressOf(network, subnetId, hasPublicIp);
  const isOpen =
    (egress.path === 'INTERNET' && settings.path !== 'private') ||
    (egress.path === 'UNKNOWN' && (settings.unknownEgress !== 'provision' || egress.unread));
  return isOpen ? 'REACHED' : privateReach(network, vpc, subnet, service);
}

/** The tables of the affected subnets; the endpoint of others that serves another table is left as it is. */
function gatewayNeed(network: Network, need: ServiceNeed): ServiceNeed {
  const service = serviceOf(network, need.service, 'gateway');
  if (!service) return { ...need, stop: 'AWS offers no gateway endpoint for s3 in this Region.' };
  const tables = need.affected.flatMap(({ subnetId }) => {
    const subnet = network.subnets.get(subnetId);
    return (subnet && network.routeTableOf(subnet)?.routeTableId) ?? [];
  });
  const routeTableIds = [...new Set(tables)].sort();
  return routeTableIds.length === 0
    ? { ...need, stop: 'The route table of the subnets could not be seen.' }
    : { ...need, gateway: { serviceName: service.serviceName, routeTableIds } };
}

function interfaceNeed(
  network: Network,
  vpc: VpcFacts,
  need: ServiceNeed,
  settings: ServiceSettings,
): ServiceNeed {
  const { service: name } = need;
  const service = serviceOf(network, name);
  if (!service) return { ...need, stop: `AWS offers no interface endpoint for ${name} in this Region.` };
  const stop = vpcStop(network, vpc, name, settings);
  if (stop !== null) return { ...need, stop };
  const choice = chooseSubnets(network, vpc.vpcId, need.affected, service, settings.endpointZones);
  if (choice.kind === 'impossible') {
    return { ...need, stop: `No subnet of the VPC can hold an endpoint for ${name} (${choice.reason}).` };
  }
  const ids = choice.subnets.map(({ subnetId }) => subnetId);
  const able = need.affected.filter((client) => filterNewEndpoint(network, client, ids).length === 0);
  if (able.length === 0) {
    return {
      ...need,
      stop: 'Security groups or network ACLs of the instances block TCP 443 to an endpoint.',
    };
  }
  return { ...need, wanted: { name, serviceName: service.serviceName, subnets: choice.subnets } };
}

/** What would make an endpoint useless, refused or harmful. */
function vpcStop(
  network: Network,
  vpc: VpcFacts,
  name: OptionalService,
  settings: ServiceSettings,
): string | null {
  const { resolverEndpoints } = network.observation;
  const failure = settings.endpointsInDnsHubs ? null : failureOf(resolverEndpoints);
  if (failure) return unreadable(failure).sentence;
  const inbound = valuesOf(resolverEndpoints).find(
    ({ vpcId, direction }) => vpcId === vpc.vpcId && direction === 'INBOUND',
  );
  if (inbound && !settings.endpointsInDnsHubs) {
    return `Others resolve names through ${inbound.resolverEndpointId} in this VPC (endpointsInDnsHubs).`;
  }
  const holder = holderOf(network, vpc, name);
  if (holder) {
    return `${holder.endpointId} (${holder.state}) already holds the private DNS name of ${name}.`;
  }
  const silent = serviceEndpoints(network, vpc.vpcId, name).find(({ privateDns }) => !privateDns);
  if (silent) return `${silent.endpointId} is in this VPC, but its private DNS is off.`;
  const resolution = resolve(network, vpc, name, false);
  return resolution.kind === 'public'
    ? null
    : (resolution.facts[0]?.sentence ?? 'The name does not resolve.');
}
