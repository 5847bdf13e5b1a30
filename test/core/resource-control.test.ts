/** Which resource control policies hold in an account, and what they make of the request of Systems Manager. */
import { describe, expect, it } from '@jest/globals';
import {
  controlsOf,
  isAboutRoles,
  type ResourceControlPolicy,
} from '../../functions/core/resource-control.ts';
import { desiredTrustPolicy, judgeTrust } from '../../functions/core/trust-policy.ts';

const ACCOUNT_ID = '111122223333';
type Place = Parameters<typeof controlsOf>[1];
const account: Place = {
  accountId: ACCOUNT_ID,
  organizationPath: ['r-root', 'ou-root-apps'],
  management: false,
};

function policy(targets: string[], statement: object): ResourceControlPolicy {
  const document = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: '*', Resource: '*', ...statement }],
  };
  return { policyId: 'p-1', name: 'guard', targets, document };
}

const assume = { Action: 'sts:AssumeRole' };
const services = { Bool: { 'aws:PrincipalIsAWSService': 'true' } };

const ROWS: [string, string[], object, Partial<Place>, string][] = [
  ['attached to the account', [ACCOUNT_ID], assume, {}, 'REFUSED'],
  ['attached to the root', ['r-root'], assume, {}, 'REFUSED'],
  ['attached to a unit above', ['ou-root-apps'], assume, {}, 'REFUSED'],
  ['attached elsewhere', ['ou-root-other', '444455556666'], assume, {}, 'TRUSTED'],
  ['of the management account', ['r-root'], assume, { management: true }, 'TRUSTED'],
  ['of every action', ['r-root'], { Action: '*' }, {}, 'REFUSED'],
  ['of web identities', ['r-root'], { Action: 'sts:AssumeRoleWithWebIdentity' }, {}, 'TRUSTED'],
  ['of data', ['r-root'], { Action: 's3:*' }, {}, 'TRUSTED'],
  [
    'that keeps others than AWS services out',
    ['r-root'],
    { ...assume, Condition: { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } } },
    {},
    'TRUSTED',
  ],
  [
    'that keeps services of other organizations out',
    ['r-root'],
    {
      ...assume,
      Condition: { ...services, StringNotEqualsIfExists: { 'aws:SourceOrgID': 'o-exampleorg1' } },
    },
    {},
    'TRUSTED',
  ],
  [
    'that compares with the organization of the resource',
    ['r-root'],
    { ...assume, Condition: { StringNotEqualsIfExists: { 'aws:ResourceOrgID': 'o-exampleorg1' } } },
    {},
    'TRUSTED',
  ],
  [
    'of another organization',
    ['r-root'],
    { ...assume, Condition: { ...services, StringNotEquals: { 'aws:SourceOrgID': 'o-another001' } } },
    {},
    'REFUSED',
  ],
  [
    'on a key that is not documented',
    ['r-root'],
    { ...assume, Condition: { ...services, NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } },
    {},
    'CONDITIONAL',
  ],
  ['of some roles', ['r-root'], { ...assume, Resource: 'arn:aws:iam::*:role/teams/*' }, {}, 'CONDITIONAL'],
  ['of an account whose units are not known', ['r-root'], assume, { organizationPath: null }, 'CONDITIONAL'],
];

describe('Given a resource control policy', () => {
  it.each(ROWS)(
    'When it is one %s, Then the trust is judged with it',
    (_, targets, statement, changed, verdict) => {
      const controls = controlsOf(
        { kind: 'value', value: [policy(targets, statement)] },
        {
          ...account,
          ...changed,
        },
      );
      const request = {
        partition: 'aws',
        accountId: ACCOUNT_ID,
        region: 'eu-west-1',
        organizationId: 'o-exampleorg1',
        controls,
      };
      const judged = judgeTrust(desiredTrustPolicy, request);
      expect(judged.verdict).toBe(verdict);
      expect(judged.refusedBy).toBe(verdict === 'REFUSED' ? 'guard (p-1)' : null);
      if (verdict === 'CONDITIONAL') expect(judged.unknownPolicies).toEqual(['guard (p-1)']);
    },
  );

  it('When they are in force and could not be read, Then nothing is called trusted', () => {
    const failure = {
      kind: 'DENIED',
      action: 'organizations:ListPolicies',
      code: 'AccessDeniedException',
      message: '',
    } as const;
    const controls = controlsOf({ kind: 'failed', failure }, account);
    const request = {
      partition: 'aws',
      accountId: ACCOUNT_ID,
      region: 'eu-west-1',
      organizationId: null,
      controls,
    };
    expect(judgeTrust(desiredTrustPolicy, request).verdict).toBe('CONDITIONAL');
    expect(controlsOf({ kind: 'absent' }, account)).toEqual([]);
  });

  it('When it only allows, or is no policy, Then it concerns no role', () => {
    expect(
      isAboutRoles({ Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] }),
    ).toBe(false);
    expect([null, 'x', {}, { Statement: [null, 1] }].map(isAboutRoles)).toEqual([false, false, false, false]);
  });
});
