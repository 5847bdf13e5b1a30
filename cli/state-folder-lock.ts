/**
 * The lock of a state folder: one process at a time, since the embedded engine's LevelDB lets a second
 * one die without a word. A lock whose process is gone (kill -9, power) is taken over.
 */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../functions/runtime/error-code.ts';

export const LOCK_FILE = 'lock.json';

interface Lock {
  pid: number;
  /** Start of that process in clock ticks since boot, where /proc tells it: a pid alone may be reused. */
  processStart: string | null;
  lockedAt: string;
  id: string;
}

export type LockOutcome = { kind: 'locked'; release(): Promise<void> } | { kind: 'held'; pid: number };

/** Takes the lock, or says which living process holds it. File errors are thrown as they are. */
export async function lockFolder(folder: string): Promise<LockOutcome> {
  const path = join(folder, LOCK_FILE);
  const lock: Lock = {
    pid: process.pid,
    processStart: await readProcessStart(process.pid),
    lockedAt: new Date().toISOString(),
    id: randomUUID(),
  };
  // Written whole and then linked, so that nobody ever reads half a lock.
  const own = `${path}.${lock.id}`;
  await writeFile(own, `${JSON.stringify(lock)}\n`, { flag: 'wx' });
  try {
    for (;;) {
      try {
        await link(own, path);
        return { kind: 'locked', release: () => rm(path, { force: true }) };
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
      }
      const present = await readLock(path);
      if (present === null) continue;
      if (await isAlive(present)) return { kind: 'held', pid: present.pid };
      await removeStale(path, present);
    }
  } finally {
    await rm(own, { force: true });
  }
}

/** Renames before removing: should another process have taken over in between, its lock is put back. */
async function removeStale(path: string, stale: Lock): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  const taken = await readLock(aside);
  if (taken !== null && taken.id !== stale.id) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

/** null when the file is gone by now. A lock that can not be read belongs to nobody. */
async function readLock(path: string): Promise<Lock | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  try {
    const { pid, processStart, lockedAt, id } = JSON.parse(text);
    return {
      pid: Number(pid),
      processStart: processStart ?? null,
      lockedAt: String(lockedAt),
      id: String(id),
    };
  } catch {
    return { pid: 0, processStart: null, lockedAt: '', id: 'unreadable' };
  }
}

async function isAlive(lock: Lock): Promise<boolean> {
  if (!Number.isInteger(lock.pid) || lock.pid <= 0) return false;
  try {
    process.kill(lock.pid, 0);
  } catch (error) {
    // EPERM: it lives, and is another user's.
    if (hasCode(error, 'ESRCH')) return false;
  }
  const start = await readProcessStart(lock.pid);
  return lock.processStart === null || start === null || start === lock.processStart;
}

/** Field 22 (starttime) of /proc/<pid>/stat, see proc(5); the name in field 2 may hold anything but ends with the last `)`. */
async function readProcessStart(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
