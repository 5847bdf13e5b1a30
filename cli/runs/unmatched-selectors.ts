/**
 * Exclusions and waves that match nothing: mostly a mistyped id, and then what was to be left alone, or to come after a
 * canary, would be changed at once.
 */
import { type AwsConnection, type ClientPool, createClientPool } from '../../functions/aws/client-pool.ts';
import { describeOrganization, listTaggedAccounts } from '../../functions/aws/organization-reader.ts';
import { readRegionStates } from '../../functions/aws/region-reader.ts';
import type { Configuration, Wave } from '../../functions/core/model/configuration.ts';
import type { Account, Region } from '../../functions/core/model/primitives.ts';
import { hasAnyTag, isBelowAny } from '../../functions/core/organization-paths.ts';
import { needsOrganizationPaths, needsTags } from '../../functions/core/scope.ts';
import { suggestNearest } from '../../functions/inputs/nearest-key.ts';
import { wallClock } from '../../functions/platform/wall-clock.ts';
import { UsageError } from '../exit.ts';

/** Each as `exclude.accounts: ...`; Regions only where they could be listed. */
export function findUnmatchedSelectors(
  { exclude, waves }: Configuration,
  accounts: readonly Account[],
  regions: readonly Region[] | null,
): string[] {
  return [
    ...unmatchedIn('exclude', exclude, accounts),
    ...waves.flatMap((wave, index) => unmatchedIn(`waves[${index}]`, wave, accounts)),
    ...exclude.regions
      .filter((region) => regions !== null && !regions.includes(region))
      .map((region) => `exclude.regions: no such Region: ${region}${suggestNearest(region, regions ?? [])}`),
  ];
}

function unmatchedIn(
  where: string,
  selector: Pick<Wave, 'accounts' | 'organizationalUnits' | 'tags'>,
  accounts: readonly Account[],
): string[] {
  const ids = accounts.map(({ accountId }) => accountId);
  return [
    ...(selector.accounts ?? [])
      .filter((id) => !ids.includes(id))
      .map((id) => `${where}.accounts: ${id} is not in the organization${suggestNearest(id, ids)}`),
    ...(selector.organizationalUnits ?? [])
      .filter((unit) => !accounts.some((account) => isBelowAny(account, [unit])))
      .map((unit) => `${where}.organizationalUnits: no account is below ${unit}`),
    ...Object.entries(selector.tags ?? {})
      .filter(([key, value]) => !accounts.some((account) => hasAnyTag(account, { [key]: value })))
      .map(([key, value]) => `${where}.tags: no account has the tag ${key}=${value}`),
  ];
}

/** Before an enforce. Throws UsageError; costs no call where nothing is excluded and no wave names anything. */
export async function refuseUnmatchedSelectors(
  connection: AwsConnection,
  configuration: Configuration,
): Promise<void> {
  const { regions } = configuration.exclude;
  const named = [configuration.exclude, ...configuration.waves].flatMap(
    ({ accounts = [], organizationalUnits = [], tags = {} }) => [
      ...accounts,
      ...organizationalUnits,
      ...Object.keys(tags),
    ],
  );
  if (named.length === 0 && regions.length === 0) return;
  const pool = createClientPool(connection);
  try {
    const unmatched = findUnmatchedSelectors(
      configuration,
      await readAccounts(pool, configuration),
      regions.length === 0 ? null : await readRegions(pool, connection),
    );
    if (unmatched.length === 0) return;
    throw new UsageError(
      `${unmatched.join('; ')}; an exclusion or wave must match something: correct or remove it`,
    );
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
