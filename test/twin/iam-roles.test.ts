import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  type CreateRoleCommandInput,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DetachRolePolicyCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  IAMClient,
  ListInstanceProfilesForRoleCommand,
  ListRoleTagsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  paginateListRoles,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Twin } from '../../twin/start.ts';
import { configuration, enter, startFirst } from './first-organization.ts';

const ACCOUNT = '100000000016';
const NAME = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';
const ARN = `arn:aws:iam::${ACCOUNT}:role/service-role/${NAME}`;
const POLICY = 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy';
const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

let twin: Twin;
let iam: IAMClient;

beforeEach(async () => {
  twin = await startFirst();
  iam = new IAMClient(configuration(twin, 'us-east-1', await enter(twin, ACCOUNT)));
});
afterEach(async () => {
  iam.destroy();
  await twin.close();
});

const create = (input: Partial<CreateRoleCommandInput> = {}) =>
  iam.send(
    new CreateRoleCommand({
      RoleName: NAME,
      Path: '/service-role/',
      AssumeRolePolicyDocument: JSON.stringify(TRUST),
      ...input,
    }),
  );
const get = async (RoleName = NAME) => (await iam.send(new GetRoleCommand({ RoleName }))).Role;
const iamOfAccount = () => JSON.stringify(twin.takeSnapshot().accounts.get(ACCOUNT)?.Iam);

describe('Given an account without the DHMC role', () => {
  it('When the role is read, Then NoSuchEntity, as AWS words it', async () => {
    await expect(get()).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: `The role with name ${NAME} cannot be found.`,
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('When it is created, Then it reads back at once, trust URL-encoded, and services have to wait 5 to 15 s', async () => {
    const before = twin.state.clock.now().getTime();
    const created = await create({
      Description: 'd',
      MaxSessionDuration: 7200,
      Tags: [{ Key: 'by', Value: 'dhmc' }],
    });
    expect(created.Role?.Arn).toBe(ARN);
    expect(created.Role?.RoleId).toMatch(/^AROA[A-Z0-9]{17}$/);
    const role = await get();
    expect(role).toMatchObject({ Path: '/service-role/', Description: 'd', MaxSessionDuration: 7200 });
    expect(role?.Tags).toEqual([{ Key: 'by', Value: 'dhmc' }]);
    expect(role?.AssumeRolePolicyDocument).toMatch(/^%7B%22Version%22/);
    expect(JSON.parse(decodeURIComponent(role?.AssumeRolePolicyDocument ?? ''))).toEqual(TRUST);
    const ready = twin.state.propagation.next(before) - before;
    expect(ready).toBeGreaterThanOrEqual(5_000);
    expect(ready).toBeLessThan(16_000);
  });

  it('When it is created, used and deleted, Then no trace is left', async () => {
    const before = iamOfAccount();
    await create({ PermissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess' });
    await iam.send(new AttachRolePolicyCommand({ RoleName: NAME, PolicyArn: POLICY }));
    expect(iamOfAccount()).toContain('PowerUserAccess');
    await iam.send(new DetachRolePolicyCommand({ RoleName: NAME, PolicyArn: POLICY }));
    await iam.send(new DeleteRoleCommand({ RoleName: NAME }));
    expect(iamOfAccount()).toBe(before);
  });

  it('When it is created twice, in whatever case, Then EntityAlreadyExists', async () => {
    await create();
    await expect(create({ RoleName: NAME.toUpperCase() })).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      $metadata: { httpStatusCode: 409 },
    });
  });

  it.each([
    ['{', 'This policy contains invalid Json'],
    [{ Version: '2012-10-17' }, 'Syntax errors in policy.'],
    [{ ...TRUST, Version: '2020-01-01' }, 'Syntax errors in policy.'],
    [{ ...TRUST, Statement: [{ ...TRUST.Statement[0], Resource: '*' }] }, 'Has prohibited field Resource'],
    [
      { ...TRUST, Statement: [{ ...TRUST.Statement[0], Principal: undefined }] },
      'Missing required field Principal',
    ],
    [{ ...TRUST, Statement: [{ ...TRUST.Statement[0], Extra: 1 }] }, 'Syntax errors in policy.'],
    [
      { ...TRUST, Statement: [{ ...TRUST.Statement[0], Action: 's3:GetObject' }] },
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
  ])('When it is created with the trust policy %j, Then %s', async (document, message) => {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    await expect(create({ AssumeRolePolicyDocument: text })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message,
    });
    await expect(get()).rejects.toThrow(/cannot be found/);
  });

  it.each([{ RoleName: 'a b' }, { Path: 'service-role' }, { MaxSessionDuration: 60 }])(
    'When it is created with %j, Then a ValidationError',
    async (input) => {
      await expect(create(input)).rejects.toMatchObject({ name: 'ValidationError' });
    },
  );

  it('When it is created with a boundary that does not exist, Then NoSuchEntity and nothing is made', async () => {
    const PermissionsBoundary = `arn:aws:iam::${ACCOUNT}:policy/Missing`;
    await expect(create({ PermissionsBoundary })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });
});

describe('Given a role', () => {
  beforeEach(async () => {
    await create();
  });

  it('When its trust policy is replaced, Then the new one reads back; a malformed one changes nothing', async () => {
    const document = { ...TRUST, Statement: [{ ...TRUST.Statement[0], Principal: { AWS: ACCOUNT } }] };
    const update = (PolicyDocument: string) =>
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: NAME, PolicyDocument }));
    await update(JSON.stringify(document));
    await expect(update('[]')).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
    const role = await get();
    expect(JSON.parse(decodeURIComponent(role?.AssumeRolePolicyDocument ?? ''))).toEqual(document);
  });

  it('When it still has policies, Then it is not deleted', async () => {
    const remove = () => iam.send(new DeleteRoleCommand({ RoleName: NAME }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: NAME, PolicyArn: POLICY }));
    await expect(remove()).rejects.toMatchObject({
      name: 'DeleteConflictException',
      message: 'Cannot delete entity, must detach all policies first.',
    });
    await iam.send(new DetachRolePolicyCommand({ RoleName: NAME, PolicyArn: POLICY }));
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
    });
    await iam.send(new PutRolePolicyCommand({ RoleName: NAME, PolicyName: 'p', PolicyDocument }));
    await expect(remove()).rejects.toMatchObject({
      message: 'Cannot delete entity, must delete policies first.',
    });
  });

  it('When it is tagged and untagged, Then keys are compared without regard to case', async () => {
    const tags = async () => (await iam.send(new ListRoleTagsCommand({ RoleName: NAME }))).Tags;
    await iam.send(new TagRoleCommand({ RoleName: NAME, Tags: [{ Key: 'Team', Value: 'a' }] }));
    await iam.send(new TagRoleCommand({ RoleName: NAME, Tags: [{ Key: 'team', Value: 'b' }] }));
    expect(await tags()).toEqual([{ Key: 'Team', Value: 'b' }]);
    await iam.send(new UntagRoleCommand({ RoleName: NAME, TagKeys: ['TEAM', 'none'] }));
    expect(await tags()).toEqual([]);
  });

  it('When its boundary is put and deleted, Then it reads back and goes', async () => {
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/PowerUserAccess';
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: NAME, PermissionsBoundary }));
    expect((await get())?.PermissionsBoundary).toEqual({
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: PermissionsBoundary,
    });
    await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: NAME }));
    expect((await get())?.PermissionsBoundary).toBeUndefined();
  });
});

describe('Given the roles of the snapshot', () => {
  it('When they are listed, Then every page together names each once, without their tags', async () => {
    const names: (string | undefined)[] = [];
    for await (const page of paginateListRoles({ client: iam }, {})) {
      names.push(...(page.Roles ?? []).map(({ RoleName }) => RoleName));
      expect(page.Roles?.every(({ Tags }) => Tags === undefined)).toBe(true);
    }
    expect(names).toEqual(['DhmcRolloutReader', 'DhmcRolloutWriter', 'Dev', 'Ssm']);
  });

  it('When an instance profile is asked for, Then it comes with its role', async () => {
    const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName: 'Ssm' }));
    expect(InstanceProfile?.Arn).toBe(`arn:aws:iam::${ACCOUNT}:instance-profile/Ssm`);
    expect(InstanceProfile?.Roles?.[0]?.RoleName).toBe('Ssm');
    const { InstanceProfiles } = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'Ssm' }));
    expect(InstanceProfiles?.map(({ InstanceProfileName }) => InstanceProfileName)).toEqual(['Ssm']);
    await expect(
      iam.send(new GetInstanceProfileCommand({ InstanceProfileName: 'None' })),
    ).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  it('When a role with an instance profile is deleted, Then DeleteConflict', async () => {
    await expect(iam.send(new DeleteRoleCommand({ RoleName: 'Dev' }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
      message: 'Cannot delete entity, must remove roles from instance profile first.',
    });
  });
});

describe('Given a writer whose policy names what it may do', () => {
  const allowed = async (Statement: object[], work: (client: IAMClient) => Promise<unknown>) => {
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    const client = new IAMClient(configuration(twin, 'us-east-1', await enter(twin, ACCOUNT, { Policy })));
    try {
      await work(client);
      return 'allowed';
    } catch (error) {
      return (error as Error).message;
    } finally {
      client.destroy();
    }
  };
  const createWith = (Tags: CreateRoleCommandInput['Tags']) => (client: IAMClient) =>
    client.send(
      new CreateRoleCommand({
        RoleName: NAME,
        Path: '/service-role/',
        AssumeRolePolicyDocument: JSON.stringify(TRUST),
        Tags,
      }),
    );

  it('When it may create that one role with its tag, Then neither another path nor another tag passes', async () => {
    const statements = [
      {
        Effect: 'Allow',
        Action: ['iam:CreateRole', 'iam:TagRole'],
        Resource: ARN,
        Condition: {
          StringEquals: { 'aws:RequestTag/by': 'dhmc' },
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['by'] },
        },
      },
    ];
    const denied = `User: arn:aws:sts::${ACCOUNT}:assumed-role/DhmcRolloutWriter/test is not authorized to perform: iam:CreateRole on resource: ${ARN} because no session policy allows the iam:CreateRole action`;
    expect(await allowed(statements, createWith([{ Key: 'by', Value: 'other' }]))).toBe(denied);
    expect(await allowed(statements, createWith(undefined))).toBe(denied);
    const elsewhere = (client: IAMClient) =>
      client.send(
        new CreateRoleCommand({
          RoleName: NAME,
          AssumeRolePolicyDocument: JSON.stringify(TRUST),
          Tags: [{ Key: 'by', Value: 'dhmc' }],
        }),
      );
    expect(await allowed(statements, elsewhere)).toMatch(/not authorized to perform: iam:CreateRole/);
    expect(await allowed(statements, createWith([{ Key: 'by', Value: 'dhmc' }]))).toBe('allowed');
  });

  it('When it may create but not tag, Then creating with tags is denied for iam:TagRole', async () => {
    const statements = [{ Effect: 'Allow', Action: 'iam:CreateRole', Resource: '*' }];
    expect(await allowed(statements, createWith([{ Key: 'by', Value: 'x' }]))).toMatch(/iam:TagRole/);
  });

  it('When it may attach one policy by iam:PolicyARN, Then no other', async () => {
    await create();
    const statements = [
      {
        Effect: 'Allow',
        Action: 'iam:AttachRolePolicy',
        Resource: ARN,
        Condition: { ArnEquals: { 'iam:PolicyARN': POLICY } },
      },
    ];
    const attach = (PolicyArn: string) => (client: IAMClient) =>
      client.send(new AttachRolePolicyCommand({ RoleName: NAME, PolicyArn }));
    expect(await allowed(statements, attach(POLICY))).toBe('allowed');
    expect(await allowed(statements, attach('arn:aws:iam::aws:policy/AdministratorAccess'))).toMatch(
      /not authorized/,
    );
  });

  it('When it may delete what carries its tag, Then no other role', async () => {
    await create({ Tags: [{ Key: 'by', Value: 'dhmc' }] });
    const statements = [
      {
        Effect: 'Allow',
        Action: 'iam:DeleteRole',
        Resource: '*',
        Condition: { StringEquals: { 'iam:ResourceTag/by': 'dhmc' } },
      },
    ];
    const remove = (RoleName: string) => (client: IAMClient) =>
      client.send(new DeleteRoleCommand({ RoleName }));
    expect(await allowed(statements, remove('Dev'))).toMatch(/not authorized/);
    expect(await allowed(statements, remove(NAME))).toBe('allowed');
  });
});
