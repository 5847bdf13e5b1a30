/**
 * IAM changes on their way to other services. "IAM uses ... eventual consistency": changes of roles and policies take
 * time to be visible elsewhere (IAM user guide, troubleshoot_general); how long is the twin's own choice, drawn with a
 * seed. IAM's own operations read what was written at once.
 */
import { drawUniform } from '../chance.ts';
import type { Piece } from '../contract.ts';

/** A role with what binds it, as it was before a change. */
export interface RoleInEffect {
  role: Piece;
  policies: Piece[];
  boundary: Piece | null;
}

export interface Propagation {
  /** A change of the role at `now` (ms); `before` is null where there was no such role. */
  begin(change: { accountId: string; roleName: string; before: RoleInEffect | null }, now: number): void;
  /** The role as other services see it while a change is on its way; undefined: as IAM itself shows it. */
  find(accountId: string, roleName: string, now: number): { before: RoleInEffect | null } | undefined;
  /** When the next change arrives; infinity where none is on its way. */
  next(now: number): number;
  clear(): void;
}

/** A fresh role "within 15 seconds" (docs/spec/twin.md, "Clock"), other changes within a minute. */
const CREATION_MS = { least: 5_000, most: 15_000 };
const CHANGE_MS = { least: 3_000, most: 60_000 };

interface Step {
  until: number;
  before: RoleInEffect | null;
}

/** `seed` null: other services see every change at once. */
export function createPropagation(seed: number | null): Propagation {
  const steps = new Map<string, Step[]>();
  let changes = 0;
  const keyOf = (accountId: string, roleName: string) => `${accountId}/${roleName.toLowerCase()}`;
  const pending = (key: string, now: number): Step[] => {
    const left = steps.get(key)?.filter(({ until }) => until > now) ?? [];
    if (left.length > 0) steps.set(key, left);
    else steps.delete(key);
    return left;
  };
  return {
    begin({ accountId, roleName, before }, now) {
      if (seed === null) return;
      changes += 1;
      const key = keyOf(accountId, roleName);
      const { least, most } = before === null ? CREATION_MS : CHANGE_MS;
      const delay = Math.round(least + drawUniform(`${seed} ${key} ${changes}`) * (most - least));
      const left = pending(key, now);
      // changes arrive in the order in which they were made
      const until = Math.max(now + delay, left.at(-1)?.until ?? 0);
      steps.set(key, [...left, { until, before }]);
    },
    find: (accountId, roleName, now) => pending(keyOf(accountId, roleName), now)[0],
    next(now) {
      let next = Number.POSITIVE_INFINITY;
      for (const key of steps.keys()) next = Math.min(next, pending(key, now)[0]?.until ?? next);
      return next;
    },
    clear() {
      steps.clear();
      changes = 0;
    },
  };
}
