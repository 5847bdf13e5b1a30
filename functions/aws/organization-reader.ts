import {
  DescribeOrganizationCommand,
  type Account as OrganizationsAccount,
  paginateListAccounts,
  paginateListAccountsForParent,
  paginateListOrganizationalUnitsForParent,
  paginateListRoots,
  paginateListTagsForResource,
} from '@aws-sdk/client-organizations';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Account, AccountState } from '../core/model/primitives.ts';
import { partitionOfArn } from '../core/partition.ts';
import type { ClientPool, SessionClients } from './client-pool.ts';

export interface OrganizationFacts {
  organizationId: string;
  managementAccountId: string;
  partition: string;
}

/** DescribeOrganization: allowed to every account of the organization. */
export async function describeOrganization(clients: SessionClients): Promise<OrganizationFacts> {
  const { Organization: organization } = await clients
    .organizations()
    .send(new DescribeOrganizationCommand({}));
  if (!organization?.Id || !organization.MasterAccountId) {
    throw new Error('organizations:DescribeOrganization answered without an organization');
  }
  return {
    organizationId: organization.Id,
    managementAccountId: organization.MasterAccountId,
    partition: partitionOfArn(organization.Arn ?? ''),
  };
}

/** The account whose credentials the service runs with. */
export async function readOperatorAccountId(pool: ClientPool): Promise<string> {
  const identity = await pool.operator.sts(pool.connection.homeRegion).send(new GetCallerIdentityCommand({}));
  if (!identity.Account) throw new Error('sts:GetCallerIdentity answered without an account');
  return identity.Account;
}

export interface AccountListOptions {
  managementAccountId: string;
  /** Whether ids of the organizational units above each account are needed. */
  paths: boolean;
  tags: boolean;
}

/** Every account of the organization, sorted by id. ListAccounts may answer empty pages; the paginator goes on. */
export async function listAccounts(clients: SessionClients, options: AccountListOptions): Promise<Account[]> {
  const accounts: Account[] = [];
  for await (const page of paginateListAccounts({ client: clients.organizations() }, {})) {
    for (const account of page.Accounts ?? []) accounts.push(toAccount(account, options.managementAccountId));
  }
  accounts.sort((a, b) => a.accountId.localeCompare(b.accountId));
  if (options.paths && accounts.some((account) => account.organizationPath === null)) {
    await fillPaths(clients, accounts);
  }
  if (options.tags) await fillTags(clients, accounts);
  return accounts;
}

function toAccount(account: OrganizationsAccount, managementAccountId: string): Account {
  const accountId = account.Id ?? '';
  return {
    accountId,
    name: account.Name ?? accountId,
    arn: account.Arn ?? '',
    // `Status` was to be retired on 2026-09-09 (SDK type docs); read where `State` is not given.
    state: (account.State ?? account.Status ?? 'ACTIVE') as AccountState,
    joinedAt: account.JoinedTimestamp?.toISOString() ?? null,
    organizationPath: pathOf(account.Paths),
    tags: null,
    management: accountId === managementAccountId,
  };
}

/**
 * `Account.Paths` reads like `aws:PrincipalOrgPaths`: `o-…/r-…/ou-…/ou-…/`. Whether ListAccounts always
 * fills it is not documented, so a missing one is asked for otherwise (fillPaths).
 */
function pathOf(paths: string[] | undefined): string[] | null {
  const first = paths?.[0];
  if (!first) return null;
  return first.split('/').filter((part) => /^(r|ou)-/.test(part));
}

/** Walks the tree from its roots: two calls a unit, so only where paths are needed and were not given. */
async function fillPaths(clients: SessionClients, accounts: Account[]): Promise<void> {
  const client = clients.organizations();
  const byId = new Map(accounts.map((account) => [account.accountId, account]));
  const pending: string[][] = [];
  for await (const page of paginateListRoots({ client }, {})) {
    for (const root of page.Roots ?? []) if (root.Id) pending.push([root.Id]);
  }
  for (let path = pending.shift(); path; path = pending.shift()) {
    const parent = path.at(-1) ?? '';
    for await (const page of paginateListAccountsForParent({ client }, { ParentId: parent })) {
      for (const child of page.Accounts ?? []) {
        const account = byId.get(child.Id ?? '');
        if (account) account.organizationPath = path;
      }
    }
    for await (const page of paginateListOrganizationalUnitsForParent({ client }, { ParentId: parent })) {
      for (const unit of page.OrganizationalUnits ?? []) if (unit.Id) pending.push([...path, unit.Id]);
    }
  }
}

async function fillTags(clients: SessionClients, accounts: Account[]): Promise<void> {
  const client = clients.organizations();
  for (const account of accounts) {
    const tags: Record<string, string> = {};
    for await (const page of paginateListTagsForResource({ client }, { ResourceId: account.accountId })) {
      for (const tag of page.Tags ?? []) if (tag.Key) tags[tag.Key] = tag.Value ?? '';
    }
    account.tags = tags;
  }
}
