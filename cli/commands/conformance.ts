import { open, rm } from 'node:fs/promises';
import { type ProbeRun, runProbes } from '../../functions/aws/conformance/run-probes.ts';
import { type Answer, type ConformanceReport, verdictOf } from '../../functions/core/conformance.ts';
import type { Region } from '../../functions/core/model/primitives.ts';
import { makeOneRegionOrganization } from '../../twin/make/one-region.ts';
import { type ConnectionFlags, connectToEnvironment } from '../connection.ts';
import { CommandFailedError, EXIT, UsageError } from '../exit.ts';
import type { EndingFlags } from '../runs/perform-run.ts';
import { withTwinAlone } from '../runs/rehearsal.ts';
import { terminalOf, WIDEST_PROSE } from '../terminal/style.ts';
import { wrapText } from '../terminal/table.ts';

interface ConformanceFlags extends EndingFlags, ConnectionFlags {
  write?: boolean;
  out: string;
}

/** Asks AWS, then the twin, compares, and writes a file without data of the account. Exit 3 on request where they differ. */
export async function conformance(flags: ConformanceFlags): Promise<number> {
  const connection = await connectToEnvironment();
  const region = connection.homeRegion;
  const write = flags.write === true;
  const file = await openNew(flags.out);
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  let isWritten = false;
  try {
    const aws = await askAws(() =>
      runProbes({ connection, region, write, wait: onTheWall, signal: interrupt.signal }),
    );
    const twin = await withTwinAlone({ snapshot: makeOneRegionOrganization(region), from: null }, (served) =>
      runProbes({
        connection: served.connection,
        region,
        write,
        wait: async (seconds) => served.twin.state.clock.advance(seconds),
      }),
    );
    const report = reportOf(region, write, aws, twin);
    await file.writeFile(`${JSON.stringify(report, null, 2)}\n`);
    isWritten = true;
    process.stdout.write(
      flags.output === 'json' ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report, flags.out),
    );
    if (report.left.length > 0 || interrupt.signal.aborted) return EXIT.failed;
    const differs = report.probes.some(({ verdict }) => verdict === 'DIFFERENT');
    return flags.detailedExitcode && differs ? EXIT.attention : EXIT.finished;
  } finally {
    await file.close();
    if (!isWritten) await rm(flags.out);
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** Before anything is asked: nothing is overwritten, and a folder that does not exist is no reason to lose the answers. */
async function openNew(file: string) {
  try {
    return await open(file, 'wx');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : String(error);
    const why =
      code === 'EEXIST'
        ? 'exists already; name another file'
        : code === 'ENOENT'
          ? 'its folder does not exist'
          : `cannot be written (${code})`;
    throw new UsageError(`--out ${file}: ${why}`, { cause: error });
  }
}

async function askAws(ask: () => Promise<ProbeRun>): Promise<ProbeRun> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'SettingInUseError') throw error;
    throw new CommandFailedError(
      `--write: the service setting of ${error.message} names a role, which the probes would replace for a while; nothing was written. Take a Region, or an account, in which Default Host Management Configuration is not in use`,
    );
  }
}

const onTheWall = (seconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
  });

function reportOf(region: Region, wrote: boolean, aws: ProbeRun, twin: ProbeRun): ConformanceReport {
  const twins = new Map(twin.answers.map(({ probe, answer }) => [probe.id, answer]));
  return {
    schemaVersion: 1,
    partition: aws.partition,
    region,
    wrote,
    probes: aws.answers.map(({ probe: { id, fact, mode }, answer }) => {
      const other: Answer = twins.get(id) ?? { kind: 'not-asked', why: 'the twin was not asked' };
      return { probe: id, fact, mode, verdict: verdictOf(answer, other), aws: answer, twin: other };
    }),
    left: aws.left,
  };
}

function renderReport({ probes, left }: ConformanceReport, file: string): string {
  const terminal = terminalOf(process.stdout);
  const width = Math.min(WIDEST_PROSE, terminal.width) - 4;
  const lines = probes.flatMap(({ probe, fact, verdict, aws, twin }) => {
    const answers = verdict === 'DIFFERENT' ? [`AWS: ${shown(aws)}`, `twin: ${shown(twin)}`] : [];
    const why = aws.kind === 'not-asked' ? [aws.why] : [];
    return [
      `${terminal.paint('bold', verdict.padEnd(13))} ${probe}`,
      ...[fact, ...answers, ...why].flatMap((text) => wrapText(text, width).map((line) => `    ${line}`)),
    ];
  });
  const count = (wanted: string) => probes.filter(({ verdict }) => verdict === wanted).length;
  const ending = `${count('SAME')} the same, ${count('DIFFERENT')} different, ${count('NOT_COMPARED')} not compared. ${file} holds no data of the account and can be attached to an issue.`;
  const rest = left.length === 0 ? [] : [`Not removed: ${left.join(', ')}. Remove it by hand.`];
  return `${[...lines, '', ending, ...rest].join('\n')}\n`;
}

function shown(answer: Answer): string {
  if (answer.kind === 'not-asked') return answer.why;
  return answer.kind === 'error' ? `${answer.code}: ${answer.message}` : JSON.stringify(answer.shape);
}
