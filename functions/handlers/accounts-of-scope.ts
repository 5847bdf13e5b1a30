/**
 * The accounts that a run is about, as Organizations has them. A run of named accounts asks those accounts alone: an
 * event about one account must not list thousands, 20 a page.
 */
import {
  type AccountTags,
  describeAccounts,
  listAccountsAndUnits,
  readAccountTags,
  TagsUnfinishedError,
  withTags,
} from '../aws/organization-reader.ts';
import type { UnitNames } from '../aws/organization-tree.ts';
import type { Configuration } from '../core/model/configuration.ts';
import type { Account, RunId, RunInput } from '../core/model/primitives.ts';
import { isFullRun } from '../core/run-news.ts';
import { needsOrganizationPaths, needsTags, selectAccounts } from '../core/scope.ts';
import type { Deadline } from '../platform/deadline.ts';
import { artifactKeys, type RunRecord } from '../store/contract.ts';
import { ACCOUNT_TAGS, UNIT_NAMES } from '../store/record-shapes.ts';
import { parseStored, parseStoredList, stamped } from '../store/stored.ts';
import type { Service } from './service.ts';

export interface AccountsOfScope {
  accounts: Account[];
  /** Accounts of the scope that the organization does not have, and units without accounts. */
  unknown: string[];
  /** null where no run has counted them yet. */
  organizationAccounts: number | null;
}

/** Above it, listing the organization takes less time than a call an account (ListAccounts: 160 accounts a second). */
const ASKED_ONE_BY_ONE = 500;
/** Runs of single accounts lie between two full ones, as many as accounts arrived. */
const LOOK_BACK = 200;

export async function findAccountsOfScope(
  service: Service,
  run: {
    runId: RunId;
    input: RunInput;
    configuration: Configuration;
    managementAccountId: string;
    /** Whether the units above each account are needed, whatever the scope needs. */
    paths: boolean;
  },
  deadline: Deadline | null,
): Promise<AccountsOfScope> {
  const { input, configuration, managementAccountId } = run;
  const paths = run.paths || needsOrganizationPaths(configuration, input.scope);
  const { operator } = service.pool;
  const named = namedAlone(input);
  const fullRun = named === null ? null : await findFullRun(service);
  const known = fullRun?.organizationAccounts ?? null;
  // A person is shown the share of the organization, which has to be counted once.
  const alone = named !== null && (known !== null || input.trigger === 'account-event');
  const { accounts: asked, unitNames } = alone
    ? {
        accounts: await describeAccounts(operator, named, { managementAccountId, paths }, service.clock),
        unitNames: await readUnitNames(service, fullRun),
      }
    : await listAccountsAndUnits(operator, { managementAccountId, paths });
  if (!alone) await keepUnitNames(service, run.runId, unitNames);
  const selected = selectAccounts(asked, input.scope);
  const accounts = needsTags(configuration)
    ? withTags(selected.accounts, await readTags(service, run.runId, selected.accounts, deadline))
    : selected.accounts;
  return {
    accounts: accounts.map((account) => withWho(account, unitNames, configuration.ownerTag)),
    unknown: selected.unknown,
    organizationAccounts: alone ? known : asked.length,
  };
}

/** The owner of the tag wins over the e-mail address. */
function withWho(account: Account, unitNames: UnitNames, ownerTag: string | null): Account {
  const tagged = ownerTag === null ? '' : (account.tags?.[ownerTag]?.trim() ?? '');
  const path = account.organizationPath ?? [];
  const named = path.length > 0 && path.every((id) => unitNames.has(id));
  return {
    ...account,
    ...(tagged === '' ? {} : { owner: { name: tagged, from: 'TAG' as const } }),
    ...(named ? { unitNames: path.map((id) => unitNames.get(id) ?? id) } : {}),
  };
}

async function keepUnitNames(
  { artifacts }: Pick<Service, 'artifacts'>,
  runId: RunId,
  unitNames: UnitNames,
): Promise<void> {
  if (unitNames.size === 0) return;
  await artifacts.putText(
    artifactKeys.unitNames(runId),
    `${JSON.stringify(stamped({ names: Object.fromEntries(unitNames) }))}\n`,
  );
}

/** As the last full run read them: a run of single accounts does not walk the tree. */
async function readUnitNames(
  { artifacts }: Pick<Service, 'artifacts'>,
  fullRun: RunRecord | null,
): Promise<UnitNames> {
  if (!fullRun) return new Map();
  const key = artifactKeys.unitNames(fullRun.runId);
  const text = await artifacts.getText(key);
  return new Map(text === null ? [] : Object.entries(parseStored(text, UNIT_NAMES, key).names));
}

function namedAlone({ scope }: RunInput): string[] | null {
  const named = scope?.accounts ?? [];
  const units = scope?.organizationalUnits ?? [];
  return named.length > 0 && named.length <= ASKED_ONE_BY_ONE && units.length === 0 ? named : null;
}

async function findFullRun({ store }: Pick<Service, 'store'>): Promise<RunRecord | null> {
  const runs = await store.listRuns(LOOK_BACK);
  return runs.find(({ input }) => isFullRun(input)) ?? null;
}

/**
 * Ten thousand accounts take longer than one invocation, at ten calls a second: what was read is kept, and the state
 * machine retries TagsUnfinishedError.
 */
async function readTags(
  { pool, clock, artifacts, log }: Service,
  runId: RunId,
  accounts: readonly Account[],
  deadline: Deadline | null,
): Promise<AccountTags> {
  const key = artifactKeys.accountTags(runId);
  const text = deadline === null ? null : await artifacts.getText(key);
  const known: AccountTags = new Map(text === null ? [] : parseStoredList(text, ACCOUNT_TAGS, key));
  const ids = accounts.map(({ accountId }) => accountId);
  try {
    return await readAccountTags(pool.operator, ids, { clock, deadline, known });
  } catch (error) {
    if (!(error instanceof TagsUnfinishedError)) throw error;
    await artifacts.putText(key, JSON.stringify([...error.tags]));
    log.warn(error.message, { runId });
    throw error;
  }
}
