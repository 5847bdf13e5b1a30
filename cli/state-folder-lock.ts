/**
 * The lock of a state folder: one process at a time, since the embedded engine's LevelDB lets a second
 * one die without a word. A lock whose process is gone (kill -9, power) is taken over.
 *
 * Locks are numbered files, `lock.<n>.json`. To take over number n is to make n + 1, which the file system
 * gives to one process only; no process removes or renames a lock that might be alive, so there is no
 * moment in which a third one finds the folder free.
 */
import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../functions/platform/error-code.ts';

const LOCK_NAME = /^lock\.(\d+)\.json$/;

interface Lock {
  pid: number;
  /** Start of that process in clock ticks since boot, where /proc has it: a pid alone may be reused. */
  processStart: string | null;
  lockedAt: string;
}

interface NumberedLock extends Lock {
  number: number;
}

export type LockOutcome = { kind: 'locked'; release(): Promise<void> } | { kind: 'held'; pid: number };

/** Whether a file of a state folder belongs to its lock. */
export function isLockFile(name: string): boolean {
  return name.startsWith('lock.');
}

/** Takes the lock, or says which living process holds it. File errors are thrown as they are. */
export async function lockFolder(folder: string): Promise<LockOutcome> {
  const lock: Lock = {
    pid: process.pid,
    processStart: await readProcessStart(process.pid),
    lockedAt: new Date().toISOString(),
  };
  // Written whole and then linked, so that no process reads half a lock.
  const whole = join(folder, `lock.${randomUUID()}.tmp`);
  await writeFile(whole, `${JSON.stringify(lock)}\n`, { flag: 'wx' });
  try {
    for (;;) {
      const present = await readLocks(folder);
      const holder = await findAlive(present);
      if (holder) return { kind: 'held', pid: holder.pid };
      const number = Math.max(0, ...present.map((dead) => dead.number)) + 1;
      const path = join(folder, `lock.${number}.json`);
      try {
        await link(whole, path);
      } catch (error) {
        if (hasCode(error, 'EEXIST')) continue;
        throw error;
      }
      // Numbers begin anew after a release, so one who read the folder before that may hold another number.
      const others = (await readLocks(folder)).filter((other) => other.number !== number);
      const rival = await findAlive(others);
      if (rival) {
        await rm(path, { force: true });
        return { kind: 'held', pid: rival.pid };
      }
      for (const dead of others) await rm(join(folder, `lock.${dead.number}.json`), { force: true });
      return { kind: 'locked', release: () => rm(path, { force: true }) };
    }
  } finally {
    await rm(whole, { force: true });
  }
}

async function readLocks(folder: string): Promise<NumberedLock[]> {
  const locks: NumberedLock[] = [];
  for (const name of await readdir(folder)) {
    const number = LOCK_NAME.exec(name)?.[1];
    const lock = number === undefined ? null : await readLock(join(folder, name));
    if (lock) locks.push({ number: Number(number), ...lock });
  }
  return locks;
}

/** null when the file is gone by now. A lock that cannot be read has no holder. */
async function readLock(path: string): Promise<Lock | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  try {
    const { pid, processStart, lockedAt } = JSON.parse(text);
    return { pid: Number(pid), processStart: processStart ?? null, lockedAt: String(lockedAt) };
  } catch {
    return { pid: 0, processStart: null, lockedAt: '' };
  }
}

async function findAlive(locks: NumberedLock[]): Promise<NumberedLock | undefined> {
  for (const lock of locks) if (await isAlive(lock)) return lock;
  return undefined;
}

async function isAlive(lock: Lock): Promise<boolean> {
  if (!Number.isInteger(lock.pid) || lock.pid <= 0) return false;
  try {
    process.kill(lock.pid, 0);
  } catch (error) {
    // EPERM: it lives, and is another user's.
    if (hasCode(error, 'ESRCH')) return false;
  }
  const stat = await readProcessStat(lock.pid);
  // A zombie has ended and only waits for its parent to ask how: its files and ports are closed.
  if (stat !== null && ENDED.includes(stat.state)) return false;
  const start = stat?.start ?? null;
  return lock.processStart === null || start === null || start === lock.processStart;
}

/** States of a process in proc(5) that has ended: zombie and dead. */
const ENDED = ['Z', 'X', 'x'];

async function readProcessStart(pid: number): Promise<string | null> {
  return (await readProcessStat(pid))?.start ?? null;
}

/**
 * Fields 3 (state) and 22 (starttime) of /proc/<pid>/stat, see proc(5); the name in field 2 may hold anything but
 * ends with the last `)`. null where there is no /proc.
 */
async function readProcessStat(pid: number): Promise<{ state: string; start: string | null } | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', start: fields[19] ?? null };
  } catch {
    return null;
  }
}
