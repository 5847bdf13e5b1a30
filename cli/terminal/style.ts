/**
 * Colors and width of a stream. Colors only where a person looks at it: Node's styleText leaves them out
 * off a terminal and under NO_COLOR (https://no-color.org).
 */
import { styleText } from 'node:util';
import type { TargetStatus } from '../../functions/core/model/result.ts';
import { seal } from './clean-output.ts';

type Format = Parameters<typeof styleText>[0];

export interface Terminal {
  stream: NodeJS.WriteStream;
  /** Columns; 80 where there is no terminal that says otherwise. */
  width: number;
  paint(format: Format, text: string): string;
}

const WIDEST = 200;
/** Sentences are hard to read in longer lines. */
export const WIDEST_PROSE = 110;
const NARROWEST = 60;

export function terminalOf(stream: NodeJS.WriteStream): Terminal {
  const said = stream.columns ?? Number(process.env.COLUMNS);
  const width = Number.isInteger(said) && said > 0 ? said : 80;
  return {
    stream,
    width: Math.max(NARROWEST, Math.min(WIDEST, width)),
    paint: (format, text) => seal(styleText(format, text, { stream })),
  };
}

export const STATUSES: readonly TargetStatus[] = [
  'COMPLIANT',
  'NON_COMPLIANT',
  'CONVERGING',
  'ERROR',
  'SKIPPED',
];

const LOOK: Record<TargetStatus, { word: string; format: Format }> = {
  COMPLIANT: { word: 'compliant', format: 'green' },
  NON_COMPLIANT: { word: 'non-compliant', format: 'red' },
  CONVERGING: { word: 'converging', format: 'yellow' },
  ERROR: { word: 'error', format: ['red', 'bold'] },
  SKIPPED: { word: 'skipped', format: 'dim' },
};

export const wordOf = (status: TargetStatus): string => LOOK[status].word;

export function paintStatus(terminal: Terminal, status: TargetStatus, text = wordOf(status)): string {
  return terminal.paint(LOOK[status].format, text);
}

/** `1 account`, `2 accounts`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

export const dollars = (usd: number): string =>
  `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
