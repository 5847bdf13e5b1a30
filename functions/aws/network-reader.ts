/**
 * The network of a Region, read once: lists whole, joined in memory by core, and besides only what a verdict
 * depends on. What that is core decides (core/network/lookups.ts); here it is asked for.
 */
import type { AccountId, Region } from '../core/model/primitives.ts';
import type { Read } from '../core/model/reads.ts';
import type {
  ForeignResourceFacts,
  InstanceFacts,
  NetworkObservation,
  PrefixListFacts,
  SharedVpcNeed,
} from '../core/network/facts.ts';
import type { HubSettings } from '../core/network/hub-facts.ts';
import {
  isNothingWanted,
  type LookupSettings,
  type WantedLookups,
  wantedLookups,
  wantedPrefixLists,
} from '../core/network/lookups.ts';
import { joinNetwork, valuesOf } from '../core/network/network.ts';
import { mayUseHub } from '../core/network/spoke.ts';
import type { SessionClients } from './client-pool.ts';
import { readHubHolding } from './hub-holding-reader.ts';
import { readHub } from './hub-reader.ts';
import { readHubZones } from './hub-zone-reader.ts';
import {
  readHostedZone,
  readHostedZones,
  readProfileAssociations,
  readProfileResources,
  readResolverEndpoints,
  readResolverRuleIds,
  readResolverRules,
} from './name-reader.ts';
import { prefixListFrom } from './network-facts.ts';
import { NetworkLists } from './network-lists.ts';

export interface NetworkRequest {
  clients: SessionClients;
  accountId: AccountId;
  organizationId: string;
  region: Region;
  instances: InstanceFacts[];
  needs: SharedVpcNeed[];
  settings: LookupSettings;
  /** Of the Region, where the configuration names one to be used. */
  hub: HubSettings | null;
  /** VPCs with endpoints of ours are held against the hub as well. */
  migrateCentral?: boolean;
  /** Reads of other accounts of the organization; null for an account that this rollout does not cover. */
  sessionOf: (accountId: AccountId) => Promise<Read<SessionClients> | null>;
}

/** The lists, then look-ups in rounds until none is wanted: each answer may show that another is needed. */
export async function readNetwork(request: NetworkRequest): Promise<NetworkObservation> {
  let observation = await readLists(request);
  for (;;) {
    const wanted = wantedLookups(joinNetwork(observation), request.settings);
    if (isNothingWanted(wanted)) break;
    observation = await answer(observation, wanted, request);
  }
  const { hub } = request;
  if (hub?.names === 'zones' && isAskedFor(observation, hub)) {
    const hubZones = await readHubZones(request.clients, request.region);
    observation = { ...observation, hubZones };
  } else if (hub?.profile === null && isAskedFor(observation, hub)) {
    const holding = await readHubHolding(request.clients, request.region, hub.vpc);
    observation = { ...observation, hubHoldings: { [hub.vpc]: holding } };
  }
  if (hub === null || !(request.migrateCentral || mayUseHub(joinNetwork(observation), hub, request.settings)))
    return observation;
  return {
    ...observation,
    hub: await readHub(hub, request, (clients) =>
      readLists({ ...request, clients, accountId: hub.account, instances: [], needs: [] }),
    ),
  };
}

/** Spokes recorded that they need a hub in this account. */
function isAskedFor({ accountId, needs }: NetworkObservation, { account, vpc }: HubSettings): boolean {
  return account === accountId && needs.some((need) => need.vpcId === vpc && need.spokes !== undefined);
}

/** What all verdicts of the Region rest on. */
async function readLists({
  clients,
  region,
  accountId,
  organizationId,
  instances,
  needs,
}: NetworkRequest): Promise<NetworkObservation> {
  const ec2 = new NetworkLists(clients, region);
  const [vpcs, subnets, routeTables, endpoints, securityGroups, networkAcls, dhcpOptions] = await Promise.all(
    [
      ec2.vpcs(),
      ec2.subnets(),
      ec2.routeTables(),
      ec2.endpoints(),
      ec2.securityGroups(),
      ec2.networkAcls(),
      ec2.dhcpOptions(),
    ],
  );
  return {
    accountId,
    region,
    instances,
    needs,
    vpcs,
    subnets,
    routeTables,
    endpoints,
    securityGroups,
    networkAcls,
    dhcpOptions,
    natGateways: null,
    endpointServices: null,
    prefixLists: null,
    blockPublicAccess: null,
    exclusions: null,
    networkInterfaces: null,
    resolverRules: null,
    resolverRuleIds: null,
    resolverEndpoints: null,
    profileAssociations: null,
    profileResources: {},
    foreignResources: {},
    dnsAttributes: {},
    hostedZones: {},
    ownerViews: {},
    hubHoldings: {},
    hubZones: null,
    organizationArn: null,
    organizationId,
    hubSettings: null,
    hubNeeds: [],
    hub: null,
  };
}

/** One round: everything wanted is answered, by a value or by the failure of its read. */
async function answer(
  known: NetworkObservation,
  wanted: WantedLookups,
  request: NetworkRequest,
): Promise<NetworkObservation> {
  const { clients, region } = request;
  const ec2 = new NetworkLists(clients, region);
  const [lists, names] = await Promise.all([
    answerLists(known, wanted, ec2, region),
    answerNames(known, wanted, { clients, region, ec2 }),
  ]);
  const foreignResources = { ...known.foreignResources };
  for (const resource of wanted.foreignResources) {
    foreignResources[resource.resourceArn] = await readForeignResource(request, resource);
  }
  const ownerViews = { ...known.ownerViews };
  for (const { vpcId, ownerId } of wanted.ownerViews) {
    ownerViews[vpcId] = await readOwnerView(known, { vpcId, ownerId }, request);
  }
  return { ...known, ...lists, ...names, foreignResources, ownerViews };
}

async function answerLists(
  known: NetworkObservation,
  wanted: WantedLookups,
  ec2: NetworkLists,
  region: Region,
) {
  const [natGateways, prefixLists, blockPublicAccess, exclusions, networkInterfaces, endpointServices] =
    await Promise.all([
      wanted.natGateways ? ec2.natGateways() : known.natGateways,
      wanted.prefixLists ? readPrefixLists(known, ec2) : known.prefixLists,
      wanted.blockPublicAccess ? ec2.blockPublicAccess() : known.blockPublicAccess,
      wanted.exclusions ? ec2.exclusions() : known.exclusions,
      wanted.networkInterfaces.length > 0
        ? ec2.networkInterfaces(wanted.networkInterfaces)
        : known.networkInterfaces,
      wanted.endpointServices ? ec2.endpointServices(region) : known.endpointServices,
    ]);
  return { natGateways, prefixLists, blockPublicAccess, exclusions, networkInterfaces, endpointServices };
}

interface NameSource {
  clients: SessionClients;
  region: Region;
  ec2: NetworkLists;
}

async function answerNames(
  known: NetworkObservation,
  wanted: WantedLookups,
  { clients, region, ec2 }: NameSource,
) {
  const [
    attributes,
    zones,
    resources,
    resolverEndpoints,
    resolverRuleIds,
    resolverRules,
    profileAssociations,
  ] = await Promise.all([
    byId(wanted.dnsAttributes, (vpcId) => ec2.dnsAttributes(vpcId)),
    byId(wanted.hostedZones, (vpcId) => readHostedZones(clients, region, vpcId)),
    byId(wanted.profileResources, (profileId) => readProfileResources(clients, region, profileId)),
    wanted.resolverEndpoints ? readResolverEndpoints(clients, region) : known.resolverEndpoints,
    wanted.resolverRuleIds ? readResolverRuleIds(clients, region) : known.resolverRuleIds,
    wanted.resolverRules ? readResolverRules(clients, region) : known.resolverRules,
    wanted.profileAssociations ? readProfileAssociations(clients, region) : known.profileAssociations,
  ]);
  return {
    dnsAttributes: { ...known.dnsAttributes, ...attributes },
    hostedZones: { ...known.hostedZones, ...zones },
    profileResources: { ...known.profileResources, ...resources },
    resolverEndpoints,
    resolverRuleIds,
    resolverRules,
    profileAssociations,
  };
}

async function byId<T>(
  ids: string[],
  ask: (id: string) => Promise<Read<T>>,
): Promise<Record<string, Read<T>>> {
  const answers: Record<string, Read<T>> = {};
  // One after another: Route 53 takes five requests a second of an account.
  for (const id of ids) answers[id] = await ask(id);
  return answers;
}

/** The lists themselves only where some route or rule of a used VPC names one, their entries only of those. */
async function readPrefixLists(
  network: NetworkObservation,
  ec2: NetworkLists,
): Promise<Read<PrefixListFacts[]>> {
  const lists = await ec2.prefixLists();
  if (lists.kind !== 'value') return lists;
  const known = lists.value.map((list) => prefixListFrom(list, undefined));
  const wanted = wantedPrefixLists(joinNetwork({ ...network, prefixLists: { kind: 'value', value: known } }));
  const facts = new Map(known.map((list) => [list.prefixListId, list]));
  for (const id of wanted) {
    const list = lists.value.find(({ PrefixListId }) => PrefixListId === id);
    if (!list) continue;
    const entries = await ec2.prefixListEntries(id);
    // One that is not readable stays without entries, which no rule takes for empty.
    if (entries.kind === 'value') facts.set(id, prefixListFrom(list, entries.value));
  }
  return { kind: 'value', value: [...facts.values()] };
}

const OUT_OF_SCOPE: Read<never> = { kind: 'absent' };

/** What a Profile holds of another account: only its owner says for which names. */
async function readForeignResource(
  { region, accountId, clients, sessionOf }: NetworkRequest,
  { kind, resourceId, ownerId }: WantedLookups['foreignResources'][number],
): Promise<Read<ForeignResourceFacts>> {
  const session =
    ownerId === accountId ? { kind: 'value' as const, value: clients } : await sessionOf(ownerId);
  if (session?.kind !== 'value') return session ?? OUT_OF_SCOPE;
  if (kind === 'hosted-zone') return readHostedZone(session.value, resourceId);
  const endpoints = await new NetworkLists(session.value, region).endpoints([
    { Name: 'vpc-endpoint-id', Values: [resourceId] },
  ]);
  if (endpoints.kind !== 'value') return endpoints;
  const [endpoint] = endpoints.value;
  if (!endpoint) return { kind: 'absent' };
  const { serviceName, privateDns, state } = endpoint;
  return { kind: 'value', value: { kind: 'endpoint', serviceName, privateDns, state } };
}

/**
 * The network of a shared VPC as its owner sees it, with this account's instances and groups in it: what the
 * participant cannot see (endpoints, NAT gateways, DNS) comes from the owner, what the owner cannot see from here.
 */
async function readOwnerView(
  known: NetworkObservation,
  { vpcId, ownerId }: { vpcId: string; ownerId: AccountId },
  request: NetworkRequest,
): Promise<Read<NetworkObservation>> {
  const session = await request.sessionOf(ownerId);
  if (session?.kind !== 'value') return session ?? OUT_OF_SCOPE;
  const instances = known.instances.filter((instance) => instance.vpcId === vpcId);
  const seen = await readListsAsOwner(
    { ...request, clients: session.value, accountId: ownerId, instances, needs: [] },
    known,
  );
  return { kind: 'value', value: seen };
}

async function readListsAsOwner(
  request: NetworkRequest,
  participant: NetworkObservation,
): Promise<NetworkObservation> {
  const lists = await readLists(request);
  let observation = withParticipant(lists, participant);
  for (;;) {
    const wanted = wantedLookups(joinNetwork(observation), request.settings);
    if (isNothingWanted(wanted)) return observation;
    observation = withParticipant(await answer(observation, wanted, request), participant);
  }
}

/** Groups and prefix lists of the participant, which its own instances use. */
function withParticipant(owner: NetworkObservation, participant: NetworkObservation): NetworkObservation {
  return {
    ...owner,
    securityGroups: joined(owner.securityGroups, participant.securityGroups, ({ groupId }) => groupId),
    prefixLists:
      owner.prefixLists && participant.prefixLists
        ? joined(owner.prefixLists, participant.prefixLists, ({ prefixListId }) => prefixListId)
        : (owner.prefixLists ?? participant.prefixLists),
  };
}

function joined<T>(one: Read<T[]>, other: Read<T[]>, idOf: (item: T) => string): Read<T[]> {
  if (one.kind !== 'value') return one;
  const ids = new Set(one.value.map(idOf));
  return { kind: 'value', value: [...one.value, ...valuesOf(other).filter((item) => !ids.has(idOf(item)))] };
}
