/** Two runs of one organization side by side: coverage, reasons, and a few accounts in sentences. */
import { INSTANCE_VERDICTS } from '../../functions/core/instances/facts.ts';
import { VERDICTS } from '../../functions/core/instances/verdict-texts.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import {
  countsOf,
  coverageLine,
  explain,
  isSkip,
  meaningOf,
  rankCodes,
  renderAccount,
  renderChanges,
} from './run-report.ts';
import { paintStatus, STATUSES, type Terminal } from './style.ts';
import { renderTable } from './table.ts';

type Account = RunResult['accounts'][number];

const RANKED_CODES = 12;
const EXAMPLES = 10;

export function renderComparison(terminal: Terminal, before: RunResult, after: RunResult): string {
  return [
    renderCoverages(terminal, before, after),
    renderCodes(terminal, before, after),
    renderVerdicts(terminal, before, after),
    renderChanges(terminal, after),
    renderCost(terminal, before, after),
    renderExamples(terminal, after),
  ].join('\n\n');
}

function renderCoverages(terminal: Terminal, before: RunResult, after: RunResult): string {
  const rows = STATUSES.map((status) => [
    paintStatus(terminal, status),
    String(countsOf(before.coverage, status)),
    String(countsOf(after.coverage, status)),
  ]);
  const table = renderTable(
    terminal,
    [
      { head: 'targets' },
      { head: `after ${before.mode}`, align: 'right' },
      { head: `after ${after.mode}`, align: 'right' },
    ],
    [...rows, ['all', String(before.coverage.targets), String(after.coverage.targets)]],
  );
  return [`${terminal.paint('bold', 'Coverage')}  ${coverageLine(after.coverage)}`, table].join('\n');
}

function renderCodes(terminal: Terminal, before: RunResult, after: RunResult): string {
  const [earlier, later] = [before, after].map(
    (run) => new Map(rankCodes(run).map(({ code, targets }) => [code, targets])),
  );
  const counts = [...new Set([...(earlier?.keys() ?? []), ...(later?.keys() ?? [])])]
    .map((code) => ({ code, first: earlier?.get(code) ?? 0, last: later?.get(code) ?? 0 }))
    .sort(
      (a, b) =>
        Number(isSkip(a.code)) - Number(isSkip(b.code)) ||
        b.first + b.last - (a.first + a.last) ||
        a.code.localeCompare(b.code),
    );
  const shown = counts.slice(0, RANKED_CODES);
  const table = renderTable(
    terminal,
    [
      { head: before.mode, align: 'right' },
      { head: after.mode, align: 'right' },
      { head: 'code' },
      { head: 'meaning', wraps: true },
    ],
    shown.map(({ code, first, last }) => [String(first), String(last), code, meaningOf(code)]),
  );
  const more = counts.length - shown.length;
  return [
    terminal.paint('bold', 'Reasons and notes, by targets'),
    table,
    ...(more > 0 ? [terminal.paint('dim', `  and ${more} more in the report`)] : []),
  ].join('\n');
}

/** Running instances by verdict, in the order of the table of verdicts. */
function renderVerdicts(terminal: Terminal, before: RunResult, after: RunResult): string {
  const count = ({ targets }: RunResult, verdict: (typeof INSTANCE_VERDICTS)[number]) =>
    targets.reduce((sum, { instances }) => sum + (instances.byVerdict[verdict] ?? 0), 0);
  const rows = INSTANCE_VERDICTS.map((verdict) => ({
    verdict,
    first: count(before, verdict),
    last: count(after, verdict),
  })).filter(({ first, last }) => first + last > 0);
  const table = renderTable(
    terminal,
    [
      { head: before.mode, align: 'right' },
      { head: after.mode, align: 'right' },
      { head: 'verdict' },
      { head: 'meaning', wraps: true },
    ],
    rows.map(({ verdict, first, last }) => [String(first), String(last), verdict, VERDICTS[verdict].meaning]),
  );
  return `${terminal.paint('bold', 'Running instances')}\n${table}`;
}

function renderCost(terminal: Terminal, before: RunResult, after: RunResult): string {
  const usd = (amount: number) => `$${amount.toFixed(2)}`;
  const [was, is] = [before.monthlyCostUsd.current, after.monthlyCostUsd.current].map(usd);
  return `${terminal.paint('bold', 'Endpoints')}  ${was} a month before, ${is} after`;
}

/** One account for each different fate. */
function renderExamples(terminal: Terminal, after: RunResult): string {
  const seen = new Set<string>();
  const examples = after.accounts.filter((account) => {
    const targets = after.targets.filter(({ accountId }) => accountId === account.accountId);
    const fate = `${account.status} ${targets.flatMap(({ reasons, notes }) => [...reasons, ...notes])[0] ?? ''}`;
    if (seen.has(fate)) return false;
    seen.add(fate);
    return true;
  });
  return [
    terminal.paint('bold', 'Some of the accounts'),
    ...examples
      .slice(0, EXAMPLES)
      .map((account) =>
        renderAccount(terminal, account, explain(after, account) || explainSuccess(after, account)),
      ),
  ].join('\n');
}

function explainSuccess(run: RunResult, account: Account): string {
  const targets = run.targets.filter(({ accountId }) => accountId === account.accountId);
  const made = [account, ...targets]
    .flatMap(({ changes }) => changes)
    .filter(({ outcome }) => outcome === 'APPLIED')
    .map(({ kind }) => kind);
  const notes = [...new Set(targets.flatMap((target) => target.notes))].map(meaningOf);
  const counted = [...new Set(made)].map((kind) => {
    const times = made.filter((one) => one === kind).length;
    return times === 1 ? kind : `${times} x ${kind}`;
  });
  return [counted.length > 0 ? `Made: ${counted.join(', ')}.` : 'Nothing to do.', ...notes].join(' ');
}
