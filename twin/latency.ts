/** How long answers take: drawn from a log-normal distribution for each service, seeded. */
import { drawUniform } from './chance.ts';
import { LATENCY, type LatencyFigures } from './data/latency.ts';
import type { CallSite } from './faults.ts';

export interface Latency {
  /** Wall time in milliseconds, whole. The n-th call of an account, Region and operation always draws the same. */
  draw(call: CallSite): number;
  /** Starts the sequences anew. */
  clear(): void;
}

const OTHER: LatencyFigures = { median: 100, spread: 0.5 };
/** The tail ends here, in medians: beyond it is what faults are for. */
const MOST_MEDIANS = 10;

export const NO_LATENCY: Latency = { draw: () => 0, clear: () => undefined };

export function createLatency(seed: number): Latency {
  const seen = new Map<string, number>();
  return {
    draw({ account, region, service, operation }) {
      const site = `${account} ${region} ${service} ${operation}`;
      const nth = (seen.get(site) ?? 0) + 1;
      seen.set(site, nth);
      const { median, spread } = LATENCY[service] ?? OTHER;
      const factor = Math.exp(spread * drawNormal(`${seed} ${site} ${nth}`));
      return Math.round(median * Math.min(MOST_MEDIANS, factor));
    },
    clear: () => seen.clear(),
  };
}

/** Standard normal, by Box and Muller. */
function drawNormal(key: string): number {
  const radius = Math.sqrt(-2 * Math.log(1 - drawUniform(`${key} radius`)));
  return radius * Math.cos(2 * Math.PI * drawUniform(`${key} angle`));
}
