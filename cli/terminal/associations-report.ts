/** What first settings set off, for a person. */
import type { RunResult } from '../../functions/core/model/result.ts';
import { changesOf } from './rows.ts';
import type { Terminal } from './style.ts';
import { renderTable } from './table.ts';

/** Associations with the number of targets in which they run on new nodes. */
export function renderAssociations(terminal: Terminal, run: RunResult): string {
  const targets = new Map<string, number>();
  for (const { kind, detail } of changesOf(run)) {
    if (kind !== 'SetServiceSetting' || !Array.isArray(detail.associations)) continue;
    for (const name of detail.associations) targets.set(String(name), (targets.get(String(name)) ?? 0) + 1);
  }
  if (targets.size === 0) return '';
  const rows = [...targets].sort(([, a], [, b]) => b - a).map(([name, count]) => [String(count), name]);
  const columns = [
    { head: 'targets', align: 'right' as const },
    { head: 'association', wraps: true },
  ];
  return `${terminal.paint('bold', 'State Manager associations that run on new nodes')}\n${renderTable(terminal, columns, rows)}`;
}
