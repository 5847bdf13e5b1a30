import { describe, expect, it } from '@jest/globals';
import { memberRoleName } from '../../functions/core/member-role.ts';
import {
  awsManagedPolicyArn,
  consoleHost,
  iamRegion,
  iamRoleArn,
  organizationsRegion,
  partitionOfArn,
  partitionOfRegion,
  policyArnIn,
} from '../../functions/core/partition.ts';
import { aConfiguration } from './builders.ts';

describe('Given a Region', () => {
  it.each([
    ['eu-west-1', 'aws', 'us-east-1', 'us-east-1', 'console.aws.amazon.com'],
    ['us-east-2', 'aws', 'us-east-1', 'us-east-1', 'console.aws.amazon.com'],
    ['us-gov-east-1', 'aws-us-gov', 'us-gov-west-1', 'us-gov-west-1', 'console.amazonaws-us-gov.com'],
    ['cn-north-1', 'aws-cn', 'cn-north-1', 'cn-northwest-1', 'console.amazonaws.cn'],
    ['eusc-de-east-1', 'aws-eusc', 'eusc-de-east-1', 'eusc-de-east-1', 'console.amazonaws-eusc.eu'],
    // Inside another name neither prefix says anything.
    ['x-cn-north-1', 'aws', 'us-east-1', 'us-east-1', 'console.aws.amazon.com'],
  ])(
    'When it is %s, Then partition, Regions of IAM and Organizations, and console are right',
    (region, partition, iam, organizations, host) => {
      expect(partitionOfRegion(region)).toBe(partition);
      expect(iamRegion(region)).toBe(iam);
      expect(organizationsRegion(region)).toBe(organizations);
      expect(consoleHost(partition)).toBe(host);
    },
  );
});

describe('Given names in a partition', () => {
  it.each([
    ['arn:aws-cn:iam::111122223333:role/x', 'aws-cn'],
    ['arn:aws:iam::111122223333:role/x', 'aws'],
    ['arn::x', 'aws'],
    ['x', 'aws'],
  ])('When the partition of %s is asked, Then it is %s', (arn, partition) => {
    expect(partitionOfArn(arn)).toBe(partition);
  });

  it('When a role or an AWS managed policy is named, Then its ARN has the partition', () => {
    expect(iamRoleArn('aws-cn', '111122223333', '/ops/', 'x')).toBe(
      'arn:aws-cn:iam::111122223333:role/ops/x',
    );
    expect(awsManagedPolicyArn('aws-us-gov', 'X')).toBe('arn:aws-us-gov:iam::aws:policy/X');
  });

  it.each([
    ['arn:aws:iam::aws:policy/service-role/X', 'arn:aws-cn:iam::aws:policy/service-role/X'],
    ['arn:aws:iam::999999999999:policy/teams/X', 'arn:aws-cn:iam::111122223333:policy/teams/X'],
    ['/teams/X', 'arn:aws-cn:iam::111122223333:policy/teams/X'],
    // No ARN of a policy: a name as it is.
    ['/xarn:aws:iam::aws:policy/X', 'arn:aws-cn:iam::111122223333:policy/xarn:aws:iam::aws:policy/X'],
  ])('When the configuration names %s, Then the account has %s', (policy, arn) => {
    expect(policyArnIn('aws-cn', '111122223333', policy)).toBe(arn);
  });

  it('When the member roles have a path, Then their names have it without the first slash', () => {
    const { memberRole } = aConfiguration();
    const named = { memberRole: { ...memberRole, path: '/ops/', reader: 'R', writer: 'W' } };
    expect(memberRoleName(named, 'reader')).toBe('ops/R');
    expect(memberRoleName(named, 'writer')).toBe('ops/W');
    expect(memberRoleName({ memberRole: { ...memberRole, path: '/', reader: 'R' } }, 'reader')).toBe('R');
  });
});
