/** The AWS CLI with credentials that are mixed up: AWS refuses them, and so does the twin. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Twin } from '../../twin/start.ts';
import { type Credentials, credentialsOf, enter, startFirst } from './first-organization.ts';
import { runAwsCli } from './run-aws-cli.ts';

// a Python interpreter starts
jest.setTimeout(120_000);

let twin: Twin;
let credentials: Credentials;
beforeAll(async () => {
  twin = await startFirst();
  const member = await enter(twin, '100000000012');
  credentials = { ...credentialsOf(twin.operator), secretAccessKey: member.secretAccessKey };
});
afterAll(async () => {
  await twin?.close();
});

describe("Given one account's access key and another account's secret", () => {
  it.each([
    [['ssm', 'describe-instance-information'], 'InvalidSignatureException'],
    [['sts', 'get-caller-identity'], 'SignatureDoesNotMatch'],
    [['ec2', 'describe-vpcs'], 'AuthFailure'],
    [['route53', 'list-hosted-zones'], 'SignatureDoesNotMatch'],
    [['account', 'list-regions'], 'InvalidSignatureException'],
  ])('When %j is run, Then %s', async (args, code) => {
    await expect(runAwsCli(args, { twin, credentials, region: 'us-east-1' })).rejects.toThrow(code);
  });
});
