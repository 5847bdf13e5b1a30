import { describe, expect, it } from '@jest/globals';
import type { AccountAssessment, TargetAssessment } from '../../functions/core/assess.ts';
import { NO_INSTANCES } from '../../functions/core/instances/region-instances.ts';
import type { Finding } from '../../functions/core/model/result.ts';
import type { ReasonCode } from '../../functions/core/reasons.ts';
import {
  type AppliedPlan,
  accountResult,
  awaitedRole,
  crashedResult,
  crashUnfinished,
  mergePasses,
  unreachedResult,
  whoOf,
  withLostInstances,
} from '../../functions/core/results.ts';
import { account, change, target } from '../report/builders.ts';
import { ACCOUNT_ID, aConfiguration, anAccount } from './builders.ts';
import { excluding } from './organization-builders.ts';

const finding = (code: ReasonCode, given: Partial<Finding> = {}): Finding => ({
  ...{ code, subject: null, sentence: `${code}.` },
  ...given,
});
const ROLE = account().role;
const assessed = (given: Partial<TargetAssessment> = {}): TargetAssessment => ({
  ...{
    region: 'eu-west-1',
    findings: [],
    notes: [],
    desired: 'a/b',
    observed: 'c/d',
    instances: NO_INSTANCES,
  },
  ...{ grounds: null, vpcs: [], network: null, needs: [] },
  ...given,
});
const assessment = (
  targets: TargetAssessment[],
  given: Partial<AccountAssessment> = {},
): AccountAssessment => ({
  account: anAccount(),
  role: ROLE,
  targets,
  plan: { accountId: ACCOUNT_ID, changes: [], vpcOf: {} },
  ...given,
});
const applied = (given: Partial<AppliedPlan> = {}): AppliedPlan => ({
  ...{ changes: [], roleFindings: [], findings: new Map() },
  ...given,
});
const only = (findings: Finding[], plan = applied(), mode: 'assess' | 'enforce' = 'enforce') => {
  const [one] = accountResult(assessment([assessed({ findings })]), plan, mode).targets;
  return one;
};

describe('Given the assessment of an account', () => {
  it('When nothing is wrong, Then the result has what was seen and is compliant', () => {
    const who = { unitNames: ['Root', 'Prod'], owner: { name: 'team', from: 'TAG' } as const };
    const seen = assessment(
      [assessed({ notes: ['ASSOCIATIONS_UNKNOWN', 'ACCOUNT_ASSESSED_ONLY', 'ASSOCIATIONS_UNKNOWN'] })],
      {
        account: anAccount(who),
      },
    );
    const result = accountResult(seen, applied(), 'assess');
    expect(result).toEqual({
      accountId: ACCOUNT_ID,
      name: 'payments',
      organizationPath: ['r-root', 'ou-prod'],
      ...who,
      status: 'COMPLIANT',
      reasons: [],
      findings: [],
      role: ROLE,
      changes: [],
      targets: [
        target({
          notes: ['ACCOUNT_ASSESSED_ONLY', 'ASSOCIATIONS_UNKNOWN'],
          setting: { desired: 'a/b', observed: 'c/d' },
        }),
      ],
    });
    expect(result.role).toBe(ROLE);
  });

  it('When units and owner are not known, Then they are left out', () => {
    expect(whoOf(anAccount())).toEqual({});
    expect(accountResult(assessment([assessed()]), applied(), 'assess')).not.toHaveProperty('owner');
  });

  it('When every Region has a finding, Then the account has it too, once, and not what only some have', () => {
    const denied = finding('ACCESS_DENIED');
    const some = finding('READ_FAILED');
    const unset = (sentence: string) => finding('SETTING_NOT_SET', { sentence });
    const targets = [
      assessed({ findings: [denied, some, unset('a')] }),
      assessed({ region: 'us-west-2', findings: [some, denied, unset('c')] }),
      assessed({ region: 'us-east-1', findings: [unset('b'), denied] }),
    ];
    const result = accountResult(assessment(targets), applied(), 'assess');
    expect(result.findings).toEqual([denied]);
    expect(result.reasons).toEqual(['ACCESS_DENIED']);
    expect(result.status).toBe('ERROR');
    expect(result.targets.slice(2).map(({ reasons }) => reasons)).toEqual([
      ['ACCESS_DENIED', 'SETTING_NOT_SET'],
    ]);
  });

  it('When the role has the finding that every Region shares, Then the account has it once', () => {
    const missing = finding('DHMC_ROLE_MISSING');
    const role = { ...ROLE, reasons: ['DHMC_ROLE_MISSING' as const], findings: [missing] };
    const result = accountResult(
      assessment([assessed({ findings: [missing] })], { role }),
      applied(),
      'assess',
    );
    expect(result.findings).toEqual([missing]);
  });

  it('When there is no Region, Then the account is skipped', () => {
    expect(accountResult(assessment([]), applied(), 'assess')).toMatchObject({
      status: 'SKIPPED',
      findings: [],
    });
  });
});

describe('Given what became of the plan', () => {
  it('When changes were made, Then each is on its Region, and those of the role on the account', () => {
    const [ofRole, here, there] = ['r', 'h', 't'].map((id) => change({ id, outcome: 'APPLIED' }));
    if (!ofRole || !here || !there) throw new Error('three changes');
    const changes = [
      { region: 'us-east-1', result: there },
      { region: null, result: ofRole },
      { region: 'eu-west-1', result: here },
    ];
    const result = accountResult(
      assessment([assessed(), assessed({ region: 'us-east-1' })]),
      applied({ changes }),
      'enforce',
    );
    expect(result.changes).toEqual([ofRole]);
    expect(result.targets.map((one) => one.changes)).toEqual([[here], [there]]);
  });

  const propagating = finding('DHMC_ROLE_PROPAGATING');

  it('When the role propagates, Then the account, its role and every Region that uses it converge', () => {
    const targets = [
      assessed({ findings: [finding('SETTING_NOT_SET')] }),
      assessed({ region: 'us-east-1', findings: [finding('DHMC_ROLE_MISSING')] }),
      assessed({ region: 'us-west-2' }),
    ];
    const plan = applied({
      changes: [{ region: 'eu-west-1', result: change() }],
      roleFindings: [propagating],
    });
    const result = accountResult(assessment(targets), plan, 'enforce');
    expect(result.role).toMatchObject({ reasons: ['DHMC_ROLE_PROPAGATING'], findings: [propagating] });
    expect(result.reasons).toEqual(['DHMC_ROLE_PROPAGATING']);
    // What the plan resolves does not count while its change is merely held back.
    expect(result.targets.map(({ reasons, status, retry }) => [reasons, status, retry])).toEqual([
      [['DHMC_ROLE_PROPAGATING'], 'CONVERGING', true],
      [['DHMC_ROLE_PROPAGATING'], 'CONVERGING', true],
      [[], 'COMPLIANT', false],
    ]);
  });

  it('When the change is held back, Then what no plan resolves still counts', () => {
    const plan = applied({ findings: new Map([['eu-west-1', [finding('LEASE_HELD')]]]) });
    const one = only([finding('SETTING_NOT_SET'), finding('DHMC_ROLE_PRIVILEGED')], plan);
    expect(one).toMatchObject({
      reasons: ['DHMC_ROLE_PRIVILEGED', 'LEASE_HELD'],
      status: 'NON_COMPLIANT',
      retry: true,
    });
  });

  it('When one change is held back and another failed, Then what the plan resolves counts', () => {
    const plan = applied({
      findings: new Map([['eu-west-1', [finding('LEASE_HELD'), finding('WRITE_FAILED')]]]),
    });
    expect(only([finding('SETTING_NOT_SET')], plan)).toMatchObject({
      reasons: ['LEASE_HELD', 'SETTING_NOT_SET', 'WRITE_FAILED'],
      status: 'NON_COMPLIANT',
    });
  });

  it('When another Region failed, Then this one is as it was', () => {
    const plan = applied({ findings: new Map([['us-east-1', [finding('WRITE_FAILED')]]]) });
    expect(only([finding('SETTING_NOT_SET')], plan)).toMatchObject({ reasons: ['SETTING_NOT_SET'] });
  });

  it.each([
    // A passing failure of the run itself, what is on its way, what stays, and nothing.
    ['CENTRAL_UNDECIDED', true, true],
    ['ENDPOINT_PENDING', false, true],
    ['ACCOUNT_NOT_READY', false, true],
    ['SETTING_NOT_SET', false, false],
    [null, false, false],
  ] as const)(
    'When the reason is %s, Then an assess looks again: %s, an enforce: %s',
    (code, assess, enforce) => {
      const findings = code === null ? [] : [finding(code)];
      expect(only(findings, applied(), 'assess')?.retry).toBe(assess);
      expect(only(findings, applied(), 'enforce')?.retry).toBe(enforce);
    },
  );

  it('When a passing reason is beside one for good, Then an enforce looks again', () => {
    const one = only([finding('DNS_CUSTOM'), finding('ENDPOINT_PENDING')]);
    expect(one).toMatchObject({ status: 'NON_COMPLIANT', retry: true });
  });

  it('When a passing reason is waived, Then it is no reason to look again', () => {
    const waived = { owner: 'o', why: 'w', until: '2027-01-01' };
    expect(only([finding('ENDPOINT_PENDING', { waived })])).toMatchObject({
      reasons: ['WAIVED:ENDPOINT_PENDING'],
      status: 'COMPLIANT',
      retry: false,
    });
  });
});

describe('Given a later pass of the same run', () => {
  const made = (id: string, given = {}) => change({ id, outcome: 'APPLIED', ...given });

  it('When it is the first, Then it is the result', () => {
    const later = account();
    expect(mergePasses(null, later)).toBe(later);
  });

  it('When it looked at some Regions again, Then they are replaced, and the others kept, sorted', () => {
    const earlier = account({
      status: 'ERROR',
      targets: ['us-east-1', 'eu-west-1'].map((region) => target({ region, status: 'ERROR', retry: true })),
    });
    const later = account({ name: 'renamed', targets: [target({ region: 'us-east-1' })] });
    const merged = mergePasses(earlier, later);
    expect(merged.targets.map(({ region, status }) => [region, status])).toEqual([
      ['eu-west-1', 'ERROR'],
      ['us-east-1', 'COMPLIANT'],
    ]);
    expect(merged).toMatchObject({ name: 'renamed', status: 'ERROR' });
  });

  it('When an earlier pass made changes, Then they stay; what it only planned or failed to do is replaced', () => {
    const before = [
      made('applied'),
      made('rolled', { outcome: 'ROLLED_BACK' }),
      made('again', { outcome: 'APPLIED' }),
      made('planned', { outcome: 'PLANNED' }),
      made('failed', { outcome: 'FAILED' }),
    ];
    const again = [made('again', { outcome: 'FAILED' }), made('new')];
    const ids = (changes: { id: string; outcome: string }[] = []) =>
      changes.map(({ id, outcome }) => `${id} ${outcome}`);
    const expected = ['applied APPLIED', 'rolled ROLLED_BACK', 'again FAILED', 'new APPLIED'];
    const merged = mergePasses(
      account({
        changes: before,
        targets: [target({ changes: before }), target({ region: 'us-east-1', changes: before })],
      }),
      account({
        changes: again,
        targets: [target({ changes: again }), target({ region: 'ap-east-1', changes: again })],
      }),
    );
    expect(ids(merged.changes)).toEqual(expected);
    expect(merged.targets.map(({ region, changes }) => [region, ids(changes)])).toEqual([
      ['ap-east-1', ids(again)],
      ['eu-west-1', expected],
      ['us-east-1', ids(before)],
    ]);
  });

  it('When it looked at one Region, Then only what the kept ones share, the role has or no Region has is on the account', () => {
    const [shared, here, ofRole, whole] = (
      ['ACCESS_DENIED', 'ENDPOINT_PENDING', 'DHMC_ROLE_PRIVILEGED', 'EXCLUDED'] as const
    ).map((code) => finding(code));
    if (!shared || !here || !ofRole || !whole) throw new Error('four findings');
    const earlier = account({
      targets: [
        target({ findings: [shared, here] }),
        target({ region: 'eu-west-2', findings: [shared] }),
        target({ region: 'us-east-1', findings: [shared] }),
      ],
    });
    const later = account({
      reasons: ['ACCESS_DENIED', 'DHMC_ROLE_PRIVILEGED', 'ENDPOINT_PENDING', 'EXCLUDED'],
      findings: [shared, here, ofRole, whole],
      role: { ...ROLE, findings: [ofRole] },
      targets: [
        target({ region: 'us-east-1', findings: [here, ofRole, shared] }),
        target({ region: 'us-west-2', findings: [shared] }),
      ],
    });
    expect(mergePasses(earlier, later)).toMatchObject({
      reasons: ['ACCESS_DENIED', 'DHMC_ROLE_PRIVILEGED', 'EXCLUDED'],
      findings: [shared, ofRole, whole],
    });
  });

  it('When the kept Region has another finding in the same words, Then it is another one', () => {
    const here = finding('READ_FAILED');
    const earlier = account({
      targets: [target({ findings: [finding('ACCESS_DENIED', { sentence: here.sentence })] })],
    });
    const later = account({ findings: [here], targets: [target({ region: 'us-east-1', findings: [here] })] });
    expect(mergePasses(earlier, later).findings).toEqual([]);
  });

  it('When the kept Region words the finding otherwise, Then it is another one', () => {
    const earlier = account({
      targets: [target({ findings: [finding('READ_FAILED', { sentence: 'other' })] })],
    });
    const here = finding('READ_FAILED');
    const later = account({ findings: [here], targets: [target({ region: 'us-east-1', findings: [here] })] });
    expect(mergePasses(earlier, later).findings).toEqual([]);
  });
});

describe('Given an account whose work ended without a result', () => {
  const { accountId, name, organizationPath } = anAccount();
  const who = { accountId, name, organizationPath };
  const awaited = () => awaitedRole({ settingValue: 'a/b', arn: 'arn' });

  it.each(['CRASHED', 'NOT_INVOKED'] as const)(
    'When it is %s, Then every Region is an error that is not looked at again',
    (code) => {
      const result = crashedResult(who, ['eu-west-1', 'us-east-1'], { code, detail: 'timed out' }, awaited());
      expect(result).toMatchObject({
        ...who,
        status: 'ERROR',
        reasons: [code],
        role: awaited(),
        changes: [],
      });
      const [seen] = result.findings;
      expect(seen).toMatchObject({ code, subject: null });
      expect(seen?.sentence).toContain('(timed out)');
      expect(result.targets).toEqual(
        ['eu-west-1', 'us-east-1'].map((region) =>
          target({
            region,
            status: 'ERROR',
            reasons: [code],
            findings: result.findings,
            setting: { desired: null, observed: null },
          }),
        ),
      );
    },
  );

  it('When its role was not looked at, Then nothing is said of it', () => {
    expect(awaited()).toEqual({
      settingValue: 'a/b',
      arn: 'arn',
      owner: null,
      state: 'UNKNOWN',
      reasons: [],
      findings: [],
    });
  });

  it('When a later pass crashed, Then only what it should have finished is an error', () => {
    const pending = finding('ENDPOINT_PENDING');
    const result = account({
      targets: [
        target({ status: 'CONVERGING', reasons: ['ENDPOINT_PENDING'], findings: [pending], retry: true }),
        target({ region: 'us-east-1' }),
      ],
    });
    const crashed = crashUnfinished(result, 'out of memory');
    expect(crashed.status).toBe('ERROR');
    expect(crashed.targets[1]).toBe(result.targets[1]);
    expect(crashed.targets[0]).toMatchObject({
      status: 'ERROR',
      reasons: ['CRASHED', 'ENDPOINT_PENDING'],
      findings: [pending, { code: 'CRASHED' }],
      retry: false,
    });
    expect(crashUnfinished(account(), 'x').status).toBe('COMPLIANT');
  });
});

describe('Given an account that a stopped run did not reach', () => {
  const awaited = () => awaitedRole({ settingValue: 'a/b', arn: 'arn' });
  const reasonsOf = (given: Parameters<typeof anAccount>[0], configuration = aConfiguration()) => {
    const result = unreachedResult(anAccount(given), ['eu-west-1', 'us-east-1'], configuration, awaited());
    return [
      result.status,
      result.reasons,
      ...result.targets.map(({ status, reasons }) => `${status} ${reasons}`),
    ];
  };
  const noUsEast = excluding({ regions: ['us-east-1'] });

  it.each([
    [
      'active',
      {},
      aConfiguration(),
      ['CONVERGING', ['RUN_STOPPED'], 'CONVERGING RUN_STOPPED', 'CONVERGING RUN_STOPPED'],
    ],
    [
      'active, with a Region excluded',
      {},
      noUsEast,
      ['CONVERGING', ['RUN_STOPPED'], 'CONVERGING RUN_STOPPED', 'SKIPPED EXCLUDED'],
    ],
    [
      'suspended',
      { state: 'SUSPENDED' },
      noUsEast,
      ['SKIPPED', ['ACCOUNT_NOT_ACTIVE'], 'SKIPPED ACCOUNT_NOT_ACTIVE', 'SKIPPED ACCOUNT_NOT_ACTIVE'],
    ],
    [
      'excluded',
      {},
      excluding({ accounts: [ACCOUNT_ID] }),
      ['SKIPPED', ['EXCLUDED'], 'SKIPPED EXCLUDED', 'SKIPPED EXCLUDED'],
    ],
  ] as const)(
    'When it is %s, Then what can be said without a look is said',
    (_what, given, configuration, expected) => {
      expect(reasonsOf(given, configuration)).toEqual(expected);
    },
  );

  it('When it has an owner, Then the result has who it is and nothing else of the account', () => {
    const owner = { name: 'team', from: 'TAG' } as const;
    const result = unreachedResult(anAccount({ owner }), ['eu-west-1'], aConfiguration(), awaited());
    expect(result).toMatchObject({
      accountId: ACCOUNT_ID,
      name: 'payments',
      owner,
      role: awaited(),
      changes: [],
    });
    expect(result).not.toHaveProperty('arn');
    expect(result.findings[0]).toMatchObject({ code: 'RUN_STOPPED', subject: null });
  });
});

describe('Given instances that were lost after a change', () => {
  it('When there are none, Then the result is as it was', () => {
    const result = account();
    expect(withLostInstances(result, [])).toBe(result);
  });

  it('When some are, Then each is on its Region, which is not compliant', () => {
    const denied = finding('ACCESS_DENIED');
    const result = account({
      targets: [
        target({ reasons: ['SETTING_NOT_SET'], findings: [denied] }),
        target({ region: 'us-east-1' }),
      ],
    });
    const lost = ['i-1', 'i-2'].map((instanceId) => ({ region: 'eu-west-1', instanceId }));
    const after = withLostInstances(result, lost);
    expect(after.status).toBe('NON_COMPLIANT');
    expect(after.targets[1]).toBe(result.targets[1]);
    expect(after.targets[0]).toMatchObject({
      status: 'NON_COMPLIANT',
      reasons: ['INSTANCES_LOST', 'SETTING_NOT_SET'],
    });
    expect(after.targets[0]?.findings.map(({ code, subject }) => [code, subject])).toEqual([
      ['ACCESS_DENIED', null],
      ['INSTANCES_LOST', 'i-1'],
      ['INSTANCES_LOST', 'i-2'],
    ]);
  });
});
