/**
 * Accounts on their way to be closed: "While the close account request is in progress, Account status will indicate
 * PENDING_CLOSURE. When the close account request completes, the status will change to SUSPENDED", which takes "a few
 * minutes" (Organizations API reference, CloseAccount); how many is the twin's own choice.
 */
import type { Piece, TwinClock } from './contract.ts';

const CLOSING_MS = 3 * 60_000;

export interface Closures {
  /** `now` in ms of the twin's clock. */
  begin(account: Piece, now: number): void;
  /** What is complete by now becomes CLOSED. */
  settle(clock: TwinClock): void;
  /** How many were begun at or after that time. */
  since(from: number): number;
}

export function createClosures(): Closures {
  const begun: { account: Piece; at: number; done: boolean }[] = [];
  let open = 0;
  return {
    begin(account, now) {
      Object.assign(account, { State: 'PENDING_CLOSURE', Status: 'PENDING_CLOSURE' });
      begun.push({ account, at: now, done: false });
      open += 1;
    },
    settle(clock) {
      if (open === 0) return;
      const now = clock.now().getTime();
      for (const closure of begun) {
        if (closure.done || now - closure.at < CLOSING_MS) continue;
        Object.assign(closure.account, { State: 'CLOSED', Status: 'SUSPENDED' });
        closure.done = true;
        open -= 1;
      }
    },
    since: (from) => begun.filter(({ at }) => at >= from).length,
  };
}
