import { randomUUID } from 'node:crypto';
import { access, constants, mkdir, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import pLimit from 'p-limit';
import type { Piece, Snapshot } from '../contract.ts';
import { filledInAs } from './defaults.ts';
import { SnapshotError, systemErrorCode } from './error.ts';

const FILES_AT_ONCE = 16;

/**
 * Writes a snapshot into a new or empty folder, or over another snapshot; refuses a folder that holds
 * anything else. The files are written beside it and moved in place at the end, so that the folder holds
 * the old snapshot or the new one, never half of one.
 * Left out: what was only filled in and is still empty, service settings at their default, AWS managed
 * policies attached to nothing (docs/spec/twin.md, "accounts/ACCOUNT.json"). Throws SnapshotError.
 */
export async function writeSnapshot(snapshot: Snapshot, folder: string): Promise<void> {
  const target = await realpath(folder).catch(() => resolve(folder));
  await refuseForeignFolder(target, folder);
  try {
    await makeFolder(dirname(target));
    const fresh = join(dirname(target), `.${basename(target)}.new-${randomUUID()}`);
    await mkdir(fresh);
    try {
      await writeFiles(snapshot, fresh);
      await replace(target, fresh);
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === undefined) throw cause;
    throw new SnapshotError(folder, '', `cannot be written (${code}); choose another folder`, cause);
  }
}

/**
 * Refuses what writeSnapshot would refuse, before the work is done whose outcome is to be written there.
 * Changes nothing. Throws SnapshotError.
 */
export async function checkSnapshotFolder(folder: string): Promise<void> {
  const target = await realpath(folder).catch(() => resolve(folder));
  await refuseForeignFolder(target, folder);
  for (let path = dirname(target); ; path = dirname(path)) {
    try {
      await readdir(path);
      await access(path, constants.W_OK | constants.X_OK);
      return;
    } catch (cause) {
      const code = systemErrorCode(cause);
      if (code === 'ENOENT' && path !== dirname(path)) continue;
      throw new SnapshotError(folder, '', `cannot be written (${code}); choose another folder`, cause);
    }
  }
}

/** Not mkdir's own `recursive`: below /proc, where ENOENT never ends, Node 24 goes round for ever. */
async function makeFolder(path: string, parentsMade = false): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || parentsMade || path === dirname(path)) throw error;
    await makeFolder(dirname(path));
    await makeFolder(path, true);
  }
}

/** `unread.json` is what `dhmc snapshot` could not read. */
const OWN_NAMES: ReadonlySet<string> = new Set(['organization.json', 'accounts', 'unread.json']);

async function refuseForeignFolder(target: string, folder: string): Promise<void> {
  const refuse = (name: string): never => {
    throw new SnapshotError(
      folder,
      '',
      `holds something other than a snapshot (${name}); choose an empty folder`,
    );
  };
  const list = async (path: string, name: string): Promise<string[]> =>
    await readdir(path).catch((cause) => (systemErrorCode(cause) === 'ENOENT' ? [] : refuse(name)));
  const names = await list(target, 'it is no folder');
  for (const name of names) if (!OWN_NAMES.has(name)) refuse(name);
  if (!names.includes('accounts')) return;
  if (!names.includes('organization.json')) refuse('accounts without organization.json');
  for (const name of await list(join(target, 'accounts'), 'accounts')) {
    if (!/^\d{12}\.json$/.test(name)) refuse(`accounts/${name}`);
  }
}

async function writeFiles(snapshot: Snapshot, folder: string): Promise<void> {
  await writeFile(join(folder, 'organization.json'), formatJson(snapshot.organization));
  await mkdir(join(folder, 'accounts'));
  const limit = pLimit(FILES_AT_ONCE);
  await Promise.all(
    [...snapshot.accounts].map(([id, account]) =>
      limit(async () => {
        const json = formatJson(account);
        if (json !== '') await writeFile(join(folder, 'accounts', `${id}.json`), json);
      }),
    ),
  );
}

/** Renames one folder over another; the old one is put back should that fail. */
async function replace(target: string, fresh: string): Promise<void> {
  const old = `${fresh}-old`;
  const existed = await rename(target, old).then(
    () => true,
    (error) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    await rename(fresh, target);
  } catch (error) {
    if (existed) await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

/** One space of indentation, as `python -m json.tool --indent 1`; empty where the piece is not to be written. */
export function formatJson(value: Piece): string {
  const written = omitDefaults(value);
  return written === undefined ? '' : JSON.stringify(written, null, 1);
}

/** The value as files show it; undefined where files leave it out. */
function omitDefaults(value: unknown, key = '', owner?: Piece): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const written = Array.isArray(value) ? omitEntries(value, key, owner) : omitKeys(value);
  const filledIn = filledInAs(value);
  return filledIn !== undefined && filledIn === JSON.stringify(written) ? undefined : written;
}

function omitKeys(value: object): Piece {
  const written: Piece = {};
  for (const [key, inner] of Object.entries(value)) {
    const shown = omitDefaults(inner, key, value);
    if (shown !== undefined) written[key] = shown;
  }
  return written;
}

function omitEntries(entries: Piece[], key: string, owner: Piece | undefined): unknown[] {
  const kept = entries.filter((entry) => {
    if (key === 'ServiceSettings') return entry.SettingValue !== '$None';
    if (key === 'Policies' && owner && 'RoleDetailList' in owner) return isWritten(entry, owner);
    return true;
  });
  return kept.map((entry) => omitDefaults(entry));
}

/** AWS's own policies are part of an account only while something there uses them. */
function isWritten(policy: Piece, iam: Piece): boolean {
  if (!String(policy.Arn).includes(':iam::aws:policy/')) return true;
  const details: Piece[] = [
    ...iam.RoleDetailList,
    ...(iam.UserDetailList ?? []),
    ...(iam.GroupDetailList ?? []),
  ];
  return details.some(
    (detail) =>
      detail.PermissionsBoundary?.PermissionsBoundaryArn === policy.Arn ||
      ((detail.AttachedManagedPolicies ?? []) as Piece[]).some(
        (attached) => attached.PolicyArn === policy.Arn,
      ),
  );
}
