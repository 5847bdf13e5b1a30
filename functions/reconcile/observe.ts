/** Reads what the decisions need from one account, and nothing twice. */
import { assumeMemberRole, type MemberRole } from '../aws/assume-role.ts';
import type { ClientPool, SessionClients } from '../aws/client-pool.ts';
import { readInstanceCounts } from '../aws/ec2-reader.ts';
import { readForeignRole, readRole } from '../aws/iam-reader.ts';
import { readRegionStates } from '../aws/region-reader.ts';
import { readServiceSetting } from '../aws/ssm-reader.ts';
import type {
  Account,
  AccountObservation,
  Configuration,
  Failure,
  Region,
  RegionObservation,
} from '../core/model.ts';
import { settingValueOf } from '../core/role.ts';
import { decideAccount, decideRegion } from '../core/scope.ts';
import { isUnset } from '../core/setting.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Deadline } from '../runtime/deadline.ts';
import type { JournalEntry, Store } from '../store/contract.ts';

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
  reader: MemberRole;
  /** Whether an earlier invocation may have left journal entries PENDING. */
  unsettled: boolean;
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
  const regions = await observeRegions(candidates, clients, context);

  const ours =
    role.kind === 'value'
      ? settingValueOf(role.value.path, role.value.roleName)
      : settingValueOf(configuration.dhmcRole.path, configuration.dhmcRole.name);
  const others = valuesBeside(ours, regions);
  const foreignRoles = await Promise.all(others.map((value) => readForeignRole(clients, value)));
  const unlike = regions.some((r) => r.setting.kind === 'value' && r.setting.value.value !== ours);
  const journal = unlike || context.unsettled ? await context.store.listJournal(account.accountId) : [];
  return {
    clients,
    journal,
    observation: {
      account,
      entry: { kind: 'entered' },
      regionStates,
      role,
      foreignRoles,
      regions,
      ...ownHistory(journal, ours),
    },
  };
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
      foreignRoles: [],
      regions: [],
      ownSettingValues: [],
      ownWrites: {},
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
      return late || context.signal?.aborted ? null : observeRegion(clients, region);
    }),
  );
  return observed.filter((region) => region !== null);
}

async function observeRegion(clients: SessionClients, region: Region): Promise<RegionObservation> {
  const setting = await readServiceSetting(clients, region);
  const readable = setting.kind === 'value';
  const denied = setting.kind === 'failed' && setting.failure.kind === 'DENIED_BY_SCP';
  const instances = readable || denied ? await readInstanceCounts(clients, region) : null;
  return { region, setting, instances };
}

function valuesBeside(ours: string, regions: RegionObservation[]): string[] {
  const values = regions.flatMap((r) => (r.setting.kind === 'value' ? [r.setting.value.value] : []));
  return [...new Set(values)].filter((value) => !isUnset(value) && value !== ours);
}

/** What the journal says that we set: values by any configuration, and how often ours in each Region. */
function ownHistory(
  journal: JournalEntry[],
  ours: string,
): Pick<AccountObservation, 'ownSettingValues' | 'ownWrites'> {
  const values = new Set<string>();
  const ownWrites: Record<Region, number> = {};
  for (const { action, region, status } of journal) {
    if (action.kind !== 'SetServiceSetting' || status !== 'DONE' || region === null) continue;
    values.add(action.value);
    if (action.value === ours) ownWrites[region] = (ownWrites[region] ?? 0) + 1;
  }
  return { ownSettingValues: [...values].sort(), ownWrites };
}
