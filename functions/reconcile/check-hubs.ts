/** Whether the hubs that a run would use can be used at all: asked before the run begins, in the accounts of the hubs. */
import { assumeMemberRole } from '../aws/assume-role.ts';
import type { ClientPool, SessionClients } from '../aws/client-pool.ts';
import { readHubAlone } from '../aws/hub-reader.ts';
import { readRegionStates } from '../aws/region-reader.ts';
import type { Configuration } from '../core/model/configuration.ts';
import type { Account, AccountId, Region } from '../core/model/primitives.ts';
import type { HubSettings } from '../core/network/hub-facts.ts';
import { type HubCheck, hubProblem } from '../core/network/hub-problem.ts';
import { mayUseHubs } from '../core/network/network-settings.ts';
import { decideAccount, decideRegion } from '../core/scope.ts';
import { memberRole } from './look.ts';

export interface HubsOfRun {
  pool: ClientPool;
  configuration: Configuration;
  partition: string;
  sessionName: string;
  /** Of the run; hubs of others are not used. */
  regions: readonly Region[];
  /** null for an account that the organization does not have. */
  findAccounts: (accountIds: AccountId[]) => Promise<Map<AccountId, Account>>;
}

/** One line for each hub that cannot be used; nothing is asked where no setting uses one. */
export async function checkHubs(run: HubsOfRun): Promise<string[]> {
  const { configuration, regions } = run;
  if (!mayUseHubs(configuration)) return [];
  const used = Object.entries(configuration.hubs).filter(([region]) => regions.includes(region));
  if (used.length === 0) return [];
  const accounts = await run.findAccounts([...new Set(used.map(([, { account }]) => account))]);
  const checks: HubCheck[] = [];
  for (const [region, settings] of used) {
    checks.push(await checkHub(run, region, settings, accounts.get(settings.account)));
  }
  return checks.map(hubProblem).filter((problem) => problem !== null);
}

async function checkHub(
  run: HubsOfRun,
  region: Region,
  settings: HubSettings,
  account: Account | undefined,
): Promise<HubCheck> {
  const { pool, configuration, partition, sessionName, regions } = run;
  const uncovered = account ? uncoveredBy(account, configuration) : 'is not in the organization';
  if (uncovered !== null) return { region, settings, uncovered, seen: null };
  const reader = memberRole({ configuration, partition, sessionName }, settings.account, 'reader');
  const entry = await assumeMemberRole(pool, reader);
  if (entry.kind === 'failed') return { region, settings, uncovered, seen: entry.failure };
  const closed = await closedRegion(entry.clients, region, run);
  if (closed !== null) return { region, settings, uncovered: closed, seen: null };
  const others = regions.filter((other) => other !== region);
  const seen = await readHubAlone(settings, { clients: entry.clients, region, others });
  return { region, settings, uncovered, seen };
}

/** A hub is of use only where its account has switched its Region on. */
async function closedRegion(
  clients: SessionClients,
  region: Region,
  { pool, configuration }: HubsOfRun,
): Promise<string | null> {
  const states = await readRegionStates(clients, pool.connection.homeRegion, [region]);
  if (states.kind !== 'value') return null;
  const state = states.value[region] ?? 'DISABLED';
  const { kind } = decideRegion(region, state, configuration);
  return kind === 'enter' ? null : `has not enabled ${region} (${state})`;
}

function uncoveredBy(account: Account, configuration: Configuration): string | null {
  const decision = decideAccount(account, configuration);
  return decision.kind === 'enter' ? null : `is out of scope (${decision.sentence.replace(/\.$/, '')})`;
}
