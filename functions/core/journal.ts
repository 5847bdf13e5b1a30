/**
 * What a journal entry that was left PENDING turned out to be: live state decides (docs/spec/decisions.md,
 * "Journal"). Only a pass that observes the place can decide it. And which resources the journal knows as ours.
 */
import { definitionOf } from './changes/changes.ts';
import type { OwnResources } from './changes/definition.ts';
import type { ChangeAction } from './model/change.ts';
import type { AccountObservation, RegionObservation } from './model/observation.ts';
import type { NetworkObservation } from './network/facts.ts';
import { createdId, type NetworkTraces } from './network/live-state.ts';

export interface PendingEntry {
  changeId: string;
  runId: string;
  region: string | null;
  action: ChangeAction;
}

/** The parts of an account's live state that settle its journal. */
export interface SettlingObservation {
  role: AccountObservation['role'];
  regions: (Pick<RegionObservation, 'region' | 'setting' | 'associations'> & {
    network: NetworkTraces | null;
  })[];
}

/** DONE or FAILED, or null where the place was not observed this time. */
export function settlePending(
  entry: PendingEntry,
  observation: SettlingObservation,
): 'DONE' | 'FAILED' | null {
  const seen = observation.regions.find((region) => region.region === entry.region);
  const made = definitionOf(entry.action).isMade(entry, {
    role: observation.role,
    setting: seen?.setting ?? null,
    network: seen?.network ?? null,
    associations: seen?.associations ?? null,
  });
  return made === null ? null : made ? 'DONE' : 'FAILED';
}

/** The parts of a journal entry that say which resources are ours. */
export interface OwnershipEntry {
  changeId: string;
  region: string | null;
  action: ChangeAction;
  status: 'PENDING' | 'DONE' | 'FAILED';
  /** Id of what the change made, noted when it was settled. */
  createdId?: string | null;
}

/**
 * Ids of endpoints and groups that we made, and the subnets that we put endpoints into, in the journal's
 * order. An entry that a crash left open counts by the tag that it carries.
 */
export function ownResourcesOf(journal: OwnershipEntry[], networks: (NetworkObservation | null)[]): string[] {
  const own: OwnResources = { ids: new Set(), madeBy: new Map() };
  const seenId = (entry: OwnershipEntry) =>
    networks.map((network) => network && createdId(entry.changeId, network)).find((id) => id) ?? null;
  for (const entry of journal) {
    const { status } = entry;
    if (status === 'FAILED') continue;
    const definition = definitionOf(entry.action);
    const seen = status === 'PENDING' ? seenId(entry) : null;
    // An entry that is open and whose resource is not seen makes nothing ours.
    if (status === 'PENDING' && seen === null) continue;
    definition.own?.({ ...entry, runId: '', madeId: seen ?? entry.createdId ?? null }, own);
  }
  return [...own.ids].sort();
}
