import { describe, expect, it } from '@jest/globals';
import type { DriftResult } from '../../functions/core/model/result.ts';
import {
  type EndedRun,
  endingsOf,
  isAboutAccounts,
  newsOf,
  notificationOf,
} from '../../functions/core/run-news.ts';
import { NO_COVERAGE } from '../../functions/core/status.ts';

const COVERAGE = { ...NO_COVERAGE, accounts: 1, targets: 4, skipped: 1, compliant: 1, error: 2 };
const ended = (given: Partial<EndedRun> = {}): EndedRun => ({
  ...{ runId: 'run-1', status: 'SUCCEEDED', coverage: COVERAGE, reason: null },
  input: { mode: 'enforce', trigger: 'account-event', scope: { accounts: ['100000000011'] } },
  ...given,
});
const drift: DriftResult = {
  ...{ accountId: '100000000011', region: null, change: 'DeleteRole', subject: 'Dhmc', by: 'x', source: 'y' },
  ...{ at: '2026-11-20T00:00:00.000Z', outcome: 'CORRECTED' },
};
const WHERE = { partition: 'aws', region: 'eu-west-1', executionArn: null, next: [], bucket: 'b' };
const COUNTS = 'Accounts 1, targets 4: 1 compliant, 0 non-compliant, 0 converging, 1 skipped, 2 in error.';
const RESULT = 'Result: s3://b/runs/run-1/result.json';

describe('Given what is worth reporting', () => {
  it('When an account is not ready, Then subject, message and attributes name it', () => {
    const { subject, message, attributes } = notificationOf('not-ready', ended(), null, WHERE);
    expect(subject).toBe('dhmc-rollout: account 100000000011 is not ready, 2 of 3 targets not compliant');
    expect(message.split('\n')).toEqual([
      'Account 100000000011 is not ready: 2 of 3 Regions are not compliant at the end of run run-1.',
      ...['', COUNTS, '', RESULT],
    ]);
    expect(attributes).toEqual({ news: 'not-ready', runId: 'run-1', accountId: '100000000011' });
  });

  it('When a run failed, Then why, what to do and the run before are in the message, and no account in the attributes', () => {
    const next = [{ what: 'Continue', line: 'dhmc run' }];
    const run = ended({ status: 'FAILED', reason: 'Because.' });
    const { subject, message, attributes } = notificationOf('failed', run, COVERAGE, { ...WHERE, next });
    expect(subject).toBe('dhmc-rollout: enforce run failed, 2 of 3 targets not compliant');
    expect(message.split('\n')).toEqual([
      ...['Run run-1 (enforce, account-event) failed.', 'Because.', 'Continue: dhmc run', '', COUNTS],
      ...['The full run before: 1 compliant, 2 non-compliant or in error.', '', RESULT],
    ]);
    expect(attributes).toStrictEqual({ news: 'failed', runId: 'run-1' });
  });

  it('When changes by others started it, Then the first fifty are named', () => {
    const run = ended({ drift: Array.from({ length: 51 }, () => drift) });
    const { subject, message } = notificationOf('drift', run, null, WHERE);
    expect(subject).toMatch(/^dhmc-rollout: enforce run after a change by others, /);
    const lines = message.split('\n');
    expect(lines[0]).toBe('Run run-1 (enforce, account-event) looked at what others changed.');
    expect(lines.filter((line) => line.startsWith('DeleteRole of Dhmc'))).toHaveLength(50);
  });

  it('When a run has no scope, Then no account is named', () => {
    const input = { mode: 'enforce', trigger: 'schedule' } as const;
    const { subject, attributes } = notificationOf('ready', ended({ input }), null, WHERE);
    expect(subject).toBe('dhmc-rollout: enforce run ready, 2 of 3 targets not compliant');
    expect(attributes).toStrictEqual({ news: 'ready', runId: 'run-1' });
    expect(
      notificationOf('ready', ended({ input: { ...input, scope: {} } }), null, WHERE).attributes,
    ).toEqual(attributes);
  });

  it('When the subject would be longer than SNS takes, Then it is cut', () => {
    const huge = { ...COVERAGE, targets: 10 ** 20, error: 10 ** 20 };
    expect(notificationOf('regressed', ended({ coverage: huge }), huge, WHERE).subject).toHaveLength(99);
  });
});

describe('Given what started a run', () => {
  const scope = { accounts: ['100000000011'] };
  it.each([
    [{ trigger: 'account-event', scope }, true],
    [{ trigger: 'on-demand', scope }, false],
    [{ trigger: 'account-event', scope: { accounts: [] } }, false],
    [{ trigger: 'account-event', scope: { organizationalUnits: ['ou-1'] } }, false],
    [{ trigger: 'account-event' }, false],
  ] as const)('When it is %j, Then whether it is about accounts is %s', (given, about) => {
    expect(isAboutAccounts({ mode: 'enforce', ...given } as EndedRun['input'])).toBe(about);
  });

  it.each([
    ['on demand', { input: { mode: 'enforce', trigger: 'on-demand', scope } }, null],
    [
      'by the event of a unit',
      { input: { mode: 'enforce', trigger: 'account-event', scope: { organizationalUnits: ['ou-1'] } } },
      null,
    ],
    ['by an event without a scope', { input: { mode: 'enforce', trigger: 'account-event' } }, null],
    [
      'by the event of two accounts',
      { input: { mode: 'enforce', trigger: 'account-event', scope: { accounts: ['1', '2'] } } },
      null,
    ],
    ['by the event of an account that left', { coverage: { ...COVERAGE, accounts: 0 } }, null],
    ['by the event of one account', {}, 'not-ready'],
    [
      'by changes of others',
      { drift: [], input: { mode: 'enforce', trigger: 'account-event', scope, drift: [] } },
      'drift',
    ],
  ] as const)('When it was started %s, Then the news is of that kind', (_what, given, news) => {
    expect(newsOf(ended(given as Partial<EndedRun>), null)).toBe(news);
  });

  it('When changes of others started it, Then its accounts are one run', () => {
    const run = ended({ input: { mode: 'enforce', trigger: 'account-event', scope, drift: [] } });
    expect(endingsOf(run, [{ accountId: '100000000011', coverage: COVERAGE }])).toEqual([run]);
  });
});
