/**
 * Enforce runs in bad weather on a made organization. The weather: faults of AWS on every operation that the service calls, token
 * buckets, a throttled table, a process that ends between journal and call, a run that is stopped, two runs at once, jumps of the
 * clock, sessions that expire, administrators who change resources, close and move accounts, opt in to Regions, and create, attach,
 * change and detach control policies while a run is under way. Whatever happens:
 *
 * - every run's coverage adds up, and each account and target is in it once
 * - a run may fail, but not because of a fault in its code, and a seed ends
 * - nothing of another team is changed
 * - once it is calm, a run converges: the one after it changes nothing (what is denied for good is tried again)
 * - a rollback of all leaves nothing in accounts that no administrator touched, and nothing of ours anywhere that it does not name;
 *   denied something by a policy, it names what is left, and the next one completes it
 * - no journal entry is left open
 *
 *     npm run chaos -- --seeds 200 [--from 1] [--accounts 6] [--regions 2] [--at-once 1]
 *
 * A seed that fails is printed with what happened and the command that repeats it.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { readFlags, wholeNumber } from '../flags.ts';
import { type Life, liveSeed } from './live-seed.ts';

const values = readFlags({
  seeds: { type: 'string', default: '10' },
  from: { type: 'string', default: '1' },
  accounts: { type: 'string', default: '6' },
  regions: { type: 'string', default: '2' },
  /** Processes, each with its share of the seeds. */
  'at-once': { type: 'string', default: '1' },
  /** What a process of several prints at its end. */
  part: { type: 'boolean', default: false },
});

const seeds = wholeNumber('seeds', values.seeds);
const from = wholeNumber('from', values.from, 0);
const atOnce = wholeNumber('at-once', values['at-once']);
const size = {
  accounts: wholeNumber('accounts', values.accounts),
  regions: wholeNumber('regions', values.regions),
};
const LONGEST_SECONDS = 300;

interface Sum {
  failed: number;
  /** How often each kind of trouble struck. */
  struck: Record<string, number>;
}

/** A seed that does not end is broken, too. */
async function liveWithin(seed: number): Promise<Life> {
  const only = (what: string): Life => ({ broken: [what], story: [], struck: {} });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Life>((resolve) => {
    timer = setTimeout(() => resolve(only(`not ended after ${LONGEST_SECONDS} s`)), LONGEST_SECONDS * 1000);
  });
  const ended = liveSeed(seed, size).catch((error: unknown) =>
    only(`the proof itself ended: ${error instanceof Error ? error.stack : error}`),
  );
  const life = await Promise.race([ended, late]);
  clearTimeout(timer);
  return life;
}

async function liveSeeds(first: number, count: number): Promise<Sum> {
  const sum: Sum = { failed: 0, struck: {} };
  for (let seed = first; seed < first + count; seed += 1) {
    const life = await liveWithin(seed);
    addUp(sum, { failed: life.broken.length > 0 ? 1 : 0, struck: life.struck });
    if (life.broken.length === 0) continue;
    const lines = [...life.story, ...life.broken.map((line) => `BROKEN ${line}`)];
    process.stdout.write(
      `seed ${seed}:\n${lines.map((line) => `  ${line}\n`).join('')}  repeat: npm run chaos -- --seeds 1 --from ${seed} --accounts ${size.accounts} --regions ${size.regions}\n`,
    );
  }
  return sum;
}

function addUp(sum: Sum, { failed, struck }: Sum): void {
  sum.failed += failed;
  for (const [kind, count] of Object.entries(struck)) sum.struck[kind] = (sum.struck[kind] ?? 0) + count;
}

/** In a separate process. Rejects where it ends without its sum. */
function liveApart(first: number, count: number): Promise<Sum> {
  const { accounts, regions } = size;
  const words = ['--seeds', count, '--from', first, '--accounts', accounts, '--regions', regions, '--part'];
  const script = process.argv[1] ?? '';
  const child = spawn(process.execPath, [...process.execArgv, script, ...words.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let sum: Sum | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith(PART)) sum = JSON.parse(line.slice(PART.length)) as Sum;
    else process.stdout.write(`${line}\n`);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (sum) resolve(sum);
      else reject(new Error(`seeds ${first} to ${first + count - 1} ended with ${code}`));
    });
  });
}

const PART = 'part: ';
const began = performance.now();
if (values.part) {
  process.stdout.write(`${PART}${JSON.stringify(await liveSeeds(from, seeds))}\n`);
} else {
  const each = Math.ceil(seeds / atOnce);
  const shares = Array.from({ length: atOnce }, (_, index) => ({
    first: from + index * each,
    count: Math.min(each, seeds - index * each),
  })).filter(({ count }) => count > 0);
  const total: Sum = { failed: 0, struck: {} };
  const sums =
    shares.length === 1
      ? [await liveSeeds(from, seeds)]
      : await Promise.all(shares.map(({ first, count }) => liveApart(first, count)));
  for (const sum of sums) addUp(total, sum);
  for (const [kind, count] of Object.entries(total.struck).sort(([a], [b]) => (a < b ? -1 : 1))) {
    process.stdout.write(`  ${String(count).padStart(6)} ${kind}\n`);
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  process.stdout.write(`chaos: ${seeds} seeds, ${total.failed} broken, ${seconds} s\n`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}
