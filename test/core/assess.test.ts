import { describe, expect, it } from '@jest/globals';
import { assessAccount } from '../../functions/core/assess.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { AccountObservation } from '../../functions/core/model/observation.ts';
import {
  aConfiguration,
  aContext,
  aForeignRole,
  anAccount,
  anObservation,
  aRegion,
  aRole,
  aSetting,
  failed,
  OUR_TAGS,
  OURS,
  REGION,
  someInstances,
} from './builders.ts';
import { anInstance } from './instances/builders.ts';

function assess(
  observation: AccountObservation,
  configuration: Partial<Configuration> = {},
  regions = [REGION],
) {
  const assessment = assessAccount(
    observation,
    aContext({ configuration: aConfiguration(configuration), regions }),
  );
  const [target] = assessment.targets;
  return {
    reasons: [...new Set(target?.findings.map((f) => f.code))].sort(),
    notes: target?.notes,
    changes: assessment.plan.changes.map((change) => change.action.kind),
    plan: assessment.plan.changes,
    role: assessment.role,
    target,
  };
}

const TRUSTS_EC2 = {
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const ABSENT = { kind: 'absent' as const };
const CREATE = ['CreateDhmcRole', 'AttachDhmcRolePolicy', 'SetServiceSetting'];

interface Case {
  given: string;
  observation: Partial<AccountObservation>;
  configuration?: Partial<Configuration>;
  reasons: string[];
  changes: string[];
  notes?: string[];
}

const roleCases: Case[] = [
  {
    given: 'a role missing and a setting unset',
    observation: { role: ABSENT, regions: [aRegion('$None')] },
    reasons: ['DHMC_ROLE_MISSING', 'SETTING_NOT_SET'],
    changes: CREATE,
  },
  {
    given: 'a role missing and a setting that names it',
    observation: { role: ABSENT },
    reasons: ['DHMC_ROLE_MISSING'],
    changes: CREATE.slice(0, 2),
  },
  {
    given: 'a role missing while the target keeps a sound foreign role',
    observation: {
      role: ABSENT,
      regions: [aRegion('ops/Custom')],
      foreignRoles: [aForeignRole('ops/Custom')],
    },
    reasons: [],
    changes: [],
    notes: ['SETTING_FOREIGN_ROLE'],
  },
  {
    given: 'our role with a wrong trust',
    observation: { role: { kind: 'value', value: aRole({ tags: OUR_TAGS, trustPolicy: TRUSTS_EC2 }) } },
    reasons: ['DHMC_ROLE_TRUST_WRONG'],
    changes: ['SetDhmcRoleTrust'],
  },
  {
    given: 'our role without its policy',
    observation: { role: { kind: 'value', value: aRole({ tags: OUR_TAGS, attachedPolicyArns: [] }) } },
    reasons: ['DHMC_ROLE_POLICY_MISSING'],
    changes: ['AttachDhmcRolePolicy'],
  },
  {
    given: 'a sound role that is not ours',
    observation: { regions: [aRegion('$None')] },
    reasons: ['SETTING_NOT_SET'],
    changes: ['SetServiceSetting'],
  },
  {
    given: 'a role not ours with a wrong trust, keep',
    observation: { role: { kind: 'value', value: aRole({ trustPolicy: TRUSTS_EC2 }) } },
    reasons: ['DHMC_ROLE_TRUST_WRONG'],
    changes: [],
  },
  {
    given: 'a role not ours with a wrong trust, repair',
    observation: { role: { kind: 'value', value: aRole({ trustPolicy: TRUSTS_EC2 }) } },
    configuration: { existingRole: 'repair' },
    reasons: ['DHMC_ROLE_TRUST_WRONG'],
    changes: ['SetDhmcRoleTrust'],
  },
  {
    given: 'a broken role not ours and a setting unset',
    observation: {
      role: { kind: 'value', value: aRole({ attachedPolicyArns: [] }) },
      regions: [aRegion('$None')],
    },
    reasons: ['DHMC_ROLE_POLICY_MISSING', 'SETTING_NOT_SET'],
    changes: [],
  },
  {
    given: 'a role with an attached policy beyond',
    observation: {
      role: {
        kind: 'value',
        value: aRole({
          attachedPolicyArns: [...aRole().attachedPolicyArns, 'arn:aws:iam::aws:policy/AdministratorAccess'],
        }),
      },
      regions: [aRegion('$None')],
    },
    reasons: ['DHMC_ROLE_PRIVILEGED', 'SETTING_NOT_SET'],
    changes: [],
  },
  {
    given: 'our role with an inline policy',
    observation: {
      role: { kind: 'value', value: aRole({ tags: OUR_TAGS, inlinePolicyNames: ['extra'] }) },
      regions: [aRegion('$None')],
    },
    reasons: ['DHMC_ROLE_PRIVILEGED', 'SETTING_NOT_SET'],
    changes: [],
  },
  {
    given: 'an extra policy that the configuration allows',
    observation: {
      role: {
        kind: 'value',
        value: aRole({
          attachedPolicyArns: [
            ...aRole().attachedPolicyArns,
            'arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy',
          ],
        }),
      },
    },
    configuration: {
      dhmcRole: {
        ...aConfiguration().dhmcRole,
        extraPolicies: ['arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy'],
      },
    },
    reasons: [],
    changes: [],
  },
  {
    given: 'a role that cannot be read because of a policy of the organization',
    observation: { role: failed('DENIED_BY_SCP', 'iam:GetRole') },
    reasons: ['ACTION_DENIED_BY_SCP'],
    changes: [],
  },
];

const settingCases: Case[] = [
  {
    given: '$None',
    observation: { regions: [aRegion('$None')] },
    reasons: ['SETTING_NOT_SET'],
    changes: ['SetServiceSetting'],
  },
  {
    given: 'an empty value',
    observation: { regions: [aRegion('')] },
    reasons: ['SETTING_NOT_SET'],
    changes: ['SetServiceSetting'],
  },
  { given: 'our role', observation: {}, reasons: [], changes: [] },
  {
    given: 'a role that an earlier configuration of ours named',
    observation: {
      regions: [aRegion('ops/Old')],
      ownSettingValues: ['ops/Old'],
      foreignRoles: [aForeignRole('ops/Old')],
    },
    reasons: ['SETTING_NOT_SET'],
    changes: ['SetServiceSetting'],
  },
  {
    given: 'a sound foreign role, keep',
    observation: { regions: [aRegion('ops/Custom')], foreignRoles: [aForeignRole('ops/Custom')] },
    reasons: [],
    changes: [],
    notes: ['SETTING_FOREIGN_ROLE'],
  },
  {
    given: 'a sound foreign role, replace, restorable',
    observation: { regions: [aRegion('ops/Custom')], foreignRoles: [aForeignRole('ops/Custom')] },
    configuration: { existingSetting: 'replace', restorableRoleArns: ['arn:aws:iam::*:role/ops/Custom'] },
    reasons: [],
    changes: ['SetServiceSetting'],
    notes: ['SETTING_FOREIGN_ROLE'],
  },
  {
    given: 'a sound foreign role, replace, not restorable',
    observation: { regions: [aRegion('ops/Custom')], foreignRoles: [aForeignRole('ops/Custom')] },
    configuration: { existingSetting: 'replace' },
    reasons: ['NOT_REVERSIBLE'],
    changes: [],
    notes: ['SETTING_FOREIGN_ROLE'],
  },
  {
    given: 'a foreign role that is missing, keep',
    observation: {
      regions: [aRegion('ops/Gone')],
      foreignRoles: [aForeignRole('ops/Gone', { role: ABSENT })],
    },
    reasons: ['SETTING_FOREIGN_ROLE_UNFIT'],
    changes: [],
  },
  {
    given: 'a foreign role that is missing, replace',
    observation: {
      regions: [aRegion('ops/Gone')],
      foreignRoles: [aForeignRole('ops/Gone', { role: ABSENT })],
    },
    configuration: { existingSetting: 'replace' },
    reasons: ['NOT_REVERSIBLE', 'SETTING_FOREIGN_ROLE_UNFIT'],
    changes: [],
  },
  {
    given: 'a foreign role that is missing, replace, irreversible allowed',
    observation: {
      regions: [aRegion('ops/Gone')],
      foreignRoles: [aForeignRole('ops/Gone', { role: ABSENT })],
    },
    configuration: { existingSetting: 'replace', allowIrreversible: true },
    reasons: ['SETTING_FOREIGN_ROLE_UNFIT'],
    changes: ['SetServiceSetting'],
  },
  {
    given: 'a foreign role that lacks an action',
    observation: {
      regions: [aRegion('ops/Half')],
      foreignRoles: [
        aForeignRole('ops/Half', {
          allowedActions: { kind: 'value', value: ['ssm:UpdateInstanceInformation'] },
        }),
      ],
    },
    reasons: ['SETTING_FOREIGN_ROLE_UNFIT'],
    changes: [],
  },
  {
    given: 'a foreign role that cannot be read',
    observation: {
      regions: [aRegion('ops/Closed')],
      foreignRoles: [aForeignRole('ops/Closed', { role: failed('DENIED', 'iam:GetRole') })],
    },
    reasons: ['ACCESS_DENIED'],
    changes: [],
    notes: ['SETTING_FOREIGN_ROLE'],
  },
  {
    given: 'our value taken away twice',
    observation: { regions: [aRegion('$None')], ownWrites: { [REGION]: 2 } },
    reasons: ['SETTING_CONTESTED', 'SETTING_NOT_SET'],
    changes: [],
  },
  {
    given: 'our value taken away once',
    observation: { regions: [aRegion('$None')], ownWrites: { [REGION]: 1 } },
    reasons: ['SETTING_NOT_SET'],
    changes: ['SetServiceSetting'],
  },
];

const denied = failed('DENIED_BY_SCP', 'ssm:GetServiceSetting');
const scopeCases: Case[] = [
  {
    given: 'a setting that is ours and an EC2 endpoint that is not found',
    observation: {
      regions: [aRegion(OURS, { instances: failed('UNSUPPORTED_IN_REGION', 'ec2:DescribeInstances') })],
    },
    reasons: ['AWS_UNAVAILABLE'],
    changes: [],
  },
  {
    given: 'an excluded Region in an account that waits for activation',
    observation: { account: anAccount({ state: 'PENDING_ACTIVATION' }) },
    configuration: { exclude: { ...aConfiguration().exclude, regions: [REGION] } },
    reasons: ['EXCLUDED'],
    changes: [],
  },
  {
    given: 'a suspended account',
    observation: { account: anAccount({ state: 'SUSPENDED' }) },
    reasons: ['ACCOUNT_NOT_ACTIVE'],
    changes: [],
  },
  {
    given: 'Systems Manager and EC2 reads denied by an SCP',
    observation: {
      regions: [
        aRegion('', { setting: denied, instances: failed('DENIED_BY_SCP', 'ec2:DescribeInstances') }),
      ],
    },
    reasons: ['REGION_DENIED_BY_SCP'],
    changes: [],
  },
  {
    given: 'only the Systems Manager read denied by an SCP',
    observation: { regions: [aRegion('', { setting: denied })] },
    reasons: ['ACTION_DENIED_BY_SCP'],
    changes: [],
  },
  {
    given: 'no DHMC in the Region',
    observation: {
      regions: [
        aRegion('', { setting: failed('UNSUPPORTED_IN_REGION', 'ssm:GetServiceSetting'), instances: null }),
      ],
    },
    reasons: ['DHMC_NOT_IN_REGION'],
    changes: [],
  },
  {
    given: 'a disabled Region',
    observation: { regionStates: { kind: 'value', value: { [REGION]: 'DISABLED' } }, regions: [] },
    reasons: ['REGION_NOT_ENABLED'],
    changes: [],
  },
  {
    given: 'a Region that the account does not list',
    observation: { regionStates: { kind: 'value', value: {} }, regions: [] },
    reasons: ['REGION_NOT_ENABLED'],
    changes: [],
  },
  {
    given: 'a Region being enabled',
    observation: { regionStates: { kind: 'value', value: { [REGION]: 'ENABLING' } }, regions: [] },
    reasons: ['REGION_ENABLING'],
    changes: [],
  },
  {
    given: 'a Region that there was no time for',
    observation: { regions: [] },
    reasons: ['DEFERRED'],
    changes: [],
  },
  {
    given: 'a role that cannot be assumed',
    observation: { entry: failed('DENIED', 'sts:AssumeRole') },
    reasons: ['ROLE_NOT_ASSUMABLE'],
    changes: [],
  },
  {
    given: 'a role that cannot be assumed in an account of two hours',
    observation: {
      account: anAccount({ joinedAt: '2026-11-19T22:00:00Z' }),
      entry: failed('DENIED', 'sts:AssumeRole'),
    },
    reasons: ['ACCOUNT_NOT_READY'],
    changes: [],
  },
  {
    given: 'an excluded Region in an account that cannot be entered',
    observation: { entry: failed('DENIED', 'sts:AssumeRole') },
    configuration: { exclude: { ...aConfiguration().exclude, regions: [REGION] } },
    reasons: ['EXCLUDED'],
    changes: [],
  },
];

describe.each([
  ['the DHMC role', roleCases],
  ['the service setting', settingCases],
  ['scope', scopeCases],
])('%s', (_section, cases) => {
  it.each(cases)('given $given, then $reasons and $changes', (c) => {
    const seen = assess(anObservation(c.observation), c.configuration);
    expect({ reasons: seen.reasons, changes: seen.changes, notes: seen.notes }).toEqual({
      reasons: c.reasons,
      changes: c.changes,
      notes: c.notes ?? [],
    });
  });
});

describe('a plan', () => {
  it('given a foreign value that is replaced, then its inverse puts that value back', () => {
    const { plan } = assess(
      anObservation({ regions: [aRegion('ops/Custom')], foreignRoles: [aForeignRole('ops/Custom')] }),
      { existingSetting: 'replace', restorableRoleArns: ['arn:aws:iam::*:role/ops/Custom'] },
    );
    expect(plan[0]).toMatchObject({
      action: { kind: 'SetServiceSetting', value: OURS },
      expected: { value: 'ops/Custom' },
      inverse: { kind: 'SetServiceSetting', value: 'ops/Custom' },
    });
  });

  it('given a role at another path than configured, then settings name the path that it has', () => {
    const { plan } = assess(
      anObservation({
        role: { kind: 'value', value: aRole({ path: '/' }) },
        regions: [aRegion('$None')],
      }),
    );
    expect(plan[0]?.action).toEqual({
      kind: 'SetServiceSetting',
      value: 'AWSSystemsManagerDefaultEC2InstanceManagementRole',
    });
  });

  it('given the same facts twice, then the plans are equal to the letter', () => {
    const facts = anObservation({ role: ABSENT, regions: [aRegion('$None')] });
    expect(JSON.stringify(assess(facts).plan)).toBe(JSON.stringify(assess(facts).plan));
  });

  const QUICK_SETUP = 'AWS-QuickSetup-SSM-DefaultEC2MgmtRole-eu-west-1';
  const OTHERS: [value: string, why: string, name: string | null][] = [
    [QUICK_SETUP, 'unified console', 'SETTING_QUICK_SETUP_ROLE'],
    [`${QUICK_SETUP}-a1b2c`, 'unified console', 'SETTING_QUICK_SETUP_ROLE'],
    [`arn:aws:iam::111122223333:role/${QUICK_SETUP}`, 'unified console', 'SETTING_QUICK_SETUP_ROLE'],
    ['AmazonSSMRoleForInstancesQuickSetup', 'Host Management', null],
    ['ops/AWSSystemsManagerDefaultEC2InstanceManagementRole', 'console (Fleet Manager)', null],
  ];
  it.each(OTHERS)('given the unfit role %s of a setup of AWS, then it is named', (value, why, note) => {
    const { target } = assess(
      anObservation({
        regions: [aRegion(value)],
        foreignRoles: [aForeignRole(value, { role: ABSENT })],
      }),
      { dhmcRole: { ...aConfiguration().dhmcRole, name: 'OwnDhmcRole', path: '/' } },
    );
    expect(target?.findings.find((f) => f.code === 'SETTING_FOREIGN_ROLE_UNFIT')?.sentence).toContain(why);
    expect(target?.notes).toEqual(note === null ? [] : [note]);
  });

  const OURS = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';
  it.each([
    [`arn:aws:iam::999999999999:role/${OURS}`, 'belongs to account 999999999999'],
    [` ${OURS} `, 'is not a name that IAM allows'],
    [' ', 'is not a name that IAM allows'],
    ['ops/Gone', 'does not exist'],
  ])('given %j, which names no role of the account, then it is unfit and why is said', (value, why) => {
    const { target } = assess(
      anObservation({
        regions: [aRegion(value)],
        foreignRoles: [aForeignRole(value, { role: ABSENT })],
      }),
    );
    expect(target?.findings.find((f) => f.code === 'SETTING_FOREIGN_ROLE_UNFIT')?.sentence).toContain(why);
  });

  it.each(['ops/Custom', 'ops/AWS-QuickSetup-Patch', 'XAWS-QuickSetup-SSM-DefaultEC2MgmtRole-eu-west-1'])(
    'given %s, then nothing is claimed of Quick Setup',
    (value) => {
      const { target } = assess(
        anObservation({ regions: [aRegion(value)], foreignRoles: [aForeignRole(value)] }),
      );
      expect(target?.notes).toEqual(['SETTING_FOREIGN_ROLE']);
    },
  );

  it.each([
    [
      'arn:aws:sts::111122223333:assumed-role/AWS-QuickSetup-SSM-EnableDHMC-x/s',
      'Quick Setup or the unified',
    ],
    ['arn:aws:sts::111122223333:assumed-role/Deploy/AWSCloudFormation', 'a CloudFormation stack'],
  ])('given a setting contested by %s, then its controller is named', (by, name) => {
    const region = aRegion('$None', {
      setting: { kind: 'value', value: aSetting('$None', { lastModifiedUser: by }) },
    });
    const { target } = assess(anObservation({ regions: [region], ownWrites: { [REGION]: 3 } }));
    expect(target?.findings.find((f) => f.code === 'SETTING_CONTESTED')?.sentence).toContain(
      `a session of ${name}`,
    );
  });

  it('given a contested setting, then the finding names who changed it last', () => {
    const by = 'arn:aws:sts::111122223333:assumed-role/QuickSetup/x';
    const region = aRegion('$None', {
      setting: { kind: 'value', value: aSetting('$None', { lastModifiedUser: by }) },
    });
    const { target } = assess(anObservation({ regions: [region], ownWrites: { [REGION]: 3 } }));
    expect(target?.findings.find((f) => f.code === 'SETTING_CONTESTED')?.sentence).toContain(by);
  });
});

describe('Given a setting that names the role of an earlier configuration of ours', () => {
  const silent = anInstance({ instanceId: 'i-1' });
  const region = aRegion('ops/Old', {
    instances: { kind: 'value', value: someInstances({ instances: [silent] }) },
  });
  const seen = (role: Partial<ReturnType<typeof aForeignRole>>) => {
    const { target, changes } = assess(
      anObservation({
        regions: [region],
        ownSettingValues: [OURS, 'ops/Old'],
        foreignRoles: [aForeignRole('ops/Old', role)],
      }),
      { endpoints: 'off' },
    );
    return [target?.instances.verdicts.map(({ verdict }) => verdict), changes];
  };

  it('when that role is still fit, then its instances have credentials all the same', () => {
    expect(seen({})).toEqual([['PATH_UNKNOWN'], ['SetServiceSetting']]);
  });

  it('when that role is gone, then they have none', () => {
    expect(seen({ role: ABSENT })).toEqual([['NO_CREDENTIALS'], []]);
  });
});
