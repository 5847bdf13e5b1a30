import { describe, expect, it } from '@jest/globals';
import type { AccountResult, Coverage } from '../../functions/core/model/result.ts';
import { addCounts, metricsOf, NO_COUNTS } from '../../functions/core/run-metrics.ts';
import {
  type EndedRun,
  endingsOf,
  isFullRun,
  newsOf,
  notificationOf,
} from '../../functions/core/run-news.ts';
import { describePartialScope, runScope } from '../../functions/core/run-scope.ts';
import { NO_COVERAGE } from '../../functions/core/status.ts';

const coverage = (given: Partial<Coverage> = {}): Coverage => ({
  ...NO_COVERAGE,
  ...{ accounts: 10, targets: 40, compliant: 30, nonCompliant: 0, converging: 0, skipped: 10 },
  ...given,
});
const run = (given: Partial<EndedRun> = {}): EndedRun => ({
  runId: 'run-1',
  input: { mode: 'enforce', trigger: 'schedule' },
  status: 'SUCCEEDED',
  coverage: coverage(),
  reason: null,
  ...given,
});

describe('Given a run that has ended', () => {
  it.each([
    ['failed', run({ status: 'FAILED' }), null, 'failed'],
    ['was stopped', run({ status: 'STOPPED' }), coverage(), 'stopped'],
    ['is as the one before', run(), coverage(), null],
    [
      'has two targets in error more',
      run({ coverage: coverage({ compliant: 28, error: 2 }) }),
      coverage(),
      'regressed',
    ],
    ['is worse, and the first', run({ coverage: coverage({ compliant: 28, error: 2 }) }), null, null],
    [
      'has new accounts that converge',
      run({ coverage: coverage({ targets: 44, converging: 4 }) }),
      coverage(),
      null,
    ],
    [
      'has more Regions denied',
      run({ coverage: coverage({ compliant: 20, skipped: 20 }) }),
      coverage(),
      null,
    ],
  ] as const)('When it %s, Then the news is right', (_what, ended, before, news) => {
    expect(newsOf(ended, before)).toBe(news);
  });

  const ofEvent = (given: Partial<Coverage>, accounts = ['100000000011']) =>
    run({
      input: { mode: 'enforce', trigger: 'account-event', scope: { accounts } },
      coverage: { ...NO_COVERAGE, accounts: 1, targets: 4, skipped: 1, ...given },
    });

  it.each([
    ['is compliant everywhere', ofEvent({ compliant: 3 }), 'ready'],
    ['converges still', ofEvent({ compliant: 2, converging: 1 }), 'not-ready'],
    ['is in error', ofEvent({ error: 3 }), 'not-ready'],
    ['is excluded or closed', ofEvent({ skipped: 4 }), null],
    ['has left again', ofEvent({ accounts: 0, targets: 0, skipped: 0 }), null],
    ['failed to be looked at', { ...ofEvent({}), status: 'FAILED' as const }, 'failed'],
  ] as const)('When one account of an event %s, Then its requester learns it', (_what, ended, news) => {
    expect(newsOf(ended, null)).toBe(news);
  });

  it('When events of a minute share a run, Then the requester of each account learns of that one', () => {
    const both = ofEvent({ accounts: 2, targets: 8 }, ['100000000011', '100000000012']);
    const own = (given: Partial<Coverage>): Coverage => ({
      ...NO_COVERAGE,
      accounts: 1,
      targets: 4,
      ...given,
    });
    const accounts = [
      { accountId: '100000000011', coverage: own({ compliant: 4 }) },
      { accountId: '100000000012', coverage: own({ compliant: 3, converging: 1 }) },
    ];
    const said = (ended: EndedRun) =>
      endingsOf(ended, accounts).map((part) => [part.input.scope?.accounts, newsOf(part, null)]);
    expect(said(both)).toEqual([
      [['100000000011'], 'ready'],
      [['100000000012'], 'not-ready'],
    ]);
    // What failed as a whole is reported as a whole, and no other run is taken apart.
    expect(said({ ...both, status: 'FAILED' })).toEqual([[['100000000011', '100000000012'], 'failed']]);
    expect(said(run())).toEqual([[undefined, null]]);
  });

  it('When an account is ready, Then a subscription can filter for it', () => {
    const where = {
      partition: 'aws',
      region: 'eu-west-1',
      executionArn: null,
      next: [],
      bucket: 'artifacts',
    };
    const { subject, message, attributes } = notificationOf('ready', ofEvent({ compliant: 3 }), null, where);
    expect(subject).toBe('dhmc-rollout: account 100000000011 is ready, 0 of 3 targets not compliant');
    expect(message).toMatch(/^Account 100000000011 is ready: .*\(run run-1\)\./);
    expect(attributes).toEqual({ news: 'ready', runId: 'run-1', accountId: '100000000011' });
  });

  it.each([
    ['aws', 'eu-west-1', 'https://eu-west-1.console.aws.amazon.com/states'],
    ['aws-us-gov', 'us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/states'],
    ['aws-cn', 'cn-north-1', 'https://cn-north-1.console.amazonaws.cn/states'],
  ])('When it is reported in %s, Then subject and link say what and where', (partition, region, link) => {
    const ended = run({ coverage: coverage({ compliant: 27, nonCompliant: 3 }), reason: 'Because.' });
    const executionArn = `arn:${partition}:states:${region}:100000000002:execution:dhmc-rollout-enforce:x`;
    const where = { partition, region, executionArn, next: [], bucket: 'artifacts' };
    const { subject, message } = notificationOf('regressed', ended, coverage(), where);
    expect(subject).toBe('dhmc-rollout: enforce run regressed, 3 of 30 targets not compliant (0 before)');
    expect(message).toContain(`${link}/home?region=${region}#/v2/executions/details/${executionArn}`);
    expect(message).toContain('s3://artifacts/runs/run-1/result.json');
    expect(message).toContain('Because.');
  });

  it('When the counts are of the largest organization, Then the subject still fits', () => {
    const huge = coverage({ targets: 1_700_000, skipped: 0, nonCompliant: 1_699_999 });
    const { subject } = notificationOf('regressed', run({ coverage: huge }), huge, {
      partition: 'aws',
      region: 'us-east-1',
      executionArn: null,
      next: [],
      bucket: 'b',
    });
    expect(subject.length).toBeLessThan(100);
    expect(subject).toMatch(/^[\x20-\x7e]+$/);
  });
});

describe('Given the figures of a run', () => {
  const measured = { ...run(), startedAt: '2026-11-20T00:00:00.000Z', endedAt: '2026-11-20T00:05:00.000Z' };
  const figures = (given: Partial<typeof measured> = {}, before: Coverage | null = null) =>
    Object.fromEntries(metricsOf({ ...measured, ...given }, NO_COUNTS, 0, before));

  it('When Regions are denied and accounts suspended, Then no share counts them and nothing is an error', () => {
    expect(figures()).toMatchObject({ CompliantPercent: 100, ErrorPercent: 0, Errors: 0, Skipped: 10 });
  });

  it('When there was a full run before, Then the change is in points of what was judged', () => {
    const worse = coverage({ compliant: 15, nonCompliant: 15 });
    expect(figures({ coverage: worse }, coverage())).toMatchObject({ CompliantPercentChange: -50 });
    expect(figures()).not.toHaveProperty('CompliantPercentChange');
  });

  it('When it was about one account, Then it says nothing of the organization', () => {
    const input = {
      mode: 'enforce',
      trigger: 'account-event',
      scope: { accounts: ['100000000011'] },
    } as const;
    expect(
      Object.keys(figures({ input: { ...input, scope: { accounts: ['100000000011'] } } })).sort(),
    ).toEqual([
      'ChangesApplied',
      'ChangesFailed',
      'Deferred',
      'EnforceHeld',
      'KillSwitchOn',
      'RunsFailed',
      'RunsStopped',
    ]);
  });

  it('When nothing was judged, Then there is no share, and no division by nothing', () => {
    const none = coverage({ targets: 10, compliant: 0, skipped: 10 });
    expect(figures({ coverage: none })).not.toHaveProperty('CompliantPercent');
  });

  it('When accounts are counted, Then their changes by outcome and their deferred targets', () => {
    const change = (outcome: string) => ({ outcome });
    const account = {
      changes: [change('APPLIED')],
      targets: [
        { changes: [change('FAILED'), change('PLANNED')], reasons: ['DEFERRED'] },
        { changes: [change('ROLLED_BACK')], reasons: [] },
      ],
    } as unknown as AccountResult;
    expect(addCounts(addCounts(NO_COUNTS, account), account)).toEqual({ applied: 4, failed: 2, deferred: 2 });
  });
});

describe('Given the input of a run', () => {
  const whole = { mode: 'enforce', trigger: 'schedule' } as const;

  it('When it visits only some accounts, Then it is no full run: the others did not leave', () => {
    expect(isFullRun(whole)).toBe(true);
    expect(isFullRun({ ...whole, plan: 'plans/0a.json' })).toBe(false);
    expect(isFullRun({ ...whole, scope: { accounts: ['100000000011'] } })).toBe(false);
    expect(isFullRun({ ...whole, mode: 'rollback', rollbackOf: 'all' })).toBe(false);
  });

  it('When a rollback took every account, Then it is not said to leave any out', () => {
    const scope = runScope({ ...whole, mode: 'rollback', rollbackOf: 'all' }, 21, 21);
    expect(describePartialScope(scope)).toBe('21 of 21 accounts, for a plan or rollback alone');
    expect(describePartialScope(runScope(whole, 21, 21))).toBeNull();
  });
});
