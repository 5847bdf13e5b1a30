/** Values of the service setting, other roles that they name, and who is behind them. */
import { describe, expect, it } from '@jest/globals';
import { setupOfUser } from '../../functions/core/known-setups.ts';
import { judgeSetting, matchesArn, roleNamedBy, type SettingFacts } from '../../functions/core/setting.ts';
import { ACCOUNT_ID, aConfiguration, aForeignRole, aSetting, OURS } from './builders.ts';

const ARN = `arn:aws:iam::${ACCOUNT_ID}:role`;
const ABSENT = { kind: 'absent' as const };
const FAILED = {
  kind: 'failed' as const,
  failure: { kind: 'DENIED' as const, action: 'iam:GetRole', code: 'AccessDenied', message: 'no' },
};
const NEEDED = [
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
];
const allowing = (...value: string[]) => ({ allowedActions: { kind: 'value' as const, value } });

function judge(
  value: string,
  facts: Partial<SettingFacts> = {},
  configuration: Parameters<typeof aConfiguration>[0] = {},
) {
  return judgeSetting(
    {
      setting: aSetting(value),
      ours: OURS,
      earlierOurs: [],
      foreign: aForeignRole(value),
      request: {
        partition: 'aws',
        accountId: ACCOUNT_ID,
        organizationId: null,
        region: 'eu-west-1',
        controls: [],
      },
      ...facts,
    },
    aConfiguration(configuration),
  );
}
const role = (value: string, more: Parameters<typeof aForeignRole>[1]) => ({
  foreign: aForeignRole(value, more),
});
const REPLACE = { existingSetting: 'replace' as const };
const restoring = (...restorableRoleArns: string[]) => ({ ...REPLACE, restorableRoleArns });
/** aForeignRole lies at this ARN. */
const CUSTOM = `${ARN}/ops/Custom`;

describe('Given a setting that names another role', () => {
  const privileged = role(
    'ops/Custom',
    allowing(...NEEDED, 'iam:CreateUser', 'sts:AssumeRole', 's3:GetObject'),
  );

  it('when that role may do far more, then it is kept, and what it may do is named', () => {
    expect(judge('ops/Custom', privileged)).toEqual({
      kind: 'keep',
      findings: [
        {
          code: 'SETTING_FOREIGN_ROLE_PRIVILEGED',
          subject: 'ops/Custom',
          sentence:
            'The setting names the role ops/Custom, which also allows iam:CreateUser, sts:AssumeRole; any process on any instance of the Region could use that.',
        },
      ],
      notes: [],
    });
  });

  it.each<[string, Partial<SettingFacts>, ReturnType<typeof restoring>, boolean, string[], string[]]>([
    ['it is fit and can be set again', {}, restoring(CUSTOM), true, [], ['SETTING_FOREIGN_ROLE']],
    [
      'it is fit and is not among those',
      {},
      restoring(`${ARN}/ops/Other`),
      false,
      [],
      ['SETTING_FOREIGN_ROLE'],
    ],
    ['it is fit and one of those', {}, restoring(`${ARN}/x`, CUSTOM), true, [], ['SETTING_FOREIGN_ROLE']],
    [
      'it is privileged and can be set again',
      privileged,
      restoring(CUSTOM),
      true,
      ['SETTING_FOREIGN_ROLE_PRIVILEGED'],
      [],
    ],
    ['it is privileged and cannot', privileged, restoring(), false, ['SETTING_FOREIGN_ROLE_PRIVILEGED'], []],
    [
      'it is unfit',
      role('ops/Custom', allowing(NEEDED[0] ?? '')),
      restoring(CUSTOM),
      false,
      ['SETTING_FOREIGN_ROLE_UNFIT'],
      [],
    ],
  ])(
    'when it is to be replaced, and %s, then the change is reversible or not',
    (_what, facts, configuration, reversible, codes, notes) => {
      const seen = judge('ops/Custom', facts, configuration);
      expect(seen).toMatchObject({ kind: 'set', reversible, notes });
      expect(seen.kind === 'unknown' ? [] : seen.findings.map(({ code }) => code)).toEqual(codes);
    },
  );

  it.each<[string, Partial<SettingFacts>]>([
    ['the role', role('ops/Custom', { role: FAILED })],
    ['what it may do', role('ops/Custom', { allowedActions: FAILED })],
    ['nothing of it', { foreign: undefined }],
  ])('when %s could not be read, then it is neither kept nor replaced', (_what, facts) => {
    expect(judge('ops/Custom', facts, REPLACE)).toEqual({ kind: 'unknown', notes: ['SETTING_FOREIGN_ROLE'] });
  });

  it.each<[string, Partial<SettingFacts>, boolean]>([
    ['is there', {}, true],
    ['is gone', role('ops/Custom', { role: ABSENT }), false],
    ['was not read', { foreign: undefined }, false],
  ])(
    'when an earlier configuration of ours set it, and it %s, then that can be restored or not',
    (_what, facts, reversible) => {
      expect(judge('ops/Custom', { earlierOurs: ['ops/X', 'ops/Custom'], ...facts })).toEqual({
        kind: 'set',
        findings: [
          {
            code: 'SETTING_NOT_SET',
            subject: null,
            sentence: `The setting names ops/Custom, which an earlier configuration of this service set; enforce sets it to ${OURS}.`,
          },
        ],
        notes: [],
        reversible,
      });
    },
  );

  it.each([
    [`${ARN}/ops/Gone`, 'does not exist'],
    ['arn:aws:iam::999999999999:role/ops/Gone', 'belongs to account 999999999999'],
    [' Gone', 'is not a name that IAM allows'],
    ['a/b/bad name', 'is not a name that IAM allows'],
    ['a/bad path/Gone', 'does not exist'],
    ['x'.repeat(64), 'does not exist'],
    ['x'.repeat(65), 'is not a name that IAM allows'],
  ])('when there is no role %s, then the reason says why', (value, why) => {
    expect(judge(value, role(value, { role: ABSENT }))).toMatchObject({
      findings: [{ code: 'SETTING_FOREIGN_ROLE_UNFIT', sentence: expect.stringContaining(why) }],
    });
  });
});

describe('Given a value of the setting', () => {
  it.each([
    [OURS, OURS],
    [`/${OURS}`, OURS],
    [`//${OURS}`, OURS],
    [`${ARN}/${OURS}`, OURS],
    [`arn:aws-cn:iam::${ACCOUNT_ID}:role/x`, 'x'],
    ['arn:aws:iam::999999999999:role/x', 'arn:aws:iam::999999999999:role/x'],
    [`arn:aws:iam::${ACCOUNT_ID}:user/x`, `arn:aws:iam::${ACCOUNT_ID}:user/x`],
  ])('when it is %s, then it names %s', (value, name) => {
    expect(roleNamedBy(value, ACCOUNT_ID)).toBe(name);
  });

  it.each([
    ['arn:aws:iam::*:role/a.b', 'arn:aws:iam::1:role/a.b', true],
    ['arn:aws:iam::*:role/a.b', 'arn:aws:iam::1:role/axb', false],
    ['arn:aws:iam::1:role/a', 'arn:aws:iam::1:role/ab', false],
    ['iam::1:role/a', 'arn:aws:iam::1:role/a', false],
    ['arn:*:role/ops/*', 'arn:aws:iam::1:role/ops/team/x', true],
    ['arn:aws:iam::1:role/a+b', 'arn:aws:iam::1:role/a+b', true],
  ])('when %s is compared with %s, then it matches: %s', (pattern, arn, matches) => {
    expect(matchesArn(pattern, arn)).toBe(matches);
  });
});

describe('Given who changed the setting last', () => {
  const session = (text: string) => `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${text}`;
  it.each([
    [session('AWS-QuickSetup-SSM-EnableDHMC-x/s'), 'Quick Setup or the unified console of Systems Manager'],
    [session('ops/team/AWS-QuickSetup-SSM/s'), 'Quick Setup or the unified console of Systems Manager'],
    [session('x/AWSCloudFormation'), 'a CloudFormation stack'],
    [session('AWSCloudFormation/x'), null],
    [session('x/AWSCloudFormation/'), null],
    [session('Own-AWS-QuickSetup-/s'), null],
    [`arn:aws:iam::${ACCOUNT_ID}:user/AWSCloudFormation`, null],
    ['AWSCloudFormation', null],
  ])('when it was %s, then the controller is %s', (user, setup) => {
    expect(setupOfUser(user)).toBe(setup);
  });
});
