/** Tables without boxes, never wider than the terminal: one column takes what the others leave and wraps. */
import Table from 'cli-table3';
import { cleanForTerminal, OWN_ESCAPE, seal } from './clean-output.ts';
import type { Terminal } from './style.ts';

export interface Column {
  head: string;
  align?: 'left' | 'right';
  /** Takes the width that is left, and wraps. One column at most. */
  wraps?: boolean;
  /** Gives way where the table is wider than the terminal: cut off, with an ellipsis. */
  clips?: boolean;
}

type Row = readonly string[];

const GAP = 2;
const INDENT = 2;
const NARROWEST_WRAP = 20;
const NARROWEST_CLIP = 8;

export function renderTable(terminal: Terminal, columns: readonly Column[], cells: readonly Row[]): string {
  // The library knows colors by their escapes, so cells are clean before and sealed after it.
  const rows = cells.map((row) => row.map(cleanForTerminal));
  const widths = columnWidths(terminal.width, columns, rows);
  const table = new Table({
    head: columns.map(({ head }) => cleanForTerminal(terminal.paint('dim', head))),
    colWidths: widths.map((width) => width + GAP),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: BARE,
    style: { 'padding-left': 0, 'padding-right': GAP, head: [], border: [], compact: true },
  });
  for (const row of rows) {
    table.push(
      row.map((cell, index) => {
        const width = widths[index] ?? cell.length;
        return columns[index]?.clips ? clip(cell, width) : wrapText(cell, width).join('\n');
      }),
    );
  }
  return seal(table.toString())
    .split('\n')
    .map((line) => `${' '.repeat(INDENT)}${line}`.trimEnd())
    .join('\n');
}

/** Natural widths; then the wrapping column gives way, then those that may be cut off, the widest first. */
function columnWidths(width: number, columns: readonly Column[], rows: readonly Row[]): number[] {
  const widths = wrappedWidths(width, columns, rows);
  const room = width - INDENT - widths.length * GAP;
  for (let over = widths.reduce((sum, one) => sum + one, 0) - room; over > 0; over -= 1) {
    const widest = columns.reduce(
      (best, { clips }, index) =>
        clips && (widths[index] ?? 0) > Math.max(NARROWEST_CLIP, widths[best] ?? 0) ? index : best,
      -1,
    );
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function wrappedWidths(width: number, columns: readonly Column[], rows: readonly Row[]): number[] {
  const natural = columns.map(({ head }, index) =>
    rows.reduce((widest, row) => Math.max(widest, visibleLength(row[index] ?? '')), head.length),
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

/** Control sequences (ECMA-48 SGR), sealed or not. */
const COLORS = new RegExp(`(?:\u001b|${OWN_ESCAPE})\\[[\\d;]*m`, 'gu');
/** Two columns of a terminal: East Asian wide and full-width letters, and emoji (Unicode, UAX 11). */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

function columnsOf(letter: string): number {
  if (/^\p{Mn}$/u.test(letter)) return 0;
  return WIDE.test(letter) ? 2 : 1;
}

function visibleLength(text: string): number {
  const plain = text.replace(COLORS, '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII, where letters are columns
  if (/^[\u0000-\u007f]*$/.test(plain)) return plain.length;
  return [...plain].reduce((sum, letter) => sum + columnsOf(letter), 0);
}

/** At most `width` columns; a longer text ends in an ellipsis. Not for coloured text. */
export function clip(text: string, width: number): string {
  if (visibleLength(text) <= width) return text;
  let line = '';
  let used = 1;
  for (const letter of text) {
    used += columnsOf(letter);
    if (used > width) break;
    line += letter;
  }
  return `${line.trimEnd()}…`;
}

/** Text of others on one line, without what would move the cursor, colour or turn what comes after it. */
export function tame(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
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
