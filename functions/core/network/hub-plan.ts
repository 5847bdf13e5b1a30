/**
 * A hub that is made: the endpoints that the recorded spokes need, in one subnet for each of their Availability Zones, a
 * security group that admits the spokes, and what gives spokes the names: a Profile (hub-profile.ts) or zones (hub-zones.ts).
 * What exists is only ever added to; a rollback is what takes it away.
 */
import type { Change } from '../model/change.ts';
import type { Finding } from '../model/result.ts';
import type { EndpointNeed } from './endpoint-need.ts';
import type { PlanContext } from './endpoint-plan.ts';
import type { EndpointServiceFacts, SpokeNeed, SubnetFacts, VpcFacts } from './facts.ts';
import type { HubSettings } from './hub-facts.ts';
import { planHubProfile, profileLacks } from './hub-profile.ts';
import {
  type AccountedSpoke,
  planHubZones,
  zoneBesideProfile,
  zonesLack,
  zonesProblem,
} from './hub-zones.ts';
import { cidrSet, toCidrs } from './ipv4.ts';
import { isService, SERVICE_NAMES, serviceOf } from './needed-names.ts';
import { failureOf, type Network, valuesOf } from './network.ts';
import type { NetworkSettings } from './network-settings.ts';
import { isOurs, ourGroup } from './ownership.ts';
import { dnsAttributesOf } from './resolution.ts';

/** "Inbound or outbound rules per security group", 60 by default (VPC guide, "Amazon VPC quotas"). */
const MOST_RULES = 60;
const RULES_QUOTA = 'Inbound or outbound rules per security group';

export interface HubPlan {
  /** Blocks that its security group admits: the spokes' and its own, joined where they touch. */
  cidrs: string[];
  need: EndpointNeed;
  findings: Finding[];
}

export interface HubToMake {
  hub: HubSettings;
  spokes: AccountedSpoke[];
}

export interface PlannedHub extends HubToMake {
  need: EndpointNeed;
}

/** The hub that this VPC is to become, and the VPCs that need it; null where it is none. */
export function hubToMake(network: Network, vpc: VpcFacts, settings: NetworkSettings): HubToMake | null {
  const hub = network.observation.hubSettings;
  const { accountId, needs } = network.observation;
  if (hub?.profile !== null || hub.vpc !== vpc.vpcId || hub.account !== accountId) return null;
  if (settings.endpoints === 'off' || settings.endpoints === 'report') return null;
  const recorded = needs
    .filter((need) => need.vpcId === vpc.vpcId)
    .flatMap(({ spokes = [], participantId }) =>
      spokes.map((spoke) => ({ ...spoke, accountId: participantId })),
    );
  const spokes = recorded.filter(
    ({ state, isRefused }) => state === 'PLANNED' || state === 'USES' || isRefused,
  );
  return spokes.length === 0 ? null : { hub, spokes };
}

export function planHub(
  network: Network,
  vpc: VpcFacts,
  spokes: readonly SpokeNeed[],
  journalled: ReadonlySet<string>,
): HubPlan {
  const cidrs = toCidrs(cidrSet(...vpc.cidrs, ...spokes.flatMap((spoke) => spoke.cidrs)));
  const names = SERVICE_NAMES.filter((name) => spokes.some(({ services }) => services.includes(name)));
  const findings: Finding[] = [];
  const find = (code: Finding['code'], sentence: string) => {
    findings.push({ code, subject: vpc.vpcId, sentence });
    return { cidrs, need: emptyNeed(), findings };
  };
  const foreign = ourGroup(network, vpc.vpcId, journalled)?.ingress.flatMap((rule) => rule.cidrs) ?? [];
  const rules = new Set([...foreign, ...cidrs]).size;
  if (rules > MOST_RULES) {
    return find(
      'CENTRAL_HUB_REFUSED',
      `The spokes of the hub take ${rules} rules in its security group, more than ${MOST_RULES} (quota "${RULES_QUOTA}").`,
    );
  }
  const failure = failureOf(network.observation.endpointServices);
  if (failure) return find('CENTRAL_HUB_REFUSED', `${failure.action} failed with ${failure.code}.`);
  const isByZones = network.observation.hubSettings?.names === 'zones';
  const unreadDns = isByZones ? null : failureOf(network.observation.dnsAttributes[vpc.vpcId] ?? null);
  if (unreadDns) return find('CENTRAL_HUB_REFUSED', `${unreadDns.action} failed with ${unreadDns.code}.`);
  const dns = dnsAttributesOf(network, vpc.vpcId);
  // A zone resolves by the attributes of the VPC that asks.
  if (!isByZones && (!dns.support || !dns.hostnames)) {
    return find(
      'CENTRAL_HUB_REFUSED',
      `Private DNS of its endpoints needs enableDnsSupport and enableDnsHostnames of ${vpc.vpcId}, of which ${dns.support ? 'the second' : 'the first'} is off.`,
    );
  }
  const problem = isByZones
    ? zonesProblem(network, vpc, names, spokes, journalled)
    : zoneBesideProfile(network, vpc.vpcId, names, journalled);
  if (problem !== null) return find('CENTRAL_HUB_REFUSED', problem);
  const zoneIds = [...new Set(spokes.flatMap((spoke) => spoke.zoneIds))].sort();
  const wanted: EndpointNeed['wanted'] = [];
  for (const name of names) {
    const service = serviceOf(network, name);
    const holder = (network.endpointsByVpc.get(vpc.vpcId) ?? []).find(
      (one) =>
        one.privateDns &&
        isService(network, one.serviceName, name) &&
        !isOurs(one.tags, one.endpointId, journalled),
    );
    if (holder) {
      return find(
        'CENTRAL_HUB_REFUSED',
        isByZones
          ? `${holder.endpointId} of the hub VPC holds ${name} already and is not ours.`
          : `${holder.endpointId} of the hub VPC holds ${name} already and is not ours; set the Profile that holds it as hubs.*.profile.`,
      );
    }
    const subnets = service ? subnetsFor(network, vpc, service, zoneIds, names.length) : [];
    if (!service || subnets.length === 0) {
      return find('CENTRAL_HUB_REFUSED', `No subnet of ${vpc.vpcId} has room for endpoints of ${name}.`);
    }
    wanted.push({ name, serviceName: service.serviceName, subnets });
  }
  return { cidrs, need: { ...emptyNeed(), wanted }, findings };
}

function emptyNeed(): EndpointNeed {
  return { wanted: [], ec2messagesOnSuspicion: false, affected: [], stops: [], notes: [] };
}

/** One a zone that spokes use, with room for every endpoint; where the hub has none of these zones, any one. */
function subnetsFor(
  network: Network,
  vpc: VpcFacts,
  service: EndpointServiceFacts,
  zoneIds: readonly string[],
  endpoints: number,
): SubnetFacts[] {
  const usable = valuesOf(network.observation.subnets)
    .filter(({ vpcId, cidr, ipv6Native }) => vpcId === vpc.vpcId && cidr !== null && !ipv6Native)
    .filter(({ zone }) => service.zones.includes(zone))
    // Endpoints that are there already have taken their addresses.
    .filter(
      ({ subnetId, freeAddresses }) =>
        freeAddresses >= endpoints || isEndpointSubnet(network, vpc.vpcId, subnetId),
    )
    .sort(
      (one, other) => other.freeAddresses - one.freeAddresses || (one.subnetId < other.subnetId ? -1 : 1),
    );
  const chosen = zoneIds.flatMap((zoneId) => usable.filter((subnet) => subnet.zoneId === zoneId).slice(0, 1));
  return chosen.length > 0 ? chosen : usable.slice(0, 1);
}

function isEndpointSubnet(network: Network, vpcId: string, subnetId: string): boolean {
  return (network.endpointsByVpc.get(vpcId) ?? []).some(({ subnetIds }) => subnetIds.includes(subnetId));
}

/** By what the hub gives its names to spokes. */
export function planHubNames(
  network: Network,
  vpc: VpcFacts,
  { hub, spokes, need }: PlannedHub,
  planContext: PlanContext,
): Change[] {
  return hub.names === 'zones'
    ? planHubZones(network, vpc, need, spokes, planContext)
    : planHubProfile(network, vpc, planContext);
}

/** What it lacks after what its plan changes now; null: spokes can use it. */
export function hubLacks(
  network: Network,
  vpc: VpcFacts,
  { hub, spokes, need }: PlannedHub,
  journalled: ReadonlySet<string>,
): string | null {
  return hub.names === 'zones'
    ? zonesLack(network, vpc, need, spokes, journalled)
    : profileLacks(network, vpc, need, journalled);
}
