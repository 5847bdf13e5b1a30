/** Accounts of every kind, assessed: what is found, said and planned, word by word, as recorded. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { type AccountAssessment, assessAccount } from '../../functions/core/assess.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { AccountObservation } from '../../functions/core/model/observation.ts';
import type { Account } from '../../functions/core/model/primitives.ts';
import type { Failure } from '../../functions/core/model/reads.ts';
import {
  ACCOUNT_ID,
  aConfiguration,
  aContext,
  aForeignRole,
  anAccount,
  anObservation,
  aRegion,
  aRole,
  DEFAULT_POLICY,
  failed,
  OUR_TAGS,
  REGION,
} from './builders.ts';
import { recorded } from './recorded.ts';

const file = recorded('assessments');
afterAll(() => file.keep());

const EC2_ALONE = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const ROLES: Record<string, AccountObservation['role']> = {
  absent: { kind: 'absent' },
  sound: { kind: 'value', value: aRole() },
  'ours, without its policy': { kind: 'value', value: aRole({ tags: OUR_TAGS, attachedPolicyArns: [] }) },
  'with another trust': { kind: 'value', value: aRole({ trustPolicy: EC2_ALONE }) },
  'with more policies and a boundary': {
    kind: 'value',
    value: aRole({
      attachedPolicyArns: [DEFAULT_POLICY, 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
      inlinePolicyNames: ['own'],
      permissionsBoundaryArn: 'arn:aws:iam::aws:policy/PowerUserAccess',
    }),
  },
  'at another path': { kind: 'value', value: aRole({ path: '/other/', arn: 'arn:aws:iam::1:role/other/x' }) },
  'not readable': failed('DENIED', 'iam:GetRole'),
  'denied by the organization': failed('DENIED_BY_SCP', 'iam:GetRole'),
};
const CUSTOM = 'ops/Custom';
const custom = (overrides: Parameters<typeof aForeignRole>[1] = {}) => ({
  regions: [aRegion(CUSTOM)],
  foreignRoles: [aForeignRole(CUSTOM, overrides)],
});
const unset = (kind: Failure['kind']) => ({
  regions: [aRegion('', { setting: failed(kind, 'ssm:GetServiceSetting') })],
});
const SETTINGS: Record<string, Partial<AccountObservation>> = {
  ours: {},
  unset: { regions: [aRegion('$None')] },
  'of a sound role': custom(),
  'of a role that is gone': custom({ role: { kind: 'absent' } }),
  'of a role that EC2 alone may assume': custom({
    role: { kind: 'value', value: aRole({ trustPolicy: EC2_ALONE }) },
  }),
  'of a role without permissions': custom({ allowedActions: { kind: 'value', value: [] } }),
  'of a role that cannot be read': custom({ role: failed('DENIED', 'iam:GetRole') }),
  'of a role that cannot be simulated': custom({
    allowedActions: failed('THROTTLED', 'iam:SimulatePrincipalPolicy'),
  }),
  'that we set once': { ...custom(), ownSettingValues: [CUSTOM] },
  ...Object.fromEntries(
    (
      [
        'DENIED_BY_SCP',
        'DENIED',
        'NOT_READY',
        'REGION_DISABLED',
        'UNSUPPORTED_IN_REGION',
        'THROTTLED',
        'UNAVAILABLE',
        'INVALID',
        'UNEXPECTED',
      ] as const
    ).map((kind) => [`not readable: ${kind}`, unset(kind)]),
  ),
};
const CONFIGURATIONS: Record<string, Partial<Configuration>> = {
  'as it comes': {},
  'replace and repair': {
    existingSetting: 'replace',
    existingRole: 'repair',
    restorableRoleArns: ['arn:aws:iam::*:role/*'],
  },
};
const ACCOUNTS: Record<string, [Partial<Account>, Partial<AccountObservation>]> = {
  suspended: [{ state: 'SUSPENDED' }, {}],
  closed: [{ state: 'CLOSED' }, {}],
  'being closed': [{ state: 'PENDING_CLOSURE' }, {}],
  'not activated': [{ state: 'PENDING_ACTIVATION' }, {}],
  'the management account': [{ management: true }, {}],
  new: [{ joinedAt: '2026-11-19T23:50:00.000Z' }, { role: { kind: 'absent' } }],
  ...Object.fromEntries(
    (['ENABLED', 'ENABLING', 'DISABLING', 'DISABLED'] as const).map((state) => [
      `with its Region ${state}`,
      [{}, { regionStates: { kind: 'value', value: { [REGION]: state } } }],
    ]),
  ),
  'whose Regions cannot be read': [{}, { regionStates: failed('DENIED', 'account:ListRegions') }],
};

function answersOf({ role, targets, plan }: AccountAssessment): string[] {
  return [
    JSON.stringify(role),
    ...targets.flatMap(({ region, findings, notes, ...target }) => [
      `${region}: ${notes.join(' ')}`,
      ...findings.map(({ code, subject, sentence }) => `${code} ${subject}: ${sentence}`),
      JSON.stringify('setting' in target ? target.setting : null),
    ]),
    ...plan.changes.map(({ action, expected, inverse, resource }) =>
      JSON.stringify({ resource, action, expected, inverse }),
    ),
  ];
}

function assess(
  observation: Partial<AccountObservation>,
  configuration: Partial<Configuration> = {},
): string[] {
  return answersOf(
    assessAccount(anObservation(observation), aContext({ configuration: aConfiguration(configuration) })),
  );
}

describe.each(Object.entries(CONFIGURATIONS))('Given the configuration %s', (setup, configuration) => {
  describe.each(Object.entries(ROLES))('Given a role: %s', (roleName, role) => {
    it.each(Object.entries(SETTINGS))('When the setting is %s, Then as recorded', (settingName, setting) => {
      const answer = assess({ role, ...setting }, configuration);
      expect(answer).toEqual(file.of(`${setup}, role ${roleName}, setting ${settingName}`, answer));
    });
  });
});

describe('Given an account', () => {
  it.each(Object.entries(ACCOUNTS))('When it is %s, Then as recorded', (name, [account, observation]) => {
    const answer = assess({ account: anAccount({ accountId: ACCOUNT_ID, ...account }), ...observation });
    expect(answer).toEqual(file.of(name, answer));
  });
});
