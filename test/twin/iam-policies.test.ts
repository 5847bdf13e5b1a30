import {
  type AttachedPolicy,
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  paginateGetAccountAuthorizationDetails,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import { identityPoliciesOf } from '../../twin/iam/policies.ts';
import type { Twin } from '../../twin/start.ts';
import { configuration, enter, startFirst } from './first-organization.ts';

const ACCOUNT = '100000000016';
const aws = (name: string) => `arn:aws:iam::aws:policy/${name}`;
const allow = (Action: string | string[]): Piece => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});

let twin: Twin;
let iam: IAMClient;
const start = async (change?: Parameters<typeof startFirst>[0]) => {
  twin = await startFirst(change);
  iam = new IAMClient(configuration(twin, 'us-east-1', await enter(twin, ACCOUNT)));
};
beforeEach(() => start());
afterEach(async () => {
  iam.destroy();
  await twin.close();
});

const policiesOfAccount = (): Piece[] => twin.takeSnapshot().accounts.get(ACCOUNT)?.Iam.Policies;
const entry = (name: string) => policiesOfAccount().find(({ PolicyName }) => PolicyName === name);
const attach = (RoleName: string, name: string) =>
  iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: aws(name) }));
const detach = (RoleName: string, name: string) =>
  iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: aws(name) }));

describe('Given a role and managed policies', () => {
  it('When one is attached and detached, Then it is in the account only meanwhile', async () => {
    const before = JSON.stringify(policiesOfAccount());
    await attach('Dev', 'CloudWatchAgentServerPolicy');
    await attach('Dev', 'CloudWatchAgentServerPolicy');
    expect(entry('CloudWatchAgentServerPolicy')).toMatchObject({
      AttachmentCount: 1,
      DefaultVersionId: 'v3',
    });
    await attach('Ssm', 'CloudWatchAgentServerPolicy');
    expect(entry('CloudWatchAgentServerPolicy')?.AttachmentCount).toBe(2);
    await detach('Dev', 'CloudWatchAgentServerPolicy');
    expect(entry('CloudWatchAgentServerPolicy')?.AttachmentCount).toBe(1);
    await detach('Ssm', 'CloudWatchAgentServerPolicy');
    expect(JSON.stringify(policiesOfAccount())).toBe(before);
  });

  it('When a snapshot left out the entry of one in use, Then attaching it elsewhere and back leaves no entry', async () => {
    await twin.close();
    iam.destroy();
    await start({
      change: ({ accounts }) => {
        const file = accounts.get(ACCOUNT);
        if (file) file.Iam.Policies = [];
      },
    });
    await attach('Dev', 'AmazonSSMManagedInstanceCore');
    await detach('Dev', 'AmazonSSMManagedInstanceCore');
    expect(policiesOfAccount()).toEqual([]);
  });

  it('When attached ones are listed, Then with name and ARN', async () => {
    const list = async (PathPrefix?: string) => {
      const found: AttachedPolicy[] = [];
      const input = { RoleName: 'Ssm', PathPrefix };
      for await (const page of paginateListAttachedRolePolicies({ client: iam }, input)) {
        found.push(...(page.AttachedPolicies ?? []));
      }
      return found;
    };
    const attached = {
      PolicyName: 'AmazonSSMManagedInstanceCore',
      PolicyArn: aws('AmazonSSMManagedInstanceCore'),
    };
    expect(await list()).toEqual([attached]);
    expect(await list('/service-role/')).toEqual([]);
  });

  it('When what is not attached is detached, Then NoSuchEntity', async () => {
    await expect(detach('Dev', 'AdministratorAccess')).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: `Policy ${aws('AdministratorAccess')} was not found.`,
    });
  });

  it("When the account's own policy does not exist, Then NoSuchEntity; an AWS one unknown to the twin: 501", async () => {
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/Missing`;
    await expect(iam.send(new AttachRolePolicyCommand({ RoleName: 'Dev', PolicyArn }))).rejects.toMatchObject(
      {
        name: 'NoSuchEntityException',
        message: `Policy ${PolicyArn} does not exist or is not attachable.`,
      },
    );
    await expect(attach('Dev', 'SomethingElse')).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
  });

  it('When a policy and its version are read, Then attached or not, the document URL-encoded', async () => {
    const PolicyArn = aws('AmazonSSMManagedEC2InstanceDefaultPolicy');
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    expect(Policy).toMatchObject({ DefaultVersionId: 'v2', AttachmentCount: 0, Path: '/' });
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }));
    expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toContain('ssm:UpdateInstanceInformation');
    await expect(iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v9' }))).rejects.toMatchObject(
      {
        name: 'NoSuchEntityException',
      },
    );
    await expect(iam.send(new GetPolicyCommand({ PolicyArn: aws('Nothing') }))).rejects.toThrow(
      /was not found/,
    );
  });

  it('When an inline policy is put, replaced and deleted, Then it reads back and goes', async () => {
    const put = (document: Piece) =>
      iam.send(
        new PutRolePolicyCommand({
          RoleName: 'Ssm',
          PolicyName: 'p',
          PolicyDocument: JSON.stringify(document),
        }),
      );
    const read = async () =>
      (await iam.send(new GetRolePolicyCommand({ RoleName: 'Ssm', PolicyName: 'p' }))).PolicyDocument ?? '';
    await put(allow('s3:*'));
    await put(allow('s3:Get*'));
    expect(await read()).toMatch(/^%7B.*%2A/);
    expect(JSON.parse(decodeURIComponent(await read()))).toEqual(allow('s3:Get*'));
    const names: string[] = [];
    for await (const page of paginateListRolePolicies({ client: iam }, { RoleName: 'Ssm' })) {
      names.push(...(page.PolicyNames ?? []));
    }
    expect(names).toEqual(['p']);
    await expect(put({ ...allow('s3:*'), Statement: [] })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    });
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'Ssm', PolicyName: 'p' }));
    await expect(read()).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role policy with name p cannot be found.',
    });
  });
});

describe('Given identityPoliciesOf', () => {
  const role = (): Piece =>
    twin.state.account(ACCOUNT)?.Iam.RoleDetailList.find(({ RoleName }: Piece) => RoleName === 'Dev');
  const policies = () => identityPoliciesOf(twin.state, ACCOUNT, 'Dev');

  it.each([
    ['an object', allow('s3:*')],
    ['JSON', JSON.stringify(allow('s3:*'))],
    ['URL-encoded JSON', encodeURIComponent(JSON.stringify(allow('s3:*')))],
  ])('When a document is %s, Then it is parsed', (_form, PolicyDocument) => {
    role().RolePolicyList = [{ PolicyName: 'p', PolicyDocument }];
    expect(policies()).toEqual({ policies: [allow('s3:*')], boundary: null });
  });

  it('When the text is replaced, Then the new one counts', () => {
    role().RolePolicyList = [{ PolicyName: 'p', PolicyDocument: JSON.stringify(allow('s3:*')) }];
    policies();
    role().RolePolicyList[0].PolicyDocument = JSON.stringify(allow('ec2:*'));
    expect(policies().policies).toEqual([allow('ec2:*')]);
  });

  it('When a managed policy is known nowhere, Then it grants nothing', () => {
    role().RolePolicyList = [];
    role().AttachedManagedPolicies = [{ PolicyName: 'X', PolicyArn: aws('X') }];
    expect(policies().policies).toEqual([{ Version: '2012-10-17', Statement: [] }]);
  });

  it("When the account's default version differs from another, Then the default counts, as boundary too", () => {
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/Own`;
    twin.state.account(ACCOUNT)?.Iam.Policies.push({
      Arn: PolicyArn,
      DefaultVersionId: 'v2',
      PolicyVersionList: [
        { VersionId: 'v1', Document: allow('s3:*') },
        { VersionId: 'v2', Document: allow('ec2:*') },
      ],
    });
    role().RolePolicyList = [];
    role().PermissionsBoundary = { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: PolicyArn };
    expect(policies()).toEqual({ policies: [], boundary: allow('ec2:*') });
  });

  it('When the role does not exist, Then it has no policies', () => {
    expect(identityPoliciesOf(twin.state, ACCOUNT, 'None')).toEqual({ policies: [], boundary: null });
  });
});

describe('Given SimulatePrincipalPolicy', () => {
  const simulate = async (role: string, input: Partial<SimulatePrincipalPolicyCommandInput> = {}) => {
    const answer = await iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: `arn:aws:iam::${ACCOUNT}:role/${role}`,
        ActionNames: ['ssm:UpdateInstanceInformation'],
        ...input,
      }),
    );
    return answer.EvaluationResults?.map(({ EvalDecision }) => EvalDecision);
  };

  it('When a profile grants SSM and another does not, Then allowed and implicitDeny', async () => {
    expect(await simulate('Ssm')).toEqual(['allowed']);
    expect(await simulate('Dev')).toEqual(['implicitDeny']);
  });

  it('When policies are given beside, Then they count: an explicit deny and a condition on the context', async () => {
    const statement = (more: Piece) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'ssm:*', Resource: '*', ...more }],
      });
    expect(await simulate('Ssm', { PolicyInputList: [statement({ Effect: 'Deny' })] })).toEqual([
      'explicitDeny',
    ]);
    const conditional = {
      PolicyInputList: [
        statement({ Condition: { ArnEquals: { 'ec2:SourceInstanceARN': 'arn:aws:ec2:*:*:instance/i-1' } } }),
      ],
    };
    const entry = (id: string) => ({
      ContextKeyName: 'ec2:SourceInstanceARN',
      ContextKeyType: 'string' as const,
      ContextKeyValues: [`arn:aws:ec2:us-east-1:${ACCOUNT}:instance/${id}`],
    });
    expect(await simulate('Dev', { ...conditional, ContextEntries: [entry('i-1')] })).toEqual(['allowed']);
    expect(await simulate('Dev', { ...conditional, ContextEntries: [entry('i-2')] })).toEqual([
      'implicitDeny',
    ]);
  });

  it('When a boundary is given, Then it limits, and the answer says so', async () => {
    const { EvaluationResults } = await iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: `arn:aws:iam::${ACCOUNT}:role/Ssm`,
        ActionNames: ['ssm:UpdateInstanceInformation'],
        PermissionsBoundaryPolicyInputList: [JSON.stringify(allow('s3:*'))],
      }),
    );
    expect(EvaluationResults?.[0]).toMatchObject({
      EvalDecision: 'implicitDeny',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
      OrganizationsDecisionDetail: { AllowedByOrganizations: true },
    });
  });

  it('When service control policies deny, Then those with conditions count too, unless the twin simulates as it once did', async () => {
    const restart = async (statement: Piece, simulatesWithoutConditions = false) => {
      await twin.close();
      iam.destroy();
      await start({
        simulatesWithoutConditions,
        change: ({ organization }) => {
          organization.Policies.push({
            PolicySummary: { Id: 'p-deny', Name: 'deny', Type: 'SERVICE_CONTROL_POLICY', AwsManaged: false },
            Content: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
            Targets: [{ TargetId: ACCOUNT, Type: 'ACCOUNT' }],
          });
        },
      });
    };
    const denial = { Effect: 'Deny', Action: 'ssm:UpdateInstanceInformation', Resource: '*' };
    await restart(denial);
    expect(await simulate('Ssm')).toEqual(['explicitDeny']);
    const conditional = { ...denial, Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } } };
    await restart(conditional);
    expect(await simulate('Ssm')).toEqual(['explicitDeny']);
    await restart(conditional, true);
    expect(await simulate('Ssm')).toEqual(['allowed']);
    await restart({
      ...denial,
      Condition: { StringEquals: { 'aws:PrincipalArn': 'arn:aws:iam::1:role/x' } },
    });
    expect(await simulate('Ssm')).toEqual(['allowed']);
  });

  it('When the role does not exist, Then NoSuchEntity', async () => {
    await expect(simulate('None')).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  it('When several actions and resources are asked, Then each pair is answered once over the pages', async () => {
    const results: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await iam.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: `arn:aws:iam::${ACCOUNT}:role/Ssm`,
          ActionNames: ['ssm:GetDocument', 's3:GetObject', 'ssmmessages:CreateDataChannel'],
          ResourceArns: ['arn:aws:s3:::a/1', 'arn:aws:s3:::a/2'],
          Marker,
        }),
      );
      for (const one of page.EvaluationResults ?? []) {
        results.push(`${one.EvalActionName} ${one.EvalResourceName} ${one.EvalDecision}`);
      }
      Marker = page.Marker;
    } while (Marker);
    expect(new Set(results).size).toBe(6);
    expect(results).toHaveLength(6);
    expect(results).toContain('s3:GetObject arn:aws:s3:::a/2 implicitDeny');
  });
});

describe('Given GetAccountAuthorizationDetails', () => {
  const gather = async (Filter?: ('Role' | 'AWSManagedPolicy')[]) => {
    const roles: Piece[] = [];
    const policies: Piece[] = [];
    for await (const page of paginateGetAccountAuthorizationDetails({ client: iam }, { Filter })) {
      roles.push(...(page.RoleDetailList ?? []));
      policies.push(...(page.Policies ?? []));
    }
    return { roles, policies };
  };

  it('When all pages are read, Then they hold what the snapshot holds, documents URL-encoded', async () => {
    const { roles, policies } = await gather();
    expect(roles.map(({ RoleName }) => RoleName)).toEqual([
      'DhmcRolloutReader',
      'DhmcRolloutWriter',
      'Dev',
      'Ssm',
    ]);
    expect(policies.map(({ PolicyName }) => PolicyName)).toEqual(
      policiesOfAccount().map(({ PolicyName }) => PolicyName),
    );
    expect(roles[2]?.RolePolicyList[0].PolicyDocument).toMatch(/^%7B/);
    expect(policies[0]?.PolicyVersionList[0].Document).toMatch(/^%7B/);
    expect(roles[2]?.CreateDate).toBeInstanceOf(Date);
  });

  it('When a filter is given, Then nothing else comes', async () => {
    expect((await gather(['Role'])).policies).toEqual([]);
    expect((await gather(['AWSManagedPolicy'])).roles).toEqual([]);
  });
});
