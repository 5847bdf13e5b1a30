import { describe, expect, it } from '@jest/globals';
import { accountsAtOnce } from '../../../functions/core/accounts-at-once.ts';
import { notRead } from '../../../functions/core/readiness/finding.ts';
import { judgeConcurrency, judgeHomeRegion } from '../../../functions/core/readiness/operator-account.ts';
import { aFailure } from '../organization-builders.ts';

describe('Given what Lambda allows in the operator account', () => {
  it.each([
    [1000, 40, 40],
    [50, 40, 40],
    // 39.2: never more than the share of the quota.
    [49, 40, 39],
    [10, 40, 8],
    [1, 40, 1],
    [0, 40, 1],
    [1000, 1, 1],
  ])('When the quota is %i and %i accounts at once are configured, Then %i run', (quota, wanted, atOnce) => {
    expect(accountsAtOnce(wanted, quota)).toBe(atOnce);
  });

  it.each([
    [1000, 'ok'],
    [50, 'ok'],
    [49, 'warning'],
    [11, 'warning'],
    // New accounts begin with 10: a run would crawl.
    [10, 'failed'],
    [2, 'failed'],
  ] as const)(
    'When the quota is %i and 40 accounts are configured, Then the check is %s',
    (value, status) => {
      const finding = judgeConcurrency({ kind: 'value', value }, 40);
      expect(finding).toMatchObject({ check: 'Lambda concurrency', status });
      expect(finding.found).toMatch(new RegExp(`^${value} functions may run at once`));
      if (status === 'ok') expect(finding.fix).toBeNull();
      else expect(finding.command).toContain('--quota-code L-B99A9384');
    },
  );

  it('When the quota was denied, Then nothing is said of it, and the action to allow is named', () => {
    const failure = aFailure({ action: 'lambda:GetAccountSettings' });
    expect(judgeConcurrency({ kind: 'failed', failure }, 40)).toEqual({
      check: 'Lambda concurrency',
      status: 'skipped',
      found: 'Not known: lambda:GetAccountSettings was not answered (AccessDenied).',
      fix: 'Allow lambda:GetAccountSettings, or run dhmc doctor in the operator account.',
    });
  });

  it('When the answer held no quota, Then nothing is said of it', () => {
    const { status, found } = judgeConcurrency({ kind: 'absent' }, 40);
    expect(status).toBe('skipped');
    expect(found).toBe('Not known: lambda:GetAccountSettings was not answered (no quota in the answer).');
  });
});

describe('Given the Region that runs the service', () => {
  it.each([
    ['ENABLED_BY_DEFAULT', 'ok', /on by default in every account/],
    ['ENABLED', 'failed', /opt-in Region/],
    ['ENABLING', 'failed', /opt-in Region/],
    ['DISABLED', 'failed', /not enabled in this account/],
    ['DISABLING', 'failed', /not enabled in this account/],
    [undefined, 'failed', /not enabled in this account/],
  ] as const)('When it is %s, Then the check is %s', (state, status, found) => {
    const finding = judgeHomeRegion('ap-east-1', state);
    expect(finding).toMatchObject({ check: 'home Region', status });
    expect(finding.found).toMatch(found);
    expect(finding.found).toContain('ap-east-1');
    expect(finding.fix === null).toBe(status === 'ok');
  });
});

describe('Given a check whose facts were not read', () => {
  it.each([
    ['The snapshot holds no trails', 'Not known. The snapshot holds no trails.'],
    ['The snapshot holds no trails.', 'Not known. The snapshot holds no trails.'],
  ])('When the snapshot does not hold them ("%s"), Then that is the whole sentence', (message, found) => {
    const failure = aFailure({ code: 'NotImplemented', message });
    expect(notRead('trail', failure, 'the management account')).toEqual({
      check: 'trail',
      status: 'skipped',
      found,
      fix: null,
    });
  });
});
