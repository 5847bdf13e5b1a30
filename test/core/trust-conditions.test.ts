import { describe, expect, it } from '@jest/globals';
import {
  allOf,
  anyOf,
  judgeConditions,
  type TrustRequest,
  type Truth,
} from '../../functions/core/trust-conditions.ts';
import {
  judgeTrust,
  repairedTrust,
  trustsEc2,
  trustsSystemsManager,
} from '../../functions/core/trust-policy.ts';
import { ACCOUNT_ID } from './builders.ts';

const ORG = 'o-exampleorg1';
const REQUEST: TrustRequest = {
  ...{ partition: 'aws', accountId: ACCOUNT_ID, region: 'eu-west-1', organizationId: ORG, controls: [] },
};
const NOWHERE: TrustRequest = { ...REQUEST, region: null, organizationId: null };
const truth = (operator: string, key: string, wanted: unknown, request = REQUEST) =>
  judgeConditions({ [operator]: { [key]: wanted } }, request).truth;
const NAMES = 'aws:PrincipalServiceNamesList';

describe('Given a condition on a key whose value is known', () => {
  it.each<[string, string, unknown, Truth]>([
    ['StringEquals', 'aws:SourceAccount', ACCOUNT_ID, 'TRUE'],
    ['StringEquals', 'AWS:sourceaccount', [ACCOUNT_ID, 'x'], 'TRUE'],
    ['StringNotEquals', 'aws:SourceAccount', [ACCOUNT_ID, 'x'], 'FALSE'],
    ['StringNotEquals', 'aws:SourceAccount', 'x', 'TRUE'],
    ['StringEquals', 'aws:ResourceAccount', ACCOUNT_ID, 'TRUE'],
    ['StringEquals', 'aws:ResourceAccount', 'x', 'FALSE'],
    ['StringEquals', 'aws:SourceOrgID', ORG, 'TRUE'],
    ['StringEquals', 'aws:SourceOrgID', 'o-other', 'FALSE'],
    ['StringEquals', 'aws:ResourceOrgID', ORG, 'TRUE'],
    ['StringEquals', 'aws:ResourceOrgID', 'o-other', 'FALSE'],
    ['Bool', 'aws:PrincipalIsAWSService', 'TRUE', 'TRUE'],
    ['Bool', 'aws:PrincipalIsAWSService', false, 'FALSE'],
    ['Bool', 'aws:SecureTransport', true, 'TRUE'],
    ['StringEquals', 'aws:PrincipalServiceName', 'ssm.amazonaws.com', 'TRUE'],
    ['StringEquals', 'aws:PrincipalServiceName', 'SSM.amazonaws.com', 'FALSE'],
    ['StringEqualsIgnoreCase', 'aws:PrincipalServiceName', 'SSM.amazonaws.com', 'TRUE'],
    ['StringLike', 'aws:PrincipalServiceName', '*.amazonaws.com', 'TRUE'],
    ['StringNotLike', 'aws:PrincipalServiceName', '*.amazonaws.com', 'FALSE'],
    ['ArnLike', 'aws:SourceAccount', '1*', 'TRUE'],
    ['ArnEquals', 'aws:SourceAccount', '2*', 'FALSE'],
    ['NumericLessThan', 'aws:SourceAccount', '7', 'UNKNOWN'],
    ['StringEquals', 'aws:SourceAccount', '$' + '{aws:username}', 'UNKNOWN'],
    ['StringLike', 'aws:SourceAccount', '$' + '{*}', 'FALSE'],
    // Of a key with several values: any of them, or each.
    [`ForAnyValue:StringEquals`, NAMES, 'ssm.eu-west-1.amazonaws.com', 'TRUE'],
    [`ForAnyValue:StringEquals`, NAMES, 'ssm.eu-west-2.amazonaws.com', 'FALSE'],
    [`ForAllValues:StringEquals`, NAMES, 'ssm.amazonaws.com', 'FALSE'],
    [`ForAllValues:StringLike`, NAMES, 'ssm.*', 'TRUE'],
    [`ForAnyValue:StringNotEquals`, NAMES, 'ssm.amazonaws.com', 'TRUE'],
    [`ForAllValues:StringNotEquals`, NAMES, 'ssm.amazonaws.com', 'FALSE'],
    [`forallvalues:StringNotEquals`, NAMES, 'ec2.amazonaws.com', 'TRUE'],
    [`StringNotEquals`, NAMES, 'ssm.amazonaws.com', 'FALSE'],
    ['Null', 'aws:SourceAccount', 'false', 'TRUE'],
    ['Null', 'aws:SourceAccount', ['TRUE'], 'FALSE'],
    ['Null', 'aws:SourceAccount', ['true', 'false'], 'TRUE'],
  ])('When %s %s wants %j, Then it is %s', (operator, key, wanted, expected) => {
    expect(truth(operator, key, wanted)).toBe(expected);
  });

  it.each(['aws:SourceOrgID', 'aws:ResourceOrgID', NAMES])(
    'When %s depends on an organization or Region that is not known, Then so does the condition',
    (key) => {
      expect(truth('StringEquals', key, ORG, NOWHERE)).toBe('UNKNOWN');
      expect(truth('Null', key, 'true', NOWHERE)).toBe('UNKNOWN');
    },
  );
});

describe('Given a condition on a key that the request lacks', () => {
  it.each([
    ...[
      'aws:PrincipalOrgID',
      'aws:PrincipalOrgPaths',
      'aws:PrincipalAccount',
      'aws:PrincipalArn',
      'aws:username',
    ],
    ...[
      'aws:FederatedProvider',
      'aws:MultiFactorAuthPresent',
      'aws:MultiFactorAuthAge',
      'aws:TokenIssueTime',
    ],
    ...['aws:SourceVpc', 'aws:SourceVpce', 'sts:ExternalId', 'aws:PrincipalTag/team'],
  ])('When it is %s, Then it holds only where that is no requirement', (key) => {
    const operators = [
      'StringEquals',
      'StringEqualsIfExists',
      'ForAllValues:StringEquals',
      'ForAnyValue:StringEquals',
    ];
    expect(operators.map((operator) => truth(operator, key, 'x'))).toEqual([
      'FALSE',
      'TRUE',
      'TRUE',
      'FALSE',
    ]);
    const negated = [
      'StringNotEquals',
      'StringNotEqualsIfExists',
      'ForAllValues:StringNotEquals',
      'ForAnyValue:StringNotEquals',
    ];
    expect(negated.map((operator) => truth(operator, key, 'x'))).toEqual(['TRUE', 'TRUE', 'TRUE', 'FALSE']);
    expect([truth('Null', key, 'true'), truth('Null', key, 'false')]).toEqual(['TRUE', 'FALSE']);
  });
});

describe('Given a condition on aws:SourceArn', () => {
  const arn = (rest: string) => `arn:aws:ssm:eu-west-1:${ACCOUNT_ID}:${rest}`;

  it.each<[string, string, Truth]>([
    ['ArnLike', arn('*'), 'TRUE'],
    ['ArnLike', '*', 'TRUE'],
    ['StringLike', '*', 'TRUE'],
    ['StringEquals', '*', 'FALSE'],
    ['ArnEquals', '*:*:*:*:*:*', 'TRUE'],
    ['StringEquals', arn('*'), 'UNKNOWN'],
    ['ArnLike', arn('servicesetting/ssm/*'), 'UNKNOWN'],
    ['ArnLike', arn('managed-instance/*'), 'UNKNOWN'],
    ['StringEquals', arn('instance/i-1'), 'UNKNOWN'],
    ['ArnLike', arn('document/x'), 'FALSE'],
    ['ArnLike', arn('xinstance/i-1'), 'FALSE'],
    ['ArnLike', `arn:aws:ssm:*:${ACCOUNT_ID}:*`, 'TRUE'],
    ['ArnLike', `arn:aws:ssm:eu-*:${ACCOUNT_ID}:*`, 'TRUE'],
    ['StringEquals', `arn:aws:ssm:*:${ACCOUNT_ID}:instance/i-1`, 'FALSE'],
    ['StringEqualsIgnoreCase', `arn:aws:ssm:*:${ACCOUNT_ID}:instance/i-1`, 'FALSE'],
    ['ArnLike', `arn:aws:ssm:us-east-1:${ACCOUNT_ID}:*`, 'FALSE'],
    ['ArnLike', `arn:aws:ec2:eu-west-1:${ACCOUNT_ID}:*`, 'FALSE'],
    ['ArnLike', `arn:aws-cn:ssm:eu-west-1:${ACCOUNT_ID}:*`, 'FALSE'],
    ['ArnLike', 'arn:aws:ssm:eu-west-1:999999999999:*', 'FALSE'],
    ['ArnLike', `urn:aws:ssm:eu-west-1:${ACCOUNT_ID}:*`, 'FALSE'],
    ['StringLike', `arn:aws:ssm:eu-west-1:${ACCOUNT_ID}*`, 'TRUE'],
    ['StringLike', `arn:aws:ssm:eu-west-1:*${ACCOUNT_ID}`, 'FALSE'],
    ['StringEquals', `arn:aws:ssm:eu-west-1:${ACCOUNT_ID}`, 'FALSE'],
    ['ArnNotLike', arn('*'), 'FALSE'],
    ['ArnNotLike', arn('instance/*'), 'UNKNOWN'],
    ['ArnNotLike', 'arn:aws:ssm:eu-west-1:999999999999:*', 'TRUE'],
  ])('When %s wants %s, Then it is %s', (operator, pattern, expected) => {
    expect(truth(operator, 'aws:SourceArn', pattern)).toBe(expected);
  });

  it('When no Region is asked about, Then one in the pattern is unknown, and any is not', () => {
    expect(truth('ArnLike', 'aws:SourceArn', arn('*'), NOWHERE)).toBe('UNKNOWN');
    expect(truth('ArnLike', 'aws:SourceArn', `arn:aws:ssm:*:${ACCOUNT_ID}:*`, NOWHERE)).toBe('TRUE');
  });
});

describe('Given several conditions', () => {
  it('When there are none, Then nothing is asked', () => {
    for (const none of [undefined, null, {}, { Bool: null }]) {
      expect(judgeConditions(none, REQUEST)).toEqual({ truth: 'TRUE', unknownKeys: [] });
    }
    expect(judgeConditions('x', REQUEST)).toEqual({ truth: 'UNKNOWN', unknownKeys: [] });
  });

  it('When some are on keys that are not documented, Then these are named as they are spelled', () => {
    const condition = {
      StringEquals: { 'aws:SourceAccount': ACCOUNT_ID, 'aws:Other': 'x' },
      Bool: { 'aws:ViaAWSService': true },
    };
    expect(judgeConditions(condition, REQUEST)).toEqual({
      truth: 'UNKNOWN',
      unknownKeys: ['aws:Other', 'aws:ViaAWSService'],
    });
  });

  it.each<[Truth[], Truth, Truth]>([
    [[], 'TRUE', 'FALSE'],
    [['TRUE', 'TRUE'], 'TRUE', 'TRUE'],
    [['TRUE', 'UNKNOWN'], 'UNKNOWN', 'TRUE'],
    [['FALSE', 'UNKNOWN'], 'FALSE', 'UNKNOWN'],
    [['FALSE', 'TRUE', 'UNKNOWN'], 'FALSE', 'TRUE'],
    [['FALSE'], 'FALSE', 'FALSE'],
  ])('When they are %j, Then all are %s and any is %s', (truths, all, any) => {
    expect([allOf(truths), anyOf(truths)]).toEqual([all, any]);
  });
});

const statement = (given: object = {}) => ({
  ...{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ...given,
});
const trust = (...Statement: unknown[]) => ({ Version: '2012-10-17', Statement });

describe('Given a role that EC2 may use', () => {
  it.each([
    ['trusts EC2', trust(statement()), true],
    ['trusts EC2 of China', trust(statement({ Principal: { Service: ['ec2.amazonaws.com.cn'] } })), true],
    ['trusts EC2 under a condition', trust(statement({ Condition: { Bool: {} } })), true],
    ['trusts every principal', trust(statement({ Principal: { AWS: ['*'] } })), true],
    ['trusts another service', trust(statement({ Principal: { Service: 'ssm.amazonaws.com' } })), false],
    ['trusts EC2 for something else', trust(statement({ Action: 'sts:TagSession' })), false],
    ['trusts EC2 for all but that', trust(statement({ Action: undefined, NotAction: 'sts:Assume*' })), false],
    [
      'trusts EC2 for all but something else',
      trust(statement({ Action: undefined, NotAction: 'sts:Tag*' })),
      true,
    ],
    ['denies EC2', trust(statement(), statement({ Effect: 'Deny' })), false],
    [
      'denies EC2 under a condition',
      trust(statement(), statement({ Effect: 'Deny', Condition: { Bool: {} } })),
      true,
    ],
    ['only denies', trust(statement({ Effect: 'Deny' })), false],
    [
      'denies another service',
      trust(statement(), statement({ Effect: 'Deny', Principal: { Service: 'x' } })),
      true,
    ],
    ['has actions that are no texts', trust(statement({ Action: [7] })), false],
    ['has statements that are none', trust(null, 'x', statement()), true],
    ['has none', {}, false],
  ])('When its trust policy %s, Then that is known', (_what, policy, trusts) => {
    expect(trustsEc2(policy)).toBe(trusts);
  });
});

describe('Given a trust policy that is to be repaired', () => {
  const ssm = { Service: 'ssm.amazonaws.com' };
  const own = statement({ Principal: ssm });

  it('When it lets others in with Systems Manager, Then these are taken out, and the rest of the statement is kept', () => {
    const condition = { StringEquals: { 'aws:SourceAccount': ACCOUNT_ID } };
    const shared = statement({
      Principal: { Service: ['ssm.amazonaws.com', 'ec2.amazonaws.com'] },
      Condition: condition,
    });
    expect(repairedTrust(trust(shared, statement()), REQUEST)).toEqual(
      trust(statement({ Principal: ssm, Condition: condition })),
    );
  });

  it('When nothing lets Systems Manager in, Then ours is written and a guard kept', () => {
    const guard = statement({ Effect: 'Deny' });
    expect(repairedTrust(trust(statement(), guard), REQUEST)).toEqual(trust(own, guard));
  });

  it('When a condition keeps Systems Manager out, Then there is none', () => {
    const out = statement({ Principal: ssm, Condition: { StringEquals: { 'aws:SourceAccount': 'x' } } });
    expect(repairedTrust(trust(out), REQUEST)).toBeNull();
    expect(judgeTrust(trust(out), REQUEST)).toEqual({
      ...{ verdict: 'REFUSED', unknownKeys: [], unknownPolicies: [], isStricter: true, refusedBy: null },
    });
    expect(trustsSystemsManager(trust(out), REQUEST)).toBe(false);
  });
});

describe('Given a condition whose value is an object, which IAM would not take', () => {
  it.each([[{ toString: 1 }], [[{ toString: {}, valueOf: {} }]], [{}]])(
    'When it is %j, Then it is no text that is asked for',
    (wanted) => {
      expect(truth('StringEquals', 'aws:SourceAccount', wanted)).toBe('FALSE');
    },
  );
});
