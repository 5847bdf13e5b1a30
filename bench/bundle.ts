/**
 * Size and import time of each handler as Lambda would load it.
 *
 *   npm run bundle
 *
 * Each import happens in a fresh process; of 15, the fastest and the median are printed. CPU time is what counts on
 * a busy machine. Budgets of size are in test/infra/bundle.test.ts.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundleHandlers, loadedBytes } from '../infra/bundle.ts';
import { HANDLERS } from '../infra/handlers.ts';

const TIMES = 15;

const MEASURE = `
  const cpu = process.cpuUsage(), wall = performance.now();
  await import(process.argv[1]);
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify([performance.now() - wall, (user + system) / 1000]));`;

function importTimes(file: string): { wall: number[]; cpu: number[] } {
  const measured = Array.from({ length: TIMES }, (): [number, number] =>
    JSON.parse(
      execFileSync(process.execPath, ['--input-type=module', '-e', MEASURE, file], { encoding: 'utf8' }),
    ),
  );
  const sorted = (index: 0 | 1) => measured.map((times) => times[index]).sort((a, b) => a - b);
  return { wall: sorted(0), cpu: sorted(1) };
}

const median = (sorted: number[]) => sorted[Math.floor(sorted.length / 2)] ?? 0;
const show = (sorted: number[]) => `${(sorted[0] ?? 0).toFixed(0)} / ${median(sorted).toFixed(0)} ms`;

const folder = mkdtempSync(join(tmpdir(), 'dhmc-bundle-'));
try {
  const metafile = await bundleHandlers(folder);
  for (const handler of HANDLERS) {
    const { wall, cpu } = importTimes(join(folder, `${handler}.mjs`));
    const size = `${(loadedBytes(metafile, handler) / 1000).toFixed(0)} KB`;
    console.log(
      `${handler.padEnd(18)} ${size.padStart(7)}   wall ${show(wall)}   CPU ${show(cpu)}   (fastest / median)`,
    );
  }
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  const bytes = files.reduce((sum, file) => sum + file.length, 0);
  const zipped = files.reduce((sum, file) => sum + gzipSync(file).length, 0);
  console.log(
    `all in the asset: ${(bytes / 1000).toFixed(0)} KB, ${(zipped / 1000).toFixed(0)} KB compressed`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
