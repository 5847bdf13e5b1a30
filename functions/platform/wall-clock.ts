import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './clock.ts';
import { runTogether } from './run-together.ts';

/** Node's timers hold a 32-bit number of milliseconds (24.8 days); a longer one would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The wall's clock: waits are waits, and no one needs to be counted. */
export const wallClock: Clock = {
  now: () => new Date(),

  async sleep(milliseconds, signal) {
    signal?.throwIfAborted();
    try {
      for (let left = milliseconds; left > 0; left -= LONGEST_TIMER) {
        await delay(Math.min(left, LONGEST_TIMER), undefined, { signal });
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },

  activity: (work) => work(),

  together: runTogether,
};
