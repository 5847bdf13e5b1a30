/** How a target's status looks: word, shape and the letter that stands for it in compact data. */
import type { Coverage, TargetStatus } from '../../core/model/result.ts';
import { html, type Markup } from './markup.ts';

export interface StatusLook {
  word: string;
  letter: string;
  /** CSS class; shape and colour follow from it. */
  name: string;
  field: keyof Coverage;
  meaning: string;
}

/** In the order in which they are shown. */
export const LOOKS: Record<TargetStatus, StatusLook> = {
  COMPLIANT: {
    word: 'Compliant',
    letter: 'C',
    name: 'compliant',
    field: 'compliant',
    meaning: 'Role, setting and paths are in place.',
  },
  NON_COMPLIANT: {
    word: 'Non-compliant',
    letter: 'N',
    name: 'noncompliant',
    field: 'nonCompliant',
    meaning: 'Something is missing or wrong; its reasons say what.',
  },
  ERROR: {
    word: 'Error',
    letter: 'E',
    name: 'error',
    field: 'error',
    meaning: 'It could not be looked at, so nothing is known.',
  },
  CONVERGING: {
    word: 'Converging',
    letter: 'V',
    name: 'converging',
    field: 'converging',
    meaning: 'On its way; a later pass or run looks again.',
  },
  SKIPPED: {
    word: 'Skipped',
    letter: 'S',
    name: 'skipped',
    field: 'skipped',
    meaning: 'Outside of what is to be covered, and not counted in the share.',
  },
};

export const STATUSES = Object.keys(LOOKS) as TargetStatus[];

const BY_LETTER = new Map(STATUSES.map((status) => [LOOKS[status].letter, status]));

export const statusOfLetter = (letter: string): TargetStatus | null => BY_LETTER.get(letter) ?? null;

/** Shape, so that colour is never alone; the word says it to who does not see. */
export const mark = (status: TargetStatus): Markup =>
  html`<i class="mark ${LOOKS[status].name}" aria-hidden="true"></i>`;

export const statusLabel = (status: TargetStatus): Markup =>
  html`<span class="status t-${LOOKS[status].name}">${mark(status)}${LOOKS[status].word}</span>`;

/** In percent, rounded down to a tenth, so that only all is 100; null where nothing is to be covered. */
export function shareOf({ targets, skipped, compliant }: Omit<Coverage, 'accounts'>): number | null {
  const covered = targets - skipped;
  return covered === 0 ? null : Math.floor((1000 * compliant) / covered) / 10;
}

export const percent = (share: number | null): string =>
  share === null ? 'n/a' : `${share === 100 ? '100' : share.toFixed(1)} %`;
