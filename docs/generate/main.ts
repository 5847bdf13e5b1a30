/** `npm run docs` writes the pages that are made from code; a test holds them to be up to date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderBenchmarks } from './benchmarks.ts';
import { renderConfiguration } from './configure.ts';
import { renderGlossary } from './glossary.ts';
import { renderMutation } from './mutation.ts';
import { renderReasons } from './reasons.ts';
import { withDrawing } from './state-machine.ts';
import { publishedSchemas } from './write-schemas.ts';

const README = new URL('../../README.md', import.meta.url);
/** What `npm run bench` printed, a line a run. */
const BENCHMARKS = new URL('../benchmarks.jsonl', import.meta.url);
/** What Stryker reported, a line a file. */
const MUTATION = new URL('../mutation.jsonl', import.meta.url);
const DEFINITION = new URL('../../statemachine/rollout.asl.json', import.meta.url);

/** README.md as it should read, with the state machine drawn from its file. */
export function generatedReadme(): string {
  return withDrawing(readFileSync(README, 'utf8'), JSON.parse(readFileSync(DEFINITION, 'utf8')));
}

/** Markdown by file name in docs. */
export function generatedPages(): Record<string, string> {
  return {
    'benchmarks.md': renderBenchmarks(readFileSync(BENCHMARKS, 'utf8')),
    'configure.md': renderConfiguration(publishedSchemas()['configuration.schema.json'] ?? {}),
    'glossary.md': renderGlossary(),
    'mutation.md': renderMutation(readFileSync(MUTATION, 'utf8')),
    'reasons.md': renderReasons(),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, text] of Object.entries(generatedPages())) {
    writeFileSync(new URL(`../${file}`, import.meta.url), text);
  }
  writeFileSync(README, generatedReadme());
}
