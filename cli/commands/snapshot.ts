/** `dhmc snapshot`: an organization as it is, in a folder. Reads only; AWS is changed by none of its calls. */

import type { Unread } from '../../functions/aws/snapshot/gather.ts';
import { wallClock } from '../../functions/platform/wall-clock.ts';
import { checkSnapshotFolder } from '../../twin/snapshot/write.ts';
import { connectToEnvironment } from '../connection.ts';
import { EXIT, UsageError } from '../exit.ts';
import { type GlobalFlags, type OutputFormat, runInputOf, type ScopeFlags } from '../flags.ts';
import { readConfiguration } from '../read-configuration.ts';
import { untilInterrupted } from '../runs/perform-run.ts';
import { type SnapshotTaken, takeSnapshot } from '../snapshot/take-snapshot.ts';
import { checkUnfinishedFolder } from '../snapshot/unfinished-folder.ts';
import { writeAnonymized } from '../snapshot/write-anonymized.ts';
import { countOf, terminalOf } from '../terminal/style.ts';
import { renderTable } from '../terminal/table.ts';

interface SnapshotFlags extends GlobalFlags, ScopeFlags {
  out: string;
  anonymize?: boolean;
  from?: string;
  config?: string;
  concurrency: number;
  output: OutputFormat;
  detailedExitcode?: boolean;
}

export async function snapshot(flags: SnapshotFlags): Promise<number> {
  const { out, from } = flags;
  if (from !== undefined && !flags.anonymize) {
    throw new UsageError('--from has a meaning with --anonymize alone; give that too, or leave it out');
  }
  if (!flags.anonymize) return read(flags, out);
  await checkSnapshotFolder(out);
  // As it was read, beside what is to be shared; names said in answers of AWS are in there alone.
  const raw = from ?? `${out.replace(/\/+$/, '')}.raw`;
  const code = from === undefined ? await read(flags, raw) : EXIT.finished;
  const salt = await writeAnonymized(raw, out);
  process.stderr.write(`with pseudonyms: ${out}; do not share ${salt}, nor ${raw}\n`);
  return code;
}

async function read(flags: SnapshotFlags, folder: string): Promise<number> {
  const { scope } = runInputOf('assess', flags);
  await checkUnfinishedFolder(folder);
  const configuration = await readConfiguration(flags.config);
  const connection = await connectToEnvironment();
  const taken = await untilInterrupted(({ signal }) =>
    takeSnapshot({
      connection,
      configuration,
      scope,
      folder,
      atOnce: flags.concurrency,
      signal,
      onAccount: sayEachTenth,
      now: () => wallClock.now(),
    }),
  );
  process.stdout.write(
    flags.output === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, folder, ...taken }, null, 2)}\n`
      : renderTaken(folder, taken),
  );
  for (const type of taken.policyTypesNotEvaluated) {
    process.stderr.write(
      `dhmc: the organization uses ${type}, which is not part of a snapshot: the twin does not evaluate it\n`,
    );
  }
  return flags.detailedExitcode && taken.unread.length > 0 ? EXIT.attention : EXIT.finished;
}

function sayEachTenth(done: number, of: number): void {
  if (done === of || done % Math.max(1, Math.ceil(of / 10)) === 0) {
    process.stderr.write(`${done} of ${countOf(of, 'account')} read\n`);
  }
}

function renderTaken(folder: string, { accounts, unread }: SnapshotTaken): string {
  const { total, read, readBefore, leftOut } = accounts;
  const before = readBefore > 0 ? ` (${readBefore} by an earlier start)` : '';
  const sum = `${read} of ${countOf(total, 'account')} read${before}, ${leftOut} left out: ${folder}\n`;
  if (unread.length === 0) return `${sum}everything was answered\n`;
  const rows = [...Map.groupBy(unread, ({ api, code }) => `${api} ${code}`).values()].map((alike) => {
    const [first] = alike as [Unread];
    const where = alike.map(({ accountId, region }) =>
      [accountId ?? 'organization', region].join(' ').trim(),
    );
    const shown = where.slice(0, 3).join(', ');
    return [first.api, first.code, where.length > 3 ? `${shown} and ${where.length - 3} more` : shown];
  });
  const table = renderTable(
    terminalOf(process.stdout),
    [{ head: 'not read' }, { head: 'because' }, { head: 'where', wraps: true }],
    rows,
  );
  return `${sum}\n${table}\n\nin full: ${folder}/unread.json\n`;
}
