/** Organizational units match with all their descendants (docs/spec/decisions.md, "Precedence"). */
import type { Account } from './model/primitives.ts';

/** Whether one of the units is anywhere above the account. An account without a known path is below none. */
export function isBelowAny(account: Account, organizationalUnits: readonly string[]): boolean {
  return organizationalUnits.some((unit) => depthAbove(account, unit) !== null);
}

/** How far below the root the unit is above the account (the root is 0); null where it does not. */
export function depthAbove(account: Account, organizationalUnit: string): number | null {
  const depth = account.organizationPath?.indexOf(organizationalUnit) ?? -1;
  return depth === -1 ? null : depth;
}

/** Whether the account carries one of the tags, with that very value. Tags that were not asked for match none. */
export function hasAnyTag(account: Account, tags: Readonly<Record<string, string>>): boolean {
  const own = new Map(Object.entries(account.tags ?? {}));
  return Object.entries(tags).some(([key, value]) => own.get(key) === value);
}
