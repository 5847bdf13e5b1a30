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

describe('Given a reason and what else was found', () => {
  const failedOn = (code: string, action?: string) =>
    change({
      kind: 'CreateInterfaceEndpoint',
      outcome: 'FAILED',
      error: { code, message: 'm', ...(action ? { action } : {}) },
    });
  const planned = (kind: ChangeResult['kind'] = 'SetServiceSetting') => change({ kind, outcome: 'PLANNED' });
  const NO_PATH = found('NO_PATH_TO_SSM', { subject: 'vpc-1' });
  const MISSING = found('DHMC_ROLE_MISSING', { subject: ROLE });
  const DENIED = found('ACCESS_DENIED', { sentence: 'The member role may not call ec2:CreateVpcEndpoint.' });

  it.each<[string, Finding[], Parameters<typeof judged>[1], Record<string, string[]> | undefined]>([
    [
      'an endpoint could not be made',
      [NO_PATH, { ...DENIED, subject: 'vpc-1' }],
      { changes: [failedOn('UnauthorizedOperation', 'ec2:CreateVpcEndpoint')] },
      { NO_PATH_TO_SSM: ['ACCESS_DENIED'] },
    ],
    [
      'an endpoint of no VPC in particular could not be made',
      [NO_PATH, DENIED],
      { changes: [failedOn('UnauthorizedOperation', 'ec2:CreateVpcEndpoint')] },
      { NO_PATH_TO_SSM: ['ACCESS_DENIED'] },
    ],
    [
      'an endpoint of another VPC could not be made',
      [NO_PATH, { ...DENIED, subject: 'vpc-2' }],
      { changes: [failedOn('UnauthorizedOperation', 'ec2:CreateVpcEndpoint')] },
      undefined,
    ],
    [
      'only the setting could not be written',
      [NO_PATH, { ...DENIED, subject: 'vpc-1' }],
      { changes: [setting('FAILED')] },
      undefined,
    ],
    [
      'an endpoint was made, and something else is denied',
      [NO_PATH, { ...DENIED, subject: 'vpc-1' }],
      { changes: [change({ kind: 'CreateInterfaceEndpoint', outcome: 'APPLIED' })] },
      undefined,
    ],
    [
      'an endpoint failed otherwise',
      [NO_PATH, found('WRITE_FAILED', { subject: 'vpc-1', sentence: 'It failed.' })],
      { changes: [failedOn('InvalidParameter', 'ec2:CreateVpcEndpoint')] },
      { NO_PATH_TO_SSM: ['WRITE_FAILED'] },
    ],
    [
      'the role could not be created',
      [MISSING, found('WRITE_FAILED', { subject: ROLE })],
      { ofRole: [setting('FAILED')] },
      { DHMC_ROLE_MISSING: ['WRITE_FAILED'] },
    ],
    [
      'the role is held back',
      [MISSING],
      { ofRole: [planned('CreateDhmcRole')], notes: ['ENFORCE_HELD'] },
      { DHMC_ROLE_MISSING: ['ENFORCE_HELD'] },
    ],
    [
      'the setting is held back, and so is the role',
      [NOT_SET],
      { ofRole: [planned('CreateDhmcRole')], notes: ['RUN_IN_PROGRESS', 'SETTING_FOREIGN_ROLE'] },
      { SETTING_NOT_SET: ['RUN_IN_PROGRESS'] },
    ],
    [
      'the role is held back, and a path is missing',
      [NO_PATH],
      { ofRole: [planned('CreateDhmcRole')], notes: ['KILL_SWITCH'] },
      undefined,
    ],
    [
      'endpoints are held back',
      [NO_PATH],
      { changes: [planned('CreateInterfaceEndpoint')], notes: ['KILL_SWITCH'] },
      { NO_PATH_TO_SSM: ['KILL_SWITCH'] },
    ],
    [
      'endpoints were made, and changes are held now',
      [NO_PATH],
      { changes: [change({ kind: 'CreateInterfaceEndpoint', outcome: 'APPLIED' })], notes: ['KILL_SWITCH'] },
      undefined,
    ],
    [
      'what no change resolves is beside held changes',
      [found('INSTANCE_UNMANAGED')],
      { changes: [planned()], notes: ['KILL_SWITCH'] },
      undefined,
    ],
    [
      'the setting is planned, and the role is of others',
      [NOT_SET, found('DHMC_ROLE_TRUST_WRONG', { subject: ROLE })],
      { changes: [planned()] },
      undefined,
    ],
    [
      'the setting is not planned, and endpoints are',
      [NOT_SET, found('DHMC_ROLE_TRUST_WRONG', { subject: ROLE })],
      { changes: [planned('CreateInterfaceEndpoint')] },
      { SETTING_NOT_SET: ['DHMC_ROLE_TRUST_WRONG'] },
    ],
    [
      'the role could not be judged',
      [NOT_SET, found('READ_FAILED', { subject: ROLE })],
      {},
      { SETTING_NOT_SET: ['READ_FAILED'] },
    ],
    ['something else could not be read', [NOT_SET, found('READ_FAILED', { subject: 'vpc' })], {}, undefined],
    ['something of no subject could not be read', [NOT_SET, found('READ_FAILED')], {}, undefined],
    ['a role reads well', [NOT_SET, found('DHMC_ROLE_MISSING', { subject: ROLE })], {}, undefined],
    [
      'two reasons keep it away',
      [NOT_SET, found('SETTING_CONTESTED'), found('NOT_REVERSIBLE'), found('NOT_REVERSIBLE')],
      {},
      { SETTING_NOT_SET: ['NOT_REVERSIBLE', 'SETTING_CONTESTED'] },
    ],
    [
      'a denied call is not named by the failed change',
      [NOT_SET, found('ACCESS_DENIED', { sentence: 'It was denied.' })],
      { changes: [setting('FAILED')] },
      { SETTING_NOT_SET: ['ACCESS_DENIED'] },
    ],
    [
      'another failure does not name the call',
      [NOT_SET, found('AWS_UNAVAILABLE', { sentence: 'AWS did not answer.' })],
      { changes: [setting('FAILED', 'ssm:UpdateServiceSetting')] },
      { SETTING_NOT_SET: ['AWS_UNAVAILABLE'] },
    ],
    [
      'the role has not propagated, and the write failed by it',
      [NOT_SET, found('DHMC_ROLE_PROPAGATING', { subject: ROLE })],
      { changes: [setting('FAILED')] },
      { SETTING_NOT_SET: ['DHMC_ROLE_PROPAGATING'] },
    ],
    [
      'a VPC failed for the same reason as the setting might have',
      [NOT_SET, found('WRITE_FAILED', { subject: 'vpc-1' })],
      { changes: [setting('FAILED')] },
      undefined,
    ],
    [
      'what is beside the failed write stops no change',
      [NOT_SET, found('INSTANCE_UNMANAGED')],
      { changes: [setting('FAILED')] },
      undefined,
    ],
    [
      'the write failed, and why is not known',
      [NOT_SET, DENIED],
      { changes: [change({ outcome: 'FAILED', error: null })] },
      { SETTING_NOT_SET: ['ACCESS_DENIED'] },
    ],
    [
      'an endpoint could not be made, beside reasons of no VPC',
      [NO_PATH, { ...DENIED, subject: 'vpc-1' }, found('INSTANCE_UNMANAGED')],
      { changes: [failedOn('UnauthorizedOperation', 'ec2:CreateVpcEndpoint')] },
      { NO_PATH_TO_SSM: ['ACCESS_DENIED'] },
    ],
    [
      'another run is at work, and something was made before',
      [NOT_SET, found('LEASE_HELD')],
      { changes: [setting('PLANNED'), change({ outcome: 'APPLIED' })] },
      { SETTING_NOT_SET: ['LEASE_HELD'] },
    ],
    [
      'a code of another version is there',
      [NOT_SET, found('OF_ANOTHER_VERSION' as ReasonCode)],
      { changes: [setting('FAILED')] },
      undefined,
    ],
    [
      'the role has not propagated, and nothing waits for it',
      [NOT_SET, found('DHMC_ROLE_PROPAGATING', { subject: ROLE })],
      { changes: [change({ outcome: 'APPLIED' })] },
      undefined,
    ],
  ])('When %s, Then it follows from that, or from nothing', (_what, findings, more, expected) => {
    expect(judged(findings, more).target.followsFrom).toEqual(expected);
  });

  it('When a reason is waived, Then it follows from nothing', () => {
    const waived = { ...NOT_SET, waived: { owner: 'o', why: 'w', until: '2027-01-01' } };
    const reasons = ['SETTING_CONTESTED' as const, 'WAIVED:SETTING_NOT_SET' as const];
    const { target: seen } = judged([waived, found('SETTING_CONTESTED')], { reasons });
    expect([seen.followsFrom, leadingCodes(seen)]).toEqual([undefined, reasons]);
  });

  it('When instances follow from what keeps role and setting away, Then the causes are in order', () => {
    const findings = [MISSING, NOT_SET, found('WRITE_FAILED', { subject: ROLE }), found('NOT_REVERSIBLE')];
    const instances = { ...target().instances, byVerdict: { NO_CREDENTIALS: 1 } };
    const { target: seen } = judged([...findings, found('INSTANCE_UNMANAGED')], {
      instances,
      ofRole: [setting('FAILED')],
    });
    expect(seen.followsFrom).toEqual({
      DHMC_ROLE_MISSING: ['WRITE_FAILED'],
      SETTING_NOT_SET: ['NOT_REVERSIBLE', 'WRITE_FAILED'],
      INSTANCE_UNMANAGED: ['NOT_REVERSIBLE', 'WRITE_FAILED'],
    });
  });

  it('When two reasons have causes, Then the notes and causes are in order, each once', () => {
    const { target: seen } = judged([NOT_SET, found('SETTING_CONTESTED')], {
      changes: [planned()],
      notes: ['KILL_SWITCH', 'ENFORCE_FROZEN'],
    });
    expect(seen.followsFrom).toEqual({
      SETTING_NOT_SET: ['ENFORCE_FROZEN', 'KILL_SWITCH', 'SETTING_CONTESTED'],
    });
    expect(leadingCodes(seen)).toEqual(['ENFORCE_FROZEN', 'KILL_SWITCH', 'SETTING_CONTESTED']);
  });

  it.each<[string, Record<string, number>, boolean]>([
    ['all lack credentials', { NO_CREDENTIALS: 2 }, true],
    ['the others are managed', { NO_CREDENTIALS: 2, MANAGED: 3, SERVICE_MANAGED: 1, AGENT_SILENT: 0 }, true],
    ['one is silent', { NO_CREDENTIALS: 2, AGENT_SILENT: 1 }, false],
    ['none is counted', { NO_CREDENTIALS: 0, MANAGED: 1 }, false],
  ])('When of the instances %s, Then they follow or not', (_what, byVerdict, follows) => {
    const findings = [
      NOT_SET,
      found('NOT_REVERSIBLE'),
      found('SETTING_CONTESTED'),
      found('INSTANCE_UNMANAGED'),
    ];
    const instances = { ...target().instances, byVerdict };
    expect(judged(findings, { instances }).target.followsFrom?.INSTANCE_UNMANAGED).toEqual(
      follows ? ['NOT_REVERSIBLE', 'SETTING_CONTESTED'] : undefined,
    );
    expect(judged(findings.slice(0, 3), { instances }).target.followsFrom).not.toHaveProperty(
      'INSTANCE_UNMANAGED',
    );
    expect(judged([found('INSTANCE_UNMANAGED')], { instances }).target.followsFrom).toBeUndefined();
  });
});

describe('Given an account whose targets have the same reason', () => {
  const of = (region: string, ...findings: Finding[]) =>
    target({ region, findings, reasons: findings.map(({ code }) => code).sort() });
  const whole = (...targets: TargetResult[]) => withRootCauses(account({ findings: [NOT_SET], targets }));
  const HELD = found('NOT_REVERSIBLE');
  const CONTESTED = found('SETTING_CONTESTED');

  it('When each has a cause, Then the account names them all, each once', () => {
    const seen = whole(of('a', NOT_SET, CONTESTED), of('b', NOT_SET, HELD, CONTESTED), of('c'));
    expect(seen.findings).toEqual([
      {
        ...NOT_SET,
        sentence: 'The service setting is not set. This follows from NOT_REVERSIBLE and SETTING_CONTESTED.',
        followsFrom: ['NOT_REVERSIBLE', 'SETTING_CONTESTED'],
      },
    ]);
  });

  it('When one has none, Then the account names none', () => {
    expect(whole(of('a', NOT_SET, HELD), of('b', NOT_SET)).findings).toEqual([NOT_SET]);
    expect(whole(of('a', HELD)).findings).toEqual([NOT_SET]);
  });

  it('When a later pass removed the cause, Then neither mark nor sentence speaks of it', () => {
    const before = whole(of('a', NOT_SET, HELD));
    const after = withRootCauses({
      ...before,
      targets: before.targets.map((one) => ({
        ...one,
        reasons: ['SETTING_NOT_SET'],
        findings: one.findings.slice(0, 1),
      })),
    });
    expect(after.targets[0]).not.toHaveProperty('followsFrom');
    const bare = { ...NOT_SET, sentence: 'The service setting is not set.' };
    expect([after.findings, after.targets[0]?.findings]).toEqual([[bare], [bare]]);
  });

  it('When a later pass found another cause, Then that one is named', () => {
    const before = whole(of('a', NOT_SET, HELD));
    const after = withRootCauses({
      ...before,
      targets: before.targets.map((one) => ({
        ...one,
        reasons: ['SETTING_CONTESTED', 'SETTING_NOT_SET'],
        findings: [...one.findings.slice(0, 1), CONTESTED],
      })),
    });
    expect(after.findings[0]).toMatchObject({
      sentence: 'The service setting is not set. This follows from SETTING_CONTESTED.',
      followsFrom: ['SETTING_CONTESTED'],
    });
  });
});
