/**
 * A snapshot while it is being taken: one file an account as soon as that was read, `unfinished.json` from the
 * first moment on, `organization.json` at the very end. So whatever ends the process, the folder is either no
 * snapshot yet, and says so, or a whole one; the next start continues with the accounts that are missing.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../../functions/platform/error-code.ts';
import type { Piece } from '../../twin/contract.ts';
import { UsageError } from '../exit.ts';

const UNFINISHED = 'unfinished.json';
const PART = '.part';

/** What has to be the same for a start to continue in a folder. */
export interface SnapshotOrder {
  organizationId: string;
  operatorAccountId: string;
  /** `all`, or names. */
  regions: readonly string[] | 'all';
  /** Regions whose hub is recorded. */
  hubs: readonly string[];
}

export interface UnfinishedFolder {
  /** Ids of accounts whose files are there. */
  readonly present: ReadonlySet<string>;
  putAccount(accountId: string, account: Piece): Promise<void>;
  readAccount(accountId: string): Promise<Piece>;
  /** Writes what belongs to no account; then the folder is a snapshot. */
  finish(organization: Piece, unread: Piece): Promise<void>;
}

/** Refuses a folder that holds anything but an unfinished snapshot, before AWS is asked anything. Throws UsageError. */
export async function checkUnfinishedFolder(folder: string): Promise<void> {
  const names = await namesIn(folder);
  if (names.includes('organization.json') && !names.includes(UNFINISHED)) {
    throw new UsageError(`--out ${folder}: holds a snapshot already; choose another folder, or remove it`);
  }
  const other = names.find(
    (name) =>
      !['accounts', 'organization.json', 'unread.json', UNFINISHED].includes(name) && !name.endsWith(PART),
  );
  if (other !== undefined || (names.includes('accounts') && !names.includes(UNFINISHED))) {
    throw new UsageError(
      `--out ${folder}: holds something other than a snapshot (${other ?? 'accounts'}); choose an empty folder`,
    );
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    if (hasCode(error, 'ENOTDIR')) throw new UsageError(`--out ${folder}: is no folder`);
    throw error;
  }
}

/** Throws UsageError where the folder was begun for something else. */
export async function openUnfinishedFolder(folder: string, order: SnapshotOrder): Promise<UnfinishedFolder> {
  await checkUnfinishedFolder(folder);
  const accounts = join(folder, 'accounts');
  // A snapshot shows the whole organization: only its owner may read it.
  await mkdir(accounts, { recursive: true, mode: 0o700 });
  await refuseOtherOrder(folder, order);
  await put(folder, UNFINISHED, { FormatVersion: 1, ...order });
  for (const name of await readdir(folder)) if (name.endsWith(PART)) await rm(join(folder, name));
  const present = new Set((await readdir(accounts)).map((name) => name.replace(/\.json$/, '')));
  return {
    present,
    putAccount: (accountId, account) => put(folder, join('accounts', `${accountId}.json`), account),
    readAccount: async (accountId) => JSON.parse(await readFile(join(accounts, `${accountId}.json`), 'utf8')),
    finish: async (organization, unread) => {
      await put(folder, 'unread.json', unread);
      await put(folder, 'organization.json', organization);
      await rm(join(folder, UNFINISHED));
    },
  };
}

async function refuseOtherOrder(folder: string, order: SnapshotOrder): Promise<void> {
  const text = await readFile(join(folder, UNFINISHED), 'utf8').catch((error) => {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  });
  if (text === null) return;
  const begun: Partial<SnapshotOrder> = JSON.parse(text);
  for (const key of ['organizationId', 'operatorAccountId', 'regions', 'hubs'] as const) {
    const [was, is] = [begun[key], order[key]].map((value) => [value].flat().join(',') || 'none');
    if (was === is) continue;
    throw new UsageError(
      `--out ${folder}: was begun with ${key} ${was}, not ${is}; continue with that, or choose another folder`,
    );
  }
}

/** Whole or not at all: written beside, then moved. */
async function put(folder: string, name: string, piece: Piece): Promise<void> {
  const part = join(folder, `${name.replace(/\W/g, '-')}${PART}`);
  await writeFile(part, `${JSON.stringify(piece, null, 1)}\n`, { mode: 0o600 });
  await rename(part, join(folder, name));
}
