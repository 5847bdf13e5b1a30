/**
 * The run's clock. Everything that waits, waits through it, so that a rehearsal can jump over the
 * wait when everyone sleeps (cli/twin-clock.ts) while a real run waits on the wall's clock.
 */
export interface Clock {
  now(): Date;
  /** Resolves after `milliseconds` on this clock; rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /**
   * Runs one activity (a handler, one Region's work). A clock that can jump counts these to know when
   * all of them sleep. Work that fans out must use `together`.
   */
  activity<T>(work: () => Promise<T>): Promise<T>;
  /** Runs activities side by side, at most `limit` at once, while the caller itself only waits for them. */
  together<T>(limit: number, work: (() => Promise<T>)[]): Promise<T[]>;
}
