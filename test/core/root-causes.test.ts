import { describe, expect, it } from '@jest/globals';
import type { ChangeResult } from '../../functions/core/model/change.ts';
import type { AccountResult, Finding, TargetResult } from '../../functions/core/model/result.ts';
import type { NoteCode, ReasonCode } from '../../functions/core/reasons.ts';
import { leadingCodes, withRootCauses } from '../../functions/core/root-causes.ts';
import { account, change, target } from '../report/builders.ts';

const found = (code: ReasonCode, more: Partial<Finding> = {}): Finding => ({
  code,
  subject: null,
  sentence: `${code} was seen.`,
  ...more,
});
const NOT_SET = found('SETTING_NOT_SET', {
  sentence: 'The service setting is not set; enforce sets it to service-role/Dhmc.',
});
const ROLE = 'arn:aws:iam::111122223333:role/service-role/Dhmc';

const setting = (outcome: ChangeResult['outcome'], action?: string): ChangeResult =>
  change({
    outcome,
    error:
      outcome === 'FAILED' ? { code: 'AccessDenied', message: 'm', ...(action ? { action } : {}) } : null,
  });

function judged(
  findings: Finding[],
  more: {
    changes?: ChangeResult[];
    notes?: NoteCode[];
    ofRole?: ChangeResult[];
  } & Partial<TargetResult> = {},
): { target: TargetResult; account: AccountResult } {
  const { ofRole = [], ...ofTarget } = more;
  const reasons = findings.map(({ code }) => code).sort();
  const result = withRootCauses(
    account({
      changes: ofRole,
      findings: findings.slice(0, 1),
      targets: [target({ status: 'NON_COMPLIANT', findings, reasons, ...ofTarget })],
    }),
  );
  const [only] = result.targets;
  if (!only) throw new Error('no target');
  return { target: only, account: result };
}

describe('Given a setting that is not set after an enforce', () => {
  it.each<[string, Finding, Parameters<typeof judged>[1], string]>([
    ['the role is privileged', found('DHMC_ROLE_PRIVILEGED', { subject: ROLE }), {}, 'DHMC_ROLE_PRIVILEGED'],
    [
      'a role of others is kept',
      found('DHMC_ROLE_TRUST_WRONG', { subject: ROLE }),
      {},
      'DHMC_ROLE_TRUST_WRONG',
    ],
    ['the role cannot be read', found('ACCESS_DENIED', { subject: ROLE }), {}, 'ACCESS_DENIED'],
    ['another controller overwrites it', found('SETTING_CONTESTED'), {}, 'SETTING_CONTESTED'],
    ['it could not be rolled back', found('NOT_REVERSIBLE', { subject: 'other' }), {}, 'NOT_REVERSIBLE'],
    [
      'associations are not acknowledged',
      found('ASSOCIATIONS_NOT_ACKNOWLEDGED'),
      {},
      'ASSOCIATIONS_NOT_ACKNOWLEDGED',
    ],
    [
      'an SCP denies the write',
      found('ACTION_DENIED_BY_SCP', { sentence: 'A service control policy denies iam:PassRole.' }),
      { changes: [setting('FAILED', 'iam:PassRole')] },
      'ACTION_DENIED_BY_SCP',
    ],
    [
      'the writer cannot be assumed',
      found('ROLE_NOT_ASSUMABLE'),
      { changes: [setting('FAILED')] },
      'ROLE_NOT_ASSUMABLE',
    ],
    ['another run is at work', found('LEASE_HELD'), { changes: [setting('PLANNED')] }, 'LEASE_HELD'],
    [
      'the role could not be created',
      found('ACTION_DENIED_BY_SCP', { sentence: 'A service control policy denies iam:CreateRole.' }),
      { changes: [setting('PLANNED')], ofRole: [setting('FAILED', 'iam:CreateRole')] },
      'ACTION_DENIED_BY_SCP',
    ],
  ])(
    'When %s, Then it follows from that, and is not said to be what enforce does',
    (_why, cause, more, code) => {
      const { target: seen, account: whole } = judged([NOT_SET, cause], more);
      expect(seen.followsFrom).toEqual({ SETTING_NOT_SET: [code] });
      expect(seen.reasons).toEqual(['SETTING_NOT_SET', code].sort());
      expect(leadingCodes(seen)).toEqual([code]);
      expect([seen.findings[0]?.sentence, whole.findings[0]?.sentence]).toEqual(
        Array(2).fill(`The service setting is not set. This follows from ${code}.`),
      );
      expect(withRootCauses(whole)).toEqual(whole);
    },
  );

  it.each<NoteCode>(['KILL_SWITCH', 'ENFORCE_FROZEN', 'ACCOUNT_ASSESSED_ONLY'])(
    'When the plan is held by %s, Then that leads the report',
    (note) => {
      const { target: seen } = judged([NOT_SET], { changes: [setting('PLANNED')], notes: [note] });
      expect(leadingCodes(seen)).toEqual([note]);
    },
  );

  it.each<[string, Finding, Parameters<typeof judged>[1]]>([
    [
      'a denied read has nothing to do with it',
      found('ACTION_DENIED_BY_SCP', { sentence: 'A service control policy denies ec2:DescribeInstances.' }),
      { changes: [setting('PLANNED')] },
    ],
    [
      'a denied read is beside a failed write',
      found('ACCESS_DENIED', { sentence: 'The member role may not call ec2:DescribeVpcs.' }),
      { changes: [setting('FAILED', 'iam:PassRole')] },
    ],
    ['an endpoint failed', found('WRITE_FAILED', { subject: 'vpc-1' }), { changes: [setting('PLANNED')] }],
    [
      'enforce creates the role too',
      found('DHMC_ROLE_MISSING', { subject: ROLE }),
      { changes: [setting('PLANNED')] },
    ],
    [
      'the cause is waived',
      found('DHMC_ROLE_PRIVILEGED', { waived: { owner: 'o', why: 'w', until: '2027-01-01' } }),
      {},
    ],
  ])('When %s, Then it stays a separate reason', (_why, other, more) => {
    expect(judged([NOT_SET, other], more).target.followsFrom).toBeUndefined();
  });

  it('When every unmanaged instance lacks credentials, Then those follow from the same cause', () => {
    const instances = { ...target().instances, running: 2, byVerdict: { NO_CREDENTIALS: 1, MANAGED: 1 } };
    const findings = [NOT_SET, found('DHMC_ROLE_PRIVILEGED'), found('INSTANCE_UNMANAGED')];
    expect(leadingCodes(judged(findings, { instances }).target)).toEqual(['DHMC_ROLE_PRIVILEGED']);
    const silent = { ...instances, byVerdict: { NO_CREDENTIALS: 1, AGENT_SILENT: 1 } };
    expect(leadingCodes(judged(findings, { instances: silent }).target)).toEqual([
      'DHMC_ROLE_PRIVILEGED',
      'INSTANCE_UNMANAGED',
    ]);
  });
});

describe('Given a VPC without a path', () => {
  it('When the budget keeps its endpoints out of the plan, Then it follows from the budget, unless another VPC has none either', () => {
    const findings = [
      found('NO_PATH_TO_SSM', { subject: 'vpc-1' }),
      found('BUDGET_EXCEEDED', { subject: 'vpc-1' }),
    ];
    expect(judged(findings).target.followsFrom).toEqual({ NO_PATH_TO_SSM: ['BUDGET_EXCEEDED'] });
    const second = found('NO_PATH_TO_SSM', { subject: 'vpc-2' });
    expect(judged([...findings, second]).target.followsFrom).toBeUndefined();
  });
});
