/**
 * `--state DIR`: the embedded table and the artifacts of one organization in one folder.
 *
 *     table/              LevelDB of the embedded engine
 *     table.sequence      number of the newest write that was acknowledged
 *     artifacts/          as in the bucket
 *     organization.json   whose folder it is
 *     lock.<n>.json       who has it open
 */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { hasCode } from '../functions/platform/error-code.ts';
import { LOCAL_OWNER } from '../functions/store/accounts.ts';
import { createFolderArtifacts } from '../functions/store/artifacts-folder.ts';
import type { Artifacts, Store } from '../functions/store/contract.ts';
import { createStore } from '../functions/store/table.ts';
import { ensureTable } from '../functions/store/table-definition.ts';
import { openEmbeddedTable } from './engine/embedded-table.ts';
import { requireDatabase } from './engine/require-database.ts';
import { findDamage } from './state-folder-integrity.ts';
import { isLockFile, lockFolder } from './state-folder-lock.ts';

export const LOCAL_TABLE_NAME = 'dhmc-rollout';
const TABLE = 'table';
/** A pid alone may be reused. */
const LEASE_OWNER = `${LOCAL_OWNER}${process.pid}-${randomUUID()}-`;
const SEQUENCE = 'table.sequence';
const ARTIFACTS = 'artifacts';
const ORGANIZATION = 'organization.json';

const HOW_TO_CONTINUE =
  'restore a backup of the folder, or give another one with --state; how to roll back without it: docs/operations.md, "A damaged state folder"';

/** One line: the folder, what is wrong with it, and what to do. */
export class StateFolderError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StateFolderError';
  }
}

export interface StateFolder {
  folder: string;
  tableName: string;
  /** Begins the names of this process's lease owners. */
  leaseOwner: string;
  client: DynamoDBClient;
  store: Store;
  artifacts: Artifacts;
  /** Marks the folder as this organization's; refuses when it is another's. */
  bindOrganization(organizationId: string): Promise<void>;
  /** Ends the engine, gives the lock back, and removes a throw-away folder. */
  close(): Promise<void>;
}

/** Opens or creates a state folder; null: a throw-away one. Throws StateFolderError before anything in it is changed. */
export async function openStateFolder(folder: string | null): Promise<StateFolder> {
  requireDatabase();
  const path = folder === null ? await mkdtemp(join(tmpdir(), 'dhmc-')) : resolve(folder);
  const removeThrowAway = () => {
    if (folder === null) rmSync(path, { recursive: true, force: true });
  };
  // Also when the process ends by process.exit() or an error, but not by a signal's default.
  process.once('exit', removeThrowAway);
  try {
    await refuseForeignFolder(path);
    const release = await takeLock(path);
    try {
      const table = await openTable(path, folder !== null);
      return {
        folder: path,
        tableName: LOCAL_TABLE_NAME,
        leaseOwner: LEASE_OWNER,
        client: table.client,
        // The folder's lock proves that every other process that had it open has ended.
        store: createStore({
          client: table.client,
          tableName: LOCAL_TABLE_NAME,
          onlyProcess: LEASE_OWNER,
        }),
        artifacts: createFolderArtifacts(join(path, ARTIFACTS)),
        bindOrganization: (organizationId) => bindOrganization(path, organizationId),
        async close() {
          await table.close();
          await release();
          process.off('exit', removeThrowAway);
          removeThrowAway();
        },
      };
    } catch (error) {
      await release();
      throw error;
    }
  } catch (error) {
    process.off('exit', removeThrowAway);
    removeThrowAway();
    throw error;
  }
}

/** A folder that holds anything else is a home or a project, given by mistake. */
async function refuseForeignFolder(path: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw new StateFolderError(
      `state folder ${path} cannot be read: ${reasonOf(error)}; give another one with --state`,
      error,
    );
  }
  const foreign = names
    .filter((name) => ![TABLE, SEQUENCE, ARTIFACTS, ORGANIZATION].includes(name) && !isLockFile(name))
    .sort();
  if (foreign.length > 0) {
    throw new StateFolderError(
      `${path} is not a state folder: it holds ${JSON.stringify(foreign[0])}${foreign.length > 1 ? ` and ${foreign.length - 1} more` : ''}; give an empty or new folder with --state`,
    );
  }
}

async function takeLock(path: string): Promise<() => Promise<void>> {
  const outcome = await makeFolder(path)
    .then(() => lockFolder(path))
    .catch((error: unknown) => {
      throw new StateFolderError(
        `state folder ${path} is not writable: ${reasonOf(error)}; give another one with --state`,
        error,
      );
    });
  if (outcome.kind === 'held') {
    throw new StateFolderError(
      `state folder ${path} is in use by process ${outcome.pid}; wait until it has ended, or give another one with --state`,
    );
  }
  return outcome.release;
}

async function openTable(path: string, durable: boolean) {
  const table = join(path, TABLE);
  const sequenceFile = join(path, SEQUENCE);
  const refuse = (error: unknown) =>
    new StateFolderError(
      `state folder ${path} cannot be opened: its table is damaged or locked (${reasonOf(error)}); ${HOW_TO_CONTINUE}`,
      error,
    );
  await makeFolder(table).catch((error: unknown) => {
    throw refuse(error);
  });
  const damage = await findDamage({ table, sequenceFile, artifacts: join(path, ARTIFACTS) }).catch(
    (error: unknown) => {
      throw refuse(error);
    },
  );
  if (damage !== null) {
    throw new StateFolderError(`state folder ${path} is damaged: ${damage}; ${HOW_TO_CONTINUE}`);
  }
  const opened = await openEmbeddedTable(table, durable ? sequenceFile : null).catch((error: unknown) => {
    throw refuse(error);
  });
  try {
    await ensureTable(opened.client, LOCAL_TABLE_NAME);
    return opened;
  } catch (error) {
    await opened.close().catch(() => undefined);
    throw refuse(error);
  }
}

/** With its parents. Not `recursive: true`: Node never returns from that where mkdir says ENOENT, as below /proc. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    if (!hasCode(error, 'ENOENT') || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path).catch((again: unknown) => {
      if (!hasCode(again, 'EEXIST')) throw again;
    });
  }
}

async function bindOrganization(path: string, organizationId: string): Promise<void> {
  const marker = join(path, ORGANIZATION);
  const bound = await readOrganization(marker);
  if (bound === organizationId) return;
  if (bound !== null) {
    throw new StateFolderError(
      `state folder ${path} belongs to organization ${bound}, not to ${organizationId}; give another one with --state`,
    );
  }
  const incoming = join(path, `lock.${ORGANIZATION}.tmp`);
  await writeFile(incoming, `${JSON.stringify({ formatVersion: 1, organizationId }, null, 2)}\n`, {
    flush: true,
  });
  await rename(incoming, marker);
}

async function readOrganization(marker: string): Promise<string | null> {
  let text: string;
  try {
    text = await readFile(marker, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw new StateFolderError(`${marker} cannot be read: ${reasonOf(error)}`, error);
  }
  let problem = 'names no organizationId';
  try {
    const { formatVersion, organizationId } = JSON.parse(text);
    if (formatVersion !== 1)
      problem = `is of format version ${JSON.stringify(formatVersion)}, and this is for version 1`;
    else if (typeof organizationId === 'string') return organizationId;
  } catch (error) {
    throw new StateFolderError(`${marker} is not JSON; give another folder with --state`, error);
  }
  throw new StateFolderError(`${marker} ${problem}; give another folder with --state`);
}

/** Node's message without its path, which the line names already: `EACCES: permission denied, open '...'`. */
function reasonOf(error: unknown): string {
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  return message.replace(/, \w+ '.*$/s, '').split('\n', 1)[0] ?? message;
}
