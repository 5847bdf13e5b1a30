import type { Clock } from './clock.ts';

/** How long one invocation may still work. A Lambda's comes from its context, a local one from the run's clock. */
export interface Deadline {
  remainingMilliseconds(): number;
}

/** Express children end after five minutes, so an invocation plans with less (docs/spec/design.md, "Structure"). */
export const INVOCATION_MILLISECONDS = 210_000;

export function deadlineIn(milliseconds: number, clock: Clock): Deadline {
  const end = clock.now().getTime() + milliseconds;
  return { remainingMilliseconds: () => end - clock.now().getTime() };
}
