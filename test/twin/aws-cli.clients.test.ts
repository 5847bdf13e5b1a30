/** The AWS CLI, whose models and parsers are botocore's and not the SDK's, as a second client of the twin. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { type Credentials, SETTING, startFirst } from './first-organization.ts';
import { runAwsCli } from './run-aws-cli.ts';

// a Python interpreter starts
jest.setTimeout(120_000);

const OPERATOR = 'arn:aws:sts::100000000002:assumed-role/DhmcOperator/twin';
const DHMC_ROLE = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';

let twin: Twin;
beforeAll(async () => {
  twin = await startFirst();
});
afterAll(async () => {
  await twin.close();
});

const aws = (args: string[], credentials: Credentials = twin.operator): Promise<Piece> =>
  runAwsCli(args, { twin, credentials, region: 'ap-northeast-1' });

async function assume(accountId: string, role: string, more: string[] = []): Promise<Credentials> {
  const arn = `arn:aws:iam::${accountId}:role/${role}`;
  const { Credentials: given } = await aws([
    'sts',
    'assume-role',
    '--role-arn',
    arn,
    '--role-session-name',
    'cli',
    ...more,
  ]);
  return {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
  };
}

describe("Given the AWS CLI with the operator's credentials", () => {
  it('When it asks who it is, Then it is DhmcOperator', async () => {
    expect(await aws(['sts', 'get-caller-identity'])).toMatchObject({
      Account: '100000000002',
      Arn: OPERATOR,
    });
  });

  it('When it lists accounts in pages of 3, Then it gathers all 12', async () => {
    const { Accounts } = await aws(['organizations', 'list-accounts', '--page-size', '3']);
    expect(Accounts).toHaveLength(12);
    expect(Accounts[8]).toMatchObject({ Id: '100000000017', State: 'SUSPENDED', Status: 'SUSPENDED' });
  });

  it('When it lists 5 accounts and then the rest, Then none is missing or doubled', async () => {
    const first = await aws(['organizations', 'list-accounts', '--max-items', '5']);
    expect(first.Accounts).toHaveLength(5);
    const rest = await aws(['organizations', 'list-accounts', '--starting-token', first.NextToken]);
    const ids = [...first.Accounts, ...rest.Accounts].map(({ Id }) => Id);
    expect(ids).toEqual(twin.state.snapshot.organization.Accounts.map(({ Id }) => Id));
  });

  it("When it enters the account without member roles, Then AWS's AccessDenied", async () => {
    await expect(assume('100000000019', 'DhmcRolloutReader')).rejects.toThrow(
      `An error occurred (AccessDenied) when calling the AssumeRole operation: User: ${OPERATOR} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::100000000019:role/DhmcRolloutReader`,
    );
  });

  it('When it lists Regions, Then those enabled; with all-regions, the disabled one too', async () => {
    const names = (regions: Piece[]) => regions.map(({ RegionName }) => RegionName).sort();
    const { Regions } = await aws(['ec2', 'describe-regions']);
    expect(names(Regions)).toEqual(['ap-northeast-1', 'us-east-1']);
    const all = await aws(['ec2', 'describe-regions', '--all-regions']);
    expect(names(all.Regions)).toEqual(['ap-northeast-1', 'eu-south-2', 'us-east-1']);
  });

  it('When it calls what the twin lacks, Then the error names it', async () => {
    await expect(aws(['ec2', 'describe-images'])).rejects.toThrow(
      '(NotImplemented) when calling the DescribeImages operation: The twin does not implement the operation ec2:DescribeImages.',
    );
  });
});

describe('Given the AWS CLI as the writer of a member account', () => {
  let isolated: Credentials;
  let done: Credentials;
  beforeAll(async () => {
    isolated = await assume('100000000012', 'DhmcRolloutWriter');
    done = await assume('100000000020', 'DhmcRolloutWriter');
  });
  const get = ['ssm', 'get-service-setting', '--setting-id', SETTING];

  it('When it reads the setting, Then $None where it is unset, the role where it is set', async () => {
    expect((await aws(get, isolated)).ServiceSetting).toMatchObject({
      SettingId: SETTING,
      SettingValue: '$None',
    });
    expect((await aws(get, done)).ServiceSetting).toMatchObject({
      SettingValue: `service-role/${DHMC_ROLE}`,
    });
  });

  it('When it sets the setting to another sound role, Then it reads back', async () => {
    const custom = await assume('100000000015', 'DhmcRolloutWriter');
    const { ServiceSetting } = await aws(get, custom);
    const set = ['ssm', 'update-service-setting', '--setting-id', SETTING, '--setting-value'];
    const elsewhere = ['--region', 'us-east-1'];
    await aws([...set, ServiceSetting.SettingValue, ...elsewhere], custom);
    const back = await aws([...get, ...elsewhere], custom);
    expect(back.ServiceSetting).toMatchObject({
      SettingValue: ServiceSetting.SettingValue,
      LastModifiedUser: expect.stringContaining('DhmcRolloutWriter/cli'),
    });
  });

  it('When it gets the role and its policies, Then trust is decoded and the default policy attached', async () => {
    const { Role } = await aws(['iam', 'get-role', '--role-name', DHMC_ROLE], done);
    expect(Role).toMatchObject({ Path: '/service-role/', RoleName: DHMC_ROLE });
    expect(Role.AssumeRolePolicyDocument.Statement[0].Principal).toEqual({ Service: 'ssm.amazonaws.com' });
    const attached = await aws(['iam', 'list-attached-role-policies', '--role-name', DHMC_ROLE], done);
    expect(attached.AttachedPolicies).toEqual([
      {
        PolicyName: 'AmazonSSMManagedEC2InstanceDefaultPolicy',
        PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy',
      },
    ]);
  });

  it.each([
    ['describe-vpcs', 'Vpcs', (ec2: Piece) => ec2.Vpcs],
    ['describe-instances', 'Reservations', (ec2: Piece) => ec2.Instances],
    ['describe-route-tables', 'RouteTables', (ec2: Piece) => ec2.RouteTables],
    ['describe-security-groups', 'SecurityGroups', (ec2: Piece) => ec2.SecurityGroups],
  ])('When it runs %s, Then it sees what the snapshot holds', async (command, key, held) => {
    const answer = await aws(['ec2', command], isolated);
    const shown: Piece[] =
      key === 'Reservations' ? answer[key].flatMap((entry: Piece) => entry.Instances) : answer[key];
    const expected: Piece[] = held(twin.state.region('100000000012', 'ap-northeast-1').Ec2);
    expect(shown).toHaveLength(expected.length);
    expect(shown.length).toBeGreaterThan(0);
    for (const [index, piece] of expected.entries()) {
      expect(shown[index]).toMatchObject(withoutTimes(piece));
    }
  });

  it("When a session policy lets it only read, Then its write is denied in AWS's words", async () => {
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'ssm:Get*', Resource: '*' }],
    });
    const reader = await assume('100000000020', 'DhmcRolloutWriter', ['--policy', policy]);
    const write = [
      'ssm',
      'update-service-setting',
      '--setting-id',
      SETTING,
      '--setting-value',
      `service-role/${DHMC_ROLE}`,
    ];
    await expect(aws(write, reader)).rejects.toThrow(
      `An error occurred (AccessDeniedException) when calling the UpdateServiceSetting operation: User: arn:aws:sts::100000000020:assumed-role/DhmcRolloutWriter/cli is not authorized to perform: ssm:UpdateServiceSetting on resource: arn:aws:ssm:ap-northeast-1:100000000020:servicesetting${SETTING} because no session policy allows the ssm:UpdateServiceSetting action`,
    );
    expect((await aws(get, reader)).ServiceSetting).toHaveProperty('SettingValue');
  });
});

/** The CLI prints times in its own form. */
function withoutTimes(piece: Piece): Piece {
  return JSON.parse(JSON.stringify(piece), (_key, value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value).filter(([, inner]) => !/^\d{4}-\d\d-\d\dT/.test(String(inner))),
        )
      : value,
  );
}
