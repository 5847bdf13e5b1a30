/** What an enforce by plan is to apply: the plan's accounts and Regions, and each account's changes. */
import pLimit from 'p-limit';
import type { AccountId, Region, RunId, RunInput } from '../core/model/primitives.ts';
import type { PlannedChange } from '../core/planned.ts';
import { artifactKeys } from '../store/contract.ts';
import type { Records } from './records.ts';
import { ScopeError } from './scope-error.ts';

export interface PlanToApply {
  accounts: ReadonlySet<AccountId>;
  regions: Region[];
  changes: Map<AccountId, PlannedChange[]>;
}

/**
 * null where the input names no plan.
 *
 * @throws {ScopeError} where it is not there
 * @throws {PlanFileError} where it cannot be used here
 */
export async function findPlanToApply(
  { artifacts }: Pick<Records, 'artifacts'>,
  { plan: key }: RunInput,
  here: { organizationId: string; configurationVersion: string },
): Promise<PlanToApply | null> {
  if (key === undefined) return null;
  const text = await artifacts.getText(key);
  if (text === null) throw new ScopeError(`plan: ${key} is not in ${artifacts.bucket}; put it there first`);
  // Few runs have one: the schema of its changes is loaded for those.
  const { parsePlanFile, refuseForeignPlan } = await import('../inputs/plan-file.ts');
  const plan = parsePlanFile(text, `plan ${key}`);
  refuseForeignPlan(plan, `plan ${key}`, here);
  const changes = Map.groupBy(plan.changes, (change) => change.accountId);
  return { accounts: new Set(changes.keys()), regions: plan.regions, changes };
}

const WRITES_AT_ONCE = 50;

/** One artifact an account, so that none of thousands of invocations reads the whole plan. */
export async function writeAccountPlans(
  { artifacts }: Pick<Records, 'artifacts'>,
  runId: RunId,
  { changes }: PlanToApply,
): Promise<void> {
  const limit = pLimit(WRITES_AT_ONCE);
  await Promise.all(
    [...changes].map(([accountId, ofAccount]) =>
      limit(() => artifacts.putText(artifactKeys.plan(runId, accountId), JSON.stringify(ofAccount))),
    ),
  );
}
