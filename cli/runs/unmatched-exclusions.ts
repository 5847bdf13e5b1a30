/** Exclusions that match nothing: mostly a mistyped id, and then what was to be left alone would be changed. */
import { type AwsConnection, type ClientPool, createClientPool } from '../../functions/aws/client-pool.ts';
import { describeOrganization, listTaggedAccounts } from '../../functions/aws/organization-reader.ts';
import { readRegionStates } from '../../functions/aws/region-reader.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { Account, Region } from '../../functions/core/model/primitives.ts';
import { hasAnyTag, isBelowAny } from '../../functions/core/organization-paths.ts';
import { needsOrganizationPaths, needsTags } from '../../functions/core/scope.ts';
import { suggestNearest } from '../../functions/inputs/nearest-key.ts';
import { wallClock } from '../../functions/platform/wall-clock.ts';
import { UsageError } from '../exit.ts';

/** Each as `exclude.accounts: ...`; Regions only where they could be listed. */
export function findUnmatchedExclusions(
  { exclude }: Configuration,
  accounts: readonly Account[],
  regions: readonly Region[] | null,
): string[] {
  const ids = accounts.map(({ accountId }) => accountId);
  return [
    ...exclude.accounts
      .filter((id) => !ids.includes(id))
      .map((id) => `exclude.accounts: ${id} is not in the organization${suggestNearest(id, ids)}`),
    ...exclude.organizationalUnits
      .filter((unit) => !accounts.some((account) => isBelowAny(account, [unit])))
      .map((unit) => `exclude.organizationalUnits: no account is below ${unit}`),
    ...Object.entries(exclude.tags)
      .filter(([key, value]) => !accounts.some((account) => hasAnyTag(account, { [key]: value })))
      .map(([key, value]) => `exclude.tags: no account has the tag ${key}=${value}`),
    ...exclude.regions
      .filter((region) => regions !== null && !regions.includes(region))
      .map((region) => `exclude.regions: no such Region: ${region}${suggestNearest(region, regions ?? [])}`),
  ];
}

/** Before an enforce. Throws UsageError; costs no call where nothing is excluded. */
export async function refuseUnmatchedExclusions(
  connection: AwsConnection,
  configuration: Configuration,
): Promise<void> {
  const { accounts, organizationalUnits, regions, tags } = configuration.exclude;
  if ([accounts, organizationalUnits, regions, Object.keys(tags)].every(({ length }) => length === 0)) return;
  const pool = createClientPool(connection);
  try {
    const unmatched = findUnmatchedExclusions(
      configuration,
      await readAccounts(pool, configuration),
      regions.length === 0 ? null : await readRegions(pool, connection),
    );
    if (unmatched.length === 0) return;
    throw new UsageError(`${unmatched.join('; ')}; an exclusion must match something: correct or remove it`);
  } finally {
    pool.destroy();
  }
}

async function readAccounts({ operator }: ClientPool, configuration: Configuration): Promise<Account[]> {
  const { managementAccountId } = await describeOrganization(operator);
  return listTaggedAccounts(operator, {
    managementAccountId,
    paths: needsOrganizationPaths(configuration, undefined),
    tags: needsTags(configuration),
    clock: wallClock,
  });
}

async function readRegions(
  { operator }: ClientPool,
  { homeRegion }: AwsConnection,
): Promise<Region[] | null> {
  const states = await readRegionStates(operator, homeRegion, []);
  return states.kind === 'value' ? Object.keys(states.value) : null;
}
