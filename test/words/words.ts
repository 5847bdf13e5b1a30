import { execFileSync } from 'node:child_process';

/** What is looked for, by the word that is reported. Names in code count too: `tellThrottled`, `takeBack`. */
export const WORDS: Record<string, RegExp> = {
  'can not': /\bcan not\b/gi,
  'way out': /\bways? out\b/gi,
  mend: /\b(un)?mend(s|ed|ing)?(?=[A-Z_]|\b)/gi,
  tell: /\b(tell|tells|telling|told)(?=[A-Z_]|\b)/gi,
  feel: /\b(feel|feels|feeling|felt)(?=[A-Z_]|\b)/gi,
  stands: /\b(stand|stands|stood|standing)\b/gi,
  somebody: /\b(some|no|any|every)body\b/gi,
  'goes on': /\b(goes|go|going|went|gone) on\b/gi,
  'of its own': /\bof (its|their|your|his) own\b/gi,
  'let in': /\b(let|lets|letting) (it |them )?in\b/gi,
  'take back': /\b(take|takes|taken|taking|took) back\b|\b(take|taken)[-_]?Back|\btake-back\b/gi,
};

/** Uses that are the field's own words, or quotes of AWS. */
const FIELD: readonly RegExp[] = [
  /\bstand(s)? (in )?for\b/i, // to represent
  /\bstands?[ -]alone\b/i,
  /\bstandby\b/i,
  /\bstand-ins?\b/i, // a placeholder
  /can not only\b/i,
];

const FOLDERS = [
  'functions',
  'statemachine',
  'infra',
  'cli',
  'twin',
  'bench',
  'docs',
  'test',
  '.ci',
  '.github',
];
const LEFT_OUT =
  /^test\/fixtures\/|^test\/words\/|^docs\/sample-report\.html$|\.(webp|png|svg|json)$|\/assets\.ts$/;

/** Files under version control that people write and read. */
export function listTexts(): string[] {
  const listed = execFileSync('git', ['ls-files', '--', ...FOLDERS, '*.md'], { encoding: 'utf8' });
  return [...new Set(listed.split('\n'))].filter((file) => file !== '' && !LEFT_OUT.test(file));
}

export interface FoundWord {
  line: number;
  word: string;
  text: string;
}

export function findWords(text: string): FoundWord[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      Object.entries(WORDS).flatMap(([word, pattern]) =>
        [...line.matchAll(pattern)]
          .filter(({ index: at }) => !FIELD.some((allowed) => coversAt(line, allowed, at)))
          .map(() => ({ line: index + 1, word, text: line })),
      ),
    );
}

function coversAt(line: string, allowed: RegExp, at: number): boolean {
  const match = allowed.exec(line);
  return match !== null && match.index <= at && at < match.index + match[0].length;
}

/** functions/core and the like, or the top folder. */
export function areaOf(file: string): string {
  const [top = '', second = ''] = file.split('/');
  if (!file.includes('/')) return 'root';
  return top === 'functions' || top === 'test' || top === 'twin' || top === 'cli'
    ? second.includes('.')
      ? top
      : `${top}/${second}`
    : top;
}
