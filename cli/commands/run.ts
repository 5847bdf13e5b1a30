import { wallClock } from '../../functions/runtime/wall-clock.ts';
import { UsageError } from '../exit.ts';
import type { ReportOptions } from '../terminal/run-report.ts';
import { readConfiguration } from './configuration.ts';
import { connectToEnvironment } from './connection.ts';
import { type GlobalFlags, type ModeFlags, type RunMode, runInputOf } from './flags.ts';
import { type EndingFlags, endRun, performRun, untilInterrupted } from './perform-run.ts';
import { withStateFolder } from './state.ts';

interface PlanFlags extends ModeFlags, EndingFlags, GlobalFlags {
  local?: boolean;
  stateMachine?: string;
  config?: string;
  state: string;
}

interface RunFlags extends PlanFlags {
  mode: RunMode;
}

export async function run(flags: RunFlags): Promise<number> {
  return runHere(flags.mode, flags, {});
}

/** `run --mode assess`, with every change that enforce would make. */
export const plan = (flags: PlanFlags): Promise<number> => runHere('assess', flags, { listChanges: true });

async function runHere(mode: RunMode, flags: PlanFlags, shown: ReportOptions): Promise<number> {
  const input = runInputOf(mode, flags);
  if (flags.stateMachine !== undefined) {
    if (flags.local) throw new UsageError('--local and --state-machine exclude each other; give one of them');
    const { runThere } = await import('./run-there.ts');
    return runThere(input, { ...flags, stateMachine: flags.stateMachine }, shown);
  }
  if (!flags.local) {
    throw new UsageError(
      'where to run is not said; give --local to run from here with your credentials, or --state-machine ARN',
    );
  }
  const configuration = await readConfiguration(flags.config);
  const connection = await connectToEnvironment();
  return untilInterrupted((interrupt) =>
    withStateFolder(flags.state, connection, async (state) => {
      const order = { input, configuration, connection, state, interrupt, flags };
      const result = await performRun({ ...order, clock: wallClock, jumps: false });
      return endRun(result, flags, shown);
    }),
  );
}
