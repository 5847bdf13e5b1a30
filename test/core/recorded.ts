/**
 * Answers as they were read and accepted: what people read in each of many cases, word by word. DHMC_WRITE=1 writes them anew;
 * the difference is for a reviewer to read. A line is written once, by a hash of it, and named by the cases that have it.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const FOLDER = 'test/fixtures/recorded';

interface RecordedFile {
  lines: Record<string, string>;
  /** Hashes of lines, by case. */
  answers: Record<string, string>;
}

export interface Recorded {
  /** As recorded; with DHMC_WRITE=1 what was answered now. */
  of(name: string, answer: string[]): string[];
  /** Writes what was answered, where that is asked for. */
  keep(): void;
}

export function recorded(file: string): Recorded {
  const path = `${FOLDER}/${file}.json`;
  const writes = process.env.DHMC_WRITE === '1';
  const now: RecordedFile = { lines: {}, answers: {} };
  const known: RecordedFile = writes ? now : (JSON.parse(readFileSync(path, 'utf8')) as RecordedFile);
  return {
    of(name, answer) {
      if (writes) {
        for (const line of answer) now.lines[hashOf(line)] = line;
        now.answers[name] = answer.map(hashOf).join(' ');
        return answer;
      }
      const hashes = known.answers[name];
      if (hashes === undefined)
        return ['not recorded: run DHMC_WRITE=1 npm test -- test/core, and read the difference'];
      return hashes === '' ? [] : hashes.split(' ').map((hash) => known.lines[hash] ?? `no line ${hash}`);
    },
    keep() {
      if (!writes) return;
      const sorted = (record: Record<string, string>) =>
        Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
      mkdirSync(FOLDER, { recursive: true });
      const written = { lines: sorted(now.lines), answers: sorted(now.answers) };
      writeFileSync(path, `${JSON.stringify(written, null, 2)}\n`);
    },
  };
}

function hashOf(line: string): string {
  return createHash('sha256').update(line).digest('hex').slice(0, 8);
}
