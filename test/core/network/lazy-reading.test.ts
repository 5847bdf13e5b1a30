import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyNetwork, compare } from './any-world.ts';
import { contextOf, foreignOf } from './case.ts';
import { CASES } from './cases.ts';
import { observe } from './observe.ts';

/** bench/lazy-reading.ts does the same with 5,000 and more. */
const WORLDS = 400;

describe('Given any network, when it is read lazily', () => {
  it(`then everything that was left unread changes nothing in the verdict (${WORLDS} worlds)`, () => {
    fc.assert(
      fc.property(anyNetwork, (one) => {
        const { eager, lazy } = compare(one);
        expect(lazy).toEqual(eager);
      }),
      { numRuns: WORLDS },
    );
  });

  it.each(CASES.map((one) => [one.name, one] as const))('then the case holds: %s', (_name, one) => {
    const full = observe(one.world, one.needs, foreignOf(one.foreign));
    const { settings, journalled } = contextOf(one);
    const { eager, lazy } = compare({ full, settings, journalled: [...journalled] });
    expect(lazy).toEqual(eager);
  });
});
