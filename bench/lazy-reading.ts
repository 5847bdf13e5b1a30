/**
 * Look-ups that are left unread against reading everything: worlds in which the verdict differs (none may), and
 * the calls that are saved.
 *
 *     node cli/with-node.mjs bench/lazy-reading.ts [--worlds 5000] [--seed 7]
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { NetworkObservation } from '../functions/core/network/facts.ts';
import { anyNetwork, compare } from '../test/core/network/any-world.ts';
import { readFlags, wholeNumber } from './flags.ts';

const values = readFlags({
  worlds: { type: 'string', default: '5000' },
  seed: { type: 'string', default: '7' },
});

/** Calls of one look-up: an attribute each for the VPC, all else one page. */
const CALLS: Record<string, number> = { dnsAttributes: 2 };

/** What reading everything would ask of this VPC. */
function eagerCalls(full: NetworkObservation): number {
  const lists = 10;
  const ids = [full.profileResources, full.foreignResources, full.ownerViews].map(
    (one) => Object.keys(one).length,
  );
  return lists + 2 + 1 + ids.reduce((sum, count) => sum + count, 0);
}

const began = performance.now();
const differing: string[] = [];
const asked = new Map<string, number>();
let eager = 0;
let lazy = 0;
let worlds = 0;
fc.assert(
  fc.property(anyNetwork, (one) => {
    const compared = compare(one);
    worlds += 1;
    eager += eagerCalls(one.full);
    for (const name of compared.read.asked) {
      const calls = CALLS[name] ?? 1;
      lazy += calls;
      asked.set(name, (asked.get(name) ?? 0) + calls);
    }
    if (!isDeepStrictEqual(compared.eager, compared.lazy))
      differing.push(JSON.stringify(compared.eager).slice(0, 400));
  }),
  { numRuns: wholeNumber('worlds', values.worlds), seed: wholeNumber('seed', values.seed, 0) },
);
const lines = [
  `${worlds} worlds, seed ${values.seed}, ${((performance.now() - began) / 1000).toFixed(1)} s: ${differing.length} verdicts differ`,
  `look-ups beside the seven lists: ${lazy} calls instead of ${eager} (${Math.round((1 - lazy / eager) * 100)} % saved)`,
  ...[...asked].sort((a, b) => b[1] - a[1]).map(([name, count]) => `  ${String(count).padStart(6)} ${name}`),
  ...differing.slice(0, 5),
];
process.stdout.write(`${lines.join('\n')}\n`);
process.exitCode = differing.length > 0 ? 1 : 0;
