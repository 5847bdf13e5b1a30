/** What IAM refuses, asked by the AWS CLI. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Twin } from '../../twin/start.ts';
import { credentialsOf, startFirst } from './first-organization.ts';
import { runAwsCli } from './run-aws-cli.ts';

// a Python interpreter starts
jest.setTimeout(120_000);

let twin: Twin;
beforeAll(async () => {
  twin = await startFirst();
});
afterAll(async () => {
  await twin?.close();
});

const trust = (principal: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  });
const SERVICE = trust({ Service: 'ec2.amazonaws.com' });

describe('Given the AWS CLI', () => {
  it.each([
    [
      'a principal that does not exist',
      trust({ AWS: 'arn:aws:iam::100000000012:role/Missing' }),
      [],
      'MalformedPolicyDocument) when calling the CreateRole operation: Invalid principal in policy',
    ],
    ['a reserved path', SERVICE, ['--path', '/aws-reserved/x/'], 'InvalidInput'],
    ['a reserved tag key', SERVICE, ['--tags', 'Key=aws:x,Value=1'], 'InvalidInput'],
    [
      'a trust policy that is too long',
      trust({
        AWS: Array.from({ length: 70 }, (_, index) => `arn:aws:iam::${999_999_999_000 + index}:root`),
      }),
      [],
      'LimitExceeded',
    ],
  ])('When a role is created with %s, Then it is refused', async (_what, document, more, message) => {
    const args = ['iam', 'create-role', '--role-name', 'x', '--assume-role-policy-document', document];
    const as = { twin, credentials: credentialsOf(twin.operator), region: 'us-east-1' };
    await expect(runAwsCli([...args, ...more], as)).rejects.toThrow(message);
  });
});
