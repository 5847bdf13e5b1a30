/** What a rollback covers: the accounts and Regions of that run, or of all of them. */
import type { AccountId, Region, RunInput } from '../core/model/primitives.ts';
import { readManifest } from '../store/manifests.ts';
import type { Records } from './records.ts';
import { ScopeError } from './scope-error.ts';

export interface RunToRollBack {
  /** null: every account of the organization. */
  accounts: ReadonlySet<AccountId> | null;
  regions: 'all' | Region[];
}

/**
 * null where the input is no rollback. Accounts that left the organization since cannot be entered.
 *
 * @throws {ScopeError} where there is nothing to roll back
 */
export async function findRunToRollBack(
  { store, artifacts }: Pick<Records, 'store' | 'artifacts'>,
  { mode, rollbackOf }: RunInput,
): Promise<RunToRollBack | null> {
  if (mode !== 'rollback' || rollbackOf === undefined) return null;
  if (rollbackOf === 'all') return { accounts: null, regions: 'all' };
  const run = await store.getRun(rollbackOf);
  if (!run)
    throw new ScopeError(`rollbackOf: no run ${rollbackOf} in this table; give the id of an enforce run`);
  if (run.input.mode !== 'enforce') {
    const why = run.input.mode === 'rollback' ? 'is a rollback itself; run enforce again' : 'changed nothing';
    throw new ScopeError(`rollbackOf: ${rollbackOf} (${run.input.mode}) ${why}`);
  }
  const waves = run.batches.filter(({ name }) => name.startsWith('wave:'));
  const manifests = await Promise.all(waves.map((wave) => readManifest({ artifacts }, wave)));
  return { accounts: new Set(manifests.flat().map(({ accountId }) => accountId)), regions: run.regions };
}
