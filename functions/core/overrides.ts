/**
 * Overrides by organizational unit and account. Precedence (docs/spec/decisions.md, "Precedence"): the narrower beats the
 * wider, so an account's override beats a unit's and a deeper unit's beats a higher one's; at the same level
 * the later entry wins.
 */
import type { Configuration, ConfigurationOverride } from './model/configuration.ts';
import type { Account } from './model/primitives.ts';
import { depthAbove } from './organization-paths.ts';

/** The configuration as it stands for one account. `resourceTags` are merged key by key, all else replaced. */
export function effectiveConfiguration(configuration: Configuration, account: Account): Configuration {
  return configuration.overrides
    .flatMap((override) => {
      const narrowness = narrownessFor(account, override);
      return narrowness === null ? [] : [{ override, narrowness }];
    })
    .toSorted((a, b) => a.narrowness - b.narrowness)
    .reduce((merged, { override }) => applyOverride(merged, override), configuration);
}

/** Depth of the deepest unit that matches, infinity where the account itself is named, null where none does. */
function narrownessFor(account: Account, override: ConfigurationOverride): number | null {
  if (override.accounts.includes(account.accountId)) return Number.POSITIVE_INFINITY;
  const depths = override.organizationalUnits.flatMap((unit) => depthAbove(account, unit) ?? []);
  return depths.length === 0 ? null : Math.max(...depths);
}

function applyOverride(configuration: Configuration, override: ConfigurationOverride): Configuration {
  const { accounts: _accounts, organizationalUnits: _units, ...settings } = override;
  // A key that is there with no value would hide the wider setting.
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  return {
    ...configuration,
    ...given,
    exclude: { ...configuration.exclude, ...override.exclude },
    resourceTags: { ...configuration.resourceTags, ...override.resourceTags },
  };
}
