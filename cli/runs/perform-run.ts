/** One run with its progress on standard error: what `run`, `rehearse` and `demo` have in common. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AwsConnection } from '../../functions/aws/client-pool.ts';
import type { CommandPlace } from '../../functions/core/command-line.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RunInput } from '../../functions/core/model/primitives.ts';
import type { Clock } from '../../functions/platform/clock.ts';
import { createLog } from '../../functions/platform/log.ts';
import { renderJson } from '../../functions/report/json.ts';
import { wholeResult } from '../../functions/report/read-run.ts';
import type { ReportedRun } from '../../functions/report/source.ts';
import { CommandFailedError, detailedExitCode, EXIT } from '../exit.ts';
import type { GlobalFlags, OutputFormat } from '../flags.ts';
import type { StateFolder } from '../state-folder.ts';
import type { Interrupt } from '../terminal/interrupt.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { createProgress } from '../terminal/progress.ts';
import { renderRun } from '../terminal/run-report.ts';
import { terminalOf } from '../terminal/style.ts';
import { runLocally } from './local-run.ts';

export interface RunOrder {
  input: RunInput;
  configuration: Configuration;
  connection: AwsConnection;
  state: StateFolder;
  clock: Clock;
  interrupt: Interrupt;
  flags: GlobalFlags;
  /** Whether the clock jumps over waits. */
  jumps: boolean;
}

/** Runs to the end; interrupted, the result is that of a stopped run, with what was done until then. */
export async function performRun(order: RunOrder): Promise<ReportedRun> {
  const terminal = terminalOf(process.stderr);
  // Log lines and a line that is drawn anew would spoil each other.
  const drawn = terminal.stream.isTTY === true && process.env.TERM !== 'dumb' && !order.flags.logLevel;
  const progress = createProgress(terminal, { label: order.input.mode, drawn, jumps: order.jumps });
  // A rehearsal's failures are what it is for, and its result names them.
  const level = order.flags.logLevel ?? (drawn ? 'SILENT' : order.jumps ? 'ERROR' : 'WARN');
  const log = createLog({ level, stream: 'stderr' });
  const { signal } = order.interrupt;
  const sayInterrupted = () =>
    progress.say('interrupted: accounts in progress will finish; press Ctrl-C again to end at once');
  signal.addEventListener('abort', sayInterrupted, { once: true });
  try {
    return await runLocally({ ...order, log, signal, onProgress: progress.onProgress });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CommandFailedError('interrupted before anything was looked at');
  } finally {
    signal.removeEventListener('abort', sayInterrupted);
    progress.end();
  }
}

/** Work that ends early when it is interrupted. */
export async function untilInterrupted<T>(work: (interrupt: Interrupt) => Promise<T>): Promise<T> {
  const interrupt = listenForInterrupt();
  try {
    return await work(interrupt);
  } finally {
    interrupt.stop();
  }
}

export interface EndingFlags {
  output: OutputFormat;
  detailedExitcode?: boolean;
}

/**
 * The result on standard output, and the exit code: a run that was stopped could not do its work. As JSON it is
 * written account by account, so that memory does not grow with their number.
 */
export async function endRun(
  run: ReportedRun,
  flags: EndingFlags,
  place: CommandPlace | null,
  render = renderRun,
): Promise<number> {
  if (flags.output === 'json') await print(renderJson(run));
  else {
    process.stdout.write(`\n${render(terminalOf(process.stdout), await wholeResult(run), place)}`);
  }
  const { status, reason } = run.summary.head;
  if (status === 'STOPPED') {
    process.stderr.write(`dhmc: ${reason}\n`);
    return EXIT.failed;
  }
  return flags.detailedExitcode ? detailedExitCode(run) : EXIT.finished;
}

async function print(text: AsyncIterable<string>): Promise<void> {
  await pipeline(Readable.from(text), process.stdout, { end: false });
}
