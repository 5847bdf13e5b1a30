import {
  DescribeAccountCommand,
  DescribeOrganizationalUnitCommand,
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListChildrenCommand,
  ListDelegatedAdministratorsCommand,
  ListDelegatedServicesForAccountCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListPoliciesCommand,
  ListPoliciesForTargetCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  ListTargetsForPolicyCommand,
  OrganizationsClient,
  paginateListAccounts,
  paginateListTargetsForPolicy,
} from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Twin } from '../../twin/start.ts';
import { configuration, enter, startFirst } from './first-organization.ts';

let twin: Twin;
let client: OrganizationsClient;

beforeAll(async () => {
  twin = await startFirst({
    pages: 'aws',
    change: ({ organization }) => {
      const isolated = organization.Accounts.find(({ Id }) => Id === '100000000012');
      Object.assign(isolated ?? {}, { Tags: [{ Key: 'stage', Value: 'prod' }] });
      organization.OrganizationalUnits.push({
        Id: 'ou-deep',
        Arn: 'arn:aws:organizations::100000000001:ou/o-exampleorg1/ou-deep',
        Name: 'Deep',
        ParentId: 'ou-lab',
      });
      const done = organization.Accounts.find(({ Id }) => Id === '100000000020');
      Object.assign(done ?? {}, { ParentId: 'ou-deep' });
    },
  });
  client = new OrganizationsClient(configuration(twin));
});
afterAll(async () => {
  client.destroy();
  await twin.close();
});

describe('Given the operator as a delegated administrator', () => {
  it('When a page of 1 is asked for, Then it holds 1 at most; of 21, Then InvalidInputException', async () => {
    const page = await client.send(new ListAccountsCommand({ MaxResults: 1 }));
    expect(page.Accounts?.length).toBeLessThanOrEqual(1);
    expect(page.NextToken).toBeDefined();
    await expect(client.send(new ListAccountsCommand({ MaxResults: 21 }))).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
  });

  it.each(['nonsense', ''])('When the token is %j, Then InvalidInputException', async (NextToken) => {
    await expect(client.send(new ListAccountsCommand({ NextToken }))).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
  });

  it("When one list is given another's token, Then InvalidInputException", async () => {
    const { NextToken } = await client.send(new ListAccountsCommand({ MaxResults: 1 }));
    const other = new ListAccountsForParentCommand({ ParentId: 'ou-prod', NextToken });
    await expect(client.send(other)).rejects.toMatchObject({ name: 'InvalidInputException' });
  });

  it('When an account is described, Then State, Status and Paths are there, and what the format adds is not', async () => {
    const { Account } = await client.send(new DescribeAccountCommand({ AccountId: '100000000020' }));
    expect(Account).toEqual({
      Id: '100000000020',
      Arn: 'arn:aws:organizations::100000000001:account/o-exampleorg1/100000000020',
      Email: 'done@example.com',
      Name: 'done',
      State: 'ACTIVE',
      Status: 'ACTIVE',
      Paths: ['o-exampleorg1/r-root/ou-lab/ou-deep/100000000020/'],
      JoinedMethod: 'CREATED',
      JoinedTimestamp: new Date('2024-01-10T00:00:00Z'),
    });
  });

  it('When the tree is walked, Then roots, units, accounts, children and parents agree', async () => {
    const roots = await client.send(new ListRootsCommand({}));
    expect(roots.Roots).toMatchObject([
      { Id: 'r-root', PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }] },
    ]);
    const units = await client.send(new ListOrganizationalUnitsForParentCommand({ ParentId: 'ou-lab' }));
    expect(units.OrganizationalUnits).toEqual([
      {
        Id: 'ou-deep',
        Name: 'Deep',
        Arn: 'arn:aws:organizations::100000000001:ou/o-exampleorg1/ou-deep',
      },
    ]);
    const below = { ParentId: 'ou-deep' };
    const accounts = await client.send(new ListAccountsForParentCommand(below));
    expect(accounts.Accounts?.map(({ Id }) => Id)).toEqual(['100000000020']);
    const children = await client.send(new ListChildrenCommand({ ...below, ChildType: 'ACCOUNT' }));
    expect(children.Children).toEqual([{ Id: '100000000020', Type: 'ACCOUNT' }]);
    const ofAccount = await client.send(new ListParentsCommand({ ChildId: '100000000020' }));
    expect(ofAccount.Parents).toEqual([{ Id: 'ou-deep', Type: 'ORGANIZATIONAL_UNIT' }]);
    const ofUnit = await client.send(new ListParentsCommand({ ChildId: 'ou-lab' }));
    expect(ofUnit.Parents).toEqual([{ Id: 'r-root', Type: 'ROOT' }]);
    const unit = await client.send(new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: 'ou-lab' }));
    expect(unit.OrganizationalUnit?.Name).toBe('Lab');
    const tags = await client.send(new ListTagsForResourceCommand({ ResourceId: '100000000012' }));
    expect(tags.Tags).toEqual([{ Key: 'stage', Value: 'prod' }]);
  });

  it("When policies are asked for, Then they, their targets and their content are the snapshot's", async () => {
    const Filter = 'SERVICE_CONTROL_POLICY';
    const all = await client.send(new ListPoliciesCommand({ Filter }));
    expect(all.Policies?.map(({ Name }) => Name)).toEqual(['FullAWSAccess', 'OnlyTokyo']);
    const none = await client.send(new ListPoliciesCommand({ Filter: 'TAG_POLICY' }));
    expect(none.Policies).toEqual([]);
    const attached = new ListPoliciesForTargetCommand({ TargetId: '100000000018', Filter });
    expect((await client.send(attached)).Policies?.map(({ Id }) => Id)).toEqual([
      'p-FullAWSAccess',
      'p-onlytokyo',
    ]);
    const { Policy } = await client.send(new DescribePolicyCommand({ PolicyId: 'p-onlytokyo' }));
    expect(JSON.parse(Policy?.Content ?? '')).toHaveProperty('Statement');
    const targets = await client.send(new ListTargetsForPolicyCommand({ PolicyId: 'p-onlytokyo' }));
    expect(targets.Targets).toEqual([
      {
        TargetId: '100000000018',
        Type: 'ACCOUNT',
        Name: 'one-region',
        Arn: 'arn:aws:organizations::100000000001:account/o-exampleorg1/100000000018',
      },
    ]);
    let count = 0;
    for await (const page of paginateListTargetsForPolicy({ client }, { PolicyId: 'p-FullAWSAccess' })) {
      count += page.Targets?.length ?? 0;
    }
    expect(count).toBe(16);
  });

  it('When delegations are asked for, Then the operator is there for Systems Manager alone', async () => {
    const all = await client.send(new ListDelegatedAdministratorsCommand({}));
    expect(all.DelegatedAdministrators).toMatchObject([
      { Id: '100000000002', Name: 'operator', State: 'ACTIVE' },
    ]);
    const other = new ListDelegatedAdministratorsCommand({ ServicePrincipal: 'config.amazonaws.com' });
    expect((await client.send(other)).DelegatedAdministrators).toEqual([]);
    const services = new ListDelegatedServicesForAccountCommand({ AccountId: '100000000002' });
    expect((await client.send(services)).DelegatedServices).toEqual([
      { ServicePrincipal: 'ssm.amazonaws.com' },
    ]);
  });

  it.each([
    ['account', new DescribeAccountCommand({ AccountId: '999999999999' }), 'AccountNotFoundException'],
    ['parent', new ListAccountsForParentCommand({ ParentId: 'ou-none' }), 'ParentNotFoundException'],
    ['child', new ListParentsCommand({ ChildId: '999999999999' }), 'ChildNotFoundException'],
    ['policy', new DescribePolicyCommand({ PolicyId: 'p-none' }), 'PolicyNotFoundException'],
    [
      'unit',
      new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: 'ou-none' }),
      'OrganizationalUnitNotFoundException',
    ],
    [
      'delegation',
      new ListDelegatedServicesForAccountCommand({ AccountId: '100000000012' }),
      'AccountNotRegisteredException',
    ],
  ])('When an unknown %s is asked for, Then the modelled error', async (_what, command, name) => {
    // the union of commands has no common overload
    const send = client.send.bind(client) as (command: unknown) => Promise<unknown>;
    await expect(send(command)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });
});

describe('Given a member that is neither management account nor delegated', () => {
  it('When it lists accounts, Then AccessDeniedException; it may describe the organization', async () => {
    const member = new OrganizationsClient(
      configuration(twin, 'us-east-1', await enter(twin, '100000000012')),
    );
    await expect(member.send(new ListAccountsCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: "You don't have permissions to access this resource.",
    });
    const { Organization } = await member.send(new DescribeOrganizationCommand({}));
    expect(Organization).toMatchObject({ Id: 'o-exampleorg1', MasterAccountId: '100000000001' });
    member.destroy();
  });
});

describe('Given small pages', () => {
  it('When accounts are listed, Then one page is empty with a token, and none is missing', async () => {
    const small = await startFirst();
    const own = new OrganizationsClient(configuration(small));
    const sizes: number[] = [];
    const ids: (string | undefined)[] = [];
    for await (const page of paginateListAccounts({ client: own }, {})) {
      sizes.push(page.Accounts?.length ?? -1);
      ids.push(...(page.Accounts ?? []).map(({ Id }) => Id));
    }
    expect(ids).toEqual(small.state.snapshot.organization.Accounts.map(({ Id }) => Id));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5);
    expect(sizes).toContain(0);
    expect(sizes.at(-1)).toBeGreaterThan(0);
    own.destroy();
    await small.close();
  });
});

describe("Given AWS's page sizes", () => {
  it('When accounts are listed, Then up to 20 come at once, without empty pages', async () => {
    const page = await client.send(new ListAccountsCommand({}));
    expect([page.Accounts?.length, page.NextToken]).toEqual([12, undefined]);
  });
});
