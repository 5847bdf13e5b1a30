/** Tables without boxes, never wider than the terminal: one column takes what the others leave and wraps. */
import Table from 'cli-table3';
import type { Terminal } from './style.ts';

export interface Column {
  head: string;
  align?: 'left' | 'right';
  /** Takes the width that is left, and wraps. One column at most. */
  wraps?: boolean;
}

type Row = readonly string[];

const GAP = 2;
const INDENT = 2;
const NARROWEST_WRAP = 20;

export function renderTable(terminal: Terminal, columns: readonly Column[], rows: readonly Row[]): string {
  const widths = columnWidths(terminal.width, columns, rows);
  const table = new Table({
    head: columns.map(({ head }) => terminal.paint('dim', head)),
    colWidths: widths.map((width) => width + GAP),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: BARE,
    style: { 'padding-left': 0, 'padding-right': GAP, head: [], border: [], compact: true },
  });
  for (const row of rows) {
    table.push(row.map((cell, index) => wrapText(cell, widths[index] ?? cell.length).join('\n')));
  }
  return table
    .toString()
    .split('\n')
    .map((line) => `${' '.repeat(INDENT)}${line}`.trimEnd())
    .join('\n');
}

function columnWidths(width: number, columns: readonly Column[], rows: readonly Row[]): number[] {
  const natural = columns.map(({ head }, index) =>
    Math.max(head.length, ...rows.map((row) => visibleLength(row[index] ?? ''))),
  );
  const wrapping = columns.findIndex(({ wraps }) => wraps);
  if (wrapping === -1) return natural;
  const others = natural.reduce(
    (sum, one, index) => (index === wrapping ? sum : sum + one + GAP),
    INDENT + GAP,
  );
  const left = Math.max(NARROWEST_WRAP, width - others);
  return natural.map((one, index) => (index === wrapping ? Math.min(one, left) : one));
}

/** Lines of at most `width` characters. A longer word, such as an ARN, is broken after a `/`, `:` or `-` of it. */
export function wrapText(text: string, width: number): string[] {
  if (visibleLength(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    for (line = word; line.length > width; ) {
      const end = breakAt(line, width);
      lines.push(line.slice(0, end));
      line = line.slice(end);
    }
  }
  lines.push(line);
  return lines;
}

function breakAt(word: string, width: number): number {
  const fits = word.slice(0, width);
  const joint = Math.max(fits.lastIndexOf('/'), fits.lastIndexOf(':'), fits.lastIndexOf('-')) + 1;
  return joint > width / 2 ? joint : width;
}

function visibleLength(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences (ECMA-48 SGR)
  return text.replace(/\u001b\[[\d;]*m/g, '').length;
}

const BARE = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
