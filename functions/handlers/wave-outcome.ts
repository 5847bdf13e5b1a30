/** Gathers how the wave that ended last went: what decides whether the run continues. */

import pLimit from 'p-limit';
import type { Gate } from '../core/batches.ts';
import type { Configuration } from '../core/model/configuration.ts';
import type { Account, AccountId } from '../core/model/primitives.ts';
import { countChanges, judgeWave, type WaveOutcome } from '../core/wave-gate.ts';
import { readAccountResult } from '../store/account-results.ts';
import { type AccountState, artifactKeys, type BatchRecord, type RunRecord } from '../store/contract.ts';
import { readManifest } from '../store/manifests.ts';
import { INSTANCES_AFTER } from '../store/record-shapes.ts';
import { parseStored } from '../store/stored.ts';
import type { Records } from './records.ts';

const READS_AT_ONCE = 50;

/**
 * null where nothing follows the wave: no enforce, a run that changes nothing any more, or the last wave,
 * unless it has its own soak time, which asks for the look at its instances.
 */
export async function gatherGate(
  records: Records,
  run: RunRecord,
  configuration: Configuration,
): Promise<Gate | null> {
  const waves = run.batches.filter(({ name }) => name.startsWith('wave:'));
  const done = waves.filter(({ endedAt }) => endedAt !== null);
  const wave = done.at(-1);
  const settling = run.batches.some(({ name }) => name.startsWith('settle:'));
  if (run.input.mode !== 'enforce' || run.hold || !wave || settling) return null;
  const name = waveName(wave);
  const soakSeconds = configuration.waves.find((one) => one.name === name)?.soakSeconds ?? 0;
  const last = done.length === waves.length;
  if (last && soakSeconds === 0) return null;

  const check = run.batches.find((batch) => batch.name === `check:${name}`);
  const toCheck = await accountsToCheck(records, run, wave);
  const outcome = await gatherOutcome(records, run, wave, check ? toCheck : null);
  const stop = judgeWave(outcome, name, configuration.maxFailurePercent);
  return {
    // No account is left that failures in the last wave could warn of; settle passes try them again.
    stop: last && stop?.cause === 'FAILURES' ? null : stop,
    soakSeconds: check || (last && toCheck.length === 0) || !hasChanges(outcome) ? 0 : soakSeconds,
    check: !check && toCheck.length > 0,
  };
}

export function waveName({ name }: BatchRecord): string {
  return name.slice('wave:'.length);
}

/** Accounts of the wave with instances that were Online before they were changed. */
export async function accountsToCheck(
  { artifacts }: Records,
  run: RunRecord,
  wave: BatchRecord,
): Promise<Account[]> {
  const keys = new Set(await artifacts.list(artifactKeys.allBefore(run.runId)));
  if (keys.size === 0) return [];
  const accounts = await readManifest({ artifacts }, wave);
  return accounts.filter(({ accountId }) => keys.has(artifactKeys.before(run.runId, accountId)));
}

/** A crash may have changed something too. */
function hasChanges({ appliedChanges, crashed }: WaveOutcome): boolean {
  return appliedChanges > 0 || crashed.length > 0;
}

async function gatherOutcome(
  records: Records,
  run: RunRecord,
  wave: BatchRecord,
  checked: Account[] | null,
): Promise<WaveOutcome> {
  const accounts = await readManifest(records, wave);
  const states = await records.store.getAccountStates(accounts.map(({ accountId }) => accountId));
  const limit = pLimit(READS_AT_ONCE);
  const counts = await Promise.all(
    accounts.map(({ accountId }) =>
      limit(() => countOf(records, run, accountId, states.get(accountId) ?? null)),
    ),
  );
  const idsWhere = (holds: (count: (typeof counts)[number]) => boolean) =>
    accounts.flatMap(({ accountId }, index) => (holds(counts[index] ?? null) ? [accountId] : []));
  return {
    accounts: accounts.length,
    appliedChanges: counts.reduce((sum, count) => sum + (count?.applied ?? 0), 0),
    failedChanges: counts.reduce((sum, count) => sum + (count?.failed ?? 0), 0),
    failedIn: idsWhere((count) => (count?.failed ?? 0) > 0),
    crashed: idsWhere((count) => count === null),
    instances: checked && (await gatherInstances(records, run, checked, limit)),
  };
}

/** null where the account has no result of this run: its invocation crashed. One that never began changed nothing. */
async function countOf(
  { artifacts, store }: Records,
  run: RunRecord,
  accountId: AccountId,
  state: AccountState | null,
): Promise<{ applied: number; failed: number } | null> {
  if (state?.lastRunId === run.runId) {
    return { applied: state.appliedChanges, failed: state.gateFailures };
  }
  // Another run has been there since, or held the lease.
  const result = await readAccountResult(artifacts, run.runId, accountId);
  if (result !== null) return countChanges(result);
  const unfinished = await store.getCrash(accountId, run.runId);
  return unfinished?.code === 'NOT_INVOKED' ? { applied: 0, failed: 0 } : null;
}

async function gatherInstances(
  { artifacts }: Records,
  run: RunRecord,
  accounts: Account[],
  limit: ReturnType<typeof pLimit>,
): Promise<WaveOutcome['instances']> {
  const looks = await Promise.all(
    accounts.map(({ accountId }) =>
      limit(async () => {
        const key = artifactKeys.after(run.runId, accountId);
        const text = await artifacts.getText(key);
        return { accountId, after: text === null ? null : parseStored(text, INSTANCES_AFTER, key) };
      }),
    ),
  );
  return {
    lost: looks.flatMap(({ accountId, after }) => (after?.lost ?? []).map((one) => ({ accountId, ...one }))),
    unread: looks.flatMap(({ accountId, after }) =>
      after === null || after.unread.some(({ excused }) => !excused) ? [accountId] : [],
    ),
  };
}
