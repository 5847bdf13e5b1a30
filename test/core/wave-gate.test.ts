import { describe, expect, it } from '@jest/globals';
import type { ChangeError, ChangeResult } from '../../functions/core/model/change.ts';
import type { AccountResult } from '../../functions/core/model/result.ts';
import {
  countChanges,
  judgeWave,
  lostInstances,
  stopReason,
  type WaveOutcome,
} from '../../functions/core/wave-gate.ts';

function outcome(facts: Partial<WaveOutcome>): WaveOutcome {
  return {
    accounts: 20,
    appliedChanges: 100,
    failedChanges: 0,
    failedIn: [],
    crashed: [],
    instances: null,
    ...facts,
  };
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `${100 + index}`);

describe('given a wave and maxFailurePercent 5, when it is judged', () => {
  const cases: [given: string, facts: Partial<WaveOutcome>, cause: string | null][] = [
    ['nothing went wrong', {}, null],
    ['nothing was to be done', { appliedChanges: 0 }, null],
    ['5 of 100 changes failed', { appliedChanges: 95, failedChanges: 5 }, null],
    ['6 of 100 changes failed', { appliedChanges: 94, failedChanges: 6 }, 'FAILURES'],
    ['the only change failed', { appliedChanges: 0, failedChanges: 1 }, 'FAILURES'],
    ['1 of 20 accounts crashed', { crashed: ids(1) }, null],
    ['2 of 20 accounts crashed', { crashed: ids(2) }, 'FAILURES'],
    ['2 of 20 could not be looked at again', { instances: { lost: [], unread: ids(2) } }, 'FAILURES'],
    [
      'one crashed and could not be looked at',
      { crashed: ids(1), instances: { lost: [], unread: ids(1) } },
      null,
    ],
    [
      'one instance was lost',
      { instances: { lost: [{ accountId: '100', region: 'eu-west-1', instanceId: 'i-1' }], unread: [] } },
      'INSTANCES_LOST',
    ],
  ];
  it.each(cases)('and %s, then so', (_, facts, cause) => {
    expect(judgeWave(outcome(facts), 'canary', 5)?.cause ?? null).toBe(cause);
  });

  it('and failures are allowed altogether, then they never stop', () => {
    expect(judgeWave(outcome({ appliedChanges: 0, failedChanges: 9, crashed: ids(20) }), 'canary', 100)).toBe(
      null,
    );
  });

  it('then the reason names who, why, and the way on and back', () => {
    const lost = ids(7).map((id) => ({
      accountId: '100000000011',
      region: 'eu-west-1',
      instanceId: `i-${id}`,
    }));
    const stop = judgeWave(outcome({ instances: { lost, unread: [] } }), 'canary', 5);
    const reason = stop && stopReason(stop, 'run-1', 40);
    expect(reason).toBe(
      'Stopped: after wave canary, 7 instances that were Online before are not any more: ' +
        [0, 1, 2, 3, 4].map((n) => `i-10${n} (account 100000000011, eu-west-1)`).join(', ') +
        ' and 2 more. 40 accounts not touched. Enforce is held until a person resumes run-1 or rolls it back.',
    );
  });
});

describe('given a wave that stops the run, when the reason is written', () => {
  const sentence = (facts: Partial<WaveOutcome>) => judgeWave(outcome(facts), 'canary', 5)?.sentence;

  it('then one lost instance is one', () => {
    const lost = [{ accountId: '100', region: 'eu-west-1', instanceId: 'i-1' }];
    expect(sentence({ instances: { lost, unread: [] } })).toBe(
      'after wave canary, 1 instance that was Online before is not any more: i-1 (account 100, eu-west-1)',
    );
  });

  it('then failed changes are given in numbers, in percent, and with their accounts', () => {
    expect(sentence({ appliedChanges: 7, failedChanges: 1, failedIn: ids(5) })).toBe(
      'in wave canary, 1 of 8 changes failed (12.5 %, maxFailurePercent 5), in account 100, 101, 102, 103, 104',
    );
    expect(sentence({ appliedChanges: 0, failedChanges: 1, failedIn: ids(1) })).toBe(
      'in wave canary, 1 of 1 change failed (100.0 %, maxFailurePercent 5), in account 100',
    );
  });

  it('then crashed accounts and those that could not be looked at are named apart, in the order of their ids', () => {
    expect(sentence({ crashed: ['103', '101'] })).toBe(
      'in wave canary, 2 of 20 accounts crashed (10.0 %, maxFailurePercent 5): 101, 103',
    );
    expect(sentence({ crashed: ['103'], instances: { lost: [], unread: ['101'] } })).toBe(
      'in wave canary, 2 of 20 accounts crashed or could not be looked at after the changes (10.0 %, maxFailurePercent 5): 101, 103',
    );
  });

  it('then a stop that a person requested has only its own sentence, and one after the last wave names no account', () => {
    expect(stopReason({ cause: 'REQUESTED', sentence: 'Stopped by ops.' }, 'run-1', 40)).toBe(
      'Stopped by ops.',
    );
    expect(stopReason({ cause: 'FAILURES', sentence: 'why' }, 'run-1', 0)).toBe(
      'Stopped: why. No later pass was made. Enforce is held until a person resumes run-1 or rolls it back.',
    );
    expect(stopReason({ cause: 'FAILURES', sentence: 'why' }, 'run-1', 1)).toContain('1 account not touched');
  });

  it('and no failure at all is allowed, then a wave without one goes through', () => {
    expect(judgeWave(outcome({}), 'canary', 0)).toBeNull();
    expect(judgeWave(outcome({ appliedChanges: 99, failedChanges: 1 }), 'canary', 0)?.cause).toBe('FAILURES');
  });
});

describe('given the changes of an account, when they are counted for the gate', () => {
  const change = (outcome: ChangeResult['outcome'], error: ChangeError | null = null): ChangeResult => ({
    id: 'chg-1',
    kind: 'SetServiceSetting',
    resource: 'setting',
    outcome,
    error,
    monthlyCostUsd: 0,
    detail: {},
  });
  const failed = (kind: ChangeError['kind'], action = 'ssm:UpdateServiceSetting') =>
    change('FAILED', { code: 'X', message: 'x', action, ...(kind ? { kind } : {}) });
  const counted = (...changes: ChangeResult[]) => countChanges({ changes, targets: [] });

  it('then what a policy or a role that cannot be assumed denied is no failed change', () => {
    expect(
      counted(
        change('APPLIED'),
        change('PLANNED'),
        failed('UNAVAILABLE'),
        failed('DENIED_BY_SCP'),
        failed('DENIED', 'sts:AssumeRole'),
      ),
    ).toEqual({ applied: 1, failed: 1 });
  });

  it('then changes of its targets count like those of its role', () => {
    const targets = [{ changes: [change('APPLIED'), failed('UNAVAILABLE')] }] as AccountResult['targets'];
    expect(countChanges({ changes: [change('APPLIED')], targets })).toEqual({ applied: 2, failed: 1 });
  });

  it('then a failure without an error counts', () => {
    expect(counted(change('FAILED'))).toEqual({ applied: 0, failed: 1 });
  });

  it('then a failure that a version before the gate wrote counts', () => {
    expect(counted(change('FAILED', { code: 'X', message: 'x' }))).toEqual({ applied: 0, failed: 1 });
  });
});

describe('given instances that were Online before, when they are seen again', () => {
  it('then only those that run and are not Online are lost', () => {
    const now = [
      { instanceId: 'i-online', state: 'running', online: true },
      { instanceId: 'i-lost', state: 'running', online: false },
      { instanceId: 'i-stopped', state: 'stopped', online: false },
      { instanceId: 'i-never', state: 'running', online: false },
    ];
    expect(lostInstances(['i-online', 'i-lost', 'i-stopped', 'i-terminated'], now)).toEqual(['i-lost']);
  });
});
