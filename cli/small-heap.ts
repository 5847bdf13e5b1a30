/**
 * A process that collects early. On a machine with much memory V8 lets the young generation grow to 128 MB and the old
 * one to several times what lives in it: a local run of 100 accounts, in which some 80 MB live, took 420 to 620 MiB. Size
 * of the young generation and of the allocator's arenas are fixed when a process starts, so it is replaced by one that
 * has them set; the process id, its files and its signals stay. Costs some 5 % of CPU time, and a start of Node.
 */
import { setFlagsFromString } from 'node:v8';

/** MB of one half of the young generation (`node --help`). */
const SEMI_SPACE = '--max-semi-space-size';
const SEMI_SPACE_MB = 16;
/** How far the old generation may grow beyond what the last collection left. A V8 without this flag ignores it. */
const GROWTH = '--heap-growing-percent=80';
/** glibc keeps what was freed, in an arena for each thread and by thresholds that grow (mallopt(3)). Others ignore these. */
const ALLOCATOR = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' };

/** Commands that run the service in this process, or read what it left of each account. */
const HEAVY: ReadonlySet<string> = new Set(['run', 'plan', 'rehearse', 'demo', 'report']);

/** Replaces this process where its command is heavy and it does not have the sizes yet; else, or where it cannot, returns. */
export function keepHeapSmall(words: readonly string[]): void {
  if (!words.some((word) => HEAVY.has(word))) return;
  setFlagsFromString(GROWTH);
  // Sizes that were chosen by whoever started it stay.
  const given = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ');
  if (given.includes(SEMI_SPACE) || process.execve === undefined) return;
  const [, script = '', ...rest] = process.argv;
  const flags = [...process.execArgv, `${SEMI_SPACE}=${SEMI_SPACE_MB}`];
  try {
    process.execve(process.execPath, [process.execPath, ...flags, script, ...rest], {
      ...ALLOCATOR,
      ...process.env,
    });
  } catch {
    // Windows cannot replace a process; there it runs as it is.
  }
}
