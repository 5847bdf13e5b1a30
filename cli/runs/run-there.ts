/** A run by the deployed service: its state machine is started, and followed to the end. */
import { randomBytes } from 'node:crypto';
import { createExecutions } from '../../functions/aws/executions.ts';
import type { CommandPlace } from '../../functions/core/command-line.ts';
import type { RunInput } from '../../functions/core/model/primitives.ts';
import type { PlanFile } from '../../functions/inputs/plan-file.ts';
import { parseRunInput } from '../../functions/inputs/run-input.ts';
import type { ReportedRun } from '../../functions/report/source.ts';
import { connectStore } from '../../functions/store/connect.ts';
import type { Artifacts } from '../../functions/store/contract.ts';
import { type ConnectionFlags, expectAnswer } from '../connection.ts';
import { CommandFailedError, EXIT, hasUnsettled, UsageError } from '../exit.ts';
import type { GlobalFlags } from '../flags.ts';
import { createProgress } from '../terminal/progress.ts';
import { coverageLine } from '../terminal/run-report.ts';
import { terminalOf } from '../terminal/style.ts';
import { commandName } from './command-place.ts';
import { type FollowedRun, followExecution, stopCommand } from './follow-execution.ts';
import { type EndingFlags, untilInterrupted } from './perform-run.ts';
import { givePlan } from './plan-file.ts';

interface ThereFlags extends EndingFlags, GlobalFlags, ConnectionFlags {
  stateMachine: string;
  config?: string;
  bucket?: string;
}

/** The plan goes through the artifact bucket, which the flag names: before the run nothing else does. */
export async function giveBucketPlan(plan: PlanFile | null, flags: ThereFlags): Promise<{ plan?: string }> {
  if (plan === null) return {};
  const { region } = parseStateMachine(flags.stateMachine);
  if (flags.bucket === undefined) {
    throw new UsageError(
      "--plan with --state-machine goes through the artifact bucket; name it with --bucket (the stack's output ArtifactBucketName)",
    );
  }
  return givePlan(plan, connectStore({ region, tableName: '', bucket: flags.bucket }).artifacts);
}

/** Starts the state machine and answers the exit code once its run has ended. */
export async function runThere(
  input: RunInput,
  flags: ThereFlags,
  end: (run: ReportedRun, artifacts: Artifacts | null, place: CommandPlace) => Promise<number>,
): Promise<number> {
  const { region } = parseStateMachine(flags.stateMachine);
  if (flags.config !== undefined) {
    throw new UsageError('--config: the state machine has its configuration from its stack; leave it out');
  }
  const checked = parseRunInput(input);
  await expectAnswer(process.env.AWS_ENDPOINT_URL);
  const executions = createExecutions(region);
  const terminal = terminalOf(process.stderr);
  const drawn = terminal.stream.isTTY === true && process.env.TERM !== 'dumb';
  const progress = createProgress(terminal, { label: input.mode, drawn, jumps: false });
  try {
    return await untilInterrupted(async (interrupt) => {
      const executionArn = await executions
        .start(flags.stateMachine, executionName(), checked)
        .catch(refuseUnknown(flags.stateMachine));
      progress.say(`${input.mode}: ${executionArn}`);
      interrupt.lastWords = farewell(executionArn);
      const { signal } = interrupt;
      const follow = { mode: input.mode, executions, executionArn, region, signal, ...progress };
      const followed = await followExecution(follow);
      progress.end();
      const { reported, artifacts, table } = followed;
      if (reported === null) return endBriefly(followed, flags);
      return end(reported, artifacts, {
        kind: 'deployed',
        stateMachine: flags.stateMachine,
        table,
        bucket: artifacts?.bucket ?? flags.bucket ?? null,
        region,
        profile: flags.profile,
        command: commandName(),
      });
    });
  } finally {
    progress.end();
    executions.destroy();
  }
}

/** Names must be new for 90 days (Step Functions API reference, StartExecution), at most 80 characters. */
function executionName(): string {
  const stamp = new Date().toISOString().replace(/\.\d+|[-:]/g, '');
  return `dhmc-${stamp}-${randomBytes(4).toString('hex')}`;
}

const STATE_MACHINE = /^arn:aws[\w-]*:states:([a-z0-9-]+):(\d{12}):stateMachine:[\w-]{1,80}$/;

export function parseStateMachine(arn: string): { region: string } {
  const region = STATE_MACHINE.exec(arn)?.[1];
  if (region !== undefined) return { region };
  throw new UsageError(
    `--state-machine ${arn}: not the ARN of a state machine such as arn:aws:states:eu-west-1:111122223333:stateMachine:dhmc-rollout-assess`,
  );
}

function refuseUnknown(arn: string) {
  return (error: unknown): never => {
    if (!(error instanceof Error) || error.name !== 'StateMachineDoesNotExist') throw error;
    throw new UsageError(`--state-machine ${arn}: there is none; the stack's outputs name it`, {
      cause: error,
    });
  };
}

function farewell(executionArn: string): string {
  return [
    'dhmc: no longer followed; the execution continues without this command.',
    `  see it:  aws stepfunctions describe-execution --execution-arn ${executionArn}`,
    `  end it:  ${stopCommand(executionArn)}`,
  ].join('\n');
}

/** Where the result may not be read: what the execution itself answers. */
function endBriefly(
  { reported: _reported, artifacts: _artifacts, table: _table, ...output }: FollowedRun,
  flags: EndingFlags,
): number {
  process.stderr.write('the whole result may not be read with these credentials; this is its sum\n');
  process.stdout.write(
    flags.output === 'json'
      ? `${JSON.stringify(output, null, 2)}\n`
      : `${output.runId} ${output.status.toLowerCase()}: ${coverageLine(output.coverage)}\n`,
  );
  if (output.status !== 'SUCCEEDED') throw new CommandFailedError(`${output.runId} was stopped`);
  return flags.detailedExitcode && hasUnsettled(output.coverage) ? EXIT.attention : EXIT.finished;
}
