/** Reads what the decisions need from one account, and nothing twice. */
import { readAssociations } from '../aws/association-reader.ts';
import { assumeMemberRole, type MemberRole } from '../aws/assume-role.ts';
import type { ClientPool, SessionClients } from '../aws/client-pool.ts';
import { readForeignRole, readRole, readRolePermissions } from '../aws/iam-reader.ts';
import { readInstances } from '../aws/instance-reader.ts';
import { readNetwork } from '../aws/network-reader.ts';
import { readProfiles } from '../aws/profile-reader.ts';
import { readRegionStates } from '../aws/region-reader.ts';
import { readServiceSetting } from '../aws/ssm-reader.ts';
import { recognize } from '../core/changes/recognize.ts';
import type { InstanceDetail } from '../core/instances/facts.ts';
import { recentOf } from '../core/instances/recent-changes.ts';
import { ownResourcesOf } from '../core/journal.ts';
import type { Configuration } from '../core/model/configuration.ts';
import type { AccountObservation, RegionObservation } from '../core/model/observation.ts';
import type { RolePermissions } from '../core/model/permissions.ts';
import type { Account, AccountId, Region } from '../core/model/primitives.ts';
import type { Failure, Read } from '../core/model/reads.ts';
import type { VpcResult } from '../core/model/result.ts';
import { isIgnored } from '../core/network/clients.ts';
import type { InstanceFacts, NetworkObservation } from '../core/network/facts.ts';
import { valuesOf } from '../core/network/network.ts';
import { usesHubs } from '../core/network/network-settings.ts';
import { isPruneDue } from '../core/network/region-network.ts';
import { controlsOf, type ResourceControlPolicy } from '../core/resource-control.ts';
import { settingValueOf } from '../core/role.ts';
import { entriesInForce } from '../core/rollback/entries.ts';
import { decideAccount, decideRegion } from '../core/scope.ts';
import { isUnset, roleNamedBy } from '../core/setting.ts';
import { MANAGED_TAG } from '../core/tags.ts';
import type { Clock } from '../platform/clock.ts';
import type { Deadline } from '../platform/deadline.ts';
import type { JournalEntry, NeedRecord, Store } from '../store/contract.ts';
import { observeSessionLogging } from './observe-session-logging.ts';
import type { SessionOf } from './other-accounts.ts';

export interface ObserveContext {
  pool: ClientPool;
  store: Store;
  clock: Clock;
  deadline: Deadline;
  signal: AbortSignal | undefined;
  configuration: Configuration;
  account: Account;
  /** Regions to look at in this pass. */
  regions: Region[];
  homeRegion: Region;
  organizationId: string;
  managementAccountId: AccountId;
  migrateCentral?: boolean | undefined;
  /** Of the organization; failed where some are in force and could not be read. */
  resourceControls: Read<ResourceControlPolicy[]>;
  reader: MemberRole;
  /** Whether an earlier invocation may have left journal entries PENDING. */
  unsettled: boolean;
  /** What participants of this account's shared VPCs recorded. */
  needs: NeedRecord[];
  /** What other accounts say of this one's network. */
  sessionOf: SessionOf;
  /** VPCs with endpoints of ours as the pass before saw them, by Region. */
  earlierVpcs: Record<Region, VpcResult[]>;
}

export interface Observed {
  observation: AccountObservation;
  /** null where the account was not entered. */
  clients: SessionClients | null;
  journal: JournalEntry[];
}

/** A Region whose work has not begun with less time than this left belongs to the next pass. */
const REGION_MILLISECONDS = 30_000;
const REGIONS_AT_ONCE = 20;

export async function observeAccount(context: ObserveContext): Promise<Observed> {
  const { account, configuration } = context;
  if (decideAccount(account, configuration).kind === 'skip') return unentered(account, null);

  const entry = await assumeMemberRole(context.pool, context.reader);
  if (entry.kind === 'failed') return unentered(account, entry.failure);
  const { clients } = entry;

  const [regionStates, role] = await Promise.all([
    readRegionStates(clients, context.homeRegion, context.regions),
    readRole(clients, configuration.dhmcRole.name),
  ]);
  const candidates = context.regions.filter((region) => {
    const state = regionStates.kind === 'value' ? (regionStates.value[region] ?? 'DISABLED') : undefined;
    return decideRegion(region, state, configuration).kind === 'enter';
  });
  const regions = await withProfiles(
    await observeRegions(candidates, clients, context),
    clients,
    context.organizationId,
  );

  const ours =
    role.kind === 'value'
      ? settingValueOf(role.value.path, role.value.roleName)
      : settingValueOf(configuration.dhmcRole.path, configuration.dhmcRole.name);
  const others = valuesBeside(ours, account.accountId, regions);
  const foreignRoles = await Promise.all(others.map((value) => readForeignRole(clients, value)));
  const unlike = regions.some((r) => r.setting.kind === 'value' && r.setting.value.value !== ours);
  const marked = regions.some(({ network }) => network && holdsMarked(network));
  const missed = regions.some((region) => judgedInstances(region).some(({ online }) => !online));
  const { known: journal } = recognize(
    unlike || marked || missed || context.unsettled ? await context.store.listJournal(account.accountId) : [],
  );
  return {
    clients,
    journal,
    observation: {
      account,
      entry: { kind: 'entered' },
      regionStates,
      role,
      organizationId: context.organizationId,
      controls: controlsOf(context.resourceControls, account),
      rolePermissions: await observeRolePermissions(role, regions, others, clients, context),
      foreignRoles,
      regions,
      ...ownHistory(journal, ours),
      ownResources: ownResourcesOf(
        journal,
        regions.map(({ network }) => network),
      ),
      earlierVpcs: context.earlierVpcs,
      recentChanges: recentOf(journal, context.clock.now()),
    },
  };
}

/**
 * Asked for each Region in which something runs that has or would get its credentials from the role, and once where
 * the role has a permissions boundary: an idle account is not asked.
 */
async function observeRolePermissions(
  role: AccountObservation['role'],
  regions: RegionObservation[],
  others: readonly string[],
  clients: SessionClients,
  { homeRegion, organizationId, configuration }: ObserveContext,
): Promise<RolePermissions[]> {
  if (role.kind !== 'value') return [];
  const { arn, permissionsBoundaryArn } = role.value;
  const isOurs = ({ setting }: RegionObservation) =>
    setting.kind === 'value' &&
    (configuration.existingSetting === 'replace' || !others.includes(setting.value.value));
  const populated = regions.filter((seen) => isOurs(seen) && judgedInstances(seen).length > 0);
  if (populated.length === 0 && permissionsBoundaryArn !== null && regions.some(isOurs)) {
    return [{ region: null, decisions: await readRolePermissions(clients, arn, homeRegion, organizationId) }];
  }
  return Promise.all(
    populated.map(async ({ region }) => ({
      region,
      decisions: await readRolePermissions(clients, arn, region, organizationId),
    })),
  );
}

/** Running instances that get a verdict by what they are. */
function judgedInstances({ instances }: RegionObservation): InstanceDetail[] {
  const all = instances?.kind === 'value' ? instances.value.instances : [];
  return all.filter(
    ({ state, serviceManaged, tags }) => state === 'running' && !serviceManaged && !isIgnored(tags),
  );
}

/** Roles are the account's, so each is asked once for all Regions. */
async function withProfiles(
  regions: RegionObservation[],
  clients: SessionClients,
  organizationId: string,
): Promise<RegionObservation[]> {
  const uses = regions.flatMap((seen) =>
    judgedInstances(seen).flatMap(({ instanceId, profileArn }) =>
      profileArn === null ? [] : [{ profileArn, instanceId, region: seen.region }],
    ),
  );
  if (uses.length === 0) return regions;
  const profiles = await readProfiles(clients, uses, organizationId);
  return regions.map((seen) =>
    seen.instances?.kind === 'value'
      ? { ...seen, instances: { kind: 'value', value: { ...seen.instances.value, profiles } } }
      : seen,
  );
}

function unentered(account: Account, failure: Failure | null): Observed {
  return {
    clients: null,
    journal: [],
    observation: {
      account,
      entry: failure ? { kind: 'failed', failure } : { kind: 'entered' },
      regionStates: { kind: 'absent' },
      role: { kind: 'absent' },
      organizationId: null,
      controls: [],
      rolePermissions: [],
      foreignRoles: [],
      regions: [],
      ownSettingValues: [],
      ownWrites: {},
      ownResources: [],
      earlierVpcs: {},
      recentChanges: [],
    },
  };
}

async function observeRegions(
  regions: Region[],
  clients: SessionClients,
  context: ObserveContext,
): Promise<RegionObservation[]> {
  const observed = await context.clock.together(
    REGIONS_AT_ONCE,
    regions.map((region) => async () => {
      const late = context.deadline.remainingMilliseconds() < REGION_MILLISECONDS;
      return late || context.signal?.aborted ? null : observeRegion(clients, region, context);
    }),
  );
  return observed.filter((region) => region !== null);
}

async function observeRegion(
  clients: SessionClients,
  region: Region,
  context: ObserveContext,
): Promise<RegionObservation> {
  const setting = await readServiceSetting(clients, region);
  const readable = setting.kind === 'value';
  const denied = setting.kind === 'failed' && setting.failure.kind === 'DENIED_BY_SCP';
  const answer = readable || denied ? await readInstances(clients, region) : null;
  if (answer?.kind !== 'value') {
    return {
      region,
      setting,
      instances: answer,
      network: null,
      associations: null,
      sessionLogging: null,
      onlineInstanceIds: [],
      instancesByVpc: {},
    };
  }
  const { instances } = answer.value;
  const wanted = readable && isNetworkWanted(region, instances, context);
  const running = instances.some(({ state }) => state === 'running');
  const wantsUpdates =
    readable && context.configuration.agentUpdates !== 'off' && instances.some(({ node }) => node !== null);
  const first = readable && running && isFirstSetting(setting.value.value, context.configuration);
  return {
    region,
    setting,
    instances: answer,
    associations: first || wantsUpdates ? await readAssociations(clients, region) : null,
    sessionLogging:
      readable && running
        ? await observeSessionLogging(clients, setting.value, { ...context.reader, region })
        : null,
    onlineInstanceIds: instances.filter(isOnline).map(({ instanceId }) => instanceId),
    instancesByVpc: countByVpc(instances),
    network: wanted ? await observeNetwork(clients, region, instances, context) : null,
  };
}

/** Whether instances would become managed by it: those below a role of ours or a sound one of others are. */
function isFirstSetting(value: string, { existingSetting, dhmcRole }: Configuration): boolean {
  return (
    isUnset(value) ||
    (existingSetting === 'replace' && value !== settingValueOf(dhmcRole.path, dhmcRole.name))
  );
}

/** Where nothing runs, only a participant's need or a removal that is due is worth a look. */
function isNetworkWanted(region: Region, instances: InstanceFacts[], context: ObserveContext): boolean {
  const { configuration, needs, earlierVpcs, clock } = context;
  if (configuration.endpoints === 'off') return false;
  return (
    instances.some(({ state }) => state === 'running') ||
    needs.some((need) => need.region === region) ||
    isPruneDue(earlierVpcs[region] ?? [], configuration, clock.now())
  );
}

async function observeNetwork(
  clients: SessionClients,
  region: Region,
  instances: InstanceFacts[],
  {
    account,
    configuration,
    needs,
    sessionOf,
    store,
    reader,
    organizationId,
    managementAccountId,
    migrateCentral,
  }: ObserveContext,
): Promise<NetworkObservation> {
  const hub = usesHubs(configuration) ? (configuration.hubs[region] ?? null) : null;
  const network = await readNetwork({
    clients,
    accountId: account.accountId,
    organizationId,
    region,
    instances,
    needs: needs.filter((need) => need.region === region),
    settings: configuration,
    hub,
    migrateCentral: migrateCentral ?? false,
    sessionOf,
  });
  if (hub === null) return network;
  const hubNeeds = network.hub === null ? [] : await store.listNeeds(hub.account);
  const { partition } = reader;
  const organizationArn = `arn:${partition}:organizations::${managementAccountId}:organization/${organizationId}`;
  return {
    ...network,
    organizationArn,
    hubSettings: hub,
    hubNeeds: hubNeeds.filter((need) => need.region === region),
  };
}

function isOnline({ state, online }: InstanceFacts): boolean {
  return state === 'running' && online;
}

function countByVpc(instances: InstanceFacts[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { vpcId, state } of instances) {
    if (state !== 'other') counts[vpcId] = (counts[vpcId] ?? 0) + 1;
  }
  return counts;
}

/** Something there carries our tag, so the journal has to say whether it is ours. */
function holdsMarked(network: NetworkObservation): boolean {
  return [...valuesOf(network.endpoints), ...valuesOf(network.securityGroups)].some(
    ({ tags }) => tags[MANAGED_TAG] === 'true',
  );
}

function valuesBeside(ours: string, accountId: string, regions: RegionObservation[]): string[] {
  const values = regions.flatMap((r) => (r.setting.kind === 'value' ? [r.setting.value.value] : []));
  return [...new Set(values)].filter((value) => !isUnset(value) && roleNamedBy(value, accountId) !== ours);
}

/** What the journal says that we set: values by any configuration, and how often ours in each Region. */
function ownHistory(
  journal: JournalEntry[],
  ours: string,
): Pick<AccountObservation, 'ownSettingValues' | 'ownWrites'> {
  const values = new Set<string>();
  const ownWrites: Record<Region, number> = {};
  for (const { action, region, status } of entriesInForce(journal)) {
    if (action.kind !== 'SetServiceSetting' || status !== 'DONE' || region === null) continue;
    values.add(action.value);
    if (action.value === ours) ownWrites[region] = (ownWrites[region] ?? 0) + 1;
  }
  return { ownSettingValues: [...values].sort(), ownWrites };
}
