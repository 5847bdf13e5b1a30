/** Boundaries, session policies, service control policies. */
import type { EvaluationRequest, Piece } from '../../../../twin/contract.ts';
import { ALLOW_ALL, type Case, deny, identity, policy, ROLE } from './base.ts';

const OPERATORS = 'reference_policies_elements_condition_operators';
const BOUNDARY = 'access_policies_boundaries';
const SESSION = 'access_policies#policies_session';
const SCP = 'orgs_manage_policies_scps_evaluation';
const NONE = 'implicit-deny-identity';

const LIMITS: Case[] = [
  {
    page: OPERATORS,
    given: 'a deny on a key that is missing, without IfExists',
    asked: identity(ALLOW_ALL, deny({ Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } })),
    expected: 'allowed',
  },
  {
    page: OPERATORS,
    given: 'a deny on a key that is missing, with IfExists',
    asked: identity(
      ALLOW_ALL,
      deny({ Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } }),
    ),
    expected: 'explicit-deny-identity',
  },
  {
    page: BOUNDARY,
    given: 'a boundary that allows too',
    asked: { ...identity(ALLOW_ALL), permissionsBoundary: policy({ Action: 'ssm:*', Resource: '*' }) },
    expected: 'allowed',
  },
  {
    page: BOUNDARY,
    given: 'a boundary that allows something else',
    asked: { ...identity(ALLOW_ALL), permissionsBoundary: policy({ Action: 's3:*', Resource: '*' }) },
    expected: 'implicit-deny-boundary',
  },
  {
    page: BOUNDARY,
    given: 'a boundary alone, which grants nothing',
    asked: { permissionsBoundary: ALLOW_ALL },
    expected: NONE,
  },
  {
    page: BOUNDARY,
    given: 'a boundary that denies',
    asked: { ...identity(ALLOW_ALL), permissionsBoundary: deny({}) },
    expected: 'explicit-deny-boundary',
  },
  {
    page: SESSION,
    given: 'a session policy that allows too',
    asked: { ...identity(ALLOW_ALL), sessionPolicies: [policy({ Action: 'ssm:Get*', Resource: '*' })] },
    expected: 'allowed',
  },
  {
    page: SESSION,
    given: 'a read-only session policy and a write',
    asked: {
      ...identity(ALLOW_ALL),
      action: 'ssm:UpdateServiceSetting',
      sessionPolicies: [policy({ Action: ['ssm:Get*', 'ssm:Describe*'], Resource: '*' })],
    },
    expected: 'implicit-deny-session',
  },
  {
    page: SESSION,
    given: 'several session policies, one of which allows',
    asked: {
      ...identity(ALLOW_ALL),
      sessionPolicies: [policy({ Action: 's3:*', Resource: '*' }), ALLOW_ALL],
    },
    expected: 'allowed',
  },
  {
    page: SESSION,
    given: 'a session policy alone, which grants nothing',
    asked: { sessionPolicies: [ALLOW_ALL] },
    expected: NONE,
  },
  {
    page: SESSION,
    given: 'a session policy that denies',
    asked: { ...identity(ALLOW_ALL), sessionPolicies: [ALLOW_ALL, deny({})] },
    expected: 'explicit-deny-session',
  },
];

const levels = (...levelPolicies: Piece[][]): Partial<EvaluationRequest> => ({
  ...identity(ALLOW_ALL),
  serviceControlPolicies: levelPolicies,
});
const regionDeny = (region: string): Partial<EvaluationRequest> => ({
  ...levels(
    [ALLOW_ALL],
    [
      ALLOW_ALL,
      policy({
        Effect: 'Deny',
        NotAction: ['iam:*', 'sts:*', 'organizations:*'],
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
      }),
    ],
  ),
  context: { 'aws:RequestedRegion': region },
});

const SERVICE_CONTROL: Case[] = [
  {
    page: SCP,
    given: 'FullAWSAccess on every level',
    asked: levels([ALLOW_ALL], [ALLOW_ALL], [ALLOW_ALL]),
    expected: 'allowed',
  },
  {
    page: SCP,
    given: 'an allow list in the middle without the action',
    asked: levels([ALLOW_ALL], [policy({ Action: 'ec2:*', Resource: '*' })], [ALLOW_ALL]),
    expected: 'implicit-deny-scp',
  },
  {
    page: SCP,
    given: 'two policies on one level, one of which allows',
    asked: levels([ALLOW_ALL], [policy({ Action: 'ec2:*', Resource: '*' }), ALLOW_ALL]),
    expected: 'allowed',
  },
  {
    page: SCP,
    given: 'a level with nothing attached',
    asked: levels([ALLOW_ALL], [], [ALLOW_ALL]),
    expected: 'implicit-deny-scp',
  },
  {
    page: SCP,
    given: 'a deny at the root, allowed again below',
    asked: levels([ALLOW_ALL, deny({ Action: 'ssm:*' })], [ALLOW_ALL], [ALLOW_ALL]),
    expected: 'explicit-deny-scp',
  },
  {
    page: SCP,
    given: 'a deny at the account',
    asked: levels([ALLOW_ALL], [ALLOW_ALL], [ALLOW_ALL, deny({ Action: 'ssm:*' })]),
    expected: 'explicit-deny-scp',
  },
  {
    page: SCP,
    given: 'SCPs that allow, and no identity policy: they grant nothing',
    asked: { serviceControlPolicies: [[ALLOW_ALL]] },
    expected: NONE,
  },
  {
    page: 'orgs_manage_policies_scps',
    given: 'no levels: the management account is not bound',
    asked: identity(ALLOW_ALL),
    expected: 'allowed',
  },
  {
    page: 'orgs_manage_policies_scps_examples_general',
    given: 'a Region deny, in the Region',
    asked: regionDeny('eu-west-1'),
    expected: 'allowed',
  },
  {
    page: 'orgs_manage_policies_scps_examples_general',
    given: 'a Region deny, elsewhere',
    asked: regionDeny('us-east-1'),
    expected: 'explicit-deny-scp',
  },
  {
    page: 'orgs_manage_policies_scps_examples_general',
    given: 'a Region deny, elsewhere, of an exempted service',
    asked: { ...regionDeny('us-east-1'), action: 'iam:GetRole', resource: ROLE },
    expected: 'allowed',
  },
];

export const LIMIT_CASES: Case[] = [...LIMITS, ...SERVICE_CONTROL];
