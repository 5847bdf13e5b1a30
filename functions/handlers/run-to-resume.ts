/** What a resumed run takes: the accounts that a stopped run did not reach, in that run's Regions. */
import pLimit from 'p-limit';
import type { AccountId, Region, RunInput } from '../core/model/primitives.ts';
import { readAccountResult } from '../store/account-results.ts';
import { readManifest } from '../store/manifests.ts';
import type { Records } from './records.ts';
import { ScopeError } from './scope-error.ts';

export interface RunToResume {
  accounts: ReadonlySet<AccountId>;
  regions: Region[];
}

const READS_AT_ONCE = 50;

/**
 * null where the input resumes nothing.
 *
 * @throws {ScopeError} where there is nothing to resume
 */
export async function findRunToResume(
  { store, artifacts }: Pick<Records, 'store' | 'artifacts'>,
  { resume }: RunInput,
): Promise<RunToResume | null> {
  if (resume === undefined) return null;
  const run = await store.getRun(resume);
  if (!run)
    throw new ScopeError(`resume: there is no run ${resume} in this table; give the id of a stopped run`);
  if (run.input.mode !== 'enforce' || run.status === 'RUNNING') {
    const why = run.status === 'RUNNING' ? 'is still at work' : `(${run.input.mode}) changed nothing`;
    throw new ScopeError(`resume: ${resume} ${why}; give the id of a stopped enforce run`);
  }
  const limit = pLimit(READS_AT_ONCE);
  const accounts = new Set<AccountId>();
  for (const wave of run.batches.filter(({ name }) => name.startsWith('wave:'))) {
    const entries = await readManifest({ artifacts }, wave);
    const reached = await Promise.all(
      entries.map(({ accountId }) =>
        limit(async () => wave.startedAt !== null && (await wasReached(artifacts, resume, accountId))),
      ),
    );
    entries.forEach(({ accountId }, index) => {
      if (!reached[index]) accounts.add(accountId);
    });
  }
  return { accounts, regions: run.regions };
}

async function wasReached(artifacts: Records['artifacts'], runId: string, accountId: AccountId) {
  const result = await readAccountResult(artifacts, runId, accountId);
  return result !== null && !result.reasons.includes('RUN_STOPPED');
}
