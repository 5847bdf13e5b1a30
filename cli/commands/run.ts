import { wallClock } from '../../functions/platform/wall-clock.ts';
import { connectToEnvironment } from '../connection.ts';
import { type RunMode, runInputOf } from '../flags.ts';
import { readConfiguration } from '../read-configuration.ts';
import { endRun, performRun, untilInterrupted } from '../runs/perform-run.ts';
import { type PlaceFlags, requirePlace } from '../runs/place.ts';
import { givePlan, readPlanFile, sayMissing } from '../runs/plan-file.ts';
import { withStateFolder } from '../with-state-folder.ts';

interface RunFlags extends PlaceFlags {
  mode: RunMode;
  plan?: string;
}

export async function run(flags: RunFlags): Promise<number> {
  const input = runInputOf(flags.mode, flags);
  requirePlace(flags);
  const plan = await readPlanFile(flags.plan, flags.mode);
  if (flags.stateMachine !== undefined) {
    const { giveBucketPlan, runThere } = await import('../runs/run-there.ts');
    const there = { ...flags, stateMachine: flags.stateMachine };
    const given = await giveBucketPlan(plan, there);
    return runThere({ ...input, ...given }, there, (result) => {
      sayMissing(plan, result);
      return endRun(result, flags);
    });
  }
  const configuration = await readConfiguration(flags.config);
  const connection = await connectToEnvironment();
  return untilInterrupted((interrupt) =>
    withStateFolder(flags.state, connection, async (state) => {
      const given = await givePlan(plan, state.artifacts);
      const order = { input: { ...input, ...given }, configuration, connection, state, interrupt, flags };
      const result = await performRun({ ...order, clock: wallClock, jumps: false });
      sayMissing(plan, result);
      return endRun(result, flags);
    }),
  );
}
