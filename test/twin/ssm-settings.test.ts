import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  DeregisterDefaultHostManagementConfigurationCommand,
  GetServiceSettingCommand,
  RegisterDefaultHostManagementConfigurationCommand,
  ResetServiceSettingCommand,
  SSMClient,
  UpdateServiceSettingCommand,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { type Credentials, configuration, enter, SETTING, startFirst } from './first-organization.ts';

/** The twin's account with the sound role ops/CustomSsm, whose setting it is in both Regions. */
const ACCOUNT = '100000000015';
const REGION = 'ap-northeast-1';
const CUSTOM = 'ops/CustomSsm';
const ARN = `arn:aws:ssm:${REGION}:${ACCOUNT}:servicesetting${SETTING}`;

let twin: Twin;
let credentials: Credentials;
let ssm: SSMClient;

beforeEach(async () => {
  twin = await startFirst();
  credentials = await enter(twin, ACCOUNT);
  ssm = new SSMClient(configuration(twin, REGION, credentials));
});
afterEach(async () => {
  ssm.destroy();
  await twin.close();
});

const get = async (client = ssm, SettingId = SETTING) =>
  (await client.send(new GetServiceSettingCommand({ SettingId }))).ServiceSetting;
const update = (SettingValue: string, client = ssm, SettingId = SETTING) =>
  client.send(new UpdateServiceSettingCommand({ SettingId, SettingValue }));
const reset = async (client = ssm) =>
  (await client.send(new ResetServiceSettingCommand({ SettingId: SETTING }))).ServiceSetting;
const stored = (): Piece[] =>
  twin.takeSnapshot().accounts.get(ACCOUNT)?.Regions[REGION]?.Ssm.ServiceSettings ?? [];
const refusal = (value: string) => ({
  name: 'ValidationException',
  message: `Nonexistent role or missing ssm service principal in trust policy: arn:aws:iam::${ACCOUNT}:role/${value}`,
});

describe('Given the DHMC setting', () => {
  it('When it is reset, Then it reads $None by default, is gone from the snapshot, and elsewhere is untouched', async () => {
    const answer = await reset();
    expect(answer).toMatchObject({ SettingValue: '$None', Status: 'Default', ARN, SettingId: SETTING });
    expect(answer?.LastModifiedDate).toEqual(new Date('2019-04-17T20:26:58.578Z'));
    expect(await get()).toEqual(answer);
    expect(stored()).toEqual([]);
    const elsewhere = new SSMClient(configuration(twin, 'us-east-1', credentials));
    expect((await get(elsewhere))?.SettingValue).toBe(CUSTOM);
    elsewhere.destroy();
  });

  it('When it is reset twice, Then the second changes nothing and answers the same', async () => {
    expect(await reset()).toEqual(await reset());
  });

  it('When it is set, Then the caller and the time of the twin are kept with it', async () => {
    await reset();
    twin.state.clock.advance(3600);
    const before = twin.state.clock.now().getTime();
    await update(CUSTOM);
    const setting = await get();
    expect(setting).toMatchObject({
      SettingId: SETTING,
      SettingValue: CUSTOM,
      Status: 'Customized',
      ARN,
      LastModifiedUser: `arn:aws:sts::${ACCOUNT}:assumed-role/DhmcRolloutWriter/test`,
    });
    expect(Math.abs((setting?.LastModifiedDate?.getTime() ?? 0) - before)).toBeLessThan(60_000);
    expect(stored()).toHaveLength(1);
  });

  it('When it is named by its ARN, Then it is the same setting', async () => {
    expect((await get(ssm, ARN))?.SettingValue).toBe(CUSTOM);
  });

  it.each(['CustomSsm', '/ops/CustomSsm', 'ops/Missing', '$None', 'DhmcRolloutReader'])(
    'When it is set to %s, which is no role under that path that trusts SSM, Then ValidationException',
    async (value) => {
      await expect(update(value)).rejects.toMatchObject(refusal(value));
      expect((await get())?.SettingValue).toBe(CUSTOM);
    },
  );

  it.each([
    ['account', ARN.replace(ACCOUNT, '100000000011')],
    ['Region', ARN.replace(REGION, 'us-east-1')],
  ])('When the ARN is that of another %s, Then it is not found, and nothing changes', async (_, arn) => {
    const refused = { name: 'ServiceSettingNotFound' };
    await expect(get(ssm, arn)).rejects.toMatchObject(refused);
    await expect(update(CUSTOM, ssm, arn)).rejects.toMatchObject(refused);
    await expect(ssm.send(new ResetServiceSettingCommand({ SettingId: arn }))).rejects.toMatchObject(refused);
  });

  it('When it is set to a role just made, Then not before the twin has waited', async () => {
    const iam = new IAMClient(configuration(twin, REGION, credentials));
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'Fresh',
        Path: '/service-role/',
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'ssm.amazonaws.com' },
              Action: 'sts:AssumeRole',
              Condition: {
                StringEquals: { 'aws:SourceAccount': ACCOUNT },
                ArnLike: { 'aws:SourceArn': `arn:aws:ssm:*:${ACCOUNT}:*` },
              },
            },
          ],
        }),
      }),
    );
    iam.destroy();
    await expect(update('service-role/Fresh')).rejects.toMatchObject(refusal('service-role/Fresh'));
    twin.state.clock.advance(15);
    await update('service-role/Fresh');
    expect((await get())?.SettingValue).toBe('service-role/Fresh');
  });

  it('When the Region does not know it, Then every call answers ServiceSettingNotFound', async () => {
    twin.state.region(ACCOUNT, REGION).Ssm.ServiceSettingsUnsupported = [SETTING];
    for (const call of [get(), update(CUSTOM), reset()]) {
      await expect(call).rejects.toMatchObject({ name: 'ServiceSettingNotFound' });
    }
  });
});

describe('Given other settings', () => {
  const THROUGHPUT = '/ssm/parameter-store/high-throughput-enabled';

  it('When one with a documented default is read, set and set back, Then as documented, without trace', async () => {
    const before = stored();
    expect((await get(ssm, THROUGHPUT))?.SettingValue).toBe('false');
    await update('true', ssm, THROUGHPUT);
    expect((await get(ssm, THROUGHPUT))?.SettingValue).toBe('true');
    await update('false', ssm, THROUGHPUT);
    expect(stored()).toEqual(before);
    await expect(update('maybe', ssm, THROUGHPUT)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it.each(['/ssm/no/such', 'constructor', '/ssm/opsinsights/opscenter'])(
    'When %s is read, whose default no source names, Then ServiceSettingNotFound',
    async (id) => {
      await expect(get(ssm, id)).rejects.toMatchObject({ name: 'ServiceSettingNotFound' });
    },
  );
});

describe('Given a caller whose permissions are exact', () => {
  const as = async (Statement: Piece[], work: (client: SSMClient) => Promise<unknown>) => {
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    const client = new SSMClient(configuration(twin, REGION, await enter(twin, ACCOUNT, { Policy })));
    try {
      await work(client);
      return 'allowed';
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    } finally {
      client.destroy();
    }
  };
  const setting = { Effect: 'Allow', Action: 'ssm:*ServiceSetting', Resource: ARN };
  const passRole = {
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: `arn:aws:iam::${ACCOUNT}:role/${CUSTOM}`,
    Condition: { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } },
  };

  it('When it may not pass the role, Then the update is denied for iam:PassRole', async () => {
    const denied = await as([setting], (client) => update(CUSTOM, client));
    expect(denied).toBe(
      `AccessDeniedException: User: arn:aws:sts::${ACCOUNT}:assumed-role/DhmcRolloutWriter/test is not authorized to perform: iam:PassRole on resource: arn:aws:iam::${ACCOUNT}:role/${CUSTOM} because no session policy allows the iam:PassRole action`,
    );
    expect(await as([setting, passRole], (client) => update(CUSTOM, client))).toBe('allowed');
  });

  it('When it may pass the role to another service only, Then the update is denied', async () => {
    const other = {
      ...passRole,
      Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    };
    expect(await as([setting, other], (client) => update(CUSTOM, client))).toMatch(/iam:PassRole/);
  });

  it('When it may only read, Then update and reset are denied and nothing changes', async () => {
    const read = { ...setting, Action: 'ssm:GetServiceSetting' };
    expect(await as([read], (client) => get(client))).toBe('allowed');
    expect(await as([read, passRole], (client) => update(CUSTOM, client))).toMatch(
      /ssm:UpdateServiceSetting/,
    );
    expect(await as([read], (client) => reset(client))).toMatch(/ssm:ResetServiceSetting/);
    expect((await get())?.SettingValue).toBe(CUSTOM);
  });
});

describe('Given the native DHMC operations', () => {
  const roleArn = (value: string) => `arn:aws:iam::${ACCOUNT}:role/${value}`;
  const register = (input: { RoleArn?: string; Overwrite?: boolean }) =>
    ssm.send(
      new RegisterDefaultHostManagementConfigurationCommand({ PermissionModel: 'SELF_MANAGED', ...input }),
    );

  it('When DHMC is taken off and registered, Then the setting follows', async () => {
    await ssm.send(new DeregisterDefaultHostManagementConfigurationCommand({}));
    expect((await get())?.SettingValue).toBe('$None');
    expect((await register({ RoleArn: roleArn(CUSTOM) })).RoleArn).toBe(roleArn(CUSTOM));
    expect((await get())?.SettingValue).toBe(CUSTOM);
  });

  it('When another role is registered without Overwrite, Then it is refused; with it, replaced', async () => {
    const role = twin.state
      .account(ACCOUNT)
      ?.Iam.RoleDetailList.find((one: Piece) => one.RoleName === 'CustomSsm');
    twin.state
      .account(ACCOUNT)
      ?.Iam.RoleDetailList.push({ ...role, RoleName: 'Other', Path: '/', Arn: roleArn('Other') });
    await expect(register({ RoleArn: roleArn('Other') })).rejects.toThrow(
      /already registered with role ops\/CustomSsm/,
    );
    expect((await get())?.SettingValue).toBe(CUSTOM);
    await register({ RoleArn: roleArn('Other'), Overwrite: true });
    expect((await get())?.SettingValue).toBe('Other');
  });

  it("When the role is another account's or left out, Then it is refused", async () => {
    await expect(register({ RoleArn: 'arn:aws:iam::100000000011:role/x' })).rejects.toThrow(
      /RoleArn must name/,
    );
    await expect(register({})).rejects.toThrow(/RoleArn must name/);
  });

  it('When the service is to manage the role, Then 501: what AWS would make is documented nowhere', async () => {
    await expect(
      ssm.send(new RegisterDefaultHostManagementConfigurationCommand({ PermissionModel: 'SERVICE_MANAGED' })),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
  });
});
