/**
 * Whether a VPC may use the central endpoints of its Region's hub, and else the first reason against it: only what is
 * shown to work, from every instance that lacks a path to every endpoint and back, is planned.
 */
import type { OverridableSettings } from '../model/configuration.ts';
import { type Client, clientsOf, isIgnored } from './clients.ts';
import type { EndpointNeed } from './endpoint-need.ts';
import { policyAdmits } from './endpoint-policy.ts';
import type {
  EndpointFacts,
  HubObservation,
  NetworkObservation,
  SubnetFacts,
  VpcDnsAttributes,
  VpcFacts,
} from './facts.ts';
import { endpointOfAlias, type HubSettings } from './hub-facts.ts';
import { type Obstacle, obstacleBetween } from './hub-route.ts';
import { zoneFor, zonesHeld } from './hub-zones.ts';
import { type ClientPath, judgeClients } from './instance-path.ts';
import { cidrSet, type Ipv4Set, intersect, sizeOf } from './ipv4.ts';
import { dnsNameOf, isService, type ServiceName } from './needed-names.ts';
import { failureOf, joinNetwork, type Network, valuesOf } from './network.ts';
import { profilesOf } from './resolver-candidates.ts';
import { groupsAdmit } from './security-groups.ts';
import type { Admission } from './verdict.ts';

/** Priorities of associations: 100 to 9900 (botocore's model route53profiles). */
const LAST_PRIORITY = 9900;

export interface SpokeJudgment {
  /** null: it may be planned. */
  obstacle: Obstacle;
  /** The way is open, and what the hub still lacks is made in its own account first. */
  pending?: string;
}

/** A VPC of this account that lacks a path, or that uses the hub already. */
export function mayUseHub(
  network: Network,
  { profile }: HubSettings,
  settings: Pick<OverridableSettings, 'ec2messages'>,
): boolean {
  return [...network.vpcs.values()]
    .filter((vpc) => vpc.ownerId === network.observation.accountId && !isIgnored(vpc.tags))
    .some((vpc) => {
      const paths = judgeClients(network, vpc, clientsOf(network, vpc, settings));
      const uses =
        profile === null ? usesSome(network, vpc, paths) : usesProfile(network, vpc.vpcId, profile);
      return paths.length > 0 && (uses || paths.some(isOpen));
    });
}

function isOpen({ path }: ClientPath): boolean {
  return path === 'NONE' || path === 'UNKNOWN';
}

/** The id of a Profile that is made is not known here; of one whose endpoints are gone, names are unknown. */
function usesSome(network: Network, { vpcId }: VpcFacts, paths: ClientPath[]): boolean {
  const hasProfile = profilesOf(network, vpcId).length > 0;
  return paths.some(({ names }) =>
    names.some(({ resolvesTo }) => resolvesTo === 'central' || (hasProfile && resolvesTo === 'unknown')),
  );
}

export function usesProfile(network: Network, vpcId: string, profileId: string | null): boolean {
  return profileId !== null && profilesOf(network, vpcId).includes(profileId);
}

/** Whether the VPC has what the hub gives its names by: its Profile, or some of its zones. */
export function usesHub(network: Network, vpcId: string, hub: HubObservation): boolean {
  return hub.settings.names === 'zones'
    ? zonesHeld(network, vpcId, hub).length > 0
    : usesProfile(network, vpcId, hub.profileId);
}

/** The hub's Profile has just been associated: what it holds is known from the hub. */
export function withHubProfile(observation: NetworkObservation): NetworkObservation {
  const { hub } = observation;
  if (hub?.kind !== 'value') return observation;
  const { profileId, profileResources, network } = hub.value;
  if (profileId === null) return observation;
  const foreignResources = { ...observation.foreignResources };
  for (const { resourceArn, resourceId } of valuesOf(profileResources)) {
    const endpoint = valuesOf(network.endpoints).find(({ endpointId }) => endpointId === resourceId);
    if (!endpoint) continue;
    const { serviceName, privateDns, state } = endpoint;
    foreignResources[resourceArn] = {
      kind: 'value',
      value: { kind: 'endpoint', serviceName, privateDns, state },
    };
  }
  return {
    ...observation,
    foreignResources,
    profileResources: { ...observation.profileResources, [profileId]: profileResources },
  };
}

export function judgeSpoke(
  network: Network,
  vpc: VpcFacts,
  need: EndpointNeed,
  paths: ClientPath[],
  dns: VpcDnsAttributes,
): SpokeJudgment {
  const read = network.observation.hub;
  if (read === null) return stop(false, `No hub is configured for ${network.observation.region}.`);
  const failure = failureOf(read);
  if (failure) return stop(true, `The hub was not read: ${failure.action} failed with ${failure.code}.`);
  if (read.kind !== 'value') return stop(false, 'The account of the hub is out of scope.');
  const seen = read.value;
  const hub = joinNetwork(seen.network);
  const hubVpc = hub.vpcs.get(seen.settings.vpc);
  if (!hubVpc) {
    const unread = failureOf(seen.network.vpcs);
    return unread
      ? stop(true, `The hub was not read: ${unread.action} failed with ${unread.code}.`)
      : stop(false, `The hub VPC ${seen.settings.vpc} does not exist in ${seen.settings.account}.`);
  }
  if (sizeOf(intersect(cidrSet(...vpc.cidrs), cidrSet(...hubVpc.cidrs))) > 0) {
    return stop(false, `Its addresses overlap with those of the hub ${hubVpc.vpcId}.`);
  }
  const priorities = valuesOf(network.observation.profileAssociations)
    .filter(({ vpcId }) => vpcId === vpc.vpcId)
    .map(({ priority }) => priority);
  if (
    seen.settings.names === 'profile' &&
    paths.length > 0 &&
    priorities.some((priority) => priority >= LAST_PRIORITY)
  ) {
    return stop(false, `Its Profiles leave no priority below ${LAST_PRIORITY} for another.`);
  }
  if (!dns.support || !dns.hostnames) {
    return stop(false, 'Private names need enableDnsSupport and enableDnsHostnames.');
  }
  const held = paths
    .flatMap(({ names }) => names)
    .find((name) => need.wanted.some((one) => one.name === name.name) && name.resolvesTo !== 'public');
  if (held) return stop(held.resolvesTo === 'unknown', `Another holder answers for ${held.name}.`);
  return judgeEndpoints(network, vpc, hub, seen, need);
}

function stop(unknown: boolean, sentence: string): SpokeJudgment {
  return { obstacle: { unknown, sentence } };
}

function judgeEndpoints(
  network: Network,
  vpc: VpcFacts,
  hub: Network,
  seen: HubObservation,
  need: EndpointNeed,
): SpokeJudgment {
  const names = seen.settings.names === 'zones' ? seen.zones : seen.profileResources;
  const unread = failureOf(names) ?? failureOf(seen.network.endpoints);
  if (unread) return stop(true, `${unread.action} failed with ${unread.code}.`);
  const isMade = seen.settings.profile === null;
  let pending: string | undefined;
  for (const { name } of need.wanted) {
    const endpoint = centralEndpoint(hub, seen, name);
    if (!endpoint && !isMade) {
      const { profile, vpc } = seen.settings;
      const sentence = `Profile ${profile} holds no available endpoint of ${vpc} with private DNS for ${name}.`;
      return stop(false, sentence);
    }
    if (!endpoint) {
      const where = seen.settings.names === 'zones' ? 'by its private hosted zone' : 'in its Profile';
      pending ??= `The hub ${seen.settings.vpc} has no endpoint for ${name} ${where} yet.`;
    } else pending ??= lacksAuthorization(network, vpc, seen, name);
    for (const client of need.affected) {
      const obstacle = endpoint
        ? obstacleOfEndpoint(network, hub, seen, endpoint, { client, name })
        : obstacleToHub(network, hub, seen, client);
      if (obstacle?.hubAdmits === false && isMade) pending ??= obstacle.sentence;
      else if (obstacle) return { obstacle };
    }
  }
  return { obstacle: null, ...(pending === undefined ? {} : { pending }) };
}

/** A hub that has no endpoint yet gets one in the subnets of the spokes' zones: the way to each subnet of it has to be open. */
function obstacleToHub(network: Network, hub: Network, seen: HubObservation, client: Client): Obstacle {
  const from = network.subnets.get(client.subnetId);
  const { addresses } = client;
  if (!from || addresses === null) return { unknown: false, sentence: `${client.id} has no IPv4 address.` };
  const subnets = [...hub.subnets.values()]
    .filter(({ vpcId }) => vpcId === seen.settings.vpc)
    .filter(hasCidr);
  if (subnets.length === 0) {
    return {
      unknown: false,
      sentence: `The hub VPC ${seen.settings.vpc} has no subnet with IPv4 addresses.`,
    };
  }
  for (const to of subnets) {
    const obstacle = obstacleBetween({
      spoke: network,
      hub,
      seen,
      client: { ...client, addresses },
      from,
      to,
    });
    if (obstacle) return obstacle;
    const out = groupsAdmit(network, client.groupIds ?? [], 'egress', {
      addresses: cidrSet(to.cidr),
      groupIds: [],
      enough: 1,
    });
    const group = admission(
      client.groupIds === null ? 'UNDECIDED' : out,
      `The security group of ${client.id} (outbound 443)`,
    );
    if (group) return group;
  }
  return null;
}

/** A VPC of another account is authorized by the hub's, until it is associated. */
function lacksAuthorization(
  network: Network,
  { vpcId }: VpcFacts,
  seen: HubObservation,
  name: ServiceName,
): string | undefined {
  const { settings } = seen;
  if (settings.names !== 'zones' || settings.account === network.observation.accountId) return undefined;
  const zone = zoneFor(network, seen, name);
  const isReady = zone?.authorized.includes(vpcId) || zone?.vpcIds.includes(vpcId);
  return isReady ? undefined : `The hub has not authorized the VPC for ${dnsNameOf(network, name)} yet.`;
}

function centralEndpoint(hub: Network, seen: HubObservation, name: ServiceName): EndpointFacts | null {
  const isByZones = seen.settings.names === 'zones';
  const held = new Set(
    isByZones
      ? [endpointOfAlias(zoneFor(hub, seen, name)?.alias ?? null)]
      : valuesOf(seen.profileResources).map(({ resourceId }) => resourceId),
  );
  const found = (hub.endpointsByVpc.get(seen.settings.vpc) ?? []).find(
    (endpoint) =>
      held.has(endpoint.endpointId) &&
      endpoint.type === 'interface' &&
      endpoint.state === 'available' &&
      (isByZones || endpoint.privateDns) &&
      endpoint.addresses !== 'ipv6' &&
      isService(hub, endpoint.serviceName, name),
  );
  return found ?? null;
}

/** The name has the addresses of all its zones, so each of them must be reached. */
function obstacleOfEndpoint(
  network: Network,
  hub: Network,
  seen: HubObservation,
  endpoint: EndpointFacts,
  { client, name }: { client: Client; name: ServiceName },
): Obstacle {
  const from = network.subnets.get(client.subnetId);
  const { addresses } = client;
  if (!from || addresses === null) {
    return { unknown: false, sentence: `${client.id} has no IPv4 address.` };
  }
  const policy = admission(
    policyAdmits(endpoint.policy, name, network.observation.organizationId),
    `The policy of ${endpoint.endpointId}`,
  );
  if (policy) return policy;
  if (endpoint.subnetIds.length === 0) {
    return { unknown: true, sentence: `${endpoint.endpointId} names no subnet.` };
  }
  for (const subnetId of endpoint.subnetIds) {
    const to = hub.subnets.get(subnetId);
    if (!to || !hasCidr(to)) return { unknown: true, sentence: `The subnet ${subnetId} was not read.` };
    const way = { spoke: network, hub, seen, client: { ...client, addresses }, from, to };
    const obstacle = obstacleBetween(way) ?? groupObstacle(network, hub, endpoint, client, addresses, to);
    if (obstacle) return obstacle;
  }
  return null;
}

function hasCidr(subnet: SubnetFacts): subnet is SubnetFacts & { cidr: string } {
  return subnet.cidr !== null;
}

function groupObstacle(
  network: Network,
  hub: Network,
  endpoint: EndpointFacts,
  client: Client,
  addresses: Ipv4Set,
  { cidr }: { cidr: string },
): Obstacle {
  // Group references do not cross a transit gateway unless both sides allow it, so addresses alone count.
  const out = groupsAdmit(network, client.groupIds ?? [], 'egress', {
    addresses: cidrSet(cidr),
    groupIds: [],
    enough: 1,
  });
  const into = groupsAdmit(hub, endpoint.groupIds, 'ingress', { addresses, groupIds: [], enough: 1 });
  return (
    admission(
      client.groupIds === null ? 'UNDECIDED' : out,
      `The security group of ${client.id} (outbound 443)`,
    ) ?? refusedByHub(admission(into, `The security group of ${endpoint.endpointId} (inbound 443)`))
  );
}

/** The group of a hub that is made is widened in its own account. */
function refusedByHub(obstacle: Obstacle): Obstacle {
  return obstacle && { ...obstacle, hubAdmits: false };
}

function admission(answer: Admission, what: string): Obstacle {
  if (answer === 'ADMITTED') return null;
  return { unknown: answer === 'UNDECIDED', sentence: `${what} does not admit the way.` };
}
