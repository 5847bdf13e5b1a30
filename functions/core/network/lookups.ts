/**
 * Which further look-ups a verdict depends on. This is the one place that decides what may stay unread, and its rule
 * is: only what cannot change the verdict, whatever the answer would be. A property test holds it (reading
 * everything gives the same verdict).
 *
 * The reader asks in rounds: each answer may show that another is needed (a zone that captures a name makes the DNS
 * attributes count), so it asks again until nothing is wanted. What is known is never wanted twice.
 *
 * - Nothing is asked of a VPC without clients: an idle Region costs no call here.
 * - Rules, Profiles and zones: an Online instance settles `ssm` alone, so every VPC with a name that is open to them.
 *   An endpoint's own name yields to a rule of the same name, not to a zone or a Profile.
 * - DNS attributes: all VPCs but those in which every instance is proven in every name over public addresses.
 * - With `path: private`, everything of a VPC that has instances: what is proven may be proven over public addresses.
 * - So it is where a service of `endpointServices` is not reached.
 * - VPCs with endpoints that carry our mark are judged without them too, so everything is read there.
 */
import type { OverridableSettings } from '../model/configuration.ts';
import type { AccountId } from '../model/primitives.ts';
import { MANAGED_TAG } from '../tags.ts';
import { type Client, clientsOf, isIgnored } from './clients.ts';
import { dnsServerOf, mayBeDirectory } from './dns-servers.ts';
import { sameWayKey } from './evidence.ts';
import type { BlockMode, ProfileResourceFacts, RouteFacts, VpcFacts } from './facts.ts';
import { type ClientPath, judgeClients } from './instance-path.ts';
import { needsEc2Messages } from './needed-names.ts';
import { type Network, valuesOf } from './network.ts';
import { withDnsOn } from './ownership.ts';
import { dnsAttributesOf } from './resolution.ts';
import { domainOfResource, profilesOf, serviceEndpoints } from './resolver-candidates.ts';
import { mayLackService, type ServiceReachSettings } from './service-needs.ts';

export interface WantedLookups {
  natGateways: boolean;
  prefixLists: boolean;
  blockPublicAccess: boolean;
  exclusions: boolean;
  /** VPCs whose network interfaces show who is behind an address. */
  networkInterfaces: string[];
  /** VPCs whose DNS attributes matter. */
  dnsAttributes: string[];
  /** VPCs whose hosted zones matter. */
  hostedZones: string[];
  resolverRuleIds: boolean;
  resolverRules: boolean;
  profileAssociations: boolean;
  /** Profiles whose contents matter. */
  profileResources: string[];
  /** Resources of Profiles that only their owner can name. */
  foreignResources: {
    resourceArn: string;
    kind: ProfileResourceFacts['kind'];
    resourceId: string;
    ownerId: AccountId;
  }[];
  /** Names and zones of endpoint services. */
  endpointServices: boolean;
  resolverEndpoints: boolean;
  /** VPCs that are shared with this account, which their owner sees better. */
  ownerViews: { vpcId: string; ownerId: AccountId }[];
}

export const NO_LOOKUPS: WantedLookups = {
  natGateways: false,
  prefixLists: false,
  blockPublicAccess: false,
  exclusions: false,
  networkInterfaces: [],
  dnsAttributes: [],
  hostedZones: [],
  resolverRuleIds: false,
  resolverRules: false,
  profileAssociations: false,
  profileResources: [],
  foreignResources: [],
  endpointServices: false,
  resolverEndpoints: false,
  ownerViews: [],
};

export function isNothingWanted(wanted: WantedLookups): boolean {
  return Object.values(wanted).every((one) => (Array.isArray(one) ? one.length === 0 : one === false));
}

export type LookupSettings = Pick<OverridableSettings, 'ec2messages' | 'path'> & ServiceReachSettings;

export function wantedLookups(network: Network, settings: LookupSettings): WantedLookups {
  const routes = wantedOfRoutes(network);
  // What the routes rest on comes first: the rest depends on the paths that they give.
  if (!isNothingWanted(routes)) return routes;
  return [...network.vpcs.values()]
    .filter((vpc) => !isIgnored(vpc.tags))
    .map((vpc) => wantedOfVpc(network, vpc, settings))
    .reduce(united, NO_LOOKUPS);
}

function united(one: WantedLookups, other: WantedLookups): WantedLookups {
  return {
    // What routes rest on is known.
    ...NO_LOOKUPS,
    networkInterfaces: [...one.networkInterfaces, ...other.networkInterfaces],
    dnsAttributes: [...one.dnsAttributes, ...other.dnsAttributes],
    hostedZones: [...one.hostedZones, ...other.hostedZones],
    resolverRuleIds: one.resolverRuleIds || other.resolverRuleIds,
    resolverRules: one.resolverRules || other.resolverRules,
    profileAssociations: one.profileAssociations || other.profileAssociations,
    profileResources: [...new Set([...one.profileResources, ...other.profileResources])],
    foreignResources: [...one.foreignResources, ...other.foreignResources].filter(
      ({ resourceArn }, at, all) => all.findIndex((each) => each.resourceArn === resourceArn) === at,
    ),
    endpointServices: one.endpointServices || other.endpointServices,
    resolverEndpoints: one.resolverEndpoints || other.resolverEndpoints,
    ownerViews: [...one.ownerViews, ...other.ownerViews],
  };
}

/** What a route or rule of a VPC in use names, and VPC Block Public Access where one ends at an internet gateway. */
function wantedOfRoutes(network: Network): WantedLookups {
  const { observation } = network;
  const used = usedVpcs(network);
  const routes = [...network.routeTables.values()]
    .filter(({ vpcId }) => used.has(vpcId))
    .flatMap((table) => table.routes)
    .filter(({ state }) => state === 'active');
  const modes = blockModes(network, used);
  const blockPublicAccess = observation.blockPublicAccess === null && mayBeBlocked(routes, modes);
  return {
    ...NO_LOOKUPS,
    natGateways: observation.natGateways === null && routes.some(({ target }) => target.kind === 'nat'),
    prefixLists: observation.prefixLists === null && wantedPrefixLists(network).length > 0,
    blockPublicAccess,
    exclusions: observation.exclusions === null && !blockPublicAccess && isBlocked(network, modes),
  };
}

/** VPCs that are judged: they hold instances, participants' or endpoints with our mark. */
function usedVpcs(network: Network): Set<string> {
  const { instances, needs } = network.observation;
  const marked = [...network.vpcs.values()].filter((vpc) => isMarked(network, vpc));
  return new Set([...instances, ...needs, ...marked].map(({ vpcId }) => vpcId));
}

/**
 * VPC Block Public Access touches nothing that does not end at an internet gateway (a firewall endpoint does), and
 * the states of VPCs and subnets (`BlockPublicAccessStates`) may say already that nothing is blocked.
 */
function mayBeBlocked(routes: RouteFacts[], modes: (BlockMode | null)[]): boolean {
  return modes.some((mode) => mode !== 'off') && routes.some(endsAtInternetGateway);
}

/** An endpoint counts that carries addresses, not a prefix list of S3 or DynamoDB. */
function endsAtInternetGateway({ target, destination }: RouteFacts): boolean {
  return (
    ['igw', 'eigw', 'nat'].includes(target.kind) || (target.kind === 'vpce' && destination.kind === 'ipv4')
  );
}

function isBlocked(network: Network, modes: (BlockMode | null)[]): boolean {
  const { blockPublicAccess } = network.observation;
  const options = blockPublicAccess?.kind === 'value' && blockPublicAccess.value.mode !== 'off';
  return options || modes.some((mode) => mode !== null && mode !== 'off');
}

function blockModes(network: Network, used: ReadonlySet<string>): (BlockMode | null)[] {
  return [...network.vpcs.values(), ...network.subnets.values()]
    .filter(({ vpcId }) => used.has(vpcId))
    .map(({ blockMode }) => blockMode);
}

function wantedOfVpc(network: Network, vpc: VpcFacts, settings: LookupSettings): WantedLookups {
  const marked = isMarked(network, vpc);
  const clients = clientsOf(network, vpc, settings);
  const { observation } = network;
  if (clients.length === 0 && !marked) {
    const isHub = observation.needs.some((need) => need.vpcId === vpc.vpcId && need.spokes !== undefined);
    return {
      ...NO_LOOKUPS,
      endpointServices: isHub && observation.endpointServices === null,
      dnsAttributes: isHub && observation.dnsAttributes[vpc.vpcId] === undefined ? [vpc.vpcId] : [],
      // A zone of others may hold a name there.
      hostedZones: isHub && observation.hostedZones[vpc.vpcId] === undefined ? [vpc.vpcId] : [],
    };
  }
  const own = vpc.ownerId === observation.accountId;
  const paths = judgeClients(network, vpc, clients);
  const isPrivate = settings.path === 'private';
  const needsService = own && mayLackService(network, vpc, clients, settings);
  const planned =
    own &&
    (marked || isPrivate || needsService || [...paths, ...pathsAwake(network, vpc, clients)].some(mightLack));
  const wanted: WantedLookups = {
    ...NO_LOOKUPS,
    ...wantedOfNames(network, vpc, paths, marked || isPrivate || needsService),
    networkInterfaces: wantsInterfaces(network, vpc, own) ? [vpc.vpcId] : [],
    endpointServices:
      observation.endpointServices === null && (planned || mayNeedEc2Messages(network, clients, settings)),
    resolverEndpoints: observation.resolverEndpoints === null && planned,
  };
  // The owner is asked last, and only for what its participant cannot prove itself.
  const isOwnersAffair = !own && observation.ownerViews[vpc.vpcId] === undefined && isNothingWanted(wanted);
  return isOwnersAffair && (isPrivate || !paths.every(({ path }) => path === 'PROVEN'))
    ? { ...wanted, ownerViews: [{ vpcId: vpc.vpcId, ownerId: vpc.ownerId }] }
    : wanted;
}

/** Where DNS attributes are off, what is needed is judged as if they were on: private names wake up then. */
function pathsAwake(network: Network, vpc: VpcFacts, clients: Client[]): ClientPath[] {
  const { support, hostnames } = dnsAttributesOf(network, vpc.vpcId);
  return support && hostnames ? [] : judgeClients(withDnsOn(network, vpc.vpcId), vpc, clients);
}

/** Whether the Region offers `ec2messages` decides whether it is needed at all. */
function mayNeedEc2Messages(network: Network, clients: Client[], { ec2messages }: LookupSettings): boolean {
  if (ec2messages === 'always') return true;
  const asked = network.observation.needs.some(({ services }) => services.includes('ec2messages'));
  return (
    asked || (ec2messages === 'auto' && clients.some(({ agentVersion }) => needsEc2Messages(agentVersion)))
  );
}

/** Something there carries our mark; whether it is ours only the journal says. */
function isMarked(network: Network, vpc: VpcFacts): boolean {
  return (network.endpointsByVpc.get(vpc.vpcId) ?? []).some(({ tags }) => tags[MANAGED_TAG] === 'true');
}

function wantsInterfaces(network: Network, vpc: VpcFacts, own: boolean): boolean {
  const { networkInterfaces, needs } = network.observation;
  if (networkInterfaces !== null) return false;
  return mayBeDirectory(network, vpc) || (own && needs.some(({ vpcId }) => vpcId === vpc.vpcId));
}

function mightLack({ path }: ClientPath): boolean {
  return path === 'NONE' || path === 'UNKNOWN';
}

function wantedOfNames(
  network: Network,
  vpc: VpcFacts,
  paths: ClientPath[],
  marked: boolean,
): Partial<WantedLookups> {
  const { observation } = network;
  const { vpcId } = vpc;
  if (!marked && !asksAmazon(network, vpc, paths)) return {};
  const own = vpc.ownerId === observation.accountId;
  const open = openNames(paths);
  if (!marked && open.size === 0) return {};
  const isPrivate = (name: string) =>
    dnsAttributesOf(network, vpcId).hostnames && hasOwnEndpoint(network, vpcId, name);
  const beyond = marked || [...open].some((name) => !isPrivate(name));
  const attributes =
    own && observation.dnsAttributes[vpcId] === undefined && (marked || !paths.every(isProvenPublicly));
  const profileIds = beyond ? profilesOf(network, vpcId) : [];
  const held = profileIds.flatMap((id) => valuesOf(observation.profileResources[id] ?? null));
  const rules =
    observation.resolverRules === null &&
    (namesRules(network, vpcId) || held.some(({ kind }) => kind === 'resolver-rule'));
  return {
    dnsAttributes: attributes ? [vpcId] : [],
    hostedZones: beyond && observation.hostedZones[vpcId] === undefined ? [vpcId] : [],
    resolverRuleIds: observation.resolverRuleIds === null,
    resolverRules: rules,
    profileAssociations: beyond && observation.profileAssociations === null,
    profileResources: profileIds.filter((id) => observation.profileResources[id] === undefined),
    foreignResources: held.flatMap((resource) => wantedResource(network, resource)),
  };
}

/** Amazon's DNS is asked, or a directory that forwards to it. */
function asksAmazon(network: Network, vpc: VpcFacts, paths: ClientPath[]): boolean {
  return paths.some(({ client }) => {
    const server = dnsServerOf(network, vpc, client.xen);
    return server.kind === 'amazon' || server.kind === 'directory';
  });
}

/** Names whose verdict another answer could change: all but the `ssm` of those that an Online instance proves. */
function openNames(paths: ClientPath[]): Set<string> {
  const proven = new Set(paths.filter(({ client }) => client.online).map(({ client }) => sameWayKey(client)));
  return new Set(
    paths.flatMap(({ client, names }) =>
      names.filter(({ name }) => name !== 'ssm' || !proven.has(sameWayKey(client))).map(({ name }) => name),
    ),
  );
}

function hasOwnEndpoint(network: Network, vpcId: string, name: string): boolean {
  return serviceEndpoints(network, vpcId, name).some(({ privateDns }) => privateDns);
}

/** Whether the attributes are on or off, its names are public or do not resolve, and either is proven. */
function isProvenPublicly({ names }: ClientPath): boolean {
  return names.every(({ path, resolvesTo }) => path === 'PROVEN' && resolvesTo === 'public');
}

/** A rule that is not one of the Resolver's own. */
function namesRules(network: Network, vpcId: string): boolean {
  const { resolverRuleIds } = network.observation;
  const ids = resolverRuleIds?.kind === 'value' ? (resolverRuleIds.value[vpcId] ?? []) : [];
  return ids.some((id) => !id.startsWith('rslvr-autodefined-rr-'));
}

/** A zone that no list of the VPC names may be this account's own all the same; an endpoint of it would be listed. */
function wantedResource(network: Network, resource: ProfileResourceFacts): WantedLookups['foreignResources'] {
  const { resourceArn, kind, resourceId } = resource;
  const { foreignResources, accountId } = network.observation;
  const ownerId = resource.ownerId ?? accountId;
  if (foreignResources[resourceArn] !== undefined) return [];
  if (kind !== 'hosted-zone' && (kind !== 'endpoint' || ownerId === accountId)) return [];
  return domainOfResource(network, resource).kind === 'silent'
    ? [{ resourceArn, kind, resourceId, ownerId }]
    : [];
}

/**
 * Customer-managed prefix lists that some route or rule names: the only ones whose entries are worth a
 * call. Groups and tables of idle VPCs do not count.
 */
export function wantedPrefixLists(network: Network): string[] {
  const used = new Set(network.observation.instances.map(({ vpcId }) => vpcId));
  for (const { vpcId } of network.observation.needs) used.add(vpcId);
  const routed = [...network.routeTables.values()]
    .filter(({ vpcId }) => used.has(vpcId))
    .flatMap(({ routes }) => routes)
    .flatMap(({ destination }) => (destination.kind === 'prefix-list' ? [destination.prefixListId] : []));
  const ruled = [...network.securityGroups.values()]
    .filter(({ vpcId }) => used.has(vpcId))
    .flatMap(({ ingress, egress }) => [...ingress, ...egress])
    .flatMap(({ prefixListIds }) => prefixListIds);
  return [...new Set([...routed, ...ruled])]
    .filter((id) => network.prefixLists.get(id)?.awsManaged !== true)
    .sort();
}
