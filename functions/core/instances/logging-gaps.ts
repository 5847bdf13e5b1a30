/**
 * Subnets of running instances from which a service of session logging cannot be reached: no egress, and no
 * own endpoint. What cannot be seen from here is no gap.
 */
import type { RegionObservation } from '../model/observation.ts';
import { isIgnored } from '../network/clients.ts';
import { egressOf } from '../network/egress.ts';
import { joinNetwork, type Network } from '../network/network.ts';
import { reachesPrivately } from '../network/service-reach.ts';
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
      if (reachesPrivately(network, vpc, subnet, service)) continue;
      const centralSeen = network.observation.hostedZones[vpc.vpcId] !== undefined;
      gaps.set(`${subnetId} ${service}`, { vpcId: vpc.vpcId, subnetId, service, centralSeen });
    }
  }
  return [...gaps.values()];
}
