/** The account's part of a plan: written by an assess for `dhmc plan --out`, read by an enforce by plan. */
import { type AccountAssessment, assessAccount } from '../core/assess.ts';
import type { AssessmentContext } from '../core/assessment-context.ts';
import type { Configuration } from '../core/model/configuration.ts';
import type { AccountObservation } from '../core/model/observation.ts';
import type { AccountId, Region, RunId, RunInput } from '../core/model/primitives.ts';
import type { AccountResult } from '../core/model/result.ts';
import {
  mergePlanned,
  PLAN_SEED,
  type PlannedChange,
  plannedChanges,
  selectPlanned,
} from '../core/planned.ts';
import { effectiveMode } from '../core/scope.ts';
import { type Artifacts, artifactKeys } from '../store/contract.ts';
import { PLANNED } from '../store/record-shapes.ts';
import { parseStoredList } from '../store/stored.ts';

/** Without an artifact: the plan has nothing for this account. */
export async function readPlanned(
  artifacts: Artifacts,
  runId: RunId,
  accountId: AccountId,
): Promise<PlannedChange[]> {
  const key = artifactKeys.plan(runId, accountId);
  const text = await artifacts.getText(key);
  return text === null ? [] : parseStoredList(text, PLANNED, key);
}

/**
 * What an assess planned. Nothing is written for an account that enforce would only judge, nor for one without
 * changes, which most are once a rollout has been made.
 */
export async function recordPlanned(
  pass: {
    run: { runId: RunId; input: RunInput };
    settings: Configuration;
    dependencies: { artifacts: Artifacts };
    earlier: AccountResult | null;
    regions: Region[];
  },
  { account, plan }: AccountAssessment,
): Promise<void> {
  if (pass.run.input.mode !== 'assess') return;
  if (effectiveMode('enforce', account, pass.settings) !== 'enforce') return;
  const { accountId } = account;
  const { artifacts } = pass.dependencies;
  const { runId } = pass.run;
  const earlier = pass.earlier === null ? [] : await readPlanned(artifacts, runId, accountId);
  if (earlier.length === 0 && plan.changes.length === 0) return;
  const planned = mergePlanned(earlier, plannedChanges(plan), pass.regions);
  await artifacts.putText(artifactKeys.plan(runId, accountId), JSON.stringify(planned));
}

/** The assessment; of an enforce by plan, its plan is narrowed to what that one has too. */
export function assessToPlan(
  observation: AccountObservation,
  context: AssessmentContext,
  planned: PlannedChange[] | null,
  regions: readonly Region[],
): { assessment: AccountAssessment; refused: PlannedChange[] } {
  const assessment = assessAccount(observation, context);
  if (planned === null) return { assessment, refused: [] };
  const shown = assessAccount(observation, { ...context, changeSeed: PLAN_SEED });
  const selection = selectPlanned(planned, shown.plan, assessment.plan, observation, regions);
  return { assessment: { ...assessment, plan: selection.plan }, refused: selection.refused };
}
