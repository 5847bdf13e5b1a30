/**
 * The clock of a rehearsal: the twin's, which ticks with the wall. When all that use it sleep, it is
 * advanced to the earliest wake time, so that a run with half an hour of waits takes seconds.
 *
 * Who is on it is known by structure: `activity` opens a unit of work, `sleep` takes the unit that calls
 * it out of the runnable ones until it wakes, `together` takes out the caller while its children are
 * separate units. A unit is found by its asynchronous context, so nested activities are one unit.
 * A sleep must therefore not be raced with work inside one unit: the unit would count as asleep.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../functions/platform/clock.ts';
import { runTogether } from '../functions/platform/run-together.ts';

interface Unit {
  /** Sleeps and `together`s that it waits for. Runnable at 0. */
  waits: number;
}

interface Sleeper {
  wakeAt: number;
  unit: Unit | undefined;
  wake(): void;
  fail(error: unknown): void;
}

export interface TwinTime {
  now(): Date;
  /** Moves the twin's clock on. Seconds may be fractions. */
  advance(seconds: number): void | Promise<void>;
  /** No request is in flight at the twin. */
  idle(): boolean;
}

/** Turns of the event loop in which nothing may stir before the clock jumps: continuations of promises come first. */
const QUIET_TURNS = 4;
/** Longest wait on the wall before looking again; someone else may advance the twin (POST /_twin/clock). */
const LOOK_AGAIN_MS = 50;

export function createTwinClock(time: TwinTime): Clock {
  const currentUnit = new AsyncLocalStorage<Unit>();
  const units = new Set<Unit>();
  const sleepers = new Set<Sleeper>();
  let serving = false;
  /** A unit fell asleep, or ended, since the loop looked last. */
  let stirred = false;
  let endPause: (() => void) | null = null;

  const now = () => time.now().getTime();

  async function runUnit<T>(work: () => Promise<T>): Promise<T> {
    const unit: Unit = { waits: 0 };
    units.add(unit);
    try {
      return await currentUnit.run(unit, work);
    } finally {
      units.delete(unit);
      watch();
    }
  }

  function someoneRuns(): boolean {
    for (const unit of units) if (unit.waits === 0) return true;
    return !time.idle();
  }

  function wakeDue(): void {
    const due = [...sleepers].filter(({ wakeAt }) => wakeAt <= now());
    for (const sleeper of due.sort((a, b) => a.wakeAt - b.wakeAt)) sleeper.wake();
  }

  async function isQuiet(): Promise<boolean> {
    for (let turn = 0; turn < QUIET_TURNS; turn += 1) {
      if (someoneRuns()) return false;
      await nextTurn();
    }
    return !someoneRuns();
  }

  /** Starts the loop that serves the sleepers, or has it look again at once. */
  function watch(): void {
    stirred = true;
    endPause?.();
    if (serving || sleepers.size === 0) return;
    serving = true;
    void serveSleepers().catch((error: unknown) => {
      // The twin is gone: no unit would ever wake.
      serving = false;
      for (const sleeper of [...sleepers]) sleeper.fail(error);
    });
  }

  /** While any unit sleeps: jumps when all do, and otherwise lets the twin tick. */
  async function serveSleepers(): Promise<void> {
    while (sleepers.size > 0) {
      stirred = false;
      const quiet = await isQuiet();
      if (sleepers.size === 0) break;
      const left = Math.min(...[...sleepers].map(({ wakeAt }) => wakeAt)) - now();
      if (quiet && left > 0) await time.advance(left / 1000);
      wakeDue();
      if (!quiet && !stirred && sleepers.size > 0) await pause(Math.min(left, LOOK_AGAIN_MS));
    }
    serving = false;
  }

  /** On the wall, until a unit wakes. */
  function pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      endPause = () => {
        clearTimeout(timer);
        endPause = null;
        resolve();
      };
      const timer = setTimeout(() => endPause?.(), Math.max(1, milliseconds));
    });
  }

  return {
    now: () => time.now(),

    sleep(milliseconds, signal) {
      return new Promise<void>((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const unit = currentUnit.getStore();
        const settle = (end: () => void) => {
          if (!sleepers.delete(sleeper)) return;
          // At once, before the continuation runs: who is awake must hold back the next jump.
          if (unit) unit.waits -= 1;
          signal?.removeEventListener('abort', onAbort);
          end();
        };
        const onAbort = () => settle(() => reject(signal?.reason));
        const sleeper: Sleeper = {
          wakeAt: now() + Math.max(0, milliseconds),
          unit,
          wake: () => settle(resolve),
          fail: (error) => settle(() => reject(error)),
        };
        sleepers.add(sleeper);
        if (unit) unit.waits += 1;
        signal?.addEventListener('abort', onAbort, { once: true });
        watch();
      });
    },

    activity: (work) => (currentUnit.getStore() === undefined ? runUnit(work) : work()),

    async together(limit, work) {
      const parent = currentUnit.getStore();
      if (parent) parent.waits += 1;
      try {
        return await runTogether(
          limit,
          work.map((one) => () => runUnit(one)),
        );
      } finally {
        if (parent) parent.waits -= 1;
      }
    },
  };
}
