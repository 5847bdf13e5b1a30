import type { TwinClock } from './contract.ts';

/** Starts at `start`, ticks one to one with the wall, and can be put forward (docs/spec/twin.md, "Clock"). */
export function createClock(start: Date): TwinClock {
  const startedAt = performance.now();
  let advanced = 0;
  return {
    now: () => new Date(start.getTime() + advanced + (performance.now() - startedAt)),
    advance(seconds) {
      advanced += seconds * 1000;
    },
  };
}
