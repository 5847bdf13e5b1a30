/** What DHMC gives the instances of a Region, by the role that its setting names. */
import { describe, expect, it } from '@jest/globals';
import {
  isDhmcInPlace,
  isProvenIn,
  openQuestionsOfDhmc,
  permissionsOfSetting,
} from '../../functions/core/dhmc-credentials.ts';
import type { InstanceDetail } from '../../functions/core/instances/facts.ts';
import type { AccountObservation, RoleObservation } from '../../functions/core/model/observation.ts';
import type { ActionDecision } from '../../functions/core/model/permissions.ts';
import { desiredRole } from '../../functions/core/role.ts';
import {
  ACCOUNT_ID,
  aConfiguration,
  aForeignRole,
  anObservation,
  aRegion,
  aRole,
  DEFAULT_POLICY,
  OUR_ARN,
  OURS,
  REGION,
  someInstances,
} from './builders.ts';
import { anInstance, aProfile, knownInstance } from './instances/builders.ts';

const PING = 'ssm:UpdateInstanceInformation';
const CHANNEL = 'ssmmessages:CreateControlChannel';
const DATA = 'ssmmessages:CreateDataChannel';
const ABSENT = { kind: 'absent' as const };
const FAILED = {
  kind: 'failed' as const,
  failure: { kind: 'DENIED' as const, action: 'iam:GetRole', code: 'AccessDenied', message: 'no' },
};
const trusting = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const ASSUMES = { Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' };
const TRUSTS_EC2 = trusting({ ...ASSUMES, Principal: { Service: 'ec2.amazonaws.com' } });
const when = (...keys: string[]) =>
  trusting({ ...ASSUMES, Condition: { StringEquals: Object.fromEntries(keys.map((key) => [key, 'x'])) } });
const role = (overrides: Partial<RoleObservation> = {}) => ({
  kind: 'value' as const,
  value: aRole(overrides),
});
const allowing = (...value: string[]) => ({ allowedActions: { kind: 'value' as const, value } });

const partition = 'aws';
const desired = desiredRole(aConfiguration(), partition, ACCOUNT_ID);
const inPlace = (observed: string, observation: Partial<AccountObservation> = {}) =>
  isDhmcInPlace({ region: REGION, observed }, anObservation(observation), { ours: OURS, desired, partition });
const questions = (observed: string, observation: Partial<AccountObservation> = {}, proven = false) =>
  openQuestionsOfDhmc({ region: REGION, observed }, anObservation(observation), {
    ours: OURS,
    partition,
    proven,
  });
const foreign = (...[overrides]: [Parameters<typeof aForeignRole>[1]?]) => ({
  foreignRoles: [aForeignRole('ops/Other'), aForeignRole('ops/Custom', overrides)],
});
const FIT = 'whether the role ops/Custom is fit';

describe('Given the value of a service setting', () => {
  it.each<[string, string, Partial<AccountObservation>, boolean, string[]]>([
    ['it is unset', '$None', {}, false, []],
    ['it is empty', '', {}, false, []],
    ['it names our role, which is sound', OURS, {}, true, []],
    ['it names our role by its ARN', OUR_ARN, {}, true, []],
    ['our role is missing', OURS, { role: ABSENT }, false, []],
    ['our role cannot be read', OURS, { role: FAILED }, true, [`whether the role ${OURS} is sound`]],
    ['our role has another trust', OURS, { role: role({ trustPolicy: TRUSTS_EC2 }) }, false, []],
    ['our role lacks its policy', OURS, { role: role({ attachedPolicyArns: [] }) }, false, []],
    [
      'our role has a policy besides',
      OURS,
      { role: role({ attachedPolicyArns: ['arn:aws:iam::aws:policy/Other', DEFAULT_POLICY] }) },
      true,
      [],
    ],
    ['another role is fit', 'ops/Custom', foreign(), true, []],
    ['another role is missing', 'ops/Custom', foreign({ role: ABSENT }), false, []],
    [
      'another role does not trust Systems Manager',
      'ops/Custom',
      foreign({ role: role({ trustPolicy: TRUSTS_EC2 }) }),
      false,
      [],
    ],
    ['another role lacks an action', 'ops/Custom', foreign(allowing(PING, DATA)), false, []],
    [
      'another role may do far more',
      'ops/Custom',
      foreign(allowing(PING, CHANNEL, DATA, 'iam:CreateUser')),
      true,
      [],
    ],
    ['another role cannot be read', 'ops/Custom', foreign({ role: FAILED }), true, [FIT]],
    [
      'what another role may do cannot be read',
      'ops/Custom',
      foreign({ allowedActions: FAILED }),
      true,
      [FIT],
    ],
    ['another role was not read', 'ops/Custom', {}, true, [FIT]],
  ])(
    'when %s, then whether credentials are given, and what is not known, is said',
    (_what, observed, more, given, open) => {
      expect([inPlace(observed, more), questions(observed, more)]).toEqual([given, open]);
    },
  );

  it.each<[string, unknown, string[]]>([
    [
      'one condition',
      when('aws:SourceIp'),
      ['whether the condition on aws:SourceIp lets ssm.amazonaws.com assume its role'],
    ],
    [
      'two conditions',
      when('aws:SourceIp', 'aws:Other'),
      [
        'whether the condition on aws:Other, the condition on aws:SourceIp let ssm.amazonaws.com assume its role',
      ],
    ],
    ['no condition', trusting(ASSUMES), []],
    [
      'a condition that cannot be read',
      trusting({ ...ASSUMES, Condition: 'x' }),
      ['whether the conditions of its trust policy let ssm.amazonaws.com assume its role'],
    ],
  ])(
    'when the trust policy has %s, then what decides is named, unless an instance proves it',
    (_what, trustPolicy, open) => {
      const ours = { role: role({ trustPolicy }) };
      const others = foreign({ role: role({ trustPolicy }) });
      expect([questions(OURS, ours), questions('ops/Custom', others)]).toEqual([open, open]);
      expect(questions(OURS, ours, true)).toEqual([]);
    },
  );
});

describe('Given a role that has to have two policies', () => {
  it('when it has one of them, then it does not give credentials', () => {
    const both = { ...desired, requiredPolicyArns: [DEFAULT_POLICY, 'arn:aws:iam::aws:policy/Other'] };
    const facts = { ours: OURS, desired: both, partition };
    expect(isDhmcInPlace({ region: REGION, observed: OURS }, anObservation(), facts)).toBe(false);
  });
});

describe('Given a resource control policy that may deny it', () => {
  it('when a setting names our role, then the policy is named', () => {
    expect(questions(OURS, { controls: [{ policy: 'Guard (p-1)', statement: null }] })).toEqual([
      'whether Guard (p-1) lets ssm.amazonaws.com assume its role',
    ]);
  });
});

describe('Given the instances of a Region', () => {
  const PROFILE = 'arn:aws:iam::111122223333:instance-profile/app';
  const online = (overrides: Partial<InstanceDetail> = {}) =>
    knownInstance({ pingStatus: 'Online' }, overrides);
  const proven = (
    instances: InstanceDetail[],
    {
      value = OURS,
      profiles = {},
    }: { value?: string; profiles?: Record<string, ReturnType<typeof aProfile>> } = {},
  ) => {
    const seen = aRegion(value, {
      instances: { kind: 'value', value: someInstances({ instances, profiles }) },
    });
    return isProvenIn(
      REGION,
      anObservation({ regions: [aRegion('ops/Other', { region: 'other' }), seen] }),
      OURS,
    );
  };
  it.each<[string, () => boolean, boolean]>([
    ['one is Online with no profile', () => proven([anInstance(), online()]), true],
    ['one is Online, and the setting names the ARN', () => proven([online()], { value: OUR_ARN }), true],
    [
      'one is Online, and the setting names another role',
      () => proven([online()], { value: 'ops/Custom' }),
      false,
    ],
    ['none is Online', () => proven([anInstance()]), false],
    ['one that was Online is stopped', () => proven([online({ state: 'stopped' })]), false],
    [
      'its profile gives the credentials',
      () => proven([online({ profileArn: PROFILE })], { profiles: { [PROFILE]: aProfile(PING) } }),
      false,
    ],
    [
      'its profile allows no ping',
      () => proven([online({ profileArn: PROFILE })], { profiles: { [PROFILE]: aProfile(CHANNEL) } }),
      true,
    ],
    [
      'its profile cannot be read',
      () => proven([online({ profileArn: PROFILE })], { profiles: { [PROFILE]: FAILED } }),
      false,
    ],
  ])('when %s, then our role is proven there or not', (_what, seen, expected) => {
    expect(seen()).toBe(expected);
  });

  it('when they or the Region were not read, then nothing is proven', () => {
    const unread = anObservation({ regions: [aRegion(OURS, { instances: FAILED })] });
    const none = anObservation({ regions: [aRegion(OURS, { instances: null })] });
    expect([isProvenIn(REGION, unread, OURS), isProvenIn(REGION, none, OURS)]).toEqual([false, false]);
    expect(isProvenIn('eu-north-1', unread, OURS)).toBe(false);
  });
});

describe('Given what the role of a setting may do', () => {
  const decision = (action: string, allowed: boolean): ActionDecision => ({
    action,
    allowed,
    deniedBy: allowed ? null : 'IDENTITY',
    explicit: false,
  });
  const asked = (value: string, more: Partial<AccountObservation> = {}) =>
    permissionsOfSetting(
      REGION,
      anObservation({
        regions: [aRegion('ops/Other', { region: 'other' }), aRegion(value)],
        rolePermissions: [{ region: null, decisions: { kind: 'value', value: [decision(PING, true)] } }],
        ...more,
      }),
      OURS,
    );

  it('when it is ours, then what was simulated counts', () => {
    expect(asked(OURS)).toEqual({ kind: 'value', value: [decision(PING, true)] });
    expect(asked(OUR_ARN)).toEqual(asked(OURS));
  });

  it('when it is ours, and an instance is Online by it, then a denied ping is contradicted', () => {
    const denied: ActionDecision = { ...decision(PING, false), deniedBy: 'SCP' };
    const online = {
      kind: 'value' as const,
      value: someInstances({ instances: [knownInstance({ pingStatus: 'Online' })] }),
    };
    const more = {
      rolePermissions: [{ region: null, decisions: { kind: 'value' as const, value: [denied] } }],
    };
    expect(asked(OURS, more)).toEqual({ kind: 'value', value: [denied] });
    expect(asked(OURS, { ...more, regions: [aRegion(OURS, { instances: online })] })).toEqual({
      kind: 'value',
      value: [],
    });
  });

  it('when it is another, then each action of the agent is allowed or not', () => {
    const value = [decision(PING, true), decision(CHANNEL, false), decision(DATA, true)];
    expect(asked('ops/Custom', foreign(allowing(PING, DATA)))).toEqual({ kind: 'value', value });
    expect(asked(`arn:aws:iam::${ACCOUNT_ID}:role/ops/Custom`, foreign(allowing(PING, DATA)))).toEqual({
      kind: 'value',
      value,
    });
  });

  it('when that was not read, or no role is named, then nothing is said', () => {
    expect(asked('ops/Custom', foreign({ allowedActions: FAILED }))).toEqual(FAILED);
    expect([asked('ops/Custom'), asked('$None', foreign())]).toEqual([null, null]);
    expect(asked('', { regions: [aRegion(OURS, { setting: FAILED })] })).toBeNull();
    expect(asked('', { regions: [] })).toBeNull();
  });
});
