import { describe, expect, it } from '@jest/globals';
import { nearestKey, suggestNearest } from '../../functions/inputs/nearest-key.ts';

describe('nearestKey', () => {
  const known = ['endpoints', 'endpointZones', 'prune', 'pruneAfterDays', 'managementAccount'];
  const cases: [unknown: string, key: string, close: boolean][] = [
    ['endpoint', 'endpoints', true],
    ['endpointzones', 'endpointZones', true],
    ['Prune', 'prune', true],
    ['pruneAfter', 'pruneAfterDays', false],
    ['mangementAcount', 'managementAccount', true],
    ['x', 'prune', false],
  ];
  it.each(cases)('Given %s, When compared, Then %s (close: %s)', (unknown, key, close) => {
    expect(nearestKey(unknown, known)).toEqual({ key, close });
  });

  it('Given nothing known, When suggesting, Then nothing is said', () => {
    expect(suggestNearest('x', [])).toBe('');
  });
  it('Given a far name, When suggesting, Then it is a hint, not a guess at what was meant', () => {
    expect(suggestNearest('x', ['prune'])).toBe('; the nearest known one is "prune"');
  });
});
