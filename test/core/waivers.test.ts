import { describe, expect, it } from '@jest/globals';
import { NO_INSTANCES } from '../../functions/core/instances/region-instances.ts';
import type { Waiver } from '../../functions/core/model/configuration.ts';
import type { AccountResult, Finding, TargetResult, VpcResult } from '../../functions/core/model/result.ts';
import { REASONS, type ReasonCode } from '../../functions/core/reasons.ts';
import { targetStatus } from '../../functions/core/status.ts';
import { applyWaivers, instanceWaiver, isWaivable, noticesOf } from '../../functions/core/waivers.ts';
import { ACCOUNT_ID, anAccount, REGION } from './builders.ts';

const NOW = new Date('2026-11-23T12:00:00Z');

const aWaiver = (code: ReasonCode, more: Partial<Waiver> = {}): Waiver => ({
  code,
  owner: 'net-team',
  why: 'appliance',
  until: '2026-12-31',
  ...more,
});
const aFinding = (code: ReasonCode, subject: string | null = null): Finding => ({
  code,
  subject,
  sentence: 's.',
});
const aVpc = (vpcId: string, ...reasons: ReasonCode[]): VpcResult => ({
  vpcId,
  ownerId: ACCOUNT_ID,
  path: 'NONE',
  reasons,
  endpoints: [],
  prunable: null,
});

function aResult(findings: Finding[], vpcs: VpcResult[] = [], ofAccount: Finding[] = []): AccountResult {
  const reasons = [...new Set(findings.map(({ code }) => code))].sort();
  const target: TargetResult = {
    accountId: ACCOUNT_ID,
    region: REGION,
    status: targetStatus(reasons),
    reasons,
    notes: [],
    findings,
    setting: { desired: null, observed: null },
    vpcs,
    instances: NO_INSTANCES,
    changes: [],
    retry: false,
  };
  return {
    accountId: ACCOUNT_ID,
    name: 'payments',
    organizationPath: null,
    status: target.status,
    reasons: ofAccount.map(({ code }) => code),
    findings: ofAccount,
    role: {
      settingValue: '',
      arn: '',
      owner: null,
      state: 'SOUND',
      reasons: [],
      findings: [],
    },
    changes: [],
    targets: [target],
  };
}

function waived(result: AccountResult, ...waivers: Waiver[]) {
  const account = anAccount({ organizationPath: ['r-root', 'ou-prod', 'ou-web'] });
  const after = applyWaivers(result, account, { waivers, now: NOW, mode: 'enforce' });
  const [target] = after.targets;
  if (!target) throw new Error('the target is gone');
  return { ...after, target };
}

describe('given SETTING_NOT_SET on a target, when a waiver names it', () => {
  const given = aResult([aFinding('SETTING_NOT_SET')], [], [aFinding('SETTING_NOT_SET')]);
  const cases: [where: string, more: Partial<Waiver>, applies: boolean][] = [
    ['everywhere', {}, true],
    ['for its account', { account: ACCOUNT_ID }, true],
    ['for another account', { account: '999999999999' }, false],
    ['for a unit above', { organizationalUnit: 'ou-prod' }, true],
    ['for another unit', { organizationalUnit: 'ou-lab' }, false],
    ['for its Region', { region: REGION }, true],
    ['for another Region', { region: 'us-east-1' }, false],
    ['for one VPC', { vpc: 'vpc-1' }, false],
    ['for an image', { ami: 'ami-1' }, false],
    ['for a tag', { tag: 'a=b' }, false],
    ['for an instance', { instance: 'i-1' }, false],
    ['until today', { until: '2026-11-23' }, true],
    ['until yesterday', { until: '2026-11-22' }, false],
  ];
  it.each(cases)('%s, then only where it holds', (_, more, applies) => {
    const { target, status } = waived(given, aWaiver('SETTING_NOT_SET', more));
    expect(target.reasons).toEqual([applies ? 'WAIVED:SETTING_NOT_SET' : 'SETTING_NOT_SET']);
    expect([target.status, status]).toEqual(
      applies ? ['COMPLIANT', 'COMPLIANT'] : ['NON_COMPLIANT', 'NON_COMPLIANT'],
    );
    expect(target.findings[0]?.waived?.owner).toBe(applies ? 'net-team' : undefined);
  });

  it('then the account has it too, but not from a waiver for one Region', () => {
    expect(waived(given, aWaiver('SETTING_NOT_SET')).reasons).toEqual(['WAIVED:SETTING_NOT_SET']);
    expect(waived(given, aWaiver('SETTING_NOT_SET', { region: REGION })).reasons).toEqual([
      'SETTING_NOT_SET',
    ]);
  });
});

describe('given two VPCs without a path, when one is waived', () => {
  const findings = [aFinding('NO_PATH_TO_SSM', 'vpc-1'), aFinding('NO_PATH_TO_SSM', 'vpc-2')];
  const given = aResult(findings, [aVpc('vpc-1', 'NO_PATH_TO_SSM'), aVpc('vpc-2', 'NO_PATH_TO_SSM')]);

  it('then the other counts, and each says so', () => {
    const { target } = waived(given, aWaiver('NO_PATH_TO_SSM', { vpc: 'vpc-1' }));
    expect([target.status, target.reasons]).toEqual([
      'NON_COMPLIANT',
      ['NO_PATH_TO_SSM', 'WAIVED:NO_PATH_TO_SSM'],
    ]);
    expect(target.vpcs.map(({ reasons }) => reasons)).toEqual([
      ['WAIVED:NO_PATH_TO_SSM'],
      ['NO_PATH_TO_SSM'],
    ]);
  });

  it('and the other too, then the target is compliant', () => {
    const both = ['vpc-1', 'vpc-2'].map((vpc) => aWaiver('NO_PATH_TO_SSM', { vpc }));
    expect(waived(given, ...both).target.status).toBe('COMPLIANT');
  });

  it('of a reason on something within the VPC, then it is waived where no other VPC has it', () => {
    const conflict = aFinding('PRIVATE_DNS_CONFLICT', 'vpce-1');
    const waiver = aWaiver('PRIVATE_DNS_CONFLICT', { vpc: 'vpc-1' });
    const alone = aResult([conflict], [aVpc('vpc-1', 'PRIVATE_DNS_CONFLICT'), aVpc('vpc-2')]);
    const two = aResult(
      [conflict],
      [aVpc('vpc-1', 'PRIVATE_DNS_CONFLICT'), aVpc('vpc-2', 'PRIVATE_DNS_CONFLICT')],
    );
    expect([waived(alone, waiver).target.status, waived(two, waiver).target.status]).toEqual([
      'COMPLIANT',
      'NON_COMPLIANT',
    ]);
  });
});

describe('given reasons of every status', () => {
  it('when skipped or converging ones are waived, then nothing changes', () => {
    const codes = (Object.keys(REASONS) as ReasonCode[]).filter((code) =>
      ['SKIPPED', 'CONVERGING'].includes(targetStatus([code])),
    );
    expect(codes.length).toBeGreaterThan(5);
    for (const code of codes) {
      const { target } = waived(aResult([aFinding(code)]), aWaiver(code));
      expect([target.reasons, target.status]).toEqual([[code], targetStatus([code])]);
    }
  });

  it('when what is waived hid that a change is on its way, then a later pass looks again', () => {
    const given = aResult([aFinding('DHMC_ROLE_PRIVILEGED'), aFinding('ENDPOINT_PENDING')]);
    const { target } = waived(given, aWaiver('DHMC_ROLE_PRIVILEGED'));
    expect([target.status, target.retry]).toEqual(['CONVERGING', true]);
  });
});

it('given waivers, when they are listed, then those that ended come first, then those that end within 30 days', () => {
  const until = ['2027-06-01', '2026-12-23', '2026-12-24', '2026-11-23', '2026-11-22'];
  const notices = noticesOf(
    until.map((day) => aWaiver('NO_PATH_TO_SSM', { until: day })),
    NOW,
  );
  expect(notices.map((one) => `${one.until} ${one.state} ${one.daysLeft}`)).toEqual([
    '2026-11-22 ENDED -1',
    '2026-11-23 ABOUT_TO_END 0',
    '2026-12-23 ABOUT_TO_END 30',
    '2026-12-24 IN_FORCE 31',
    '2027-06-01 IN_FORCE 190',
  ]);
});

describe('given waivers that say nothing of a result', () => {
  const given = aResult([aFinding('SETTING_NOT_SET')]);
  it('when there is none, or none holds in the Region, then the result is as it was', () => {
    expect(applyWaivers(given, anAccount(), { waivers: [], now: NOW, mode: 'enforce' })).toBe(given);
    expect(waived(given, aWaiver('SETTING_NOT_SET', { region: 'us-east-1' })).target).toBe(given.targets[0]);
  });

  it('when another code is waived, then the reason counts', () => {
    const waivers = [aWaiver('NO_PATH_TO_SSM'), aWaiver('SETTING_CONTESTED')];
    expect(waived(given, ...waivers).target.reasons).toEqual(['SETTING_NOT_SET']);
  });

  it.each<[ReasonCode, boolean]>([
    ['SETTING_NOT_SET', true],
    ['READ_FAILED', true],
    ['EXCLUDED', false],
    ['DEFERRED', false],
  ])('when it is %s, then it can be waived: %s', (code, waivable) => {
    expect(isWaivable(code)).toBe(waivable);
  });
});

describe('given a waiver, when a later pass is considered', () => {
  const on = (mode: 'assess' | 'enforce', retry: boolean, ...codes: ReasonCode[]) => {
    const result = aResult(codes.map((code) => aFinding(code)));
    const targets = result.targets.map((target) => ({ ...target, retry }));
    const context = { waivers: [aWaiver('DHMC_ROLE_PRIVILEGED')], now: NOW, mode };
    return applyWaivers({ ...result, targets }, anAccount(), context).targets[0]?.retry;
  };
  it.each<[string, () => boolean | undefined, boolean]>([
    ['nothing is on its way', () => on('enforce', false, 'DHMC_ROLE_PRIVILEGED'), false],
    ['something is on its way', () => on('enforce', false, 'DHMC_ROLE_PRIVILEGED', 'ENDPOINT_PENDING'), true],
    [
      'something is on its way of an assess',
      () => on('assess', false, 'DHMC_ROLE_PRIVILEGED', 'ENDPOINT_PENDING'),
      false,
    ],
    ['a pass was wanted already', () => on('assess', true, 'DHMC_ROLE_PRIVILEGED'), true],
  ])('and %s, then it is wanted or not', (_what, retry, expected) => {
    expect(retry()).toBe(expected);
  });
});

describe('given reasons of a VPC', () => {
  const reasonsOf = (...waivers: Waiver[]) => {
    const vpc = aVpc('vpc-1', 'PATH_BLOCKED' as ReasonCode, 'NO_PATH_TO_SSM');
    return waived(aResult([aFinding('NO_PATH_TO_SSM', 'vpc-1')], [vpc]), ...waivers).target.vpcs[0]?.reasons;
  };
  const BARE = ['NO_PATH_TO_SSM', 'PATH_BLOCKED'];
  it.each<[string, Waiver[], string[]]>([
    ['of the VPC', [aWaiver('NO_PATH_TO_SSM', { vpc: 'vpc-1' })], ['PATH_BLOCKED', 'WAIVED:NO_PATH_TO_SSM']],
    ['of all VPCs', [aWaiver('NO_PATH_TO_SSM')], ['PATH_BLOCKED', 'WAIVED:NO_PATH_TO_SSM']],
    ['of another VPC', [aWaiver('NO_PATH_TO_SSM', { vpc: 'vpc-2' })], BARE],
    ['of another code', [aWaiver('SETTING_NOT_SET')], BARE],
    [
      'of two VPCs, the other first',
      ['vpc-2', 'vpc-1'].map((vpc) => aWaiver('NO_PATH_TO_SSM', { vpc })),
      ['PATH_BLOCKED', 'WAIVED:NO_PATH_TO_SSM'],
    ],
    ['of an instance', [aWaiver('NO_PATH_TO_SSM', { instance: 'i-1' })], BARE],
    ['of a tag', [aWaiver('NO_PATH_TO_SSM', { tag: 'a=b' })], BARE],
    ['of an image', [aWaiver('NO_PATH_TO_SSM', { ami: 'ami-1' })], BARE],
  ])('when a waiver is there %s, then it holds for this VPC or not', (_what, waivers, expected) => {
    expect(reasonsOf(...waivers)).toEqual(expected);
  });

  it('when a reason is waived already, then it stays so', () => {
    const vpc = { ...aVpc('vpc-1'), reasons: ['WAIVED:NO_PATH_TO_SSM' as const] };
    const { target } = waived(aResult([aFinding('SETTING_NOT_SET')], [vpc]), aWaiver('NO_PATH_TO_SSM'));
    expect(target.vpcs[0]?.reasons).toEqual(['WAIVED:NO_PATH_TO_SSM']);
  });

  it('when a waiver names an instance, then only a reason of that instance is waived', () => {
    const of = (subject: string) =>
      waived(aResult([aFinding('INSTANCES_LOST', subject)]), aWaiver('INSTANCES_LOST', { instance: 'i-1' }))
        .target.findings[0]?.waived?.owner;
    expect([of('i-1'), of('i-2')]).toEqual(['net-team', undefined]);
  });
});

describe('given an instance', () => {
  const instance = {
    instanceId: 'i-1',
    vpcId: 'vpc-1',
    imageId: 'ami-1',
    tags: { team: 'net', tier: 'lab' },
  };
  const unmanaged = (more: Partial<Waiver>) => aWaiver('INSTANCE_UNMANAGED', more);
  it.each<[string, Waiver, boolean]>([
    ['every instance', unmanaged({}), true],
    ['its verdict', { ...unmanaged({}), code: 'NO_PATH' }, true],
    ['another verdict', { ...unmanaged({}), code: 'AGENT_SILENT' }, false],
    ['it', unmanaged({ instance: 'i-1' }), true],
    ['another', unmanaged({ instance: 'i-2' }), false],
    ['its VPC', unmanaged({ vpc: 'vpc-1' }), true],
    ['another VPC', unmanaged({ vpc: 'vpc-2' }), false],
    ['its image', unmanaged({ ami: 'ami-1' }), true],
    ['another image', unmanaged({ ami: 'ami-2' }), false],
    ['the key of its tag', unmanaged({ tag: 'tier' }), true],
    ['its tag', unmanaged({ tag: 'team=net' }), true],
    ['another value of its tag', unmanaged({ tag: 'team=web' }), false],
    ['another tag', unmanaged({ tag: 'owner' }), false],
    ['its tag in another VPC', unmanaged({ tag: 'team=net', vpc: 'vpc-2' }), false],
  ])('when a waiver is for %s, then it holds or not', (_what, waiver, holds) => {
    expect(instanceWaiver([waiver], instance, 'NO_PATH')).toEqual(holds ? waiver : null);
  });
});

it('given the last hour of a day, when a waiver ends on it, then no day is left, and it is no minute past', () => {
  const late = new Date('2026-11-23T23:30:00Z');
  expect(noticesOf([aWaiver('NO_PATH_TO_SSM', { until: '2026-11-23' })], late)).toMatchObject([
    { state: 'ABOUT_TO_END', daysLeft: 0 },
  ]);
});
