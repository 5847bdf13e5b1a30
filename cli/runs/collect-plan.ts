/** The plan of a finished assess run, from its artifacts, as one file. */
import type { RunId } from '../../functions/core/model/primitives.ts';
import type { PlannedChange } from '../../functions/core/planned.ts';
import { type PlanFile, sealPlan } from '../../functions/inputs/plan-file.ts';
import { readAhead } from '../../functions/platform/read-ahead.ts';
import { readSummary } from '../../functions/report/read-run.ts';
import { type Artifacts, artifactKeys } from '../../functions/store/contract.ts';
import { PLANNED } from '../../functions/store/record-shapes.ts';
import { parseStoredList } from '../../functions/store/stored.ts';
import { CommandFailedError } from '../exit.ts';

const READS_AT_ONCE = 50;

export async function collectPlan(artifacts: Artifacts, runId: RunId): Promise<PlanFile> {
  const summary = await readSummary(artifacts, runId);
  const { organizationId, configurationVersion } = summary ?? {};
  if (!summary || !organizationId || !configurationVersion) {
    throw new CommandFailedError(`${runId}: its artifacts have no summary, so there is no plan to write`);
  }
  const changes: PlannedChange[] = [];
  const keys = await artifacts.list(artifactKeys.plans(runId));
  const ofAccount = async (key: string) =>
    parseStoredList((await artifacts.getText(key)) ?? '[]', PLANNED, key);
  for await (const planned of readAhead(keys, READS_AT_ONCE, ofAccount)) changes.push(...planned);
  const { endedAt, monthlyCostUsd } = summary.head;
  const { regions } = summary;
  return sealPlan({
    runId,
    createdAt: endedAt,
    organizationId,
    configurationVersion,
    regions,
    monthlyCostUsd,
    changes,
  });
}

/** Its key among the artifacts: by content, so that the same plan has the same one. */
export const planKey = ({ digest }: PlanFile) => `plans/${digest.slice('sha256:'.length, -32)}.json`;
