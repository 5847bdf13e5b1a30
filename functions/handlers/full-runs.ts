/** The full run before this one, and the accounts that it knew and this one does not. */
import type { Account } from '../core/model/primitives.ts';
import type { Coverage, DepartedAccount } from '../core/model/result.ts';
import { isFullRun } from '../core/run-news.ts';
import type { RunRecord } from '../store/contract.ts';
import { ManifestMissingError, readManifest } from '../store/manifests.ts';
import type { Records } from './records.ts';

/** Runs of single accounts lie between two full ones, as many as accounts arrived. */
const LOOK_BACK = 200;

export interface FullRun extends RunRecord {
  coverage: Coverage;
}

/** null where this run is no full one, or none before it came to its end. */
export async function findFullRunBefore(
  { store }: Pick<Records, 'store'>,
  run: RunRecord,
): Promise<FullRun | null> {
  if (!isFullRun(run.input)) return null;
  for (const { coverage, ...earlier } of await store.listRuns(LOOK_BACK)) {
    const before = earlier.startedAt < run.startedAt && isFullRun(earlier.input);
    if (before && earlier.status === 'SUCCEEDED' && coverage !== null) return { ...earlier, coverage };
  }
  return null;
}

/** Accounts of a run's waves; settle passes only repeat some of them. Sorted by id. */
export async function readAccounts(records: Pick<Records, 'artifacts'>, run: RunRecord): Promise<Account[]> {
  const accounts = new Map<string, Account>();
  for (const batch of run.batches) {
    for (const account of await readManifest(records, batch)) accounts.set(account.accountId, account);
  }
  return [...accounts.values()].sort((a, b) => a.accountId.localeCompare(b.accountId));
}

/**
 * Accounts that left since the full run before. Their records are closed here too: events are delivered on a
 * best-effort basis, so one may be missing (EventBridge user guide, "Events from AWS services").
 */
export async function closeDeparted(
  records: Pick<Records, 'store' | 'artifacts' | 'log'>,
  run: RunRecord,
  before: FullRun | null,
  present: readonly Account[],
): Promise<DepartedAccount[]> {
  if (before === null) return [];
  const here = new Set(present.map(({ accountId }) => accountId));
  const gone = (await readEarlier(records, before)).filter(({ accountId }) => !here.has(accountId));
  const closing = { at: run.startedAt, because: 'not listed any more' };
  for (const { accountId } of gone) {
    if (await records.store.closeAccount(accountId, closing))
      records.log.info('records closed', { accountId });
  }
  const states = await records.store.getAccountStates(gone.map(({ accountId }) => accountId));
  return gone.map(({ accountId, name }) => ({
    accountId,
    name,
    closedAt: states.get(accountId)?.closed?.at ?? run.startedAt,
  }));
}

/** Artifacts expire; without them no account can be missed. */
async function readEarlier(records: Pick<Records, 'artifacts'>, before: RunRecord): Promise<Account[]> {
  const waves = before.batches.filter(({ name }) => name.startsWith('wave:'));
  try {
    return (await Promise.all(waves.map((wave) => readManifest(records, wave)))).flat();
  } catch (error) {
    if (error instanceof ManifestMissingError) return [];
    throw error;
  }
}
