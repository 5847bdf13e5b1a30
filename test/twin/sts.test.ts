import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { GetServiceSettingCommand, SSMClient, UpdateServiceSettingCommand } from '@aws-sdk/client-ssm';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import { findRole } from '../../twin/iam/policies.ts';
import { sessionsOf } from '../../twin/sessions.ts';
import type { Twin } from '../../twin/start.ts';
import { type Credentials, configuration, enter, SETTING, startFirst } from './first-organization.ts';

const OPERATOR = 'arn:aws:sts::100000000002:assumed-role/DhmcOperator/twin';
const READER = 'arn:aws:iam::100000000012:role/DhmcRolloutReader';

let twin: Twin;
let sts: STSClient;

beforeAll(async () => {
  twin = await startFirst();
  sts = new STSClient(configuration(twin));
});
afterAll(async () => {
  sts.destroy();
  await twin.close();
});

function assume(input: Partial<AssumeRoleCommandInput>) {
  return sts.send(new AssumeRoleCommand({ RoleArn: READER, RoleSessionName: 'run-1', ...input }));
}

function trust(condition: Piece): Piece {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::100000000002:root' },
        Action: 'sts:AssumeRole',
        Condition: condition,
      },
    ],
  };
}

function roleOf(accountId: string, name: string): Piece {
  const role = findRole(twin.state, accountId, name);
  if (!role) throw new Error(`no role ${name} in ${accountId}`);
  return role;
}

describe('Given the operator of the first organization', () => {
  it('When it asks who it is, Then it is DhmcOperator of the operator account', async () => {
    const identity = await sts.send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: '100000000002', Arn: OPERATOR });
  });

  it('When it assumes a role, Then the session is of that role, for an hour of wall time', async () => {
    const before = Date.now();
    const { Credentials: given, AssumedRoleUser, PackedPolicySize } = await assume({});
    expect(AssumedRoleUser).toEqual({
      AssumedRoleId: 'AROAEF803C1D89121B6C2:run-1',
      Arn: 'arn:aws:sts::100000000012:assumed-role/DhmcRolloutReader/run-1',
    });
    expect(PackedPolicySize).toBeUndefined();
    const seconds = ((given?.Expiration?.getTime() ?? 0) - before) / 1000;
    expect(seconds).toBeGreaterThan(3590);
    expect(seconds).toBeLessThan(3660);
  });

  it.each([
    ['a role that does not exist', 'arn:aws:iam::100000000019:role/DhmcRolloutReader'],
    ['an account of another organization', 'arn:aws:iam::999999999999:role/DhmcRolloutReader'],
    ['a role named with another path', 'arn:aws:iam::100000000012:role/other/DhmcRolloutReader'],
  ])("When it assumes %s, Then AWS's AccessDenied", async (_case, RoleArn) => {
    await expect(assume({ RoleArn })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: ${OPERATOR} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
      $metadata: { httpStatusCode: 403 },
    });
  });

  it.each([
    ['a session name with a space', { RoleSessionName: 'a b' }, /Value 'a b' at 'roleSessionName'/],
    ['a session name of one letter', { RoleSessionName: 'a' }, /length greater than or equal to 2/],
    ['a session of ten minutes', { DurationSeconds: 600 }, /Value '600' at 'durationSeconds'/],
    ['a session of two hours', { DurationSeconds: 7200 }, /1 hour session limit .* role chaining/],
    ['something that is no role ARN', { RoleArn: 'arn:aws:s3:::a-bucket-of-mine' }, /is invalid/],
  ])('When it asks for %s, Then ValidationError', async (_case, input, message) => {
    await expect(assume(input)).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringMatching(message),
    });
  });

  it('When the session policy is no JSON, Then MalformedPolicyDocument', async () => {
    await expect(assume({ Policy: '{' })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message: 'This policy contains invalid Json',
    });
  });

  it('When it passes session tags, Then they are refused, not ignored', async () => {
    await expect(assume({ Tags: [{ Key: 'a', Value: 'b' }] })).rejects.toMatchObject({
      name: 'NotImplemented',
      message: 'The twin does not implement the member Tags of sts:AssumeRole.',
      $metadata: { httpStatusCode: 501 },
    });
  });
});

describe('Given a suspended account that still has its roles', () => {
  it('When one is assumed, Then AccessDenied', async () => {
    const suspended = await startFirst({
      change: ({ organization }) => {
        const account = organization.Accounts.find(({ Id }) => Id === '100000000012');
        if (account) account.State = 'SUSPENDED';
      },
    });
    try {
      await expect(enter(suspended, '100000000012')).rejects.toMatchObject({ name: 'AccessDenied' });
      await expect(enter(suspended, '100000000013')).resolves.toHaveProperty('accessKeyId');
    } finally {
      await suspended.close();
    }
  });
});

describe('Given a role whose trust policy wants an external id', () => {
  beforeAll(() => {
    roleOf('100000000014', 'DhmcRolloutReader').AssumeRolePolicyDocument = trust({
      StringEquals: { 'sts:ExternalId': 'the-id', 'aws:PrincipalOrgID': 'o-exampleorg1' },
      ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::100000000002:role/DhmcOperator' },
    });
  });
  const RoleArn = 'arn:aws:iam::100000000014:role/DhmcRolloutReader';

  it('When it is given, Then the role is assumed', async () => {
    await expect(assume({ RoleArn, ExternalId: 'the-id' })).resolves.toHaveProperty('Credentials');
  });
  it.each([
    ['another', 'the-other'],
    ['none', undefined],
  ])('When %s is given, Then AccessDenied', async (_case, ExternalId) => {
    await expect(assume({ RoleArn, ExternalId })).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('Given a session under a session policy that only reads', () => {
  let ssm: SSMClient;
  let reader: Credentials;
  beforeAll(async () => {
    const statement = { Effect: 'Allow', Action: ['ssm:Get*', 'iam:Get*'], Resource: '*' };
    reader = await enter(twin, '100000000020', {
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    });
    ssm = new SSMClient(configuration(twin, 'us-east-1', reader));
  });
  afterAll(() => ssm.destroy());

  it('When it reads, Then it may', async () => {
    const { ServiceSetting } = await ssm.send(new GetServiceSettingCommand({ SettingId: SETTING }));
    expect(ServiceSetting?.SettingValue).toMatch(/^service-role\//);
  });
  it('When it writes, Then the denial names the session policy, and nothing changed', async () => {
    const before = JSON.stringify(twin.state.account('100000000020'));
    const write = new UpdateServiceSettingCommand({ SettingId: SETTING, SettingValue: 'a/b' });
    await expect(ssm.send(write)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: arn:aws:sts::100000000020:assumed-role/DhmcRolloutWriter/test is not authorized to perform: ssm:UpdateServiceSetting on resource: arn:aws:ssm:us-east-1:100000000020:servicesetting${SETTING} because no session policy allows the ssm:UpdateServiceSetting action`,
      $metadata: { httpStatusCode: 400 },
    });
    expect(JSON.stringify(twin.state.account('100000000020'))).toBe(before);
  });
  it('When it lists roles, Then IAM says AccessDenied with 403', async () => {
    const iam = new IAMClient(configuration(twin, 'us-east-1', reader));
    await expect(iam.send(new ListRolesCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });
    iam.destroy();
  });
});

describe('Given the account that an SCP confines to Tokyo', () => {
  let credentials: Credentials;
  beforeAll(async () => {
    credentials = await enter(twin, '100000000018');
  });

  it('When EC2 is called elsewhere, Then UnauthorizedOperation names the service control policy', async () => {
    const ec2 = new EC2Client(configuration(twin, 'us-east-1', credentials));
    await expect(ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
      message:
        'You are not authorized to perform this operation. User: arn:aws:sts::100000000018:assumed-role/DhmcRolloutWriter/test is not authorized to perform: ec2:DescribeVpcs with an explicit deny in a service control policy',
    });
    ec2.destroy();
  });
  it('When EC2 is called in Tokyo, Then it answers', async () => {
    const ec2 = new EC2Client(configuration(twin, 'ap-northeast-1', credentials));
    await expect(ec2.send(new DescribeVpcsCommand({}))).resolves.toHaveProperty('Vpcs');
    ec2.destroy();
  });
});

describe('Given a session that has expired on the wall clock', () => {
  const expired = (): Credentials => {
    const live = sessionsOf(twin.state).find(twin.operator.accessKeyId);
    if (!live) throw new Error('the operator has no session');
    return sessionsOf(twin.state).create(live.principal, -1, new Date());
  };
  it.each([
    [
      'sts',
      'ExpiredToken',
      403,
      async (given: Credentials) => {
        await new STSClient(configuration(twin, 'us-east-1', given)).send(new GetCallerIdentityCommand({}));
      },
    ],
    [
      'ssm',
      'ExpiredTokenException',
      400,
      async (given: Credentials) => {
        await new SSMClient(configuration(twin, 'us-east-1', given)).send(
          new GetServiceSettingCommand({ SettingId: SETTING }),
        );
      },
    ],
    [
      'ec2',
      'RequestExpired',
      400,
      async (given: Credentials) => {
        await new EC2Client(configuration(twin, 'us-east-1', given)).send(new DescribeVpcsCommand({}));
      },
    ],
  ])('When it calls %s, Then %s (%i)', async (_service, name, httpStatusCode, call) => {
    await expect(call(expired())).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  it("When only the twin's clock moves on, Then the session lives", async () => {
    const credentials = await enter(twin, '100000000012');
    twin.state.clock.advance(7 * 86_400);
    const client = new STSClient(configuration(twin, 'us-east-1', credentials));
    await expect(client.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Account: '100000000012',
    });
    client.destroy();
  });
});
