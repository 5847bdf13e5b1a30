/**
 * A hub that is made: the endpoints that the recorded spokes need, in one subnet for each of their Availability Zones, a
 * security group that admits the spokes, and a Profile that holds the endpoints and is shared with the organization.
 * What exists is only ever added to; a rollback is what takes it away.
 */
import { changeId } from '../change-id.ts';
import type { Change } from '../model/change.ts';
import type { Finding } from '../model/result.ts';
import { stableHash } from '../stable-hash.ts';
import { MANAGED_TAG } from '../tags.ts';
import type { EndpointNeed } from './endpoint-need.ts';
import type { PlanContext } from './endpoint-plan.ts';
import type { EndpointServiceFacts, SpokeNeed, SubnetFacts, VpcFacts } from './facts.ts';
import { type HubHolding, type HubSettings, hubName } from './hub-facts.ts';
import { type AccountedSpoke, zoneBesideProfile, zonesProblem } from './hub-zones.ts';
import { cidrSet, toCidrs } from './ipv4.ts';
import { isService, SERVICE_NAMES, serviceOf } from './needed-names.ts';
import { failureOf, type Network, valuesOf } from './network.ts';
import type { NetworkSettings } from './network-settings.ts';
import { isOurs, ourEndpoints, ourGroup } from './ownership.ts';
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

/** The hub that this VPC is to become, and the VPCs that need it; null where it is none. */
export function hubToMake(
  network: Network,
  vpc: VpcFacts,
  settings: NetworkSettings,
): { hub: HubSettings; spokes: AccountedSpoke[] } | null {
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

/** Profile, what it holds and its share: each once what it needs is there, so a pass after another. */
export function planHubProfile(
  network: Network,
  vpc: VpcFacts,
  context: Pick<PlanContext, 'runId' | 'resourceTags' | 'journalled'>,
): Change[] {
  const { accountId, region, hubHoldings, organizationArn } = network.observation;
  const read = hubHoldings[vpc.vpcId];
  if (read?.kind !== 'value') return [];
  const { profile, resourceArns, shareArn }: HubHolding = read.value;
  const name = hubName(vpc.vpcId);
  const tags = { ...context.resourceTags, [MANAGED_TAG]: 'true' };
  const { vpcId } = vpc;
  const base = (kind: Change['action']['kind'], key: string) => ({
    id: changeId(context.runId, accountId, region, kind, `${vpcId} ${key}`),
    accountId,
    region,
    monthlyCostUsd: 0,
  });
  const token = (kind: string) => `dhmc-${stableHash(context.runId, accountId, region, vpcId, kind)}`;
  if (profile === null) {
    return [
      {
        ...base('CreateHubProfile', name),
        resource: `${vpcId}/${name}`,
        action: { kind: 'CreateHubProfile', vpcId, name, clientToken: token('profile'), tags },
        expected: { exists: false },
        inverse: { kind: 'DeleteHubProfile', vpcId, name },
      },
    ];
  }
  const { profileId, arn: profileArn } = profile;
  const endpoints = ourEndpoints(network, vpcId, context.journalled)
    .filter(({ state, privateDns }) => state === 'available' && privateDns)
    .map(({ endpointId }) => ({ endpointId, arn: endpointArn(profileArn, endpointId) }))
    .filter(({ arn }) => !resourceArns.includes(arn))
    .map(
      ({ endpointId, arn }): Change => ({
        ...base('AddHubEndpoint', endpointId),
        resource: `${profileId}/${endpointId}`,
        action: { kind: 'AddHubEndpoint', vpcId, profileId, resourceArn: arn, name: endpointId },
        expected: { exists: false },
        inverse: { kind: 'RemoveHubEndpoint', vpcId, profileId, resourceArn: arn },
      }),
    );
  if (shareArn !== null || organizationArn === null) return endpoints;
  return [
    ...endpoints,
    {
      ...base('ShareHubProfile', name),
      resource: `${profileId}/${name}`,
      action: {
        kind: 'ShareHubProfile',
        vpcId,
        name,
        profileArn,
        principal: organizationArn,
        clientToken: token('share'),
        tags,
      },
      expected: { exists: false },
      inverse: { kind: 'UnshareHubProfile', vpcId, name },
    },
  ];
}

/** Of the Profile's own account, Region and partition. */
function endpointArn(profileArn: string, endpointId: string): string {
  const [, partition, , region, account] = profileArn.split(':');
  return `arn:${partition}:ec2:${region}:${account}:vpc-endpoint/${endpointId}`;
}

/** What a hub that is made still lacks after what its plan changes now; null: spokes can use it. */
export function hubLacks(
  network: Network,
  vpc: VpcFacts,
  { wanted }: EndpointNeed,
  journalled: ReadonlySet<string>,
): string | null {
  const read = network.observation.hubHoldings[vpc.vpcId];
  if (read?.kind === 'failed') return `${read.failure.action} failed with ${read.failure.code}.`;
  if (read?.kind !== 'value' || read.value.profile === null) return 'Its Profile is not there yet.';
  const { resourceArns, shareArn } = read.value;
  const held = new Set(resourceArns.map((arn) => arn.split('/').at(-1)));
  const missing = wanted.find(
    ({ name }) =>
      !ourEndpoints(network, vpc.vpcId, journalled).some(
        ({ endpointId, serviceName }) => held.has(endpointId) && isService(network, serviceName, name),
      ),
  );
  if (missing) return `Its Profile holds no endpoint for ${missing.name} yet.`;
  return shareArn === null ? 'Its Profile is not shared yet.' : null;
}
