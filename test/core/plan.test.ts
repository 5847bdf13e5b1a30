/** Changes of an account in their order, and settings that are wanted and withheld. */
import { describe, expect, it } from '@jest/globals';
import type { AssessmentContext, OpenTarget } from '../../functions/core/assessment-context.ts';
import { changeId } from '../../functions/core/change-id.ts';
import type { Change } from '../../functions/core/model/change.ts';
import type { AccountObservation } from '../../functions/core/model/observation.ts';
import type { Finding } from '../../functions/core/model/result.ts';
import { type PlanFacts, planChanges } from '../../functions/core/plan.ts';
import { desiredRole, judgeRole, type RoleJudgement } from '../../functions/core/role.ts';
import { desiredTrustPolicy } from '../../functions/core/trust-policy.ts';
import {
  ACCOUNT_ID,
  aConfiguration,
  anObservation,
  aRegion,
  aRole,
  aSetting,
  OUR_ARN,
  OUR_TAGS,
  OURS,
  REGION,
} from './builders.ts';

const OTHER = 'us-east-1';
const OLD_TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const ABSENT = { kind: 'absent' as const };
const EXTRA = 'arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy';

/** A target whose setting is unset. */
function open(overrides: Partial<OpenTarget> = {}): OpenTarget {
  return {
    region: REGION,
    observed: '$None',
    judgement: { kind: 'set', findings: [], notes: [], reversible: true },
    associations: { names: [], notes: [], held: null },
    agentUpdates: { kind: 'none', notes: [] },
    ...overrides,
  };
}
const kept = (overrides: Partial<OpenTarget> = {}) =>
  open({ observed: OURS, judgement: { kind: 'keep', findings: [], notes: [] }, ...overrides });
const irreversible = (observed: string) =>
  open({ observed, judgement: { kind: 'set', findings: [], notes: [], reversible: false } });

interface Given {
  targets: OpenTarget[];
  observation?: Partial<AccountObservation>;
  configuration?: Parameters<typeof aConfiguration>[0];
  context?: Partial<AssessmentContext>;
  network?: PlanFacts['network'];
  role?: Partial<RoleJudgement>;
}

function planned({
  targets,
  observation: seen = {},
  configuration = {},
  context = {},
  network = [],
  role,
}: Given) {
  const observation = anObservation(seen);
  const settings = aConfiguration(configuration);
  const desired = desiredRole(settings, 'aws', ACCOUNT_ID);
  const judged = judgeRole(observation.role, desired, settings, {
    partition: 'aws',
    accountId: ACCOUNT_ID,
    organizationId: null,
    controls: [],
    neededIn: targets.map(({ region }) => region),
    permissions: [],
    isProvenIn: () => false,
  });
  const { plan, withheld } = planChanges({
    observation,
    role: { ...judged, ...role },
    open: targets,
    ours: OURS,
    desired,
    context: {
      changeSeed: 'run-1',
      configuration: settings,
      partition: 'aws',
      regions: [REGION, OTHER],
      now: new Date('2026-11-20T00:00:00Z'),
      organizationPathSince: null,
      inScope: () => true,
      refusedVpcs: new Set(),
      ...context,
    },
    network,
  });
  return { plan, withheld, kinds: plan.changes.map(({ action, region }) => `${action.kind} ${region}`) };
}
const SET = [`SetServiceSetting ${REGION}`];
const HELD: Finding = { code: 'ASSOCIATIONS_NOT_ACKNOWLEDGED', subject: null, sentence: 'They would run.' };

describe('Given a setting that is wanted', () => {
  const resource = (partition: string) =>
    `arn:${partition}:ssm:${REGION}:${ACCOUNT_ID}:servicesetting/ssm/managed-instance/default-ec2-instance-management-role`;

  it('when nothing speaks against it, then it is planned with all that a later step needs', () => {
    expect(planned({ targets: [open()] }).plan).toEqual({
      accountId: ACCOUNT_ID,
      changes: [
        {
          id: changeId('run-1', ACCOUNT_ID, REGION, 'SetServiceSetting', resource('aws')),
          accountId: ACCOUNT_ID,
          region: REGION,
          resource: resource('aws'),
          action: { kind: 'SetServiceSetting', value: OURS },
          expected: { value: '$None' },
          inverse: { kind: 'ResetServiceSetting' },
          monthlyCostUsd: 0,
        },
      ],
      vpcOf: {},
    });
  });

  it('when the partition is another, then its ARN is of that', () => {
    const { plan } = planned({ targets: [open()], context: { partition: 'aws-cn' } });
    expect(plan.changes[0]?.resource).toBe(resource('aws-cn'));
  });

  it.each<[string, OpenTarget, boolean, unknown]>([
    ['nothing', open({ observed: '' }), false, { kind: 'ResetServiceSetting' }],
    [
      'a role that can be set again',
      open({ observed: 'ops/X' }),
      false,
      { kind: 'SetServiceSetting', value: 'ops/X' },
    ],
    ['a role that cannot, and that is allowed', irreversible('ops/X'), true, { kind: 'ResetServiceSetting' }],
  ])(
    'when it named %s, then its inverse restores what can be',
    (_what, target, allowIrreversible, inverse) => {
      const { plan } = planned({ targets: [target], configuration: { allowIrreversible } });
      expect(plan.changes[0]).toMatchObject({ expected: { value: target.observed }, inverse });
    },
  );

  it('when associations will run on the new nodes, then the change names them', () => {
    const associations = { names: ['a', 'b'], notes: [], held: null };
    expect(planned({ targets: [open({ associations })] }).plan.changes[0]?.associations).toEqual(['a', 'b']);
  });

  it.each<[string, OpenTarget, Given['observation'], Given['configuration'], Partial<Finding>[]]>([
    [
      'it could not be rolled back',
      irreversible('ops/X'),
      {},
      {},
      [
        {
          code: 'NOT_REVERSIBLE',
          subject: 'ops/X',
          sentence: `Setting ${OURS} could not be rolled back: this service cannot set ops/X again.`,
        },
      ],
    ],
    ['it could be rolled back, and need not', open(), {}, { allowIrreversible: true }, []],
    ['associations hold it', open({ associations: { names: [], notes: [], held: HELD } }), {}, {}, [HELD]],
    [
      'it was taken away twice',
      open(),
      { ownWrites: { [REGION]: 2 }, regions: [aRegion('$None')] },
      {},
      [
        {
          code: 'SETTING_CONTESTED',
          subject: null,
          sentence: `The setting ${OURS} was overwritten 2 times, last by an unknown user; it is not written again.`,
        },
      ],
    ],
    [
      'it was taken away twice, and by whom was not seen',
      irreversible('ops/X'),
      { ownWrites: { [REGION]: 3 }, regions: [] },
      { allowIrreversible: true },
      [
        {
          code: 'SETTING_CONTESTED',
          sentence: expect.stringContaining('3 times, last by an unknown user;') as never,
        },
      ],
    ],
    [
      'it was taken away twice, by a person',
      open(),
      {
        ownWrites: { [REGION]: 2 },
        regions: [
          aRegion('$None', { region: OTHER }),
          aRegion('$None', {
            setting: {
              kind: 'value',
              value: aSetting('$None', { lastModifiedUser: 'arn:aws:iam::1:user/eve' }),
            },
          }),
        ],
      },
      {},
      [{ sentence: expect.stringContaining('last by arn:aws:iam::1:user/eve; it') as never }],
    ],
    ['it was taken away once', open(), { ownWrites: { [REGION]: 1 } }, {}, []],
    ['it was taken away in another Region', open(), { ownWrites: { [OTHER]: 5 } }, {}, []],
  ])(
    'when %s, then it is withheld for that reason alone, or planned',
    (_what, target, observation, configuration, found) => {
      const { withheld, kinds } = planned({
        targets: [target],
        observation: observation ?? {},
        configuration: configuration ?? {},
      });
      expect(withheld).toEqual(
        found.map((finding) => ({ region: REGION, finding: expect.objectContaining(finding) })),
      );
      expect(kinds).toEqual(found.length > 0 ? [] : SET);
    },
  );

  it('when the role would not be usable, then it is neither planned nor withheld', () => {
    const role = { inRegion: (region: string) => ({ findings: [], notes: [], usable: region === OTHER }) };
    const held = { names: [], notes: [], held: HELD };
    const { kinds, withheld } = planned({
      targets: [open({ associations: held }), open({ region: OTHER })],
      role,
    });
    expect([kinds, withheld]).toEqual([[`SetServiceSetting ${OTHER}`], []]);
  });

  it('when one Region is held, then the others are not', () => {
    const held = { names: [], notes: [], held: HELD };
    const { kinds, withheld } = planned({ targets: [open({ region: OTHER, associations: held }), open()] });
    expect([kinds, withheld]).toEqual([SET, [{ region: OTHER, finding: HELD }]]);
  });
});

describe('Given a role that needs changes', () => {
  const creation = ['CreateDhmcRole null', 'AttachDhmcRolePolicy null'];
  const missing = { role: ABSENT };

  it.each<[string, OpenTarget[], string[]]>([
    ['a setting will name it', [open()], [...creation, ...SET]],
    ['a setting names it', [kept()], creation],
    ['a setting names it by its ARN', [kept({ observed: OUR_ARN })], creation],
    ['no setting does', [kept({ observed: 'ops/X' })], []],
    ['the only setting is withheld', [open({ associations: { names: [], notes: [], held: HELD } })], []],
    ['one of two settings names it', [kept({ observed: 'ops/X', region: OTHER }), kept()], creation],
  ])('when %s, then it is repaired first, or not at all', (_what, targets, kinds) => {
    expect(planned({ targets, observation: missing }).kinds).toEqual(kinds);
  });

  it('when it is missing, then each change says what undoes it', () => {
    const configuration = { dhmcRole: { ...aConfiguration().dhmcRole, extraPolicies: [EXTRA] } };
    const { plan } = planned({ targets: [kept()], observation: missing, configuration });
    const roleName = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';
    const head = { accountId: ACCOUNT_ID, region: null, resource: OUR_ARN, monthlyCostUsd: 0 };
    const attached = (policyArn: string) => ({
      ...head,
      action: { kind: 'AttachDhmcRolePolicy', roleName, policyArn },
      expected: { attached: false },
      inverse: { kind: 'DetachDhmcRolePolicy', roleName, policyArn },
    });
    expect(plan.changes).toMatchObject([
      {
        ...head,
        action: { kind: 'CreateDhmcRole', roleName, path: '/service-role/' },
        expected: { exists: false },
        inverse: { kind: 'DeleteDhmcRole', roleName },
      },
      attached('arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy'),
      attached(EXTRA),
    ]);
    expect(plan.changes[0]?.id).toBe(changeId('run-1', ACCOUNT_ID, 'iam', 'CreateDhmcRole', `${OUR_ARN} `));
    expect(new Set(plan.changes.map(({ id }) => id)).size).toBe(3);
    const again = planned({
      targets: [kept()],
      observation: missing,
      configuration,
      context: { changeSeed: 'run-2' },
    });
    expect(again.plan.changes.map(({ id }) => id)).not.toContain(plan.changes[0]?.id);
  });

  it('when its trust is wrong, then the trust that it has is what undoes the repair', () => {
    const role = { kind: 'value' as const, value: aRole({ tags: OUR_TAGS, trustPolicy: OLD_TRUST }) };
    const { plan } = planned({ targets: [kept()], observation: { role } });
    expect(plan.changes).toMatchObject([
      {
        action: { kind: 'SetDhmcRoleTrust', trustPolicy: desiredTrustPolicy },
        expected: { trustPolicy: OLD_TRUST },
        inverse: { kind: 'SetDhmcRoleTrust', trustPolicy: OLD_TRUST },
      },
    ]);
  });
});

describe('Given changes of several kinds', () => {
  const change = (id: string): Change => ({
    id,
    accountId: ACCOUNT_ID,
    region: REGION,
    resource: 'vpc-1',
    action: { kind: 'EnableVpcDns', vpcId: 'vpc-1', attribute: 'support' } as never,
    expected: { value: false } as never,
    inverse: null,
    monthlyCostUsd: 0,
  });

  it('when they are planned, then the role comes first and the network last, and its changes name their VPC', () => {
    const { kinds, plan } = planned({
      targets: [open({ agentUpdates: { kind: 'associate', notes: [], instanceIds: ['i-1', 'i-2'] } })],
      observation: { role: ABSENT },
      network: [
        { vpcId: 'vpc-1', change: change('one') },
        { vpcId: 'vpc-2', change: change('two') },
      ],
    });
    expect(kinds).toEqual([
      'CreateDhmcRole null',
      'AttachDhmcRolePolicy null',
      ...SET,
      `CreateAgentUpdate ${REGION}`,
      ...Array(2).fill(`EnableVpcDns ${REGION}`),
    ]);
    expect(plan.vpcOf).toEqual({ one: 'vpc-1', two: 'vpc-2' });
  });

  it('when agents are to be updated, then the association carries the id of its change in its name', () => {
    const agentUpdates = { kind: 'associate' as const, notes: [], instanceIds: ['*'] };
    const { plan } = planned({ targets: [kept({ agentUpdates }), kept({ region: OTHER })] });
    const id = changeId('run-1', ACCOUNT_ID, REGION, 'CreateAgentUpdate', 'AWS-UpdateSSMAgent');
    const name = `dhmc-rollout-agents-${id}`;
    expect(plan.changes).toEqual([
      {
        id,
        accountId: ACCOUNT_ID,
        region: REGION,
        resource: 'AWS-UpdateSSMAgent',
        action: { kind: 'CreateAgentUpdate', name, schedule: 'rate(14 days)', instanceIds: ['*'] },
        expected: { exists: false },
        inverse: { kind: 'DeleteAgentUpdate', name },
        monthlyCostUsd: 0,
      },
    ]);
  });
});
