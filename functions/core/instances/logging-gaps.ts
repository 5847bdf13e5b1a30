/**
 * Subnets of running instances from which a service of session logging cannot be reached: no egress, and no
 * own endpoint. What cannot be seen from here is no gap.
 *
 * Sources: user guide, setup-create-vpc (optional endpoints `s3`, `kms`, `logs`); VPC user guide, gateway endpoints: each
 * of the selected route tables gets a route to the service's prefix list (in substance).
 */
import type { RegionObservation } from '../model/observation.ts';
import { isIgnored } from '../network/clients.ts';
import { egressOf } from '../network/egress.ts';
import type { SubnetFacts, VpcFacts } from '../network/facts.ts';
import { isService } from '../network/needed-names.ts';
import { joinNetwork, type Network } from '../network/network.ts';
import { resolve } from '../network/resolution.ts';
import {
  judgeSessionLogging,
  type LoggingGap,
  type LoggingPlace,
  type LoggingService,
  type SessionLogging,
  servicesOf,
} from './session-logging.ts';

/** The whole judgement on a Region; null where sessions are logged nowhere. */
export function regionSessionLogging(
  { sessionLogging, network }: Pick<RegionObservation, 'sessionLogging' | 'network'>,
  place: LoggingPlace,
): SessionLogging | null {
  if (!sessionLogging) return null;
  const services = servicesOf(sessionLogging.preferences);
  return judgeSessionLogging(
    sessionLogging,
    place,
    network ? loggingGaps(joinNetwork(network), services) : [],
  );
}

export function loggingGaps(network: Network, services: readonly LoggingService[]): LoggingGap[] {
  const { instances, accountId } = network.observation;
  const places = new Map(
    instances
      .filter(({ state, tags, privateIp }) => state === 'running' && !isIgnored(tags) && privateIp !== null)
      .map(({ subnetId, hasPublicIp }) => [`${subnetId} ${hasPublicIp}`, { subnetId, hasPublicIp }]),
  );
  const gaps = new Map<string, LoggingGap>();
  for (const { subnetId, hasPublicIp } of places.values()) {
    const subnet = network.subnets.get(subnetId);
    const vpc = subnet && network.vpcs.get(subnet.vpcId);
    // A participant of a shared VPC does not see the owner's endpoints.
    if (!subnet || !vpc || vpc.ownerId !== accountId || isIgnored(vpc.tags)) continue;
    if (egressOf(network, subnetId, hasPublicIp).path !== 'NONE') continue;
    for (const service of services) {
      if (hasOwnWay(network, vpc, subnet, service)) continue;
      const centralSeen = network.observation.hostedZones[vpc.vpcId] !== undefined;
      gaps.set(`${subnetId} ${service}`, { vpcId: vpc.vpcId, subnetId, service, centralSeen });
    }
  }
  return [...gaps.values()];
}

/** True as well where nothing here shows it: a central zone, a forwarding rule, something unread. */
function hasOwnWay(network: Network, vpc: VpcFacts, subnet: SubnetFacts, service: LoggingService): boolean {
  if (service === 's3' && hasGatewayRoute(network, subnet)) return true;
  const resolution = resolve(network, vpc, service, false);
  switch (resolution.kind) {
    case 'endpoint':
      return resolution.endpoint.state === 'available';
    case 'central':
    case 'directory':
    case 'unknown':
      return true;
    case 'public':
    case 'custom':
    case 'nothing':
      return false;
  }
}

function hasGatewayRoute(network: Network, subnet: SubnetFacts): boolean {
  const routes = network.routeTableOf(subnet)?.routes ?? [];
  const gateways = (network.endpointsByVpc.get(subnet.vpcId) ?? []).filter(
    ({ type, serviceName }) => type === 'gateway' && isService(network, serviceName, 's3'),
  );
  return gateways.some(({ endpointId }) =>
    routes.some(({ target, state }) => target.id === endpointId && state === 'active'),
  );
}
