/** `dhmc accounts`: the accounts of a finished run, filtered by what a person looks for. */
import {
  type AccountFilter,
  type AccountRow,
  csvOf,
  fits,
  rowOf,
} from '../../functions/report/account-list.ts';
import { EXIT } from '../exit.ts';
import type { ListOutput } from '../flags.ts';
import { chooseRun, warnOfPart } from '../runs/choose-run.ts';
import { openFinishedRuns, type RunsFlags } from '../runs/finished-runs.ts';
import { countOf, paintStatus, terminalOf } from '../terminal/style.ts';
import { renderTable, tame } from '../terminal/table.ts';

interface AccountsFlags extends RunsFlags, AccountFilter {
  run?: string;
  output: ListOutput;
}

export async function accounts(flags: AccountsFlags): Promise<number> {
  const run = await chooseRun(await openFinishedRuns(flags), flags.run);
  warnOfPart(run);
  const rows: AccountRow[] = [];
  let all = 0;
  for await (const account of run.accounts()) {
    all += 1;
    if (fits(account, flags)) rows.push(rowOf(account));
  }
  const { runId } = run.summary.head;
  switch (flags.output) {
    case 'json':
      process.stdout.write(`${JSON.stringify({ schemaVersion: 1, runId, accounts: rows }, null, 2)}\n`);
      break;
    case 'csv':
      process.stdout.write(csvOf(rows));
      break;
    case 'table':
      process.stdout.write(renderAccounts(rows, all, runId));
  }
  return EXIT.finished;
}

function renderAccounts(rows: AccountRow[], all: number, runId: string): string {
  const sum = `${rows.length === all ? '' : `${rows.length.toLocaleString('en-US')} of `}${countOf(all, 'account')}, ${runId}\n`;
  if (rows.length === 0) return `no account fits; ${sum}`;
  const terminal = terminalOf(process.stdout);
  const owned = rows.some(({ owner }) => owner !== '');
  const table = renderTable(
    terminal,
    [
      { head: 'account' },
      { head: 'name', clips: true },
      { head: 'status' },
      { head: 'unit', clips: true },
      ...(owned ? [{ head: 'owner', clips: true }] : []),
      { head: 'managed', align: 'right' as const },
      { head: 'reasons', wraps: true },
    ],
    rows.map(({ accountId, name, status, unit, owner, instancesManaged, instancesRunning, reasons }) => [
      accountId,
      tame(name),
      paintStatus(terminal, status),
      tame(unit),
      ...(owned ? [tame(owner)] : []),
      `${instancesManaged} of ${instancesRunning}`,
      reasons.join(' '),
    ]),
  );
  return `${table}\n  ${sum}`;
}
