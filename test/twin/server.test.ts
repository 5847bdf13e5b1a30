import { DescribeImagesCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetServiceSettingCommand, SSMClient, UpdateServiceSettingCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { formatJson } from '../../twin/snapshot/write.ts';
import type { Twin } from '../../twin/start.ts';
import {
  configuration,
  credentialsOf,
  enter,
  FIRST,
  post,
  SETTING,
  startFirst,
} from './first-organization.ts';

let twin: Twin;
beforeAll(async () => {
  twin = await startFirst();
});
afterAll(async () => {
  await twin.close();
});

const getSetting = new GetServiceSettingCommand({ SettingId: SETTING });
const UNKNOWN = { accessKeyId: 'ASIAUNKNOWN', secretAccessKey: 'none', sessionToken: 'none' };

describe('Given credentials that the twin did not give out', () => {
  it('When JSON services are called, Then UnrecognizedClientException (400)', async () => {
    const ssm = new SSMClient(configuration(twin, 'us-east-1', UNKNOWN));
    await expect(ssm.send(getSetting)).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
      $metadata: { httpStatusCode: 400 },
    });
  });
  it('When Query services are called, Then InvalidClientTokenId (403)', async () => {
    const sts = new STSClient(configuration(twin, 'us-east-1', UNKNOWN));
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
      $metadata: { httpStatusCode: 403 },
    });
  });
  it('When the access key is known but the token is another, Then InvalidClientTokenId', async () => {
    const forged = { ...credentialsOf(twin.operator), sessionToken: 'another' };
    const sts = new STSClient(configuration(twin, 'us-east-1', forged));
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });
  it('When a request has no signature, Then MissingAuthenticationToken', async () => {
    const response = await fetch(twin.url, { method: 'POST', body: 'Action=GetCallerIdentity' });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('MissingAuthenticationToken');
  });
});

describe('Given a Region that the account has not enabled', () => {
  it.each([
    [
      'ec2',
      'AuthFailure',
      401,
      () => new EC2Client(configuration(twin, 'eu-south-2')).send(new DescribeVpcsCommand({})).then(String),
    ],
    [
      'ssm',
      'UnrecognizedClientException',
      400,
      () => new SSMClient(configuration(twin, 'eu-south-2')).send(getSetting).then(String),
    ],
    [
      'sts',
      'InvalidClientTokenId',
      403,
      () =>
        new STSClient(configuration(twin, 'eu-south-2')).send(new GetCallerIdentityCommand({})).then(String),
    ],
  ])('When %s is called there, Then %s (%i)', async (_service, name, httpStatusCode, call) => {
    await expect(call()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });
  it('When IAM is called from there, Then it answers, for it is global', async () => {
    const iam = new IAMClient(configuration(twin, 'eu-south-2'));
    const role = new GetRoleCommand({ RoleName: 'DhmcRolloutReader' });
    await expect(iam.send(role)).resolves.toHaveProperty('Role');
  });
});

describe('Given what the twin does not have', () => {
  it('When an unknown operation is called, Then 501 names service and operation', async () => {
    const ec2 = new EC2Client(configuration(twin));
    await expect(ec2.send(new DescribeImagesCommand({}))).rejects.toMatchObject({
      name: 'NotImplemented',
      message: 'The twin does not implement the operation ec2:DescribeImages.',
      $metadata: { httpStatusCode: 501 },
    });
  });
  it('When an unknown service is called, Then 501 names it', async () => {
    const { status, text } = await post(twin, 'rds', { body: '{}' });
    expect(status).toBe(501);
    expect(text).toContain('the service rds');
  });
  it('When a Region is called that it lacks, Then the error lists those that it has', async () => {
    const ssm = new SSMClient(configuration(twin, 'eu-west-9'));
    await expect(ssm.send(getSetting)).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: expect.stringContaining('ap-northeast-1, eu-south-2, us-east-1'),
    });
  });
  it('When DryRun is false, Then it is tolerated; When true, Then refused', async () => {
    const ec2 = new EC2Client(configuration(twin));
    await expect(ec2.send(new DescribeVpcsCommand({ DryRun: false }))).resolves.toHaveProperty('Vpcs');
    await expect(ec2.send(new DescribeVpcsCommand({ DryRun: true }))).rejects.toMatchObject({
      name: expect.stringMatching(/NotImplemented|DryRunOperation/),
    });
  });
});

describe('Given malformed requests', () => {
  const target = {
    'x-amz-target': 'AmazonSSM.GetServiceSetting',
    'content-type': 'application/x-amz-json-1.1',
  };
  it.each([
    ['no JSON', 'ssm', '{', target, 400, 'SerializationException'],
    ['a list as body', 'ssm', '[]', target, 400, 'SerializationException'],
    [
      'a number for a string',
      'ssm',
      '{"SettingId":5}',
      target,
      400,
      'Expected a string at SettingId, got 5.',
    ],
    ['a required member left out', 'ssm', '{}', target, 400, "Value null at 'settingId'"],
    ['a member of no model', 'ssm', `{"SettingId":"${SETTING}","Wish":1}`, target, 501, 'the member Wish'],
    [
      '__proto__ as a member',
      'ssm',
      `{"SettingId":"${SETTING}","__proto__":{"a":1}}`,
      target,
      501,
      '__proto__',
    ],
    ['no target', 'ssm', '{}', {}, 400, 'UnknownOperationException'],
    ['no action', 'sts', 'Version=2011-06-15', {}, 400, 'MissingAction'],
    ['text for a number', 'sts', 'Action=AssumeRole&DurationSeconds=long', {}, 400, 'MalformedInput'],
    [
      'a value and members',
      'ec2',
      'Action=DescribeVpcs&VpcId.1=a&VpcId.1.x=b',
      {},
      400,
      'InvalidParameterValue',
    ],
    ['a list without numbers', 'ec2', 'Action=DescribeVpcs&VpcId.x=a', {}, 400, 'InvalidParameterValue'],
    [
      'a hundred levels',
      'ec2',
      `Action=DescribeVpcs&${'a.'.repeat(100)}b=1`,
      {},
      400,
      'InvalidParameterValue',
    ],
  ])('When it has %s, Then a clear 4xx', async (_case, service, body, headers, status, message) => {
    const answer = await post(twin, service, { body, headers: { ...headers } });
    expect(answer.text).toContain(message);
    expect(answer.status).toBe(status);
  });

  it('When bodies are random bytes, Then the twin answers each with 4xx or 501 and lives', async () => {
    let seed = 7;
    for (let round = 0; round < 200; round++) {
      const bytes = Array.from({ length: 40 }, () => {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        return String.fromCharCode(32 + (seed % 95));
      });
      const service = ['ssm', 'iam', 'ec2', 'account', 'route53'][round % 5] ?? 'ssm';
      const body = round % 2 ? `Action=DescribeVpcs&${bytes.join('')}` : bytes.join('');
      const { status, text } = await post(twin, service, { body, headers: { ...target } });
      expect([text, status >= 400 && status <= 501 && status !== 500]).toEqual([text, true]);
    }
  });
});

describe('Given the control paths', () => {
  const get = async (path: string): Promise<Piece> =>
    JSON.parse(await (await fetch(`${twin.url}${path}`)).text());
  const send = async (path: string, body: string) => {
    const response = await fetch(`${twin.url}${path}`, { method: 'POST', body });
    const value: Piece = JSON.parse(await response.text());
    return { status: response.status, value };
  };

  it('When the organization was only read, Then the snapshot is the one that it started from', async () => {
    const own = await startFirst();
    try {
      const ssm = new SSMClient(configuration(own));
      await ssm.send(getSetting);
      const iam = new IAMClient(configuration(own));
      await iam.send(new GetRoleCommand({ RoleName: 'DhmcRolloutReader' }));
      const start = await readSnapshot(FIRST);
      const end = own.takeSnapshot();
      end.organization.CapturedAt = start.organization.CapturedAt;
      expect(formatJson(end.organization)).toBe(formatJson(start.organization));
      for (const [id, account] of start.accounts) {
        const other = end.accounts.get(id);
        expect(other && formatJson(other)).toBe(formatJson(account));
      }
      expect(own.calls().mutating).toBe(0);
    } finally {
      await own.close();
    }
  });

  it('When the clock is put forward, Then its time and CapturedAt move, and bad bodies are refused', async () => {
    const before = twin.state.clock.now().getTime();
    const { status, value } = await send('/_twin/clock', '{"advanceSeconds": 3600}');
    expect(status).toBe(200);
    expect(new Date(value.now).getTime() - before).toBeGreaterThanOrEqual(3_600_000);
    const snapshot = await get('/_twin/snapshot');
    expect(new Date(snapshot.organization.CapturedAt).getTime() - before).toBeGreaterThan(3_598_000);
    for (const body of [
      '',
      '{}',
      '{"advanceSeconds": -1}',
      '{"advanceSeconds": "1"}',
      '{"advanceSeconds": 1, "x": 2}',
      '[]',
    ]) {
      expect((await send('/_twin/clock', body)).status).toBe(400);
    }
  });

  it('When an unknown path is asked for, Then 404 lists the paths', async () => {
    const { status, value } = await send('/_twin/snapshot', '');
    expect(status).toBe(404);
    expect(value.paths).toEqual([
      'GET /_twin/snapshot',
      'GET /_twin/calls',
      'GET /_twin/faults',
      'POST /_twin/faults',
      'POST /_twin/clock',
      'POST /_twin/sessions/expire',
      'POST /_twin/reset',
    ]);
  });

  it('When calls were made and the twin is reset, Then they were counted, and all is as at the start', async () => {
    const own = await startFirst();
    try {
      const credentials = await enter(own, '100000000012');
      const ssm = new SSMClient(configuration(own, 'us-east-1', credentials));
      const iam = new IAMClient(configuration(own, 'us-east-1', credentials));
      const trust = '{"Version":"2012-10-17","Statement":[]}';
      await iam
        .send(new CreateRoleCommand({ RoleName: 'New', AssumeRolePolicyDocument: trust }))
        .catch(() => {});
      const update = new UpdateServiceSettingCommand({ SettingId: SETTING, SettingValue: 'no-such-role' });
      await ssm.send(update).catch(() => {});
      const counted = own.calls();
      expect(counted).toMatchObject({ total: 3, mutating: 2 });
      expect(counted.calls).toContainEqual({
        account: '100000000002',
        region: 'us-east-1',
        service: 'sts',
        operation: 'AssumeRole',
        mutates: false,
        result: 'ok',
        count: 1,
      });
      await fetch(`${own.url}/_twin/reset`, { method: 'POST' });
      expect(own.calls()).toEqual({ total: 0, mutating: 0, calls: [] });
      const start = await readSnapshot(FIRST);
      for (const [id, account] of own.takeSnapshot().accounts) {
        expect(formatJson(account)).toBe(formatJson(start.accounts.get(id) ?? {}));
      }
      await expect(ssm.send(getSetting)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
      const operator = new STSClient(configuration(own));
      await expect(operator.send(new GetCallerIdentityCommand({}))).resolves.toHaveProperty('Account');
    } finally {
      await own.close();
    }
  });
});

describe('Given a twin that has been closed', () => {
  it('When it is called, Then nothing listens any more, kept-alive connections included', async () => {
    const own = await startFirst();
    await fetch(`${own.url}/_twin/calls`);
    expect(own.requestsInFlight()).toBe(0);
    await own.close();
    await expect(fetch(`${own.url}/_twin/calls`)).rejects.toThrow();
  });
});
