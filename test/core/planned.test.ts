import { describe, expect, it } from '@jest/globals';
import type { Change, Plan } from '../../functions/core/model/change.ts';
import type { AccountObservation } from '../../functions/core/model/observation.ts';
import {
  mergePlanned,
  type PlannedChange,
  plannedChanges,
  selectPlanned,
  withRefusals,
} from '../../functions/core/planned.ts';
import { account, target } from '../report/builders.ts';
import { ACCOUNT_ID, anObservation, aRegion, aRole, OUR_ARN, OURS, REGION } from './builders.ts';

const NONE = '$None';
const head = { accountId: ACCOUNT_ID, region: REGION, monthlyCostUsd: 0 };
const ROLE: Change = {
  ...head,
  id: 'role',
  region: null,
  resource: OUR_ARN,
  action: {
    kind: 'CreateDhmcRole',
    ...{ roleName: 'Dhmc', path: '/', trustPolicy: {}, permissionsBoundaryArn: null, description: 'x' },
  },
  expected: { exists: false },
  inverse: { kind: 'DeleteDhmcRole', roleName: 'Dhmc' },
};
const POLICY: Change = {
  ...head,
  id: 'policy',
  region: null,
  resource: OUR_ARN,
  action: { kind: 'AttachDhmcRolePolicy', roleName: 'Dhmc', policyArn: 'arn:aws:iam::aws:policy/X' },
  expected: { attached: false },
  inverse: { kind: 'DetachDhmcRolePolicy', roleName: 'Dhmc', policyArn: 'arn:aws:iam::aws:policy/X' },
};
const settingIn = (region: string, id: string, expected = NONE): Change => ({
  ...head,
  id,
  region,
  resource: 'setting',
  associations: ['a'],
  action: { kind: 'SetServiceSetting', value: OURS },
  expected: { value: expected },
  inverse: { kind: 'ResetServiceSetting' },
});
const GROUP: Change = {
  ...head,
  id: 'group',
  resource: 'vpc-1',
  action: { kind: 'CreateEndpointSecurityGroup', vpcId: 'vpc-1', groupName: 'g', description: 'x', tags: {} },
  expected: { exists: false },
  inverse: { kind: 'DeleteEndpointSecurityGroup', group: { kind: 'created', changeId: 'group' } },
};
const ENDPOINT: Change = {
  ...head,
  id: 'endpoint',
  resource: 'vpc-1',
  monthlyCostUsd: 8,
  action: {
    kind: 'CreateInterfaceEndpoint',
    ...{ vpcId: 'vpc-1', serviceName: 'ssm', subnetIds: ['subnet-1'], clientToken: 't', tags: {} },
    groups: [
      { kind: 'existing', id: 'sg-1' },
      { kind: 'created', changeId: 'group' },
    ],
  },
  expected: { exists: false },
  inverse: { kind: 'DeleteInterfaceEndpoint', endpoint: { kind: 'created', changeId: 'endpoint' } },
};
const SETTING = settingIn(REGION, 'setting');
const ELSEWHERE = settingIn('us-east-1', 'elsewhere');
const ALL = [ROLE, POLICY, SETTING, GROUP, ENDPOINT, ELSEWHERE];

const planOf = (...changes: Change[]): Plan => ({
  ...{ accountId: ACCOUNT_ID, changes, vpcOf: { group: 'vpc-1', endpoint: 'vpc-1' } },
});
/** The same plan with the ids of a run. */
const anewOf = ({ changes, ...plan }: Plan): Plan => ({
  ...plan,
  changes: changes.map((change) => ({ ...change, id: `run-${change.id}` })),
});
/** Nothing of the plan is there yet. */
const notYet = (given: Partial<AccountObservation> = {}) =>
  anObservation({
    role: { kind: 'absent' },
    regions: [aRegion(NONE), aRegion(NONE, { region: 'us-east-1' })],
    ...given,
  });
const without = (...ids: string[]) => ALL.filter(({ id }) => !ids.includes(id));

function select(now: Change[], observation = notYet(), earlier = ALL, regions = [REGION, 'us-east-1']) {
  const asPlanned = planOf(...now);
  const { plan, refused } = selectPlanned(
    plannedChanges(planOf(...earlier)),
    asPlanned,
    anewOf(asPlanned),
    observation,
    regions,
  );
  return { kept: plan.changes.map(({ id }) => id), refused: refused.map(({ id }) => id) };
}

describe('Given a plan', () => {
  it('When it is kept as a file, Then each change has its kind and VPC, and no inverse', () => {
    expect(plannedChanges(planOf(SETTING, ENDPOINT))).toEqual([
      {
        ...head,
        ...{ id: 'setting', resource: 'setting', kind: 'SetServiceSetting', vpcId: null },
        ...{ action: SETTING.action, expected: { value: NONE } },
      },
      {
        ...head,
        ...{
          id: 'endpoint',
          resource: 'vpc-1',
          kind: 'CreateInterfaceEndpoint',
          vpcId: 'vpc-1',
          monthlyCostUsd: 8,
        },
        ...{ action: ENDPOINT.action, expected: { exists: false } },
      },
    ]);
  });

  it('When a later pass planned some Regions again, Then theirs are replaced, the others kept, and the role is first', () => {
    const earlier = plannedChanges(planOf(...ALL));
    const again = plannedChanges(planOf(POLICY, { ...SETTING, id: 'setting-2' }));
    const ids = (later: PlannedChange[], regions: string[]) =>
      mergePlanned(earlier, later, regions).map(({ id }) => id);
    expect(ids(again, [REGION])).toEqual(['role', 'policy', 'elsewhere', 'setting-2']);
    expect(ids([], [REGION])).toEqual(['role', 'policy', 'elsewhere']);
    expect(ids([], [])).toEqual(ALL.map(({ id }) => id));
    // A later pass plans the role's changes anew: the same id is the same change.
    expect(mergePlanned(earlier, again, [REGION])[1]).toBe(again[0]);
  });
});

describe('Given an earlier plan, and the account planned anew', () => {
  it('When all is as it was, Then all of it is applied, with the ids of the run', () => {
    expect(select(ALL)).toEqual({ kept: ALL.map(({ id }) => `run-${id}`), refused: [] });
  });

  it('When more is planned now than then, Then the new is left out', () => {
    expect(select(ALL, notYet(), [ROLE, POLICY, SETTING])).toEqual({
      kept: ['run-role', 'run-policy', 'run-setting'],
      refused: [],
    });
  });

  it.each([
    ['another expected state', settingIn(REGION, 'setting', 'other/role')],
    ['another action', { ...SETTING, action: { kind: 'SetServiceSetting', value: 'x/y' } } as Change],
  ])('When a change has %s now, Then it is refused, and the rest applied', (_what, changed) => {
    const now = ALL.map((change) => (change.id === 'setting' ? changed : change));
    const { kept, refused } = select(now);
    expect(kept).toEqual(without('setting').map(({ id }) => `run-${id}`));
    expect(refused).toEqual(['setting']);
  });

  it('When a change of the role is not as it was, Then no setting names that role', () => {
    const now = ALL.map((change) =>
      change.id === 'policy' ? ({ ...POLICY, expected: { attached: true } } as unknown as Change) : change,
    );
    const { kept, refused } = select(now);
    expect(kept).toEqual(['run-role', 'run-group', 'run-endpoint']);
    expect(refused).toEqual(['policy', 'setting', 'elsewhere']);
  });

  it('When the role needs a change that the earlier plan lacks, Then no setting names it either', () => {
    expect(select(ALL, notYet(), without('role'))).toEqual({
      kept: ['run-policy', 'run-group', 'run-endpoint'],
      refused: ['setting', 'elsewhere'],
    });
  });

  it('When what a change refers to is not as it was, Then it is refused with it', () => {
    const now = ALL.map((change) =>
      change.id === 'group' ? ({ ...GROUP, action: { ...GROUP.action, groupName: 'h' } } as Change) : change,
    );
    const { kept, refused } = select(now);
    expect(kept).toEqual(without('group', 'endpoint').map(({ id }) => `run-${id}`));
    expect(refused).toEqual(['group', 'endpoint']);
  });

  it('When the pass looks at some Regions, Then only theirs and the role are refused', () => {
    expect(select([], notYet(), ALL, ['us-east-1']).refused).toEqual(['role', 'policy', 'elsewhere']);
    expect(select([], notYet(), ALL, [REGION]).refused).toEqual([
      'role',
      'policy',
      'setting',
      'group',
      'endpoint',
    ]);
  });
});

describe('Given that an earlier application made some of the plan', () => {
  const network = {
    ...{ vpcs: [], subnets: [], routeTables: [] },
    endpoints: {
      kind: 'value',
      value: [{ endpointId: 'vpce-1', vpcId: 'vpc-1', serviceName: 'ssm', state: 'available', tags: {} }],
    },
    securityGroups: { kind: 'value', value: [{ groupId: 'sg-9', vpcId: 'vpc-1', groupName: 'g', tags: {} }] },
  } as unknown as AccountObservation['regions'][number]['network'];

  it('When the setting is there in one Region, Then only the other one is refused', () => {
    const regions = [aRegion(OURS), aRegion(NONE, { region: 'us-east-1' })];
    expect(select([], notYet({ regions })).refused).toEqual([
      'role',
      'policy',
      'group',
      'endpoint',
      'elsewhere',
    ]);
  });

  it('When the role is there with its policy, Then neither is refused', () => {
    const role = {
      kind: 'value' as const,
      value: aRole({ attachedPolicyArns: ['arn:aws:iam::aws:policy/X'] }),
    };
    expect(select([], notYet({ role })).refused).toEqual(['setting', 'group', 'endpoint', 'elsewhere']);
  });

  it('When endpoint and group are there, Then neither is refused', () => {
    const regions = [aRegion(NONE, { network }), aRegion(NONE, { region: 'us-east-1' })];
    expect(select([], notYet({ regions })).refused).toEqual(['role', 'policy', 'setting', 'elsewhere']);
  });

  it('When the Region was not observed, Then nothing of it is there', () => {
    expect(select([], notYet({ regions: [aRegion(OURS)] })).refused).toContain('elsewhere');
  });

  const INGRESS: Change = {
    ...head,
    id: 'ingress',
    resource: 'sg',
    action: {
      kind: 'AllowEndpointIngress',
      group: { kind: 'created', changeId: 'group' },
      cidrs: ['10.0.0.0/16'],
    },
    expected: { allowed: false },
    inverse: {
      kind: 'RevokeEndpointIngress',
      group: { kind: 'created', changeId: 'group' },
      cidrs: ['10.0.0.0/16'],
    },
  };
  it.each([
    ['is there', { regions: [aRegion(NONE, { network })] }, []],
    ['is not there', { regions: [aRegion(NONE)] }, ['group', 'ingress']],
  ] as const)(
    'When the group that a rule refers to %s, Then so is the rule, which is planned only while it lacks',
    (_what, given, refused) => {
      expect(select([], notYet({ regions: [...given.regions] }), [GROUP, INGRESS]).refused).toEqual(refused);
    },
  );

  it('When the change that makes the group is not in the plan, Then nothing says that the rule is there', () => {
    expect(select([], notYet({ regions: [aRegion(NONE, { network })] }), [INGRESS]).refused).toEqual([
      'ingress',
    ]);
  });
});

describe('Given refused changes', () => {
  const [ofRole, setting] = plannedChanges(planOf(ROLE, SETTING));
  if (!ofRole || !setting) throw new Error('two changes');

  it('When there are none, Then the result is as it was', () => {
    const result = account();
    expect(withRefusals(result, [])).toBe(result);
  });

  it('When one is of the role and one of a Region, Then each is named there, not made', () => {
    const result = account({
      reasons: ['ACCESS_DENIED'],
      targets: [target({ reasons: ['WRITE_FAILED'] }), target({ region: 'us-east-1' })],
    });
    const refused = withRefusals(result, [setting, ofRole]);
    expect(refused).toMatchObject({
      status: 'NON_COMPLIANT',
      reasons: ['ACCESS_DENIED', 'STATE_CHANGED'],
      findings: [{ code: 'STATE_CHANGED', subject: OUR_ARN }],
      changes: [
        {
          id: 'role',
          kind: 'CreateDhmcRole',
          outcome: 'PLANNED',
          error: { code: 'STATE_CHANGED' },
          detail: { roleName: 'Dhmc', path: '/' },
        },
      ],
    });
    expect(refused.targets[0]).toMatchObject({
      status: 'NON_COMPLIANT',
      reasons: ['STATE_CHANGED', 'WRITE_FAILED'],
      findings: [
        { code: 'STATE_CHANGED', subject: 'setting', sentence: expect.stringContaining('{"value":"$None"}') },
      ],
      changes: [
        {
          id: 'setting',
          outcome: 'PLANNED',
          monthlyCostUsd: null,
          detail: { value: OURS, previousValue: NONE },
        },
      ],
    });
    expect(refused.targets[1]).toBe(result.targets[1]);
  });

  it.each(['ERROR', 'SKIPPED'] as const)(
    'When the Region is %s, Then it was not seen to change',
    (status) => {
      const result = account({ targets: [target({ status, reasons: ['ACCESS_DENIED'] })] });
      expect(withRefusals(result, [setting]).targets[0]).toMatchObject({
        ...{ status, reasons: ['ACCESS_DENIED'], findings: [] },
        changes: [{ id: 'setting' }],
      });
    },
  );
});
