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
 *     npm run chaos -- --seeds 200 [--from 1] [--accounts 6] [--regions 2]
 *
 * A seed that fails is printed with what happened and the command that repeats it.
 */
import { parseArgs } from 'node:util';
import { type Life, liveSeed } from './live-seed.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    from: { type: 'string', default: '1' },
    accounts: { type: 'string', default: '6' },
    regions: { type: 'string', default: '2' },
  },
});

const [seeds, from] = [Number(values.seeds), Number(values.from)];
const size = { accounts: Number(values.accounts), regions: Number(values.regions) };
const LONGEST_SECONDS = 300;

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

const began = performance.now();
const struck: Record<string, number> = {};
let failed = 0;
for (let seed = from; seed < from + seeds; seed += 1) {
  const life = await liveWithin(seed);
  for (const [kind, count] of Object.entries(life.struck)) struck[kind] = (struck[kind] ?? 0) + count;
  if (life.broken.length === 0) continue;
  failed += 1;
  const lines = [...life.story, ...life.broken.map((line) => `BROKEN ${line}`)];
  process.stdout.write(
    `seed ${seed}:\n${lines.map((line) => `  ${line}\n`).join('')}  repeat: npm run chaos -- --seeds 1 --from ${seed} --accounts ${size.accounts} --regions ${size.regions}\n`,
  );
}
for (const [kind, count] of Object.entries(struck).sort(([a], [b]) => (a < b ? -1 : 1))) {
  process.stdout.write(`  ${String(count).padStart(6)} ${kind}\n`);
}
process.stdout.write(
  `chaos: ${seeds} seeds, ${failed} broken, ${((performance.now() - began) / 1000).toFixed(0)} s\n`,
);
process.exitCode = failed === 0 ? 0 : 1;
