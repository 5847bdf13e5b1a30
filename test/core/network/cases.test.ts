import { describe, expect, it } from '@jest/globals';
import { changesOf, judge } from './case.ts';
import { CASES } from './cases.ts';

describe('Given a network case, when the VPC is judged, then', () => {
  it.each(CASES.map((one) => [`${one.name} (${one.why})`, one] as const))('%s', (_name, one) => {
    const verdict = judge(one);
    expect({
      path: verdict.path,
      reasons: verdict.reasons,
      notes: verdict.notes,
      changes: changesOf(verdict),
    }).toEqual({
      path: one.expect.path,
      reasons: one.expect.reasons ?? [],
      notes: one.expect.notes ?? [],
      changes: one.expect.changes ?? [],
    });
  });

  it('there are at least 80 of them, no two of one name', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(80);
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
  });
});
