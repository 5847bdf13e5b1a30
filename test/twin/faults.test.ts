/** Faults over HTTP, seen by the SDK's own clients; one attempt each, so that a fault is seen as it is. */

import { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { DescribeOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { GetServiceSettingCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Fault, FaultFile } from '../../twin/faults-file.ts';
import type { Twin } from '../../twin/start.ts';
import { configuration, enter, SETTING, startFirst } from './first-organization.ts';

const MEMBER = '100000000012';
const REFUSAL = { error: { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 } };

let twin: Twin;
afterEach(() => twin.close());

const start = async (...faults: Fault[]) => {
  twin = await startFirst({ faults: { seed: 7, faults } });
};

const getSetting = (client: SSMClient) => client.send(new GetServiceSettingCommand({ SettingId: SETTING }));

const createRole = (name: string, settings: object = {}) =>
  new IAMClient({ ...configuration(twin), ...settings }).send(
    new CreateRoleCommand({
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      }),
    }),
  );

const getRole = (RoleName: string) =>
  new IAMClient(configuration(twin)).send(new GetRoleCommand({ RoleName }));

/** Of so many calls one after the other, the places (from 1) of those that failed. */
async function failures(calls: number, call: () => Promise<unknown>): Promise<number[]> {
  const failed: number[] = [];
  for (let place = 1; place <= calls; place++) await call().catch(() => failed.push(place));
  return failed;
}

/** The connection ended without a response. Node words it; the SDK wraps what is of another realm, as in jest. */
const LOST = /socket hang up|ECONNRESET/;

/** Looks again and again; fails after 10 s. */
async function until(condition: () => boolean): Promise<void> {
  for (let look = 0; look < 500; look++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it never came to be');
}

describe('Given a fault that answers with an error', () => {
  it.each([
    ['ssm', 'GetServiceSetting', () => getSetting(new SSMClient(configuration(twin)))],
    [
      'organizations',
      'DescribeOrganization',
      () => new OrganizationsClient(configuration(twin)).send(new DescribeOrganizationCommand({})),
    ],
    [
      'sts',
      'GetCallerIdentity',
      () => new STSClient(configuration(twin)).send(new GetCallerIdentityCommand({})),
    ],
    ['iam', 'GetRole', () => getRole('any')],
    ['ec2', 'DescribeVpcs', () => new EC2Client(configuration(twin)).send(new DescribeVpcsCommand({}))],
    ['account', 'ListRegions', () => new AccountClient(configuration(twin)).send(new ListRegionsCommand({}))],
  ])('When %s is called, Then its client reads code, words and status', async (service, operation, call) => {
    const error = { code: 'MadeUpFailure', message: 'Not <today> & not now', status: 418 };
    await start({ match: { service, operation }, effect: { error } });
    await expect(call()).rejects.toMatchObject({
      name: 'MadeUpFailure',
      message: error.message,
      $metadata: { httpStatusCode: 418 },
    });
    expect(twin.calls().calls).toMatchObject([{ service, operation, result: 'MadeUpFailure', count: 1 }]);
  });

  it('When the call would have changed something, Then nothing changed', async () => {
    await start({ match: { operation: 'CreateRole' }, effect: REFUSAL });
    await expect(createRole('New')).rejects.toThrow('Rate exceeded');
    await expect(getRole('New')).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });
});

describe('Given a fault that drops the connection', () => {
  it('When it drops before, Then the client loses it and nothing changed', async () => {
    await start({ match: { operation: 'CreateRole' }, effect: { drop: 'before' }, times: 1 });
    await expect(createRole('New')).rejects.toThrow(LOST);
    await expect(getRole('New')).rejects.toMatchObject({ name: 'NoSuchEntityException' });
    expect(twin.calls().calls).toContainEqual(
      expect.objectContaining({ operation: 'CreateRole', mutates: true, result: 'dropped' }),
    );
    await expect(createRole('New')).resolves.toHaveProperty('Role');
  });

  it('When it drops after, Then the client loses the response and the change is made', async () => {
    await start({ match: { operation: 'CreateRole' }, effect: { drop: 'after' }, times: 1 });
    await expect(createRole('New')).rejects.toThrow(LOST);
    await expect(getRole('New')).resolves.toMatchObject({ Role: { RoleName: 'New' } });
    await expect(createRole('New')).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });
    expect(twin.calls().calls).toContainEqual(
      expect.objectContaining({ operation: 'CreateRole', result: 'ok', count: 1 }),
    );
  });

  it('When it drops after a call that fails, Then the failure is lost too', async () => {
    await start({ match: { operation: 'GetRole' }, effect: { drop: 'after' } });
    await expect(getRole('missing')).rejects.toThrow(LOST);
    expect(twin.calls().calls).toMatchObject([{ result: 'NoSuchEntity' }]);
  });

  it('When a kept-alive connection was dropped, Then the next call of the same client goes through', async () => {
    await start({ match: { nth: 2 }, effect: { drop: 'before' }, times: 1 });
    const ssm = new SSMClient(configuration(twin));
    expect(await failures(3, () => getSetting(ssm))).toEqual([2]);
  });
});

describe('Given a fault that delays', () => {
  it('When a later call is not delayed, Then it overtakes, and the delayed one succeeds', async () => {
    await start({ match: { operation: 'GetServiceSetting' }, effect: { delayMs: 400 } });
    const order: string[] = [];
    const slow = getSetting(new SSMClient(configuration(twin))).then(() => order.push('slow'));
    const quick = new STSClient(configuration(twin))
      .send(new GetCallerIdentityCommand({}))
      .then(() => order.push('quick'));
    await Promise.all([slow, quick]);
    expect(order).toEqual(['quick', 'slow']);
  });

  it('When the client gives up meanwhile, Then the change is made all the same', async () => {
    await start({ match: { operation: 'CreateRole' }, effect: { delayMs: 400 } });
    const impatient = { requestHandler: { requestTimeout: 100, throwOnRequestTimeout: true } };
    await expect(createRole('New', impatient)).rejects.toMatchObject({ name: 'TimeoutError' });
    const made = () => twin.calls().calls.some(({ result }) => result === 'ok');
    await until(made);
    await expect(getRole('New')).resolves.toHaveProperty('Role');
  });

  it('When the twin closes meanwhile, Then it does not wait', async () => {
    await start({ match: {}, effect: { delayMs: 600_000 } });
    const lost = getSetting(new SSMClient(configuration(twin))).catch((error: unknown) => error);
    await until(() => twin.requestsInFlight() > 0);
    await twin.close();
    expect(String(await lost)).toMatch(LOST);
    twin = await startFirst();
  });
});

describe('Given when a fault strikes', () => {
  it.each<[string, Pick<Fault, 'times'> & { nth?: number }, number[]]>([
    ['neither nth nor times', {}, [1, 2, 3, 4, 5, 6]],
    ['nth 3', { nth: 3 }, [3, 4, 5, 6]],
    ['times 2', { times: 2 }, [1, 2]],
    ['nth 3, times 2', { nth: 3, times: 2 }, [3, 4]],
    ['nth 7', { nth: 7 }, []],
  ])('When it has %s, Then of six calls it strikes its own', async (_case, { nth, times }, expected) => {
    await start({ match: { operation: 'GetServiceSetting', nth }, effect: REFUSAL, times });
    const ssm = new SSMClient(configuration(twin));
    expect(await failures(6, () => getSetting(ssm))).toEqual(expected);
    expect(twin.faults().faults).toMatchObject([{ matched: 6, struck: expected.length }]);
  });

  it('When it names account and Region, Then others are spared and do not count', async () => {
    await start({ match: { account: MEMBER, region: 'us-east-1', nth: 2 }, effect: REFUSAL });
    const member = await enter(twin, MEMBER);
    const struck = new SSMClient(configuration(twin, 'us-east-1', member));
    const elsewhere = new SSMClient(configuration(twin, 'ap-northeast-1', member));
    const operator = new SSMClient(configuration(twin));
    expect(await failures(3, () => getSetting(elsewhere))).toEqual([]);
    expect(await failures(3, () => getSetting(operator))).toEqual([]);
    expect(await failures(3, () => getSetting(struck))).toEqual([2, 3]);
  });

  it('When two errors match, Then the first of the list strikes and the second keeps its times', async () => {
    const error = (code: string) => ({ error: { code, message: 'no', status: 400 } });
    await start(
      { match: {}, effect: error('First'), times: 2 },
      { match: {}, effect: error('Second'), times: 1 },
      { match: {}, effect: { delayMs: 1 } },
    );
    const ssm = new SSMClient(configuration(twin));
    const names: string[] = [];
    for (let call = 0; call < 4; call++) {
      await getSetting(ssm).then(
        () => names.push('ok'),
        (thrown: Error) => names.push(thrown.name),
      );
    }
    expect(names).toEqual(['First', 'First', 'Second', 'ok']);
    expect(twin.faults().faults.map(({ struck }) => struck)).toEqual([2, 1, 4]);
  });
});

describe('Given a fault with a probability', () => {
  const file = (seed: number, times?: number): FaultFile => ({
    seed,
    faults: [{ match: { operation: 'GetServiceSetting', probability: 0.3 }, effect: REFUSAL, times }],
  });
  const struckBy = (of: FaultFile, region = 'us-east-1') => {
    twin.setFaults(of);
    const ssm = new SSMClient(configuration(twin, region));
    return failures(60, () => getSetting(ssm));
  };

  it('When the seed is the same, Then the same calls are struck; with another, others', async () => {
    await start();
    const first = await struckBy(file(7));
    expect(first.length).toBeGreaterThan(6);
    expect(first.length).toBeLessThan(36);
    expect(await struckBy(file(7))).toEqual(first);
    expect(await struckBy(file(8))).not.toEqual(first);
    expect(await struckBy(file(7), 'ap-northeast-1')).not.toEqual(first);
    expect(await struckBy(file(7, 2))).toEqual(first.slice(0, 2));
  });

  it('When calls of other Regions come in between, Then the same calls are struck', async () => {
    await start();
    const alone = await struckBy(file(7));
    twin.setFaults(file(7));
    const here = new SSMClient(configuration(twin));
    const there = new SSMClient(configuration(twin, 'ap-northeast-1'));
    const both = () => {
      const others = [getSetting(there), getSetting(there)].map((call) => call.catch(() => undefined));
      return Promise.all([getSetting(here), ...others]);
    };
    expect(await failures(60, both)).toEqual(alone);
  });

  it.each([
    [0, 0],
    [1, 20],
  ])('When it is %d, Then of 20 calls %d are struck', async (probability, expected) => {
    await start({ match: { probability }, effect: REFUSAL });
    const ssm = new SSMClient(configuration(twin));
    expect(await failures(20, () => getSetting(ssm))).toHaveLength(expected);
  });
});

describe('Given sessions that are ended', () => {
  const expire = async (body: string) => {
    const response = await fetch(`${twin.url}/_twin/sessions/expire`, { method: 'POST', body });
    return { status: response.status, value: await response.json() };
  };
  const identity = (credentials?: Parameters<typeof configuration>[2]) =>
    new STSClient(configuration(twin, 'us-east-1', credentials)).send(new GetCallerIdentityCommand({}));

  it('When no account is named, Then every session but the operator reads as expired, by protocol', async () => {
    await start();
    const member = await enter(twin, MEMBER);
    expect(await expire('{}')).toEqual({ status: 200, value: { expired: 1 } });
    const settings = configuration(twin, 'us-east-1', member);
    await expect(identity(member)).rejects.toMatchObject({ name: 'ExpiredToken' });
    await expect(getSetting(new SSMClient(settings))).rejects.toMatchObject({
      name: 'ExpiredTokenException',
    });
    await expect(new EC2Client(settings).send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      name: 'RequestExpired',
    });
    await expect(identity(await enter(twin, MEMBER))).resolves.toHaveProperty('Account', MEMBER);
    expect(twin.expireSessions()).toBe(1);
  });

  it('When an account is named, Then its own sessions end, the operator too, until a reset', async () => {
    await start();
    const member = await enter(twin, MEMBER);
    expect(await expire(`{"account": "${twin.operator.accountId}"}`)).toMatchObject({
      value: { expired: 1 },
    });
    await expect(identity(member)).resolves.toHaveProperty('Account', MEMBER);
    await expect(identity()).rejects.toMatchObject({ name: 'ExpiredToken' });
    await fetch(`${twin.url}/_twin/reset`, { method: 'POST' });
    await expect(identity()).resolves.toHaveProperty('Account', twin.operator.accountId);
  });

  it('When the body is something else, Then 400 says what is expected', async () => {
    await start();
    for (const body of ['[]', '{"account": 5}', '{"account": "12"}', '{"acount": "100000000012"}', 'x']) {
      const { status, value } = await expire(body);
      expect([body, status]).toEqual([body, 400]);
      expect(value).toEqual({ error: expect.stringContaining('Expected {"account"') });
    }
  });
});
