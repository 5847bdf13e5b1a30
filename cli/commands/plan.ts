/** `run --mode assess` shown as a plan: what enforce would do, its price, what stays as it is; and that plan as a file. */
import type { AwsConnection } from '../../functions/aws/client-pool.ts';
import type { CommandPlace } from '../../functions/core/command-line.ts';
import type { RunHead } from '../../functions/core/model/result.ts';
import type { PlanFile } from '../../functions/inputs/plan-file.ts';
import { wallClock } from '../../functions/platform/wall-clock.ts';
import { wholeResult } from '../../functions/report/read-run.ts';
import type { ReportedRun } from '../../functions/report/source.ts';
import type { Artifacts } from '../../functions/store/contract.ts';
import { connectToEnvironment } from '../connection.ts';
import { CommandFailedError, detailedExitCode, EXIT, UsageError } from '../exit.ts';
import { runInputOf } from '../flags.ts';
import { readConfiguration } from '../read-configuration.ts';
import { collectPlan } from '../runs/collect-plan.ts';
import { folderPlace, snapshotPlace } from '../runs/command-place.ts';
import { endRun, performRun, type RunOrder, untilInterrupted } from '../runs/perform-run.ts';
import { type PlaceFlags, requirePlace } from '../runs/place.ts';
import { checkPlanFile, writePlanFile } from '../runs/plan-file.ts';
import { openSnapshot, withTwin } from '../runs/rehearsal.ts';
import { renderPlanMarkdown } from '../terminal/plan-markdown.ts';
import { renderPlan } from '../terminal/plan-report.ts';
import { withStateFolder } from '../with-state-folder.ts';

interface PlanFlags extends PlaceFlags {
  from?: string;
  out?: string;
  format?: 'md';
}

export async function plan(flags: PlanFlags): Promise<number> {
  const input = runInputOf('assess', flags);
  if (flags.migrateCentral && flags.out !== undefined) {
    throw new UsageError(
      '--migrate-central has no meaning with --out: each step rests on what the one before has shown; use run --mode enforce --migrate-central',
    );
  }
  if (flags.from === undefined) requirePlace(flags);
  else if (flags.local || flags.stateMachine !== undefined) {
    throw new UsageError('--from is for a plan of a snapshot, without --local and --state-machine');
  }
  if (flags.out !== undefined) await checkPlanFile(flags.out);
  if (flags.stateMachine !== undefined) {
    const { runThere } = await import('../runs/run-there.ts');
    const there = { ...flags, stateMachine: flags.stateMachine };
    return runThere(input, there, (ended, artifacts, place) => endPlan(ended, artifacts, flags, place));
  }
  const configuration = await readConfiguration(flags.config);
  const work = async (order: Omit<RunOrder, 'input' | 'configuration' | 'flags'>) => {
    const ended = await performRun({ ...order, input, configuration, flags });
    const place =
      flags.from === undefined ? folderPlace(flags) : snapshotPlace(flags.from, { config: flags.config });
    return endPlan(ended, order.state.artifacts, flags, place);
  };
  const { from } = flags;
  if (from !== undefined) {
    const snapshot = await openSnapshot(from, configuration);
    return untilInterrupted((interrupt) =>
      withTwin({ snapshot, from, stateFolder: null }, (rehearsal) =>
        work({ ...rehearsal, interrupt, jumps: true }),
      ),
    );
  }
  const connection: AwsConnection = await connectToEnvironment();
  return untilInterrupted((interrupt) =>
    withStateFolder(flags.state, connection, (state) =>
      work({ connection, state, interrupt, clock: wallClock, jumps: false }),
    ),
  );
}

async function endPlan(
  ended: ReportedRun,
  artifacts: Artifacts | null,
  flags: PlanFlags,
  place: CommandPlace,
): Promise<number> {
  // Half a plan could be taken for a whole one.
  if (ended.summary.head.status === 'STOPPED') return endRun(ended, flags, place);
  const file = await readPlan(ended.summary.head, artifacts, flags.out);
  if (file && flags.out !== undefined) await writePlanFile(file, flags.out, place);
  const ids = file && new Set(file.changes.map(({ id }) => id));
  if (flags.format === 'md') {
    process.stdout.write(renderPlanMarkdown(await wholeResult(ended), ids));
    return flags.detailedExitcode ? detailedExitCode(ended) : EXIT.finished;
  }
  return endRun(ended, flags, place, (terminal, run) => renderPlan(terminal, run, ids));
}

/** null where the artifacts may not be read and no file was asked for. */
async function readPlan(
  { runId }: RunHead,
  artifacts: Artifacts | null,
  out: string | undefined,
): Promise<PlanFile | null> {
  if (artifacts !== null) {
    const file = await collectPlan(artifacts, runId).catch((error: unknown) => {
      if (out !== undefined) throw error;
      return null;
    });
    return file;
  }
  if (out === undefined) return null;
  throw new CommandFailedError(
    `--out ${out}: the artifacts of ${runId} may not be read with these credentials`,
  );
}
