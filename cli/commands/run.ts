import { wallClock } from '../../functions/platform/wall-clock.ts';
import { UsageError } from '../exit.ts';
import { readConfiguration } from './configuration.ts';
import { connectToEnvironment } from './connection.ts';
import { type GlobalFlags, type ModeFlags, type RunMode, runInputOf } from './flags.ts';
import { type EndingFlags, endRun, performRun, untilInterrupted } from './perform-run.ts';
import { givePlan, readPlanFile, sayMissing } from './plan-file.ts';
import { withStateFolder } from './state.ts';

/** Where a run is made, and over what. */
export interface PlaceFlags extends ModeFlags, EndingFlags, GlobalFlags {
  local?: boolean;
  stateMachine?: string;
  bucket?: string;
  config?: string;
  state: string;
}

interface RunFlags extends PlaceFlags {
  mode: RunMode;
  plan?: string;
}

export async function run(flags: RunFlags): Promise<number> {
  const input = runInputOf(flags.mode, flags);
  requirePlace(flags);
  const plan = await readPlanFile(flags.plan, flags.mode);
  if (flags.stateMachine !== undefined) {
    const { giveBucketPlan, runThere } = await import('./run-there.ts');
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

/** Throws UsageError unless exactly one place is named. */
export function requirePlace({ local, stateMachine }: PlaceFlags): void {
  if (local && stateMachine !== undefined) {
    throw new UsageError('--local and --state-machine exclude each other; give one of them');
  }
  if (!local && stateMachine === undefined) {
    throw new UsageError(
      'where to run is not said; give --local to run from here with your credentials, or --state-machine ARN',
    );
  }
}
