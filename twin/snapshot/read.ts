import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { AccountFile, OrganizationFile, Snapshot } from '../contract.ts';
import { completeAccount, completeOrganization, emptyAccount } from './defaults.ts';
import { decodeDocuments } from './encoded-documents.ts';
import { SnapshotError, systemErrorCode } from './error.ts';
import { addForeignZones } from './foreign-zones.ts';
import { parseJson } from './json.ts';
import { checkAccount, checkOrganization } from './references.ts';
import { accountFile, check, organizationFile } from './schema.ts';

const FILES_AT_ONCE = 16;

/**
 * Reads a folder in the snapshot format (docs/spec/twin.md, "Snapshot format"). Left-out lists are filled in as empty, and
 * accounts without a file have empty state; unknown keys are kept.
 * Throws SnapshotError: one line with the file, the JSON path, the reason and what to do.
 */
export async function readSnapshot(folder: string): Promise<Snapshot> {
  const organization = await readOrganization(folder);
  const limit = pLimit(FILES_AT_ONCE);
  const names = await listAccountFiles(folder, new Set(organization.Accounts.map((account) => account.Id)));
  const files = await Promise.all(names.map((name) => limit(() => readAccount(folder, name))));
  addForeignZones(files);
  const read = new Map(files.map((file) => [file.AccountId, file]));
  return {
    organization,
    accounts: new Map(organization.Accounts.map(({ Id }) => [Id, read.get(Id) ?? emptyAccount(Id)])),
  };
}

async function readOrganization(folder: string): Promise<OrganizationFile> {
  const file = 'organization.json';
  const text = await readFile(join(folder, file), 'utf8').catch((cause) => {
    const reason =
      systemErrorCode(cause) === 'ENOENT'
        ? 'no snapshot here (organization.json is missing); name a folder that dhmc snapshot or npm run twin:make has written, and finish a snapshot that was begun by the same command'
        : `organization.json cannot be read (${systemErrorCode(cause)})`;
    throw new SnapshotError(folder, '', reason, cause);
  });
  const value = withoutOverflow(file, () => {
    const parsed = parseJson(text, file);
    check(organizationFile, parsed, file);
    return parsed;
  });
  const organization = completeOrganization(value as OrganizationFile);
  checkOrganization(organization);
  return organization;
}

/** Readers of nested values call themselves, as deep as the file goes. */
function withoutOverflow<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new SnapshotError(
      file,
      '',
      'nested too deeply for an answer of AWS; take the snapshot again',
      error,
    );
  }
}

async function listAccountFiles(folder: string, members: Set<string>): Promise<string[]> {
  const names = await readdir(join(folder, 'accounts')).catch((cause) => {
    if (systemErrorCode(cause) === 'ENOENT') return [];
    throw new SnapshotError(
      'accounts',
      '',
      `cannot be listed (${systemErrorCode(cause)}); expected a folder`,
      cause,
    );
  });
  for (const name of names) {
    if (!/^\d{12}\.json$/.test(name)) {
      throw new SnapshotError(
        `accounts/${name}`,
        '',
        'expected files named <12 digits>.json alone; remove it',
      );
    }
    if (!members.has(name.slice(0, 12))) {
      throw new SnapshotError(
        `accounts/${name}`,
        '',
        `account ${name.slice(0, 12)} is not in Accounts of organization.json; add it there or remove the file`,
      );
    }
  }
  return names.sort();
}

async function readAccount(folder: string, name: string): Promise<AccountFile> {
  const file = `accounts/${name}`;
  const text = await readFile(join(folder, file), 'utf8').catch((cause) => {
    throw new SnapshotError(file, '', `cannot be read (${systemErrorCode(cause)})`, cause);
  });
  const value = withoutOverflow(file, () => {
    const parsed = parseJson(text, file);
    if (typeof parsed === 'object' && parsed !== null && 'Iam' in parsed) decodeDocuments(parsed.Iam);
    check(accountFile, parsed, file);
    return parsed;
  });
  const account = completeAccount(value as AccountFile);
  if (`${account.AccountId}.json` !== name) {
    throw new SnapshotError(
      file,
      '$.AccountId',
      `"${account.AccountId}" is not the file's name; correct one of the two`,
    );
  }
  checkAccount(account, file);
  return account;
}
