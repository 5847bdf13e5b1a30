/** What IAM, STS and Organizations refuse, and when a change of IAM arrives, seen by botocore. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { type Answered, type Asked, askBotocore } from './ask-botocore.ts';
import { credentialsOf, startFirst } from './first-organization.ts';

// a Python interpreter starts
jest.setTimeout(120_000);

const OPERATOR = '100000000002';
const GUARDED = '100000000012';
const FREE = '100000000018';
const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
const documentOf = (...Statement: Piece[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const trustOf = (AWS: string, Condition?: Piece) =>
  documentOf({
    Effect: 'Allow',
    Principal: { AWS },
    Action: 'sts:AssumeRole',
    ...(Condition && { Condition }),
  });
const ALLOW = { Effect: 'Allow', Action: '*', Resource: '*' };

const LATER = { advanceSeconds: 61 };
const iam = (operation: string, input: Piece): Step => ({ service: 'iam', operation, input });
const create = (RoleName: string, AssumeRolePolicyDocument: string) =>
  iam('CreateRole', { RoleName, AssumeRolePolicyDocument });
const allow = (RoleName: string) =>
  iam('PutRolePolicy', { RoleName, PolicyName: 'all', PolicyDocument: documentOf(ALLOW) });
const assume = (RoleArn: string, as?: string, Policy?: string): Step => ({
  service: 'sts',
  operation: 'AssumeRole',
  input: { RoleArn, RoleSessionName: 'test', ...(Policy && { Policy }) },
  ...(as && { as }),
});
const describeAccount = (AccountId: string, as: string): Step => ({
  service: 'organizations',
  operation: 'DescribeAccount',
  input: { AccountId },
  as,
});

/** `as`: the step whose session asks. */
type Step = Omit<Asked, 'region' | 'as'> & { as?: string };

const STEPS: Record<string, Step | typeof LATER> = {
  'a role that an RCP guards': assume(role(GUARDED, 'DhmcRolloutReader')),
  'a role that none guards': assume(role(FREE, 'DhmcRolloutReader')),
  'a role of the snapshot': iam('GetRole', { RoleName: 'DhmcRolloutReader' }),
  'a long name': iam('GetRole', { RoleName: 'r'.repeat(129) }),
  'an odd name': iam('GetRole', { RoleName: 'r/o le' }),
  'wrong Filter': iam('GetAccountAuthorizationDetails', { Filter: ['Robot'] }),

  create: create('Caller', trustOf(OPERATOR)),
  created: iam('GetRole', { RoleName: 'Caller' }),
  'the fresh role': assume(role(OPERATOR, 'Caller')),
  permit: allow('Caller'),
  wait1: LATER,
  old: assume(role(OPERATOR, 'Caller')),
  auditor: assume(
    role(OPERATOR, 'Caller'),
    undefined,
    documentOf(ALLOW, {
      Effect: 'Deny',
      Action: 'organizations:*',
      Resource: `arn:aws:organizations::100000000001:account/o-exampleorg1/${GUARDED}`,
    }),
  ),
  'the denied account': describeAccount(GUARDED, 'auditor'),
  'another account': describeAccount(FREE, 'auditor'),

  'by principal': create('ByPrincipal', trustOf(role(OPERATOR, 'Caller'))),
  'by condition': create(
    'ByCondition',
    trustOf(OPERATOR, { ArnEquals: { 'aws:PrincipalArn': role(OPERATOR, 'Caller') } }),
  ),
  wait2: LATER,
  'principal before': assume(role(OPERATOR, 'ByPrincipal'), 'old'),
  'condition before': assume(role(OPERATOR, 'ByCondition'), 'old'),
  empty: iam('DeleteRolePolicy', { RoleName: 'Caller', PolicyName: 'all' }),
  delete: iam('DeleteRole', { RoleName: 'Caller' }),
  'session at once': { service: 'sts', operation: 'GetCallerIdentity', input: {}, as: 'old' },
  recreate: create('Caller', trustOf(OPERATOR)),
  'permit again': allow('Caller'),
  wait3: LATER,
  'session later': { service: 'sts', operation: 'GetCallerIdentity', input: {}, as: 'old' },
  renewed: assume(role(OPERATOR, 'Caller')),
  'principal after': assume(role(OPERATOR, 'ByPrincipal'), 'renewed'),
  'condition after': assume(role(OPERATOR, 'ByCondition'), 'renewed'),
  'shown trust': iam('GetRole', { RoleName: 'ByPrincipal' }),

  'trust another': iam('UpdateAssumeRolePolicy', {
    RoleName: 'ByCondition',
    PolicyDocument: trustOf('100000000012'),
  }),
  'trust at once': assume(role(OPERATOR, 'ByCondition'), 'renewed'),
  wait4: LATER,
  'trust later': assume(role(OPERATOR, 'ByCondition'), 'renewed'),
};

let twin: Twin;
let answers: Map<string, Answered>;
beforeAll(async () => {
  twin = await startFirst({
    pages: 'aws',
    change: ({ organization }) => {
      organization.Roots[0]?.PolicyTypes.push({ Type: 'RESOURCE_CONTROL_POLICY', Status: 'ENABLED' });
      organization.Policies.push({
        PolicySummary: { Id: 'p-guard', Arn: 'arn:guard', Name: 'guard', Type: 'RESOURCE_CONTROL_POLICY' },
        Content: documentOf({ Effect: 'Deny', Principal: '*', Action: 'sts:*', Resource: '*' }),
        Targets: [{ TargetId: GUARDED }],
      });
    },
  });
  const names = Object.keys(STEPS);
  const given = await askBotocore(
    twin,
    Object.values(STEPS).map((step) =>
      'advanceSeconds' in step
        ? step
        : {
            ...step,
            region: 'us-east-1',
            as: step.as === undefined ? credentialsOf(twin.operator) : names.indexOf(step.as),
          },
    ),
  );
  answers = new Map(names.map((name, index) => [name, given[index] ?? {}]));
});
afterAll(async () => {
  await twin?.close();
});

const ok = (name: string): Piece => {
  expect([name, answers.get(name)?.refused]).toEqual([name, undefined]);
  return answers.get(name)?.ok ?? {};
};

describe('Given botocore', () => {
  it.each([
    ['a role that an RCP guards', /^AccessDenied: .* with an explicit deny in a resource control policy$/],
    ['a long name', /^ValidationError: .* at 'roleName' failed .* less than or equal to 64$/],
    ['an odd name', /^ValidationError: The specified value for roleName is invalid/],
    ['wrong Filter', /^ValidationError: .* at 'filter\.1\.member' failed .* enum value set/],
    ['the fresh role', /^AccessDenied/],
    ['the denied account', /^AccessDenied.* on resource: arn:aws:organizations:.*\/100000000012 with an/],
    ['session later', /^InvalidClientTokenId/],
    ['principal after', /^AccessDenied/],
    ['trust later', /^AccessDenied/],
  ])('When it asks for %s, Then it is refused', (name, refused) => {
    expect(answers.get(name)?.refused).toMatch(refused);
  });

  it.each([
    'a role that none guards',
    'created',
    'another account',
    'principal before',
    'condition before',
    'session at once',
    'condition after',
    'trust at once',
  ])('When it asks for %s, Then it is answered', (name) => {
    ok(name);
  });

  it('When roles are shown, Then nothing is invented, and trust in a deleted role shows its id', () => {
    expect(ok('a role of the snapshot').Role).not.toHaveProperty('RoleLastUsed');
    const [first, second] = [ok('create').Role.RoleId, ok('recreate').Role.RoleId];
    expect(second).not.toBe(first);
    expect(JSON.stringify(ok('shown trust').Role.AssumeRolePolicyDocument)).toContain(first);
  });
});
