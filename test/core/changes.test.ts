import { describe, expect, it } from '@jest/globals';
import {
  actionProblem,
  CHANGES,
  expectedProblem,
  PLANNED_KINDS,
} from '../../functions/core/changes/changes.ts';
import { recognize } from '../../functions/core/changes/recognize.ts';
import type { ChangeAction } from '../../functions/core/model/change.ts';
import type { RollbackEntry } from '../../functions/core/rollback/entry.ts';
import { planRollback } from '../../functions/core/rollback/plan.ts';

function entryOf(action: unknown, overrides: Partial<RollbackEntry> = {}): RollbackEntry {
  return {
    runId: 'run-1',
    seq: 1,
    changeId: 'chg-1',
    accountId: '111122223333',
    region: 'eu-west-1',
    resource: 'vpc-1',
    action: action as ChangeAction,
    expected: { value: '' },
    inverse: null,
    status: 'DONE',
    writtenAt: '2026-11-01T00:00:00.000Z',
    ...overrides,
  };
}

describe('Given the kinds of change', () => {
  it('when enforce plans one, then a rollback knows how to undo it', () => {
    expect(PLANNED_KINDS.filter((kind) => CHANGES[kind].rollback === null)).toEqual([]);
  });

  it.each([
    [{ kind: 'SetServiceSetting', value: 'x' }, null],
    [{ kind: 'SetServiceSetting', value: 7 }, 'SetServiceSetting: value is missing or of another type'],
    [{ kind: 'PutRoleBoundary' }, 'the kind of change is unknown'],
    [{ kind: 'toString' }, 'the kind of change is unknown'],
    ['text', 'the kind of change is unknown'],
  ])('when an action %j is read, then its problem is %s', (action, problem) => {
    expect(actionProblem(action)).toBe(problem);
  });

  it('when an expected state is of another kind, then the field is named', () => {
    expect(expectedProblem('SetServiceSetting', { exists: false })).toMatch(/value is missing/);
  });
});

describe('Given a journal with an entry of a kind that this version does not know', () => {
  const unknownEntry = entryOf({ kind: 'PutRoleBoundary', roleName: 'x' });
  const plan = (journal: RollbackEntry[], of: string) => {
    const { known, unknown } = recognize(journal);
    return planRollback({
      accountId: '111122223333',
      runId: 'run-2',
      scope: { of, regions: ['eu-west-1'] },
      journal: known,
      unknown,
      live: { roles: {}, settings: {}, formerRoles: {}, networks: {}, associations: {} },
    });
  };

  it.each(['all', 'run-1'])('when %s is rolled back, then it is a finding', (of) => {
    expect(plan([unknownEntry], of).findings).toEqual([
      { region: 'eu-west-1', finding: expect.objectContaining({ code: 'NOT_REVERSIBLE', subject: 'vpc-1' }) },
    ]);
  });

  const RESET = { kind: 'ResetServiceSetting' } as const;
  const SET = { kind: 'SetServiceSetting', value: 'x' };
  it.each<[string, RollbackEntry, string | null]>([
    ['all of it is known', entryOf(SET, { inverse: RESET }), null],
    ['nothing undoes it', entryOf(SET), null],
    ['its kind is not known', entryOf({ kind: 'PutRoleBoundary' }), 'the kind of change is unknown'],
    [
      'the kind of its inverse is not known',
      entryOf(SET, { inverse: { kind: 'PutRoleBoundary' } as never }),
      'the kind of change is unknown',
    ],
    [
      'a field of its inverse is missing',
      entryOf(SET, { inverse: { kind: 'SetServiceSetting' } as never }),
      'SetServiceSetting: value is missing or of another type',
    ],
    [
      'what it expected is of another kind',
      entryOf(SET, { expected: { exists: false } }),
      'SetServiceSetting: value is missing or of another type',
    ],
  ])('when %s, then it is recognized, or why it is not is known', (_what, entry, problem) => {
    const other = entryOf(SET, { seq: 2 });
    expect(recognize([entry, other])).toEqual(
      problem === null
        ? { known: [entry, other], unknown: [] }
        : { known: [other], unknown: [{ entry, problem }] },
    );
  });

  it('when another run is rolled back, then it is none', () => {
    expect(plan([unknownEntry], 'run-9').findings).toEqual([]);
  });

  it('when a kind that only a rollback makes is open, then it is a finding as well', () => {
    const reset = entryOf({ kind: 'ResetServiceSetting' });
    expect(plan([reset], 'all').findings).toEqual([
      { region: 'eu-west-1', finding: expect.objectContaining({ code: 'NOT_REVERSIBLE' }) },
    ]);
  });
});
