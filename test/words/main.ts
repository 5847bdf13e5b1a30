/**
 * Words that the project does not use, counted by area: `npm run words [-- --list AREA] [-- --strict]`. `--list` prints
 * the lines of an area (or `all`), `--strict` exits with 1 where one is left.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { areaOf, findWords, listTexts, WORDS } from './words.ts';

const { values } = parseArgs({ options: { list: { type: 'string' }, strict: { type: 'boolean' } } });

const counts = new Map<string, Map<string, number>>();
let total = 0;
for (const file of listTexts()) {
  const area = areaOf(file);
  for (const { line, word, text } of findWords(readFileSync(file, 'utf8'))) {
    total += 1;
    const row = counts.get(area) ?? new Map<string, number>();
    counts.set(area, row.set(word, (row.get(word) ?? 0) + 1));
    if (values.list === 'all' || values.list === area) {
      process.stdout.write(`${file}:${line}: ${word}: ${text.trim()}\n`);
    }
  }
}
if (values.list === undefined) {
  for (const [area, row] of [...counts].sort(([a], [b]) => a.localeCompare(b))) {
    const words = Object.keys(WORDS).flatMap((word) => (row.has(word) ? `${word} ${row.get(word)}` : []));
    process.stdout.write(`${area.padEnd(22)} ${words.join(', ')}\n`);
  }
}
process.stderr.write(`words: ${total} uses of words that the project does not use\n`);
process.exitCode = values.strict && total > 0 ? 1 : 0;
