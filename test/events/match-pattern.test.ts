import { describe, expect, it } from '@jest/globals';
import { CASES, EVENT } from './match-cases.ts';
import { matches } from './match-pattern.ts';

describe('Given the matching that the EventBridge user guide describes', () => {
  it.each(CASES)(
    'When %j is matched with the event of the guide, Then the answer is %s',
    (pattern, matched) => {
      expect(matches(pattern, EVENT)).toBe(matched);
    },
  );

  it('When a pattern has an operator that is not built, Then it is refused', () => {
    expect(() => matches({ source: [{ cidr: '10.0.0.0/8' }] }, EVENT)).toThrow('operator cidr is not built');
  });
});
