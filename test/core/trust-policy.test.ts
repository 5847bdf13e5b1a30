import { describe, expect, it } from '@jest/globals';
import {
  desiredTrustPolicy,
  isDesiredTrust,
  trustsSystemsManager,
} from '../../functions/core/trust-policy.ts';
import { ACCOUNT_ID } from './builders.ts';

const trust = (...statements: unknown[]) => ({ Version: '2012-10-17', Statement: statements });
const ssm = (more: object = {}) => ({
  Effect: 'Allow',
  Principal: { Service: 'ssm.amazonaws.com' },
  Action: 'sts:AssumeRole',
  ...more,
});

const cases: { given: string; document: unknown; trusted: boolean; exact: boolean }[] = [
  { given: 'the trust that this service writes', document: desiredTrustPolicy, trusted: true, exact: true },
  { given: 'a statement that is not a list', document: { Statement: ssm() }, trusted: true, exact: true },
  {
    given: 'several services, ssm among them',
    document: trust(ssm({ Principal: { Service: ['ec2.amazonaws.com', 'ssm.amazonaws.com'] } })),
    trusted: true,
    exact: false,
  },
  {
    given: 'an action list',
    document: trust(ssm({ Action: ['sts:AssumeRole', 'sts:TagSession'] })),
    trusted: true,
    exact: true,
  },
  {
    given: 'action in another case',
    document: trust(ssm({ Action: 'STS:assumerole' })),
    trusted: true,
    exact: true,
  },
  {
    given: 'only another service',
    document: trust(ssm({ Principal: { Service: 'ec2.amazonaws.com' } })),
    trusted: false,
    exact: false,
  },
  {
    given: 'another action',
    document: trust(ssm({ Action: 'sts:AssumeRoleWithSAML' })),
    trusted: false,
    exact: false,
  },
  {
    given: 'a deny beside the allow',
    document: trust(ssm(), ssm({ Effect: 'Deny' })),
    trusted: false,
    exact: false,
  },
  {
    given: 'aws:SourceAccount of this account',
    document: trust(ssm({ Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT_ID } } })),
    trusted: true,
    exact: true,
  },
  {
    given: 'aws:SourceAccount of another account',
    document: trust(ssm({ Condition: { StringEquals: { 'aws:SourceAccount': '999999999999' } } })),
    trusted: false,
    exact: false,
  },
  {
    given: 'aws:SourceArn of Systems Manager here',
    document: trust(ssm({ Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:ssm:*:${ACCOUNT_ID}:*` } } })),
    trusted: true,
    exact: true,
  },
  {
    given: 'a condition that is not known to hold',
    document: trust(ssm({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })),
    trusted: false,
    exact: false,
  },
  {
    given: 'another account besides',
    document: trust(ssm(), ssm({ Principal: { AWS: 'arn:aws:iam::999999999999:root' } })),
    trusted: true,
    exact: false,
  },
  { given: 'nothing', document: null, trusted: false, exact: false },
  { given: 'text', document: 'Allow', trusted: false, exact: false },
];

describe('a trust policy', () => {
  it.each(cases)(
    'given $given, then trusted: $trusted, exactly ours: $exact',
    ({ document, trusted, exact }) => {
      expect(trustsSystemsManager(document, ACCOUNT_ID)).toBe(trusted);
      expect(isDesiredTrust(document, ACCOUNT_ID)).toBe(exact);
    },
  );
});
