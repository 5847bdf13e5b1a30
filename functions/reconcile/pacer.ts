/**
 * Keeps calls below EC2's token bucket, by waiting on the run's clock instead of being throttled. Endpoint
 * calls have one bucket an operation, account and Region: 4 tokens, 0.3 a second (EC2 API throttling
 * page). A little slower than that, since the bucket is AWS's and requests arrive unevenly.
 */
import type { Clock } from '../platform/clock.ts';

const BURST = 3;
const PER_SECOND = 0.29;

export interface Pacer {
  /** Takes a token for `key` (Region and operation), waiting for it; false when that takes longer than `most` ms. */
  take(key: string, most: number, signal: AbortSignal | undefined): Promise<boolean>;
}

/** `fresh`: no earlier pass of this run has drawn on the buckets. */
export function createPacer(clock: Clock, fresh: boolean): Pacer {
  const begin = clock.now().getTime();
  /** When the bucket would be full again, in ms since the epoch. */
  const fullAt = new Map<string, number>();
  const milliseconds = 1000 / PER_SECOND;
  return {
    async take(key, most, signal) {
      const now = clock.now().getTime();
      const until = Math.max(fullAt.get(key) ?? (fresh ? 0 : begin + BURST * milliseconds), now);
      const wait = Math.max(0, until - now - (BURST - 1) * milliseconds);
      if (wait > most) return false;
      fullAt.set(key, until + milliseconds);
      if (wait > 0) await clock.sleep(wait, signal);
      return true;
    },
  };
}
