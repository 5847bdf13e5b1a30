/** Builders of perfect facts; a test overrides what its case is about. */
import type { AssessmentContext } from '../../functions/core/assessment-context.ts';
import type { InstancesObservation } from '../../functions/core/instances/facts.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type {
  AccountObservation,
  ForeignRoleObservation,
  RegionObservation,
  RoleObservation,
  SettingObservation,
} from '../../functions/core/model/observation.ts';
import type { Account } from '../../functions/core/model/primitives.ts';
import type { Failure } from '../../functions/core/model/reads.ts';
import { desiredTrustPolicy } from '../../functions/core/trust-policy.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';

export const ACCOUNT_ID = '111122223333';
export const REGION = 'eu-west-1';
export const OURS = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';
export const OUR_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/${OURS}`;
export const DEFAULT_POLICY = 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy';
export const OUR_TAGS = { 'dhmc-rollout:managed': 'true' };

export function anAccount(overrides: Partial<Account> = {}): Account {
  return {
    accountId: ACCOUNT_ID,
    name: 'payments',
    arn: `arn:aws:organizations::100000000001:account/o-exampleorg1/${ACCOUNT_ID}`,
    state: 'ACTIVE',
    joinedAt: '2024-01-10T00:00:00.000Z',
    organizationPath: ['r-root', 'ou-prod'],
    tags: null,
    management: false,
    ...overrides,
  };
}

export function aRole(overrides: Partial<RoleObservation> = {}): RoleObservation {
  return {
    roleName: 'AWSSystemsManagerDefaultEC2InstanceManagementRole',
    path: '/service-role/',
    arn: OUR_ARN,
    trustPolicy: desiredTrustPolicy,
    attachedPolicyArns: [DEFAULT_POLICY],
    inlinePolicyNames: [],
    denyOnlyPolicyNames: [],
    permissionsBoundaryArn: null,
    tags: {},
    createdAt: '2025-01-01T00:00:00.000Z',
    ...overrides,
  };
}

export function aSetting(value: string, overrides: Partial<SettingObservation> = {}): SettingObservation {
  return { value, lastModifiedUser: null, lastModifiedDate: null, ...overrides };
}

export function aRegion(value: string, overrides: Partial<RegionObservation> = {}): RegionObservation {
  return {
    region: REGION,
    setting: { kind: 'value', value: aSetting(value) },
    instances: { kind: 'value', value: someInstances() },
    network: null,
    associations: null,
    sessionLogging: null,
    onlineInstanceIds: [],
    instancesByVpc: {},
    ...overrides,
  };
}

export function someInstances(overrides: Partial<InstancesObservation> = {}): InstancesObservation {
  return {
    instances: [],
    hybridNodes: [],
    profiles: {},
    statusFailure: null,
    activations: null,
    ...overrides,
  };
}

export function aForeignRole(
  settingValue: string,
  overrides: Partial<ForeignRoleObservation> = {},
): ForeignRoleObservation {
  const roleName = settingValue.split('/').at(-1) ?? '';
  const arn = `arn:aws:iam::${ACCOUNT_ID}:role/${settingValue}`;
  return {
    settingValue,
    role: { kind: 'value', value: aRole({ roleName, arn, path: '/ops/' }) },
    allowedActions: {
      kind: 'value',
      value: [
        'ssm:UpdateInstanceInformation',
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
      ],
    },
    ...overrides,
  };
}

/** An account that can be entered, with a sound role and one Region whose setting is ours. */
export function anObservation(overrides: Partial<AccountObservation> = {}): AccountObservation {
  return {
    account: anAccount(),
    organizationId: 'o-exampleorg1',
    controls: [],
    rolePermissions: [],
    entry: { kind: 'entered' },
    regionStates: { kind: 'value', value: { [REGION]: 'ENABLED_BY_DEFAULT' } },
    role: { kind: 'value', value: aRole() },
    foreignRoles: [],
    regions: [aRegion(OURS)],
    ownSettingValues: [],
    ownWrites: {},
    ownResources: [],
    recentChanges: [],
    earlierVpcs: {},
    ...overrides,
  };
}

/** A run over the one Region of `anObservation`, with what a test overrides. */
export function aContext(overrides: Partial<AssessmentContext> = {}): AssessmentContext {
  return {
    changeSeed: 'plan',
    configuration: aConfiguration(),
    partition: 'aws',
    regions: [REGION],
    now: new Date('2026-11-20T00:00:00Z'),
    organizationPathSince: null,
    inScope: () => true,
    refusedVpcs: new Set(),
    ...overrides,
  };
}

/** A read that failed. */
export function failed(
  kind: Failure['kind'],
  action: string,
  code: string = kind,
): { kind: 'failed'; failure: Failure } {
  return { kind: 'failed', failure: { kind, action, code, message: `${action} ${kind}` } };
}

export function aConfiguration(overrides: Partial<Configuration> = {}): Configuration {
  return { ...defaultConfiguration(), ...overrides };
}
