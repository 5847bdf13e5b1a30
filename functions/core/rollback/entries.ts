/** Which journal entries of an account a rollback has to take back, and where it must look for that. */
import type { ChangeAction, JournalReference } from '../model/change.ts';
import type { AccountId, Region, RunId } from '../model/primitives.ts';
import { isUnset } from '../setting.ts';

/** What a rollback reads of a journal entry. */
export interface RollbackEntry {
  runId: RunId;
  seq: number;
  changeId: string;
  accountId: AccountId;
  region: Region | null;
  resource: string;
  action: ChangeAction;
  expected: unknown;
  inverse: ChangeAction | null;
  status: 'PENDING' | 'DONE' | 'FAILED';
  writtenAt: string;
  createdId?: string | null;
  rollsBack?: JournalReference;
}

export interface RollbackScope {
  /** The run to take back, or `all`. */
  of: RunId | 'all';
  /** Regions whose changes are taken back. */
  regions: readonly Region[];
}

/** Entries that a later entry took back. */
export function takenBackBy(journal: readonly RollbackEntry[]): (entry: JournalReference) => boolean {
  const taken = new Set(
    journal.flatMap(({ rollsBack, status }) => (rollsBack && status === 'DONE' ? [keyOf(rollsBack)] : [])),
  );
  return (entry) => taken.has(keyOf(entry));
}

/**
 * The entry by which what `entry` made stands now: where it was deleted (pruned) and a rollback of that put it
 * back, that one made the present resource, which has an id and a tag of its own.
 */
export function makerOf<T extends RollbackEntry>(journal: readonly T[], entry: T): T {
  const deletion = journal.find(
    ({ action, status }) =>
      status === 'DONE' &&
      action.kind === 'DeleteInterfaceEndpoint' &&
      action.endpoint.kind === 'existing' &&
      action.endpoint.id === entry.createdId,
  );
  const remade =
    deletion &&
    journal.find(
      ({ rollsBack, status, createdId }) =>
        rollsBack && keyOf(rollsBack) === keyOf(deletion) && status === 'DONE' && createdId,
    );
  return remade ? makerOf(journal, remade) : entry;
}

/** The id under which a resource of ours stands now. */
export function presentId(journal: readonly RollbackEntry[], id: string): string {
  const maker = journal.find(({ createdId }) => createdId === id);
  return (maker && makerOf(journal, maker).createdId) || id;
}

/** What stands in the journal without what was taken back and without the taking back itself. */
export function standingEntries<T extends RollbackEntry>(journal: readonly T[]): T[] {
  const taken = takenBackBy(journal);
  return journal.filter((entry) => entry.rollsBack === undefined && !taken(entry));
}

/**
 * Entries that are still to be taken back, newest first; PENDING ones too, which live state has to settle.
 * The journal comes in the order of time.
 */
export function openEntries<T extends RollbackEntry>(
  journal: readonly T[],
  { of, regions }: RollbackScope,
): T[] {
  return standingEntries(journal)
    .filter(
      ({ runId, region, status }) =>
        status !== 'FAILED' &&
        (of === 'all' || runId === of) &&
        (region === null || regions.includes(region)),
    )
    .reverse();
}

/** Where a rollback has to look. */
export interface RollbackPlaces {
  roleNames: string[];
  /** Regions whose setting an entry concerns. */
  settingRegions: Region[];
  /** Roles of others that settings are to name again, as settings name them. */
  formerValues: string[];
  /** VPCs whose DNS attributes count, by Region of which endpoints and groups are listed. */
  vpcsByRegion: Record<Region, string[]>;
}

export function placesOf(entries: readonly RollbackEntry[]): RollbackPlaces {
  const roleNames = new Set<string>();
  const settingRegions = new Set<Region>();
  const formerValues = new Set<string>();
  const vpcs = new Map<Region, Set<string>>();
  for (const { action, inverse, region } of entries) {
    if ('roleName' in action) roleNames.add(action.roleName);
    if (region === null) continue;
    if (action.kind === 'SetServiceSetting' || action.kind === 'ResetServiceSetting') {
      settingRegions.add(region);
      if (inverse?.kind === 'SetServiceSetting' && !isUnset(inverse.value)) formerValues.add(inverse.value);
      continue;
    }
    const ofRegion = vpcs.get(region) ?? new Set<string>();
    vpcs.set(region, ofRegion);
    if (action.kind === 'EnableVpcDns' || action.kind === 'RestoreVpcDns') ofRegion.add(action.vpcId);
  }
  return {
    roleNames: [...roleNames],
    settingRegions: [...settingRegions],
    formerValues: [...formerValues],
    vpcsByRegion: Object.fromEntries([...vpcs].map(([region, ids]) => [region, [...ids]])),
  };
}

function keyOf({ runId, seq }: JournalReference): string {
  return `${runId}#${seq}`;
}
