import type { ReportedRun } from '../../functions/report/source.ts';
import type { Snapshot } from '../../twin/contract.ts';
import { policyTypesNotEvaluated } from '../../twin/policy-types.ts';
import { checkSnapshotFolder, writeSnapshot } from '../../twin/snapshot/write.ts';
import { CommandFailedError } from '../exit.ts';
import { type GlobalFlags, type ModeFlags, type RunMode, runInputOf } from '../flags.ts';
import { readConfiguration } from '../read-configuration.ts';
import { clearHold, refusePlanToResume } from '../runs/clear-hold.ts';
import { snapshotPlace } from '../runs/command-place.ts';
import { type EndingFlags, endRun, performRun, untilInterrupted } from '../runs/perform-run.ts';
import { givePlan, readPlanFlag, sayMissing } from '../runs/plan-file.ts';
import { openSnapshot, withTwin } from '../runs/rehearsal.ts';
import { refuseUnmatchedSelectors } from '../runs/unmatched-selectors.ts';
import { countOf } from '../terminal/style.ts';

interface RehearseFlags extends ModeFlags, EndingFlags, GlobalFlags {
  from: string;
  mode: RunMode;
  config?: string;
  state?: string;
  out?: string;
  plan?: string;
}

export async function rehearse(flags: RehearseFlags): Promise<number> {
  const input = runInputOf(flags.mode, flags);
  const plan = await readPlanFlag(flags.plan, flags.mode);
  refusePlanToResume(flags.resume, plan);
  const configuration = await readConfiguration(flags.config);
  const snapshot = await openSnapshot(flags.from, configuration);
  const { out } = flags;
  if (out !== undefined) await checkSnapshotFolder(out);
  return untilInterrupted((interrupt) =>
    withTwin({ snapshot, from: flags.from, stateFolder: flags.state ?? null }, async (rehearsal) => {
      if (flags.mode === 'enforce') await refuseUnmatchedSelectors(rehearsal.connection, configuration);
      if (flags.resume !== undefined) await clearHold(rehearsal.state.store, flags.resume, flags.why);
      const given = await givePlan(plan, rehearsal.state.artifacts);
      const order = { ...rehearsal, input: { ...input, ...given }, configuration, interrupt, flags };
      const run = await performRun({ ...order, jumps: true });
      await sayMissing(plan, run, input);
      const { total, mutating } = rehearsal.twin.calls();
      process.stderr.write(`${countOf(total, 'call')} to the twin, ${mutating} of them mutating\n`);
      if (out !== undefined) await writeTwin(rehearsal.twin.takeSnapshot(), out);
      return endRun(withPolicyTypes(run, snapshot), flags, snapshotPlace(out ?? flags.from, flags));
    }),
  );
}

/** The result says what the twin did not evaluate: AWS may deny more than this rehearsal showed. */
function withPolicyTypes(run: ReportedRun, { organization }: Snapshot): ReportedRun {
  const types = policyTypesNotEvaluated(organization);
  if (types.length === 0) return run;
  const head = { ...run.summary.head, policyTypesNotEvaluated: types };
  return { ...run, summary: { ...run.summary, head } };
}

async function writeTwin(snapshot: Snapshot, folder: string): Promise<void> {
  try {
    await writeSnapshot(snapshot, folder);
  } catch (error) {
    // The folder was fine before the run: no wrong usage.
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandFailedError(`the run is done, but its snapshot was not written: ${message}`, {
      cause: error,
    });
  }
  process.stderr.write(`the twin as it is now: ${folder}\n`);
}
