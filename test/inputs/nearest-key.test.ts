import { describe, expect, it } from '@jest/globals';
import { nearestKey, suggestNearest } from '../../functions/inputs/nearest-key.ts';

describe('Given a mistyped name and the known ones', () => {
  const known = ['endpoints', 'endpointZones', 'prune', 'pruneAfterDays', 'managementAccount', 'on', 'waves'];
  const cases: [unknown: string, key: string | null][] = [
    ['endpoint', 'endpoints'],
    ['endpointzones', 'endpointZones'],
    ['Prune', 'prune'],
    ['pruneAfter', 'pruneAfterDays'],
    ['mangementAcount', 'managementAccount'],
    ['wvaes', 'waves'],
    ['x', null],
    ['colour', null],
    ['notify', null],
    ['of', 'on'],
    ['no', 'on'],
  ];
  it.each(cases)('When %s is compared, Then it was meant to be %s', (unknown, key) => {
    expect(nearestKey(unknown, known)).toBe(key);
  });

  it('When none is near or none is known, Then nothing is suggested', () => {
    expect(suggestNearest('x', [])).toBe('');
    expect(suggestNearest('colour', known)).toBe('');
    expect(suggestNearest('wave', known)).toBe('; did you mean "waves"?');
  });
});
