import { stableHash } from './stable-hash.ts';

/** Same seed, account, place and change: same id. Also the value of the tag `dhmc-rollout:change`. */
export function changeId(...parts: string[]): string {
  return `chg-${stableHash(...parts)}`;
}
