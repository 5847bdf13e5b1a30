import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Clock } from '../../functions/platform/clock.ts';
import { createPacer } from '../../functions/reconcile/pacer.ts';

/** A clock that jumps over every sleep. */
function jumpingClock(): Clock & { pass(milliseconds: number): void } {
  let now = Date.parse('2026-11-20T00:00:00Z');
  return {
    now: () => new Date(now),
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
    activity: (work) => work(),
    together: async (_limit, work) => Promise.all(work.map((one) => one())),
    pass: (milliseconds) => {
      now += milliseconds;
    },
  };
}

/** EC2's bucket: 4 tokens, 0.3 a second. False when a call finds it empty. */
function bucketHolds(times: number[], begin: number, tokens: number): boolean {
  let left = tokens;
  let at = begin;
  for (const time of times) {
    left = Math.min(4, left + ((time - at) / 1000) * 0.3) - 1;
    at = time;
    if (left < 0) return false;
  }
  return true;
}

const anyPauses = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 60 });

describe('Given the pacer, When endpoint calls are made in any rhythm', () => {
  it.each([
    [true, 4],
    [false, 0],
  ])('Then the bucket never runs dry (fresh: %s, tokens at the beginning: %i)', async (fresh, tokens) => {
    await fc.assert(
      fc.asyncProperty(anyPauses, async (pauses) => {
        const clock = jumpingClock();
        const begin = clock.now().getTime();
        const pacer = createPacer(clock, fresh);
        const times: number[] = [];
        for (const pause of pauses) {
          clock.pass(pause);
          expect(await pacer.take('create', Number.POSITIVE_INFINITY, undefined)).toBe(true);
          times.push(clock.now().getTime());
        }
        expect(bucketHolds(times, begin, tokens)).toBe(true);
      }),
    );
  });
});

describe('Given the pacer', () => {
  it('When the wait is longer than there is time, Then nothing is taken and no one waits', async () => {
    const clock = jumpingClock();
    const pacer = createPacer(clock, true);
    const begin = clock.now().getTime();
    const taken: boolean[] = [];
    for (let call = 0; call < 6; call += 1) taken.push(await pacer.take('create', 1_000, undefined));
    expect(taken).toEqual([true, true, true, false, false, false]);
    expect(clock.now().getTime()).toBe(begin);
  });

  it('When other operations or Regions call, Then each has its own bucket', async () => {
    const clock = jumpingClock();
    const pacer = createPacer(clock, true);
    for (let call = 0; call < 3; call += 1) await pacer.take('eu-west-1 create', 0, undefined);
    expect(await pacer.take('eu-west-1 delete', 0, undefined)).toBe(true);
    expect(await pacer.take('us-east-1 create', 0, undefined)).toBe(true);
    expect(await pacer.take('eu-west-1 create', 0, undefined)).toBe(false);
  });
});
