/**
 * "A Region that an account leaves out has its default state there" (docs/spec/twin.md, "Snapshot format"). A
 * Region that held something when it was captured, and holds nothing but that state afterwards, is left out: so
 * a rollback leaves no trace in an account that named no Regions, even where its file was written in between.
 */
import type { Piece, RegionState, Snapshot } from '../contract.ts';
import { filledInAs, noRegions } from './defaults.ts';

/** The Regions that some account has enabled by default. */
export function enabledByDefault({ accounts }: Snapshot): Set<string> {
  const found = new Set<string>();
  for (const { Regions } of accounts.values()) {
    for (const [name, { RegionOptStatus }] of Object.entries(Regions)) {
      if (RegionOptStatus === 'ENABLED_BY_DEFAULT') found.add(name);
    }
  }
  return found;
}

/** What `RegionOptStatus` is in an account that leaves the Region out. */
export function defaultStatus(
  region: string,
  byDefault: ReadonlySet<string>,
): RegionState['RegionOptStatus'] {
  return byDefault.has(region) ? 'ENABLED_BY_DEFAULT' : 'DISABLED';
}

/** Changes `snapshot`. A Region that no other account names stays, or the twin would lose it. */
export function leaveOutEmptied(snapshot: Snapshot, captured: Snapshot): void {
  const byDefault = enabledByDefault(captured);
  const named = countAccounts(snapshot);
  for (const [id, account] of snapshot.accounts) {
    for (const [name, region] of Object.entries(account.Regions)) {
      const before = captured.accounts.get(id)?.Regions[name];
      if (!before || isEmpty(before) || !isEmpty(region)) continue;
      const others = (named.get(name) ?? 0) - 1;
      if (region.RegionOptStatus !== defaultStatus(name, byDefault) || others < 1) continue;
      named.set(name, others);
      delete account.Regions[name];
      if (Object.keys(account.Regions).length === 0) account.Regions = noRegions();
    }
  }
}

/** Of each Region, those whose file names it. */
function countAccounts({ accounts }: Snapshot): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { Regions } of accounts.values()) {
    for (const [name, region] of Object.entries(Regions)) {
      if (filledInAs(region) === undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return counts;
}

function isEmpty({ RegionOptStatus: _status, ...rest }: Piece): boolean {
  return Object.values(rest).every(holdsNothing);
}

function holdsNothing(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(holdsNothing);
}
