/** Reads an organization into a folder, account by account. Nothing is changed anywhere but in that folder. */

import { assumeMemberRole } from '../../functions/aws/assume-role.ts';
import { type AwsConnection, type ClientPool, createClientPool } from '../../functions/aws/client-pool.ts';
import { readOperatorAccountId } from '../../functions/aws/organization-reader.ts';
import { readAccount } from '../../functions/aws/snapshot/account.ts';
import type { Unread } from '../../functions/aws/snapshot/gather.ts';
import { type OrganizationTree, readRest, readTree } from '../../functions/aws/snapshot/organization.ts';
import { memberRoleName } from '../../functions/core/member-role.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { Account, AccountState, Region } from '../../functions/core/model/primitives.ts';
import { mayUseHubs } from '../../functions/core/network/network-settings.ts';
import { partitionOfArn } from '../../functions/core/partition.ts';
import { decideAccount, type Scope, selectAccounts } from '../../functions/core/scope.ts';
import { runTogether } from '../../functions/platform/run-together.ts';
import type { Piece } from '../../twin/contract.ts';
import { policyTypesNotEvaluated } from '../../twin/policy-types.ts';
import { CommandFailedError, UsageError } from '../exit.ts';
import { openUnfinishedFolder, type UnfinishedFolder } from './unfinished-folder.ts';

export interface SnapshotRequest {
  connection: AwsConnection;
  configuration: Configuration;
  scope: Scope;
  folder: string;
  /** Accounts read side by side. */
  atOnce: number;
  signal: AbortSignal | undefined;
  onAccount(done: number, of: number): void;
  now(): Date;
}

export interface SnapshotTaken {
  organizationId: string;
  accounts: {
    /** Of the organization. */
    total: number;
    /** Whose files the folder holds. */
    read: number;
    /** Of these, by an earlier start. */
    readBefore: number;
    /** Suspended, excluded by the configuration, or out of scope. */
    leftOut: number;
  };
  unread: Unread[];
  /** Enabled in the organization, and neither read nor evaluated by the twin. */
  policyTypesNotEvaluated: string[];
}

/** Rejects where the organization can't be listed, or the signal ended it; then the next start continues. */
export async function takeSnapshot(request: SnapshotRequest): Promise<SnapshotTaken> {
  const pool = createClientPool(request.connection);
  try {
    return await take(pool, request);
  } finally {
    pool.destroy();
  }
}

async function take(pool: ClientPool, request: SnapshotRequest): Promise<SnapshotTaken> {
  const { configuration, scope, connection, folder } = request;
  const operatorAccountId = await readOperatorAccountId(pool);
  const tree = await readTree(pool.operator);
  const organizationId = String(tree.Organization.Id);
  const regions: readonly Region[] | 'all' = scope?.regions ?? configuration.regions;
  const unread: Unread[] = [];
  const rest = await readRest(pool.operator, tree, operatorAccountId, unread);
  const chosen = chooseAccounts(tree, request);
  const hubs = hubAccounts(tree, configuration).filter((id) => !chosen.includes(id));
  const wanted = [...chosen, ...hubs];
  const out = await openUnfinishedFolder(folder, {
    organizationId,
    operatorAccountId,
    regions,
    hubs: mayUseHubs(configuration) ? Object.keys(configuration.hubs).sort() : [],
  });

  const partition = partitionOfArn(String(tree.Organization.Arn ?? ''));
  const readOne = async (accountId: string): Promise<'read' | 'passing'> => {
    const entered = await enterAndRead(pool, request, { accountId, partition, regions });
    if (entered.kind === 'closed') {
      unread.push(entered.unread);
      return 'read';
    }
    const { account } = entered;
    const passing = account.Unread.some(({ kind }) => kind === 'THROTTLED' || kind === 'UNAVAILABLE');
    await out.putAccount(accountId, account);
    return passing ? 'passing' : 'read';
  };
  const missing = wanted.filter((id) => !out.present.has(id));
  const again = await readEach(missing, readOne, request);
  const owners = await gatewayOwners(out, tree, configuration, wanted);
  const further = owners.filter((id) => !out.present.has(id));
  wanted.push(...owners);
  missing.push(...further);
  again.push(...(await readEach(further, readOne, request)));
  // What was throttled or did not answer gets a second chance, with a new session.
  await readEach(again, readOne, { ...request, onAccount: () => {} });
  await ensureOperator(out, operatorAccountId, connection.homeRegion, wanted);

  const present = wanted.filter((id) => !unread.some((one) => one.api === ENTRY && one.accountId === id));
  unread.push(...(await unreadOf(out, present)));
  const organization = {
    FormatVersion: 1 as const,
    Organization: tree.Organization,
    OperatorAccountId: operatorAccountId,
    // The twin's clock starts here: not before the last thing that was seen.
    CapturedAt: request.now().toISOString(),
    Roots: tree.Roots,
    OrganizationalUnits: tree.OrganizationalUnits,
    Accounts: tree.Accounts,
    ...rest,
  };
  await out.finish(organization, { FormatVersion: 1, Scope: scope ?? null, Unread: unread });
  return {
    organizationId,
    accounts: {
      total: tree.Accounts.length,
      read: present.length,
      readBefore: wanted.length - missing.length,
      leftOut: tree.Accounts.length - wanted.length,
    },
    unread,
    policyTypesNotEvaluated: policyTypesNotEvaluated(organization),
  };
}

/** Accounts that a run in this scope would enter, by id. */
function chooseAccounts(tree: OrganizationTree, { configuration, scope }: SnapshotRequest): string[] {
  const { accounts, unknown } = selectAccounts(accountsOf(tree), scope);
  if (unknown.length > 0) {
    throw new UsageError(`not in the organization: ${unknown.join(', ')}; see --accounts and --ous`);
  }
  return accounts
    .filter((account) => decideAccount(account, configuration).kind === 'enter')
    .map(({ accountId }) => accountId);
}

/** Spokes are held against their hub whether or not its account is in the scope of the run. */
function hubAccounts(tree: OrganizationTree, configuration: Configuration): string[] {
  if (!mayUseHubs(configuration)) return [];
  const named = new Set(Object.values(configuration.hubs).map(({ account }) => account));
  return accountsOf(tree)
    .filter((account) => named.has(account.accountId))
    .filter((account) => decideAccount(account, configuration).kind === 'enter')
    .map(({ accountId }) => accountId);
}

/** Owners of the transit gateways that hubs are attached to, which alone are shown the route tables of these. */
async function gatewayOwners(
  out: UnfinishedFolder,
  tree: OrganizationTree,
  configuration: Configuration,
  wanted: readonly string[],
): Promise<string[]> {
  const owners = new Set<string>();
  for (const accountId of hubAccounts(tree, configuration)) {
    const account: Piece = await out.readAccount(accountId).catch(() => ({}));
    for (const { Ec2 } of Object.values<Piece>(account.Regions ?? {})) {
      for (const one of (Ec2?.TransitGatewayVpcAttachments ?? []) as Piece[])
        owners.add(one.TransitGatewayOwnerId);
    }
  }
  return accountsOf(tree)
    .filter(({ accountId }) => owners.has(accountId) && !wanted.includes(accountId))
    .filter((account) => decideAccount(account, configuration).kind === 'enter')
    .map(({ accountId }) => accountId);
}

function accountsOf({ Organization, OrganizationalUnits, Accounts }: OrganizationTree): Account[] {
  const parents = new Map(OrganizationalUnits.map((unit) => [String(unit.Id), String(unit.ParentId)]));
  const pathOf = (account: Piece): string[] => {
    const path: string[] = [];
    for (let id: string | undefined = String(account.ParentId); id !== undefined; id = parents.get(id)) {
      path.unshift(id);
    }
    return path;
  };
  return Accounts.map((account: Piece) => ({
    accountId: account.Id,
    name: account.Name ?? account.Id,
    arn: account.Arn ?? '',
    state: (account.State ?? account.Status ?? 'ACTIVE') as AccountState,
    joinedAt: account.JoinedTimestamp ?? null,
    organizationPath: pathOf(account),
    tags: account.Tags
      ? Object.fromEntries(account.Tags.map(({ Key, Value }: Piece) => [Key, Value ?? '']))
      : null,
    management: account.Id === Organization.MasterAccountId,
  }));
}

/** Answers those that have to be read again. */
async function readEach(
  accountIds: string[],
  readOne: (accountId: string) => Promise<'read' | 'passing'>,
  { atOnce, signal, onAccount }: Pick<SnapshotRequest, 'atOnce' | 'signal' | 'onAccount'>,
): Promise<string[]> {
  const again: string[] = [];
  let done = 0;
  await runTogether(
    atOnce,
    accountIds.map((accountId) => async () => {
      if (signal?.aborted) return;
      if ((await readOne(accountId)) === 'passing') again.push(accountId);
      done += 1;
      onAccount(done, accountIds.length);
    }),
  );
  if (signal?.aborted) {
    throw new CommandFailedError(
      `interrupted after ${done} of ${accountIds.length} accounts; the same command continues where it stopped`,
    );
  }
  return again;
}

/** What was denied where an account could not be entered at all. */
const ENTRY = 'sts:AssumeRole';

type Entered =
  | { kind: 'read'; account: Awaited<ReturnType<typeof readAccount>> }
  | { kind: 'closed'; unread: Unread };

async function enterAndRead(
  pool: ClientPool,
  { configuration }: SnapshotRequest,
  {
    accountId,
    partition,
    regions,
  }: { accountId: string; partition: string; regions: readonly Region[] | 'all' },
): Promise<Entered> {
  const { externalId } = configuration.memberRole;
  const roleName = memberRoleName(configuration, 'reader');
  const role = { partition, accountId, roleName, externalId, sessionName: 'dhmc-snapshot' };
  const entered = await assumeMemberRole(pool, role);
  if (entered.kind === 'failed') {
    const { kind, code, message } = entered.failure;
    return { kind: 'closed', unread: { accountId, region: null, api: ENTRY, kind, code, message } };
  }
  const { homeRegion } = pool.connection;
  const { clients } = entered;
  return {
    kind: 'read',
    account: await readAccount({ clients, accountId, homeRegion, regions, configuration }),
  };
}

/** The twin needs one Region of the operator account, which these very calls came from. */
async function ensureOperator(
  out: UnfinishedFolder,
  accountId: string,
  homeRegion: Region,
  wanted: string[],
): Promise<void> {
  const account: Piece = wanted.includes(accountId) ? await out.readAccount(accountId).catch(() => ({})) : {};
  if (account.Regions?.[homeRegion]) return;
  const Regions = { [homeRegion]: { RegionOptStatus: 'ENABLED_BY_DEFAULT' }, ...account.Regions };
  await out.putAccount(accountId, { FormatVersion: 1, AccountId: accountId, ...account, Regions });
}

/** Of all files, those of earlier starts too. */
async function unreadOf(out: UnfinishedFolder, present: readonly string[]): Promise<Unread[]> {
  const lists = [];
  for (const accountId of present) lists.push(((await out.readAccount(accountId)).Unread ?? []) as Unread[]);
  return lists.flat();
}
