/**
 * The network of a Region, read once: lists whole, joined in memory by core, and only what a verdict
 * depends on. A list that nothing refers to is not asked for (NAT gateways without a route to one, prefix
 * lists that no route or rule names, exclusions while nothing is blocked).
 */
import type { OverridableSettings } from '../core/model/configuration.ts';
import type { Region } from '../core/model/primitives.ts';
import type { Read } from '../core/model/reads.ts';
import type {
  BlockPublicAccessFacts,
  HostedZoneFacts,
  InstanceFacts,
  NetworkObservation,
  PrefixListFacts,
  ProfileResourceFacts,
  SharedVpcNeed,
} from '../core/network/facts.ts';
import { type WantedLookups, wantedLookups, wantedPrefixLists } from '../core/network/lookups.ts';
import { dnsNameOf, type ServiceName } from '../core/network/needed-names.ts';
import { joinNetwork, valuesOf } from '../core/network/network.ts';
import { MANAGED_TAG } from '../core/network/ownership.ts';
import type { SessionClients } from './client-pool.ts';
import { profileResourcesFrom, resolverRuleFrom, resolverRuleIdsFrom } from './name-facts.ts';
import {
  readHostedZones,
  readProfileAssociations,
  readProfileResources,
  readResolverEndpoints,
  readResolverRuleAssociations,
  readResolverRules,
} from './name-reader.ts';
import { prefixListFrom } from './network-facts.ts';
import { NetworkLists } from './network-lists.ts';

export interface NetworkRequest {
  clients: SessionClients;
  accountId: string;
  region: Region;
  instances: InstanceFacts[];
  needs: SharedVpcNeed[];
  settings: Pick<OverridableSettings, 'ec2messages'>;
  /** Whether a removal is due, so that VPCs with our tag are judged as if their endpoints were gone. */
  thorough: boolean;
}

export async function readNetwork(request: NetworkRequest): Promise<NetworkObservation> {
  const lists = await readLists(request);
  const wanted = wantedOf(lists, request);
  const { clients, region } = request;
  const ec2 = new NetworkLists(clients, region);
  const named = wanted.hostedZones.length > 0;
  const [attributes, services, resolverEndpoints, zones, rules, associations] = await Promise.all([
    byVpc(wanted.dnsAttributes, (vpcId) => ec2.dnsAttributes(vpcId)),
    wanted.endpointServices ? ec2.endpointServices(region) : null,
    wanted.endpointServices ? readResolverEndpoints(clients, region) : null,
    byVpc(wanted.hostedZones, (vpcId) => readHostedZones(clients, region, vpcId)),
    named ? readAssociatedRules(clients, region, wanted.hostedZones) : null,
    named ? readProfileAssociations(clients, region) : null,
  ]);
  const answered: NetworkObservation = {
    ...lists,
    dnsAttributes: attributes,
    endpointServices: services,
    resolverEndpoints,
    hostedZones: zones,
    resolverRules: rules?.rules ?? null,
    resolverRuleIds: rules?.ids ?? null,
  };
  if (associations === null) return answered;
  const profileResources =
    associations.kind === 'value'
      ? await readProfileContents(request, answered, associations.value, wanted.hostedZones)
      : associations;
  return { ...answered, profileResources };
}

function wantedOf(lists: NetworkObservation, { settings, thorough }: NetworkRequest): WantedLookups {
  const wanted = wantedLookups(joinNetwork(lists), settings);
  if (!thorough) return wanted;
  const marked = valuesOf(lists.endpoints).filter(({ tags }) => tags[MANAGED_TAG] === 'true');
  const vpcIds = marked.map(({ vpcId }) => vpcId);
  return {
    dnsAttributes: [...new Set([...wanted.dnsAttributes, ...vpcIds])],
    hostedZones: [...new Set([...wanted.hostedZones, ...vpcIds])],
    endpointServices: true,
  };
}

/** What all verdicts of the Region rest on. */
async function readLists(request: NetworkRequest): Promise<NetworkObservation> {
  const { clients, region, accountId, instances, needs } = request;
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
  const nothing = { kind: 'value' as const, value: [] };
  const first: NetworkObservation = {
    accountId,
    region,
    instances,
    needs,
    vpcs,
    subnets,
    routeTables,
    natGateways: nothing,
    endpoints,
    endpointServices: null,
    securityGroups,
    networkAcls,
    dhcpOptions,
    prefixLists: null,
    blockPublicAccess: { kind: 'value', value: { mode: 'off' } },
    exclusions: null,
    resolverRules: null,
    resolverRuleIds: null,
    resolverEndpoints: null,
    profileResources: null,
    dnsAttributes: {},
    hostedZones: {},
  };
  const [natGateways, prefixLists, blockPublicAccess] = await Promise.all([
    routesTo(first, 'nat') ? ec2.natGateways() : nothing,
    readPrefixLists(first, ec2),
    readBlockPublicAccess(first, ec2),
  ]);
  const blocks = blockPublicAccess.kind === 'value' && blockPublicAccess.value.mode !== 'off';
  const exclusions = blocks || blockedSomewhere(first) ? await ec2.exclusions() : null;
  return { ...first, natGateways, prefixLists, blockPublicAccess, exclusions };
}

function routesTo(network: NetworkObservation, kind: string): boolean {
  return valuesOf(network.routeTables).some(({ routes }) =>
    routes.some(({ target, state }) => target.kind === kind && state === 'active'),
  );
}

/** The lists themselves only where some route or rule of a used VPC names one, their entries only of those. */
async function readPrefixLists(
  network: NetworkObservation,
  ec2: NetworkLists,
): Promise<Read<PrefixListFacts[]> | null> {
  if (wantedPrefixLists(joinNetwork(network)).length === 0) return null;
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

/**
 * Asked only where some way out ends at an internet gateway (block public access touches nothing else) and
 * the states of VPCs and subnets (`BlockPublicAccessStates`) do not say already that nothing is blocked.
 */
async function readBlockPublicAccess(
  network: NetworkObservation,
  ec2: NetworkLists,
): Promise<Read<BlockPublicAccessFacts>> {
  const ends = routesTo(network, 'igw') || routesTo(network, 'eigw') || routesTo(network, 'nat');
  const modes = blockModes(network);
  const open = modes.length > 0 && modes.every((mode) => mode === 'off');
  return ends && !open ? ec2.blockPublicAccess() : network.blockPublicAccess;
}

function blockedSomewhere(network: NetworkObservation): boolean {
  return blockModes(network).some((mode) => mode !== null && mode !== 'off');
}

function blockModes(network: NetworkObservation) {
  return [...valuesOf(network.vpcs), ...valuesOf(network.subnets)].map(({ blockMode }) => blockMode);
}

async function byVpc<T>(
  vpcIds: string[],
  ask: (vpcId: string) => Promise<Read<T>>,
): Promise<Record<string, Read<T>>> {
  const answers: Record<string, Read<T>> = {};
  // One after another: Route 53 takes five requests a second of an account.
  for (const vpcId of vpcIds) answers[vpcId] = await ask(vpcId);
  return answers;
}

/** Rules are asked for only where some VPC in question has one that is not the Resolver's own. */
async function readAssociatedRules(clients: SessionClients, region: Region, vpcIds: string[]) {
  const associations = await readResolverRuleAssociations(clients, region);
  if (associations.kind !== 'value') return { rules: null, ids: associations };
  const ids = resolverRuleIdsFrom(associations.value);
  const own = (id: string) => id.startsWith('rslvr-autodefined-rr-');
  const some = vpcIds.some((vpcId) => (ids[vpcId] ?? []).some((id) => !own(id)));
  const rules = some ? await readResolverRules(clients, region) : null;
  return {
    ids: { kind: 'value' as const, value: ids },
    rules:
      rules?.kind === 'value' ? { kind: 'value' as const, value: rules.value.map(resolverRuleFrom) } : rules,
  };
}

/** Only Profiles of the VPCs in question. Names of zones are those that the VPCs' own look-ups told. */
async function readProfileContents(
  { clients, region }: NetworkRequest,
  network: NetworkObservation,
  associations: Parameters<typeof profileResourcesFrom>[0],
  vpcIds: string[],
): Promise<Read<Record<string, ProfileResourceFacts[]>>> {
  const concerned = associations.filter(({ ResourceId }) => vpcIds.includes(ResourceId ?? ''));
  const profileIds = [...new Set(concerned.flatMap(({ ProfileId }) => ProfileId ?? []))];
  const resources: Parameters<typeof profileResourcesFrom>[1] = [];
  for (const profileId of profileIds) {
    const held = await readProfileResources(clients, region, profileId);
    if (held.kind === 'failed') return held;
    if (held.kind === 'value') resources.push(...held.value);
  }
  const joined = joinNetwork(network);
  const zones = Object.values(network.hostedZones).flatMap((zone) => valuesOf<HostedZoneFacts>(zone));
  return {
    kind: 'value',
    value: profileResourcesFrom(concerned, resources, {
      hostedZones: Object.fromEntries(zones.map(({ hostedZoneId, name }) => [hostedZoneId, name])),
      endpoints: valuesOf(network.endpoints),
      resolverRules: valuesOf(network.resolverRules),
      dnsNameOf: (service) => dnsNameOf(joined, service.split('.').at(-1) as ServiceName),
    }),
  };
}
