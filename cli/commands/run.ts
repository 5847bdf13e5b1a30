import { wallClock } from '../../functions/platform/wall-clock.ts';
import { connectStore } from '../../functions/store/connect.ts';
import { connectToEnvironment } from '../connection.ts';
import { UsageError } from '../exit.ts';
import { type RunMode, runInputOf } from '../flags.ts';
import { readConfiguration } from '../read-configuration.ts';
import { clearHold, refusePlanToResume } from '../runs/clear-hold.ts';
import { folderPlace } from '../runs/command-place.ts';
import { confirmEnforce } from '../runs/confirm-enforce.ts';
import { endRun, performRun, untilInterrupted } from '../runs/perform-run.ts';
import { type PlaceFlags, requirePlace } from '../runs/place.ts';
import { givePlan, readPlanFlag, sayMissing } from '../runs/plan-file.ts';
import { parseStateMachine } from '../runs/run-there.ts';
import { refuseUnmatchedSelectors } from '../runs/unmatched-selectors.ts';
import { withStateFolder } from '../with-state-folder.ts';

interface RunFlags extends PlaceFlags {
  mode: RunMode;
  plan?: string;
  table?: string;
  yes?: boolean;
}

export async function run(flags: RunFlags): Promise<number> {
  const input = runInputOf(flags.mode, flags);
  requirePlace(flags);
  const plan = await readPlanFlag(flags.plan, flags.mode);
  refusePlanToResume(flags.resume, plan);
  if (flags.stateMachine !== undefined) {
    if (flags.resume !== undefined) await clearDeployedHold(flags.resume, flags);
    const { giveBucketPlan, runThere } = await import('../runs/run-there.ts');
    const there = { ...flags, stateMachine: flags.stateMachine };
    const given = await giveBucketPlan(plan, there);
    return runThere({ ...input, ...given }, there, async (ended, _, place) => {
      await sayMissing(plan, ended, input);
      return endRun(ended, flags, place);
    });
  }
  const configuration = await readConfiguration(flags.config);
  const connection = await connectToEnvironment();
  return untilInterrupted((interrupt) =>
    withStateFolder(flags.state, connection, async (state) => {
      const order = { configuration, connection, state, interrupt, flags, clock: wallClock, jumps: false };
      if (flags.mode === 'enforce') await refuseUnmatchedSelectors(connection, configuration);
      await confirmEnforce({ ...order, input }, plan, flags.yes === true);
      if (flags.resume !== undefined) await clearHold(state.store, flags.resume, flags.why);
      const given = await givePlan(plan, state.artifacts);
      const ended = await performRun({ ...order, input: { ...input, ...given } });
      await sayMissing(plan, ended, input);
      return endRun(ended, flags, folderPlace(flags));
    }),
  );
}

/** Before the run starts, as it would only assess under the hold. */
async function clearDeployedHold(runId: string, { table, stateMachine, why }: RunFlags): Promise<void> {
  if (table === undefined) {
    throw new UsageError(
      "--resume with --state-machine clears a hold in the service's table; name it with --table (the stack's output TableName)",
    );
  }
  const { region } = parseStateMachine(stateMachine ?? '');
  await clearHold(connectStore({ region, tableName: table, bucket: '' }).store, runId, why);
}
