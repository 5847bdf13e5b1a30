import { describe, expect, it } from '@jest/globals';
import { findHold } from '../../functions/core/hold.ts';

const freeze = [
  { from: '2026-12-20', until: '2027-01-05' },
  { from: '2027-03-01', until: '2027-03-01' },
];

const facts = {
  mode: 'enforce' as const,
  kill: null,
  enforceHold: null,
  freeze,
  now: new Date('2026-12-25T00:00:00Z'),
};

describe('given freeze periods in whole days of UTC, when it is', () => {
  it.each([
    ['2026-12-19T23:59:59.999Z', null],
    ['2026-12-20T00:00:00Z', '2026-12-20'],
    ['2027-01-05T23:59:59.999Z', '2026-12-20'],
    ['2027-01-06T00:00:00Z', null],
    ['2027-03-01T12:00:00Z', '2027-03-01'],
  ])('%s, then the freeze that began on %s holds', (now, from) => {
    const hold = findHold({ mode: 'enforce', kill: null, enforceHold: null, freeze, now: new Date(now) });
    expect(hold?.code ?? null).toBe(from && 'ENFORCE_FROZEN');
    if (from) expect(hold?.sentence).toContain(from);
  });

  it('under the kill switch too, then the switch is named, with who and why', () => {
    const kill = { who: 'ops', why: 'incident 7', since: '2026-12-24T00:00:00Z' };
    const hold = findHold({ ...facts, kill });
    expect(hold?.code).toBe('KILL_SWITCH');
    expect(hold?.sentence).toContain('ops, since 2026-12-24T00:00:00Z: incident 7');
  });

  it('under the hold of a gate, then enforce is held and a rollback is not, and assess never is', () => {
    const enforceHold = {
      runId: 'run-1',
      who: 'gate of run-1',
      why: 'lost i-1',
      since: '2026-11-01T00:00:00Z',
    };
    const now = new Date('2026-11-02T00:00:00Z');
    const hold = findHold({ ...facts, now, enforceHold });
    expect(hold?.code).toBe('ENFORCE_HELD');
    expect(hold?.sentence).toContain('gate of run-1, since 2026-11-01T00:00:00Z: lost i-1');
    expect(hold?.sentence).toContain('until a person resumes run-1');
    expect(findHold({ ...facts, now, enforceHold, mode: 'rollback' })).toBeNull();
    expect(findHold({ ...facts, enforceHold, mode: 'assess' })).toBeNull();
  });
});
