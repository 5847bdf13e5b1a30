import { describe, expect, it } from '@jest/globals';
import { findHold, heldByRun, withAssessedOnly, withHold } from '../../functions/core/hold.ts';
import type { AccountResult, TargetResult } from '../../functions/core/model/result.ts';

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

describe('given the result of an account under a hold, when its targets say why nothing was changed', () => {
  type Facts = { outcomes?: string[]; codes?: string[]; notes?: string[] };
  const target = ({ outcomes = [], codes = [], notes = [] }: Facts) =>
    ({
      notes,
      findings: codes.map((code) => ({ code })),
      changes: outcomes.map((outcome) => ({ outcome })),
    }) as unknown as TargetResult;
  const notesOf = (facts: Facts, changes: unknown[] = []) => {
    const result = { changes, targets: [target(facts)] } as unknown as AccountResult;
    return withHold(result, heldByRun({ runId: 'run-1' })).targets[0]?.notes;
  };

  it.each<[string, Facts, unknown[], string[]]>([
    ['a planned change among others', { outcomes: ['APPLIED', 'PLANNED'] }, [], ['RUN_IN_PROGRESS']],
    ['no planned change', { outcomes: ['APPLIED'] }, [], []],
    [
      'a finding about the role whose change is planned',
      { codes: ['SETTING_UNSET', 'DHMC_ROLE_MISSING'] },
      [{}],
      ['RUN_IN_PROGRESS'],
    ],
    ['a finding about the role that no change is for', { codes: ['DHMC_ROLE_MISSING'] }, [], []],
    ['a finding about something else', { codes: ['MY_DHMC_ROLE_'] }, [{}], []],
    [
      'notes already, this one among them',
      { outcomes: ['PLANNED'], notes: ['Z', 'RUN_IN_PROGRESS', 'A'] },
      [],
      ['A', 'RUN_IN_PROGRESS', 'Z'],
    ],
  ])('with %s, then its notes say so', (_, facts, changes, notes) => {
    expect(notesOf(facts, changes)).toEqual(notes);
  });

  it('and what else is in it stays', () => {
    const result = { accountId: '1', changes: [], targets: [target({}), target({ outcomes: ['PLANNED'] })] };
    const assessed = withAssessedOnly(result as unknown as AccountResult);
    expect(assessed).toMatchObject({
      accountId: '1',
      targets: [{ notes: [] }, { notes: ['ACCOUNT_ASSESSED_ONLY'] }],
    });
    expect(assessed.targets[1]?.changes).toEqual([{ outcome: 'PLANNED' }]);
  });
});

describe('given another run that changes the organization', () => {
  it('when this one waits for it, then it names the run and the accounts that are left to it', () => {
    expect(heldByRun({ runId: 'run-2' }).sentence).toMatch(
      /^Run run-2 is changing the organization.*here\.$/,
    );
    expect(heldByRun({ runId: 'run-2' }, ['1', '2']).sentence).toMatch(
      /here\. It has not reached account 1, 2 yet, which is left to it\.$/,
    );
  });
});
