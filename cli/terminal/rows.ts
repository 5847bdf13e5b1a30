/** Rows that several reports show: the changes of a run, and a head with its text below. */
import type { ChangeResult } from '../../functions/core/model/change.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import { type Terminal, WIDEST_PROSE } from './style.ts';
import { wrapText } from './table.ts';

export interface ChangeRow extends ChangeResult {
  accountId: string;
  region: string | null;
}

export function changesOf(run: RunResult): ChangeRow[] {
  return [
    ...run.accounts.flatMap(({ accountId, changes }) =>
      changes.map((change) => ({ ...change, accountId, region: null })),
    ),
    ...run.targets.flatMap(({ accountId, region, changes }) =>
      changes.map((change) => ({ ...change, accountId, region })),
    ),
  ];
}

const BLOCK_INDENT = 6;

export function renderBlock(terminal: Terminal, head: string, text: string): string {
  const lines = text === '' ? [] : wrapText(text, Math.min(WIDEST_PROSE, terminal.width) - BLOCK_INDENT);
  return [head, ...lines.map((line) => `${' '.repeat(BLOCK_INDENT)}${line}`)].join('\n');
}
