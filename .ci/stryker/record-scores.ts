/**
 * Writes what Stryker's reports say of each file into docs/mutation.jsonl; other files keep their line. From dist/mutation.json, or the
 * reports that are named: `node cli/with-node.mjs .ci/stryker/record-scores.ts [REPORT ...]`. Then: `npm run docs`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const LINES = 'docs/mutation.jsonl';
const COUNTED: Record<string, string> = {
  Killed: 'killed',
  Timeout: 'killed',
  Survived: 'survived',
  // The process ended twice over: no test has judged it.
  RuntimeError: 'survived',
  NoCoverage: 'notCovered',
  Ignored: 'leftOut',
};

interface Report {
  files: Record<string, { mutants: { status: string }[] }>;
}

const lines = new Map<string, string>();
for (const line of readOr(LINES, '').split('\n').filter(Boolean)) lines.set(JSON.parse(line).file, line);
for (const path of process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['dist/mutation.json']) {
  const { files }: Report = JSON.parse(readFileSync(path, 'utf8'));
  for (const [file, { mutants }] of Object.entries(files)) {
    const counts: Record<string, number> = { killed: 0, survived: 0, notCovered: 0, leftOut: 0 };
    for (const { status } of mutants) {
      const kind = COUNTED[status];
      if (kind === undefined) throw new Error(`${file}: a mutant is ${status}`);
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    if (mutants.length > 0) lines.set(file, JSON.stringify({ file, ...counts }));
  }
}
const sorted = [...lines].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, line]) => `${line}\n`);
writeFileSync(LINES, sorted.join(''));

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
