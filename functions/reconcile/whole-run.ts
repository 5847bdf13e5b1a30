/** What an account cannot decide by itself: the budget that all share, and who else takes part. */
import type { Plan } from '../core/model/change.ts';
import type { Configuration } from '../core/model/configuration.ts';
import type { Account, AccountId } from '../core/model/primitives.ts';
import { coverageOf } from '../core/scope.ts';
import type { Artifacts, RunRecord, Store } from '../store/contract.ts';
import { readManifest } from '../store/manifests.ts';

export interface RunContext {
  run: RunRecord;
  configuration: Configuration;
  account: Account;
}

/** VPCs whose endpoints do not fit `maxMonthlyUsd` any more; all others are reserved. */
export async function reserveEndpoints(
  { run, configuration, account }: RunContext,
  plan: Plan,
  store: Store,
): Promise<Set<string>> {
  const wanted = new Map<string, { region: string; usd: number }>();
  for (const change of plan.changes) {
    const vpcId = plan.vpcOf[change.id];
    if (vpcId === undefined || change.region === null || change.monthlyCostUsd <= 0) continue;
    const usd = (wanted.get(vpcId)?.usd ?? 0) + change.monthlyCostUsd;
    wanted.set(vpcId, { region: change.region, usd });
  }
  const refused = new Set<string>();
  for (const [vpcId, { region, usd }] of wanted) {
    const key = `${account.accountId}/${region}/${vpcId}`;
    if (!(await store.reserveBudget(run.runId, key, usd, configuration.maxMonthlyUsd))) refused.add(vpcId);
  }
  return refused;
}

/**
 * Whether the rollout covers another account. The run's manifests say which accounts there are; a run of narrower
 * scope does not name all, so there only the configuration counts.
 */
export async function findAccountsInScope(
  { run, configuration }: RunContext,
  artifacts: Artifacts,
): Promise<(accountId: AccountId) => boolean> {
  const waves = run.batches.filter(({ name }) => name.startsWith('wave:'));
  const known = (await Promise.all(waves.map((wave) => readManifest({ artifacts }, wave)))).flat();
  const { scope } = run.input;
  const whole = !scope?.accounts?.length && !scope?.organizationalUnits?.length;
  return coverageOf(known, configuration, whole);
}
