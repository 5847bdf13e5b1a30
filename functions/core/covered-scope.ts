/** Whether two runs covered the same accounts and Regions by configuration: only then is their coverage compared. */
import type { Configuration } from './model/configuration.ts';
import { toStableJson } from './stable-json.ts';

/**
 * A pilot that is widened has more targets that are not compliant yet, and one that is narrowed fewer that are: neither
 * is a regression. Accounts that join or leave do not change the scope.
 */
export function coverSame(a: Configuration, b: Configuration): boolean {
  return toStableJson(scopeOf(a)) === toStableJson(scopeOf(b));
}

function scopeOf({ exclude, managementAccount, regions, overrides }: Configuration) {
  const narrowing = overrides.filter((each) => each.exclude !== undefined || each.regions !== undefined);
  return {
    exclude,
    // Excluded or not: assess and enforce cover the same.
    management: managementAccount === 'exclude',
    regions,
    overrides: narrowing.map((each) => ({
      accounts: each.accounts,
      organizationalUnits: each.organizationalUnits,
      exclude: each.exclude,
      regions: each.regions,
    })),
  };
}
