import {
  type DiffOptions,
  diffSnapshots,
  type MemberDifference,
  type ResourceDifference,
} from '../../twin/snapshot/diff.ts';
import { EXIT } from '../exit.ts';
import type { GlobalFlags, OutputFormat } from '../flags.ts';
import { openSnapshot } from '../runs/rehearsal.ts';
import { countOf, type Terminal, terminalOf } from '../terminal/style.ts';
import { renderTable } from '../terminal/table.ts';

interface DiffFlags extends GlobalFlags, DiffOptions {
  /** Folders of the two snapshots. */
  before: string;
  after: string;
  output: OutputFormat;
  detailedExitcode?: boolean;
}

/** Two snapshots compared. The exit code is 0 whatever differs; 3 on request where something does. */
export async function diff({ before, after, ...flags }: DiffFlags): Promise<number> {
  const differences = diffSnapshots(await openSnapshot(before), await openSnapshot(after), flags);
  const counts = {
    added: countKind(differences, 'added'),
    removed: countKind(differences, 'removed'),
    changed: countKind(differences, 'changed'),
  };
  process.stdout.write(
    flags.output === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, before, after, counts, differences }, null, 2)}\n`
      : renderDifferences(terminalOf(process.stdout), differences, counts),
  );
  return flags.detailedExitcode && differences.length > 0 ? EXIT.attention : EXIT.finished;
}

function countKind(differences: ResourceDifference[], kind: ResourceDifference['kind']): number {
  return differences.filter((difference) => difference.kind === kind).length;
}

function renderDifferences(
  terminal: Terminal,
  differences: ResourceDifference[],
  { added, removed, changed }: Record<ResourceDifference['kind'], number>,
): string {
  if (differences.length === 0) return 'no difference\n';
  const rows = differences.map(({ kind, accountId, region, list, id, members }) => [
    kind,
    accountId ?? 'organization',
    region ?? '',
    id === '' ? list : `${list} ${id}`,
    members.map(describeMember).join('; '),
  ]);
  const table = renderTable(
    terminal,
    [
      { head: 'difference' },
      { head: 'account' },
      { head: 'region' },
      { head: 'resource' },
      { head: 'members', wraps: true },
    ],
    rows,
  );
  const sum = `${countOf(differences.length, 'resource')}: ${added} added, ${removed} removed, ${changed} changed`;
  return `${table}\n\n${sum}\n`;
}

const VALUE_CHARACTERS = 60;

function describeMember({ member, before, after }: MemberDifference): string {
  return `${member || 'value'}: ${describeValue(before)} -> ${describeValue(after)}`;
}

function describeValue(value: unknown): string {
  const text = value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > VALUE_CHARACTERS ? `${text.slice(0, VALUE_CHARACTERS - 3)}...` : text;
}
