import { describe, expect, it } from '@jest/globals';
import { NO_INSTANCES } from '../../functions/core/instances/region-instances.ts';
import type { Waiver } from '../../functions/core/model/configuration.ts';
import type { AccountResult, Finding, TargetResult, VpcResult } from '../../functions/core/model/result.ts';
import { REASONS, type ReasonCode } from '../../functions/core/reasons.ts';
import { targetStatus } from '../../functions/core/status.ts';
import { applyWaivers, noticesOf } from '../../functions/core/waivers.ts';
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
