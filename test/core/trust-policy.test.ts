import { describe, expect, it } from '@jest/globals';
import {
  desiredTrustPolicy,
  judgeTrust,
  repairedTrust,
  type TrustVerdict,
  trustsOthers,
} from '../../functions/core/trust-policy.ts';
import { ACCOUNT_ID } from './builders.ts';

const trust = (...statements: unknown[]) => ({ Version: '2012-10-17', Statement: statements });
const ssm = (more: object = {}) => ({
  Effect: 'Allow',
  Principal: { Service: 'ssm.amazonaws.com' },
  Action: 'sts:AssumeRole',
  ...more,
});

const ORG = 'o-exampleorg1';
const REQUEST = {
  partition: 'aws',
  accountId: ACCOUNT_ID,
  region: 'eu-west-1',
  organizationId: ORG,
  controls: [],
};
const when = (operator: string, key: string, value: unknown) => ({
  Condition: { [operator]: { [key]: value } },
});
const deny = (more: object = {}) => ssm({ Effect: 'Deny', ...more });
const other = '999999999999';

const CASES: [given: string, document: unknown, verdict: TrustVerdict, others: boolean][] = [
  ['the trust that this service writes', desiredTrustPolicy, 'TRUSTED', false],
  ['a statement that is not a list', { Statement: ssm() }, 'TRUSTED', false],
  [
    'several services',
    trust(ssm({ Principal: { Service: ['ec2.amazonaws.com', 'ssm.amazonaws.com'] } })),
    'TRUSTED',
    true,
  ],
  ['an action list', trust(ssm({ Action: ['sts:AssumeRole', 'sts:TagSession'] })), 'TRUSTED', false],
  ['an action in another case', trust(ssm({ Action: 'STS:assumerole' })), 'TRUSTED', false],
  ['an action with a wildcard', trust(ssm({ Action: 'sts:Assume*' })), 'TRUSTED', false],
  ['only another service', trust(ssm({ Principal: { Service: 'ec2.amazonaws.com' } })), 'REFUSED', true],
  ['another action', trust(ssm({ Action: 'sts:AssumeRoleWithSAML' })), 'REFUSED', false],
  ['a deny without conditions', trust(ssm(), deny()), 'REFUSED', false],
  [
    'another account besides',
    trust(ssm(), ssm({ Principal: { AWS: `arn:aws:iam::${other}:root` } })),
    'TRUSTED',
    true,
  ],
  ['nothing', null, 'REFUSED', false],
  ['text', 'Allow', 'REFUSED', false],
  [
    'aws:SourceAccount of this account',
    trust(ssm(when('StringEquals', 'aws:SourceAccount', ACCOUNT_ID))),
    'TRUSTED',
    false,
  ],
  [
    'aws:SourceAccount among others',
    trust(ssm(when('StringEquals', 'AWS:sourceaccount', [other, ACCOUNT_ID]))),
    'TRUSTED',
    false,
  ],
  [
    'aws:SourceAccount of another account',
    trust(ssm(when('StringEquals', 'aws:SourceAccount', other))),
    'REFUSED',
    false,
  ],
  [
    'not aws:SourceAccount of this account',
    trust(ssm(when('StringNotEquals', 'aws:SourceAccount', ACCOUNT_ID))),
    'REFUSED',
    false,
  ],
  [
    'aws:SourceAccount if it exists',
    trust(ssm(when('StringEqualsIfExists', 'aws:SourceAccount', ACCOUNT_ID))),
    'TRUSTED',
    false,
  ],
  [
    'a pattern of aws:SourceAccount',
    trust(ssm(when('StringLike', 'aws:SourceAccount', '1111*'))),
    'TRUSTED',
    false,
  ],
  [
    'aws:SourceArn of Systems Manager in any Region',
    trust(ssm(when('ArnLike', 'aws:SourceArn', `arn:aws:ssm:*:${ACCOUNT_ID}:*`))),
    'TRUSTED',
    false,
  ],
  [
    'aws:SourceArn in this Region',
    trust(ssm(when('ArnLike', 'aws:SourceArn', `arn:aws:ssm:eu-west-1:${ACCOUNT_ID}:*`))),
    'TRUSTED',
    false,
  ],
  [
    'aws:SourceArn in another Region',
    trust(ssm(when('ArnLike', 'aws:SourceArn', `arn:aws:ssm:us-east-1:${ACCOUNT_ID}:*`))),
    'REFUSED',
    false,
  ],
  [
    'aws:SourceArn of automations',
    trust(ssm(when('ArnLike', 'aws:SourceArn', `arn:aws:ssm:*:${ACCOUNT_ID}:automation-execution/*`))),
    'REFUSED',
    false,
  ],
  [
    'aws:SourceArn of service settings',
    trust(ssm(when('ArnLike', 'aws:SourceArn', `arn:aws:ssm:*:${ACCOUNT_ID}:servicesetting/*`))),
    'CONDITIONAL',
    false,
  ],
  [
    'aws:SourceArn of another service',
    trust(ssm(when('ArnLike', 'aws:SourceArn', `arn:aws:ec2:*:${ACCOUNT_ID}:*`))),
    'REFUSED',
    false,
  ],
  [
    'a wildcard in StringEquals, which is none',
    trust(ssm(when('StringEquals', 'aws:SourceArn', `arn:aws:ssm:*:${ACCOUNT_ID}:*`))),
    'REFUSED',
    false,
  ],
  [
    'aws:SourceOrgID of the organization',
    trust(ssm(when('StringEquals', 'aws:SourceOrgID', ORG))),
    'TRUSTED',
    false,
  ],
  [
    'aws:SourceOrgID of another one',
    trust(ssm(when('StringEquals', 'aws:SourceOrgID', 'o-other'))),
    'REFUSED',
    false,
  ],
  [
    'aws:SourceOrgID of another one if it exists',
    trust(ssm(when('StringEqualsIfExists', 'aws:SourceOrgID', 'o-other'))),
    'REFUSED',
    false,
  ],
  [
    'an external id, which a service does not send',
    trust(ssm(when('StringEquals', 'sts:ExternalId', 'x1'))),
    'REFUSED',
    false,
  ],
  [
    'a principal of the organization, which a service is not',
    trust(ssm(when('StringEquals', 'aws:PrincipalOrgID', ORG))),
    'REFUSED',
    false,
  ],
  ['a service as principal', trust(ssm(when('Bool', 'aws:PrincipalIsAWSService', 'true'))), 'TRUSTED', false],
  [
    'a key that AWS does not document for it',
    trust(ssm(when('IpAddress', 'aws:SourceIp', '10.0.0.0/8'))),
    'CONDITIONAL',
    false,
  ],
  ['that key must be absent', trust(ssm(when('Null', 'aws:SourceIp', 'true'))), 'CONDITIONAL', false],
  [
    'aws:SourceAccount must be there',
    trust(ssm(when('Null', 'aws:SourceAccount', 'false'))),
    'TRUSTED',
    false,
  ],
  [
    'a policy variable',
    trust(ssm(when('StringEquals', 'aws:SourceAccount', '\u0024{aws:ResourceAccount}'))),
    'CONDITIONAL',
    false,
  ],
  [
    'a guard against other accounts',
    trust(ssm(), deny(when('StringNotEquals', 'aws:SourceAccount', ACCOUNT_ID))),
    'TRUSTED',
    false,
  ],
  [
    'a guard of everyone outside the organization but services',
    trust(ssm(), {
      Effect: 'Deny',
      Principal: '*',
      Action: 'sts:AssumeRole',
      Condition: {
        StringNotEquals: { 'aws:PrincipalOrgID': ORG },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
      },
    }),
    'TRUSTED',
    false,
  ],
  [
    'a guard that services do not pass',
    trust(ssm(), deny({ Principal: '*', ...when('StringNotEquals', 'aws:PrincipalOrgID', ORG) })),
    'REFUSED',
    false,
  ],
  [
    'a guard on a key that is not documented',
    trust(ssm(), deny(when('StringEquals', 'aws:SourceIp', '192.0.2.1'))),
    'CONDITIONAL',
    false,
  ],
];

describe('Given a trust policy', () => {
  it.each(CASES)('When it is %s, Then its verdict is right', (_, document, verdict, others) => {
    expect(judgeTrust(document, REQUEST).verdict).toBe(verdict);
    expect(trustsOthers(document)).toBe(others);
  });

  it('When a key is not documented, Then it is named', () => {
    const document = trust(ssm(when('IpAddress', 'aws:SourceIp', '10.0.0.0/8')));
    expect(judgeTrust(document, REQUEST).unknownKeys).toEqual(['aws:SourceIp']);
  });
});

describe('Given a trust policy to repair', () => {
  const guard = deny(when('StringNotEquals', 'aws:SourceAccount', ACCOUNT_ID));
  const condition = when('StringEquals', 'aws:SourceAccount', ACCOUNT_ID);

  it('When another service is there instead, Then ours is written and a guard is kept', () => {
    const ec2 = ssm({ Principal: { Service: 'ec2.amazonaws.com' } });
    expect(repairedTrust(trust(ec2), REQUEST)).toEqual(desiredTrustPolicy);
    const guarded = trust(ec2, { ...guard, Principal: { Service: 'ec2.amazonaws.com' } });
    expect(repairedTrust(guarded, REQUEST)).toEqual({
      ...desiredTrustPolicy,
      Statement: [...desiredTrustPolicy.Statement, { ...guard, Principal: { Service: 'ec2.amazonaws.com' } }],
    });
  });

  it('When another account may assume it besides, Then it is taken out and conditions are kept', () => {
    const document = trust(ssm(condition), ssm({ Principal: { AWS: `arn:aws:iam::${other}:root` } }), guard);
    expect(repairedTrust(document, REQUEST)).toEqual(trust(ssm(condition), guard));
  });

  it('When a condition or a Deny keeps Systems Manager out, Then there is none: it would be looser', () => {
    expect(repairedTrust(trust(ssm(when('StringEquals', 'aws:SourceAccount', other))), REQUEST)).toBeNull();
    expect(repairedTrust(trust(ssm(), deny()), REQUEST)).toBeNull();
  });
});
