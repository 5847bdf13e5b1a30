import {
  DescribeAccountCommand,
  DescribeOrganizationCommand,
  ListParentsCommand,
  type Account as OrganizationsAccount,
  type OrganizationsClient,
  paginateListAccounts,
  paginateListTagsForResource,
} from '@aws-sdk/client-organizations';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Account, AccountId, AccountState } from '../core/model/primitives.ts';
import { partitionOfArn } from '../core/partition.ts';
import type { Clock } from '../platform/clock.ts';
import type { Deadline } from '../platform/deadline.ts';
import type { ClientPool, SessionClients } from './client-pool.ts';
import './organization-client.ts';
import { type UnitNames, walkUnits } from './organization-tree.ts';
import { unlessGone } from './unless-gone.ts';

export interface OrganizationFacts {
  organizationId: string;
  managementAccountId: string;
  partition: string;
  /** All features are on: without them there are no control policies, delegated administrators or StackSets. */
  allFeatures: boolean;
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
    allFeatures: organization.FeatureSet !== 'CONSOLIDATED_BILLING',
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
}

/** Every account of the organization, sorted by id. ListAccounts may answer empty pages; the paginator continues. */
export async function listAccounts(clients: SessionClients, options: AccountListOptions): Promise<Account[]> {
  const accounts: Account[] = [];
  for await (const page of paginateListAccounts({ client: clients.organizations() }, {})) {
    for (const account of page.Accounts ?? []) accounts.push(toAccount(account, options.managementAccountId));
  }
  accounts.sort((a, b) => a.accountId.localeCompare(b.accountId));
  if (options.paths && accounts.some((account) => account.organizationPath === null)) {
    await walkUnits(clients, accounts);
  }
  return accounts;
}

/** Every account with its path, and the names of the units: one walk of the tree. */
export async function listAccountsAndUnits(
  clients: SessionClients,
  options: AccountListOptions,
): Promise<{ accounts: Account[]; unitNames: UnitNames }> {
  const accounts = await listAccounts(clients, { ...options, paths: false });
  try {
    return { accounts, unitNames: await walkUnits(clients, accounts) };
  } catch (error) {
    // Names are a courtesy: a run whose scope needs no path does not fail for them.
    if (options.paths) throw error;
    return { accounts, unitNames: new Map() };
  }
}

/** Every account with its tags; without them where nothing is decided by tags. */
export async function listTaggedAccounts(
  clients: SessionClients,
  { tags, clock, ...options }: AccountListOptions & { tags: boolean; clock: Clock },
): Promise<Account[]> {
  const accounts = await listAccounts(clients, options);
  if (!tags) return accounts;
  const ids = accounts.map(({ accountId }) => accountId);
  return withTags(accounts, await readAccountTags(clients, ids, { clock, deadline: null, known: new Map() }));
}

/**
 * These accounts alone, sorted by id: a call each, two or three where paths are needed and were not given. Accounts
 * that the organization does not have (any more) are left out.
 */
export async function describeAccounts(
  clients: SessionClients,
  accountIds: readonly AccountId[],
  options: AccountListOptions,
  clock: Clock,
): Promise<Account[]> {
  const client = clients.organizations();
  const pace = createPace(clock, DESCRIBE_ACCOUNT_PER_SECOND);
  const found: Account[] = [];
  await clock.together(
    CALLS_AT_ONCE,
    [...new Set(accountIds)].map((accountId) => async () => {
      await pace();
      const answer = await unlessGone(() =>
        client.send(new DescribeAccountCommand({ AccountId: accountId })),
      );
      if (answer?.Account) found.push(toAccount(answer.Account, options.managementAccountId));
    }),
  );
  found.sort((a, b) => a.accountId.localeCompare(b.accountId));
  if (!options.paths) return found;
  const parents: ParentsById = new Map();
  for (const account of found)
    account.organizationPath ??= await pathAbove(client, account.accountId, parents);
  return found;
}

/** Accounts with their tags, without those that left the organization meanwhile. */
export function withTags(accounts: readonly Account[], tags: AccountTags): Account[] {
  return accounts.flatMap((account) => {
    const ofAccount = tags.get(account.accountId) ?? null;
    return ofAccount === null ? [] : [{ ...account, tags: ofAccount }];
  });
}

/** Tags of accounts; null of one that left the organization meanwhile. */
export type AccountTags = Map<AccountId, Record<string, string> | null>;

/** There was no time to read the tags of every account. Whoever keeps what was read can continue from there. */
export class TagsUnfinishedError extends Error {
  override readonly name = 'TagsUnfinishedError';
  readonly tags: AccountTags;

  constructor(tags: AccountTags, accounts: number) {
    super(`tags of ${tags.size} of ${accounts} accounts were read in the time of one invocation`);
    this.tags = tags;
  }
}

/**
 * A call an account, side by side and within Organizations' bucket. `known` is what an earlier try has read.
 *
 * @throws {TagsUnfinishedError} where the deadline comes first
 */
export async function readAccountTags(
  clients: SessionClients,
  accountIds: readonly AccountId[],
  { clock, deadline, known }: { clock: Clock; deadline: Deadline | null; known: AccountTags },
): Promise<AccountTags> {
  const client = clients.organizations();
  const pace = createPace(clock, LIST_TAGS_PER_SECOND);
  const tags: AccountTags = new Map(known);
  const isLate = () => deadline !== null && deadline.remainingMilliseconds() < TIME_TO_WRITE_MILLISECONDS;
  await clock.together(
    CALLS_AT_ONCE,
    accountIds
      .filter((accountId) => !tags.has(accountId))
      .map((accountId) => async () => {
        if (isLate()) return;
        await pace();
        const ofAccount: Record<string, string> = {};
        const complete = await unlessGone(async () => {
          for await (const page of paginateListTagsForResource({ client }, { ResourceId: accountId })) {
            for (const tag of page.Tags ?? []) if (tag.Key) ofAccount[tag.Key] = tag.Value ?? '';
          }
          return true;
        });
        tags.set(accountId, complete ? ofAccount : null);
      }),
  );
  if (accountIds.some((accountId) => !tags.has(accountId))) {
    throw new TagsUnfinishedError(tags, accountIds.length);
  }
  return tags;
}

/**
 * A little less than Organizations' rates an account (Organizations user guide, "Quotas and service limits", Throttling
 * limits: DescribeAccount 20, ListTagsForResource 10 a second); what other callers take, the SDK's retries absorb.
 */
const DESCRIBE_ACCOUNT_PER_SECOND = 18;
const LIST_TAGS_PER_SECOND = 9;
const CALLS_AT_ONCE = 10;
/** What start-run still needs after the tags: waves, manifests, the record. */
const TIME_TO_WRITE_MILLISECONDS = 90_000;

/** Spaces the beginnings of calls. */
function createPace(clock: Clock, perSecond: number): () => Promise<void> {
  let next = 0;
  return async () => {
    const now = clock.now().getTime();
    const at = Math.max(now, next);
    next = at + 1000 / perSecond;
    if (at > now) await clock.sleep(at - now);
  };
}

/** Parent of each account and unit that was asked for; null above the root, and of what is gone. */
type ParentsById = Map<string, string | null>;

/** Root first. null where the account has left meanwhile. */
async function pathAbove(
  client: OrganizationsClient,
  accountId: AccountId,
  parents: ParentsById,
): Promise<string[] | null> {
  const path: string[] = [];
  for (let child = accountId; ; ) {
    let parent = parents.get(child);
    if (parent === undefined) {
      const answer = await unlessGone(() => client.send(new ListParentsCommand({ ChildId: child })));
      parent = answer?.Parents?.[0]?.Id ?? null;
      parents.set(child, parent);
    }
    if (parent === null) return null;
    path.unshift(parent);
    if (parent.startsWith('r-')) return path;
    child = parent;
  }
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
    ...(account.Email ? { owner: { name: account.Email, from: 'EMAIL' as const } } : {}),
  };
}

/**
 * `Account.Paths` reads like `aws:PrincipalOrgPaths`: `o-…/r-…/ou-…/ou-…/`. Whether ListAccounts always
 * fills it is not documented, so a missing one is asked for otherwise (walkUnits).
 */
function pathOf(paths: string[] | undefined): string[] | null {
  const first = paths?.[0];
  if (!first) return null;
  return first.split('/').filter((part) => /^(r|ou)-/.test(part));
}
