/** What a rollback put back, and what it left because someone else had changed it. */
import type { RunResult } from '../../functions/core/model/result.ts';
import { changesOf, renderBlock } from './rows.ts';
import { countOf, type Terminal } from './style.ts';
import { renderTable } from './table.ts';

const NAMED_CHANGES = 20;
const NAMED_CONFLICTS = 10;

export function renderPutBack(terminal: Terminal, run: RunResult): string {
  const back = changesOf(run).filter(({ outcome }) => outcome === 'ROLLED_BACK');
  const title = terminal.paint('bold', 'Put back');
  if (back.length === 0) return `${title}  nothing`;
  const table = renderTable(
    terminal,
    [{ head: 'account' }, { head: 'region' }, { head: 'change' }, { head: 'detail', wraps: true }],
    back
      .slice(0, NAMED_CHANGES)
      .map(({ accountId, region, kind, resource, detail }) => [
        accountId,
        region ?? 'iam',
        kind,
        kind === 'ResetServiceSetting'
          ? 'unset'
          : String(detail.value ?? detail.policyArn ?? detail.roleName ?? resource),
      ]),
  );
  const more = back.length - NAMED_CHANGES;
  const rest = more > 0 ? `\n${terminal.paint('dim', `  and ${countOf(more, 'more change')}`)}` : '';
  return `${title}  ${countOf(back.length, 'change')}\n${table}${rest}`;
}

export function renderConflicts(terminal: Terminal, run: RunResult): string {
  const seen = new Map<string, string>();
  for (const { accountId, region, findings } of run.targets) {
    for (const { code, subject, sentence } of findings) {
      if (code !== 'ROLLBACK_CONFLICT' && code !== 'NOT_REVERSIBLE') continue;
      const where = subject?.includes(':iam::') || region === '' ? 'iam' : region;
      seen.set(
        `${accountId} ${sentence}`,
        renderBlock(terminal, `  ${accountId}  ${where}  ${code}`, sentence),
      );
    }
  }
  for (const { accountId, findings } of run.accounts) {
    for (const { code, sentence } of findings) {
      if (code !== 'ROLLBACK_CONFLICT' || seen.has(`${accountId} ${sentence}`)) continue;
      seen.set(`${accountId} ${sentence}`, renderBlock(terminal, `  ${accountId}  iam  ${code}`, sentence));
    }
  }
  if (seen.size === 0) return '';
  const more = seen.size - NAMED_CONFLICTS;
  return [
    terminal.paint('bold', 'Left as it is'),
    ...[...seen.values()].slice(0, NAMED_CONFLICTS),
    ...(more > 0 ? [terminal.paint('dim', `  and ${more} more`)] : []),
  ].join('\n');
}
