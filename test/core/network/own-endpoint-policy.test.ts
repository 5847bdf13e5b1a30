/** Which policies say the same: EC2 does not answer with the text that it was given. */
import { describe, expect, it } from '@jest/globals';
import { endpointPolicyText } from '../../../functions/core/network/own-endpoint-policy.ts';
import { FULL_ACCESS, isSamePolicy } from '../../../functions/core/network/policy-comparison.ts';

const allow = (more: Record<string, unknown> = {}) => ({
  Effect: 'Allow',
  Principal: '*',
  Action: ['ssm:*', 'ssmmessages:*'],
  Resource: '*',
  ...more,
});
const policy = (Statement: unknown, more: Record<string, unknown> = { Version: '2012-10-17' }) =>
  JSON.stringify({ ...more, Statement });
const condition = (value: unknown) => ({ Condition: { StringEquals: { 'aws:PrincipalOrgID': value } } });

describe('isSamePolicy', () => {
  it.each<[string, string | null, string | null]>([
    ['no policy and full access', null, FULL_ACCESS],
    ['full access with the version of 2008', policy(allow({ Action: '*' }), { Version: '2008-10-17' }), null],
    ['one statement and a list of it', policy(allow()), policy([allow()])],
    ['a value and a list of it', policy(allow({ Action: 'ssm:*' })), policy(allow({ Action: ['ssm:*'] }))],
    ['another order of values', policy(allow()), policy(allow({ Action: ['ssmmessages:*', 'ssm:*'] }))],
    ['another order of elements', policy(allow()), JSON.stringify(JSON.parse(policy(allow())), null, 4)],
    [
      'another order of statements',
      policy([allow(), allow({ Effect: 'Deny' })]),
      policy([allow({ Effect: 'Deny' }), allow()]),
    ],
    [
      'actions in capitals',
      policy(allow({ Action: 'ssm:GetDocument' })),
      policy(allow({ Action: 'SSM:getdocument' })),
    ],
    ['everyone as a principal of AWS', policy(allow()), policy(allow({ Principal: { AWS: '*' } }))],
    [
      'an account and its root',
      policy(allow({ Principal: { AWS: '111122223333' } })),
      policy(allow({ Principal: { AWS: 'arn:aws:iam::111122223333:root' } })),
    ],
    ['another Sid', policy(allow({ Sid: 'One' })), policy(allow())],
    ['a condition as list', policy(allow(condition('o-1'))), policy(allow(condition(['o-1'])))],
    ['the very same text that is no JSON', '{', '{'],
  ])('given %s, then they are the same', (_case, one, other) => {
    expect(isSamePolicy(one, other)).toBe(true);
    expect(isSamePolicy(other, one)).toBe(true);
  });

  it.each<[string, string | null, string | null]>([
    ['no policy and one that allows less', null, policy(allow())],
    ['another effect', policy(allow()), policy(allow({ Effect: 'Deny' }))],
    [
      'Action and NotAction',
      policy(allow({ Action: 'ssm:*' })),
      policy(allow({ Action: undefined, NotAction: 'ssm:*' })),
    ],
    ['another organization', policy(allow(condition('o-1'))), policy(allow(condition('o-2')))],
    ['a statement more', policy([allow()]), policy([allow(), allow({ Action: 's3:*' })])],
    ['full access and a deny', FULL_ACCESS, policy([allow({ Action: '*' }), allow({ Effect: 'Deny' })])],
    ['another version', policy(allow(), { Version: '2008-10-17' }), policy(allow())],
    ['a text that is no JSON', '{', policy(allow())],
    ['resources in capitals', policy(allow({ Resource: 'a' })), policy(allow({ Resource: 'A' }))],
  ])('given %s, then they differ', (_case, one, other) => {
    expect(isSamePolicy(one, other)).toBe(false);
    expect(isSamePolicy(other, one)).toBe(false);
  });
});

describe('endpointPolicyText', () => {
  it('given a policy without version, then it gets that of today', () => {
    expect(JSON.parse(endpointPolicyText({ Statement: allow() }, 'o-1') ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: allow(),
    });
  });
});
