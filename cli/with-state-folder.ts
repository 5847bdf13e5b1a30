/** The state folder of one command: opened only once the organization is known, and left as found when nothing began. */
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { AwsConnection } from '../functions/aws/client-pool.ts';
import { UsageError } from './exit.ts';
import { findOrganization } from './runs/local-run.ts';
import { openStateFolder, type StateFolder } from './state-folder.ts';

/**
 * Asks which organization answers, opens its state folder (null: a throw-away one), works and closes it.
 * When the work fails before a run was recorded, a folder that was new or empty is so again.
 */
export async function withStateFolder<T>(
  folder: string | null,
  connection: AwsConnection,
  work: (state: StateFolder) => Promise<T>,
): Promise<T> {
  const organizationId = await findOrganization(connection);
  const before = folder === null ? null : await lookAt(resolve(folder));
  const state = await openFolder(folder, before);
  let restore = false;
  try {
    await state.bindOrganization(organizationId);
    return await work(state);
  } catch (error) {
    restore = before !== null && (await state.store.listRuns(1)).length === 0;
    throw error;
  } finally {
    await state.close();
    if (restore && before) await leaveAsFound(state.folder, before);
  }
}

/** Whether a folder is there and holds something. */
export async function hasStateFolder(folder: string): Promise<boolean> {
  return !(await lookAt(resolve(folder))).empty;
}

interface Found {
  /** Whether it holds anything; a folder that is not there does not. */
  empty: boolean;
  exists: boolean;
  /** Folders above it that are not there, nearest first. */
  missingAbove: string[];
}

async function lookAt(folder: string): Promise<Found> {
  const missing: string[] = [];
  for (let path = folder; ; path = dirname(path)) {
    const names = await readdir(path).catch(() => null);
    if (names !== null) {
      const exists = missing.length === 0;
      return { exists, empty: !exists || names.length === 0, missingAbove: missing.slice(1) };
    }
    if (path === dirname(path)) return { exists: false, empty: true, missingAbove: [] };
    missing.push(path);
  }
}

async function openFolder(folder: string | null, before: Found | null): Promise<StateFolder> {
  if (folder === null || before === null || before.exists) return openStateFolder(folder);
  const path = resolve(folder);
  const made = [...before.missingAbove.toReversed(), path];
  try {
    for (const each of made) await makeFolder(each, path);
    return await openStateFolder(folder);
  } catch (error) {
    // rmdir alone: another command may have opened the folder in the meantime.
    for (const each of made.toReversed()) await rmdir(each).catch(() => undefined);
    throw error;
  }
}

/** One at a time: below /proc, where ENOENT never ends, the recursive mkdir of Node 24 goes round for ever. */
async function makeFolder(path: string, stateFolder: string): Promise<void> {
  await mkdir(path).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    if (code === 'EEXIST') return;
    throw new UsageError(
      `state folder ${stateFolder} is not writable (${code}); give another one with --state`,
    );
  });
}

async function leaveAsFound(folder: string, { empty, exists, missingAbove }: Found): Promise<void> {
  if (!empty) return;
  await rm(folder, { recursive: true, force: true });
  if (exists) await mkdir(folder);
  // Only while they are empty: another process may have put something there.
  for (const path of missingAbove) await rmdir(path).catch(() => undefined);
}
