/** Token buckets over HTTP. The twin's clock is advanced; what it ticks meanwhile is allowed for. */

import { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { ListRootsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { GetServiceSettingCommand, ResetServiceSettingCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LIMITS } from '../../twin/data/token-buckets.ts';
import type { Twin } from '../../twin/start.ts';
import { createTokenBuckets } from '../../twin/token-buckets.ts';
import { configuration, enter, SETTING, startFirst } from './first-organization.ts';

const MEMBER = '100000000012';

let twin: Twin;
beforeEach(async () => {
  twin = await startFirst({ throttling: true });
});
afterEach(() => twin.close());

const advance = (advanceSeconds: number) =>
  fetch(`${twin.url}/_twin/clock`, { method: 'POST', body: JSON.stringify({ advanceSeconds }) });

interface Outcome {
  passed: number;
  refusal: unknown;
}

/** Calls at once; how many passed, and one of the refusals. */
async function burst(calls: number, call: () => Promise<unknown>): Promise<Outcome> {
  const settled = await Promise.allSettled(Array.from({ length: calls }, call));
  const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  return { passed: settled.length - refused.length, refusal: refused[0] };
}

const clients = {
  ssm: () => new SSMClient(configuration(twin)),
  organizations: () => new OrganizationsClient(configuration(twin)),
  ec2: () => new EC2Client(configuration(twin)),
};

describe('Given more requests at once than a bucket holds', () => {
  const refusal = (name: string, message: string, httpStatusCode: number) => ({
    name,
    message,
    $metadata: { httpStatusCode },
  });
  it.each<[string, number, () => () => Promise<unknown>, object]>([
    [
      'organizations ListRoots',
      2,
      () => {
        const client = clients.organizations();
        return () => client.send(new ListRootsCommand({}));
      },
      refusal(
        'TooManyRequestsException',
        'You have sent too many requests in too short a period of time. Try again later.',
        400,
      ),
    ],
    [
      'ssm ResetServiceSetting',
      2,
      () => {
        const client = clients.ssm();
        return () => client.send(new ResetServiceSettingCommand({ SettingId: SETTING }));
      },
      refusal('ThrottlingException', 'Rate exceeded', 400),
    ],
    [
      'iam GetRole',
      30,
      () => {
        const client = new IAMClient(configuration(twin));
        return () => client.send(new GetRoleCommand({ RoleName: 'DhmcRolloutReader' })).catch(notFound);
      },
      refusal('Throttling', 'Rate exceeded', 400),
    ],
    [
      'account ListRegions',
      5,
      () => {
        const client = new AccountClient(configuration(twin));
        return () => client.send(new ListRegionsCommand({}));
      },
      refusal('TooManyRequestsException', 'Too Many Requests', 429),
    ],
    [
      'ec2 DescribeVpcs',
      100,
      () => {
        const client = clients.ec2();
        return () => client.send(new DescribeVpcsCommand({}));
      },
      refusal('RequestLimitExceeded', 'Request limit exceeded.', 503),
    ],
  ])(
    'When %s is called, Then %d pass and the rest is refused in its words',
    async (_name, size, open, words) => {
      const call = open();
      const { passed, refusal } = await burst(size * 2 + 20, call);
      expect(refusal).toMatchObject(words);
      // the twin's clock ticks with the wall: some tokens may have come back meanwhile
      expect(passed).toBeGreaterThanOrEqual(size);
      expect(passed).toBeLessThan(size * 2 + 20);
    },
  );
});

function notFound(error: Error): unknown {
  if (error.name === 'NoSuchEntityException') return error;
  throw error;
}

describe('Given an empty bucket', () => {
  const reset = (client: SSMClient) => () =>
    client.send(new ResetServiceSettingCommand({ SettingId: SETTING }));
  const get = (client: SSMClient) => () => client.send(new GetServiceSettingCommand({ SettingId: SETTING }));
  const empty = async () => expect((await burst(10, reset(clients.ssm()))).passed).toBeLessThan(10);

  it('When the twin clock is put forward, Then tokens have come back, no more than it holds', async () => {
    await empty();
    await advance(3600);
    const { passed } = await burst(10, reset(clients.ssm()));
    expect(passed).toBeGreaterThanOrEqual(2);
    expect(passed).toBeLessThan(10);
  });

  it('When another operation, Region or account calls, Then it has its own tokens', async () => {
    const member = await enter(twin, MEMBER);
    await empty();
    const elsewhere = new SSMClient(configuration(twin, 'ap-northeast-1'));
    const other = new SSMClient(configuration(twin, 'us-east-1', member));
    await expect(get(clients.ssm())()).resolves.toHaveProperty('ServiceSetting');
    await expect(reset(elsewhere)()).resolves.toHaveProperty('ServiceSetting');
    await expect(reset(other)()).resolves.toHaveProperty('ServiceSetting');
  });

  it('When the twin is reset, Then it is full again', async () => {
    await empty();
    await fetch(`${twin.url}/_twin/reset`, { method: 'POST' });
    expect((await burst(2, reset(clients.ssm()))).passed).toBe(2);
  });

  it('When the refused call would have changed something, Then nothing changed and it was counted', async () => {
    await empty();
    const { calls } = twin.calls();
    expect(calls).toContainEqual(
      expect.objectContaining({ operation: 'ResetServiceSetting', result: 'ThrottlingException' }),
    );
  });
});

describe('Given calls that are denied', () => {
  it('When there are several, Then they take tokens as well', async () => {
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
    });
    const member = await enter(twin, MEMBER, { Policy });
    const ssm = new SSMClient(configuration(twin, 'us-east-1', member));
    const names = new Set<string>();
    for (let call = 0; call < 6; call++) {
      await ssm
        .send(new ResetServiceSettingCommand({ SettingId: SETTING }))
        .catch((error: Error) => names.add(error.name));
    }
    expect([...names]).toEqual(['AccessDeniedException', 'ThrottlingException']);
  });
});

describe('Given a twin that does not limit', () => {
  it('When there are many calls at once, Then all pass', async () => {
    const free = await startFirst();
    try {
      const client = new OrganizationsClient(configuration(free));
      expect(await burst(30, () => client.send(new ListRootsCommand({})))).toMatchObject({ passed: 30 });
    } finally {
      await free.close();
    }
  });
});

describe('Given the figures', () => {
  let at = 0;
  const buckets = () => createTokenBuckets(() => new Date(at));
  const site = { account: MEMBER, region: 'eu-west-1', service: 'ec2', operation: 'DescribeInstances' };
  /** Calls that pass until the first refusal. */
  const drain = (
    of: ReturnType<typeof buckets>,
    call: Partial<typeof site>,
    request: { input: object; mutates: boolean } = { input: {}, mutates: false },
  ) => {
    for (let passed = 0; passed < 2000; passed++) {
      try {
        of.take({ ...site, ...call }, request);
      } catch {
        return passed;
      }
    }
    return Number.POSITIVE_INFINITY;
  };

  it.each<[string, string, object, boolean, number, number]>([
    ['ec2', 'DescribeInstances', { MaxResults: 100 }, false, 100, 20],
    ['ec2', 'DescribeInstances', { Filters: [{ Name: 'vpc-id', Values: ['vpc-1'] }] }, false, 100, 20],
    ['ec2', 'DescribeInstances', {}, false, 50, 10],
    ['ec2', 'DescribeInstances', { InstanceIds: ['i-1'] }, false, 50, 10],
    ['ec2', 'DescribeRouteTables', {}, false, 100, 20],
    ['ec2', 'CreateSecurityGroup', {}, true, 50, 5],
    ['ec2', 'CreateTags', {}, true, 100, 10],
    ['ec2', 'AuthorizeSecurityGroupIngress', {}, true, 50, 5],
    ['ec2', 'CreateVpcEndpoint', {}, true, 4, 0.3],
    ['ec2', 'ModifyVpcEndpoint', {}, true, 4, 0.3],
    ['ec2', 'DeleteVpcEndpoints', {}, true, 4, 0.3],
    ['organizations', 'ListAccounts', {}, false, 12, 8],
    ['organizations', 'ListRoots', {}, false, 2, 1],
    ['organizations', 'DescribeAccount', {}, false, 30, 20],
    ['sts', 'AssumeRole', {}, false, 600, 600],
    ['account', 'ListRegions', {}, false, 5, 5],
  ])(
    'When %s %s with %j is called, Then it holds its burst and refills',
    (service, operation, input, mutates, size, perSecond) => {
      at = 0;
      const own = buckets();
      const call = { service, operation };
      const request = { input, mutates };
      expect(drain(own, call, request)).toBe(size);
      at += 500 / perSecond;
      expect(drain(own, call, request)).toBe(0);
      at += 1000 / perSecond;
      expect(drain(own, call, request)).toBe(1);
      at += 3_600_000;
      expect(drain(own, call, request)).toBe(size);
    },
  );

  it('When STS operations differ, Then they share one bucket', () => {
    const own = buckets();
    expect(drain(own, { service: 'sts', operation: 'GetCallerIdentity' })).toBe(600);
    expect(drain(own, { service: 'sts', operation: 'AssumeRole' })).toBe(0);
  });

  it('When two accounts list the organization, Then its own bucket ends both', () => {
    const own = buckets();
    expect(drain(own, { service: 'organizations', operation: 'ListAccounts' })).toBe(12);
    expect(drain(own, { service: 'organizations', operation: 'ListAccounts', account: '1' })).toBe(3);
  });

  it('When there are more buckets than are kept, Then only full ones are forgotten', () => {
    at = 0;
    const own = buckets();
    const empty = { service: 'ssm', operation: 'GetServiceSetting' };
    for (let account = 0; account < 12_000; account++) {
      own.take({ ...site, account: String(account) }, { input: {}, mutates: false });
    }
    expect(drain(own, empty)).toBe(10);
    at += 1_000;
    for (let account = 0; account < 12_000; account++) {
      own.take({ ...site, account: `more ${account}` }, { input: {}, mutates: false });
    }
    expect(drain(own, empty)).toBe(5);
  });

  it('When they are read, Then every service of the twin has them, with a source', () => {
    expect(Object.keys(LIMITS).sort()).toEqual(
      ['account', 'ec2', 'iam', 'organizations', 'route53', 'ssm', 'sts'].sort(),
    );
    for (const { source, error } of Object.values(LIMITS)) {
      expect(source).not.toBe('');
      expect(error.source).not.toBe('');
    }
  });
});
