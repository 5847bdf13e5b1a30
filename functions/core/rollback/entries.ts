/** Which journal entries of an account a rollback has to roll back. */
import type { JournalReference } from '../model/change.ts';
import type { Region, RunId } from '../model/primitives.ts';
import type { RollbackEntry } from './entry.ts';

export interface RollbackScope {
  /** The run to roll back, or `all`. */
  of: RunId | 'all';
  /** Regions whose changes are rolled back. */
  regions: readonly Region[];
}

/** Entries that a later entry rolled back. */
export function rolledBackIn(journal: readonly RollbackEntry[]): (entry: JournalReference) => boolean {
  const rolledBack = new Set(
    journal.flatMap(({ rollsBack, status }) => (rollsBack && status === 'DONE' ? [keyOf(rollsBack)] : [])),
  );
  return (entry) => rolledBack.has(keyOf(entry));
}

/**
 * The entry that made the present resource of `entry`: where that was deleted (pruned) and a rollback of the deletion
 * created it again, the rollback's entry, whose resource has another id and tag.
 */
export function makerOf<T extends RollbackEntry>(journal: readonly T[], entry: T): T {
  const deletion = journal.find(
    ({ action, status }) =>
      status === 'DONE' &&
      (action.kind === 'DeleteInterfaceEndpoint' || action.kind === 'DeleteGatewayEndpoint') &&
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

/** The present id of a resource of ours. */
export function presentId(journal: readonly RollbackEntry[], id: string): string {
  const maker = journal.find(({ createdId }) => createdId === id);
  return (maker && makerOf(journal, maker).createdId) || id;
}

/** The journal without entries that were rolled back and without rollbacks. */
export function entriesInForce<T extends RollbackEntry>(journal: readonly T[]): T[] {
  const rolledBack = rolledBackIn(journal);
  return journal.filter((entry) => entry.rollsBack === undefined && !rolledBack(entry));
}

/** What our entries made of an endpoint: how it was created, and what changed it since and is in force. */
export interface History<T> {
  creation: T;
  changes: T[];
}

/**
 * How we may have left an endpoint by the journal: as it was created, and, where a rollback made it again, also as that did.
 * A change that was rolled back is in neither: a repair's rollback puts back what someone else did, and that is not ours.
 *
 * @param endpointId its present id
 */
export function historiesOf<T extends RollbackEntry>(
  journal: readonly T[],
  entry: T,
  endpointId: string,
): History<T>[] {
  const changes = entriesInForce(journal).filter(
    ({ action, status }) =>
      status === 'DONE' && 'endpointId' in action && presentId(journal, action.endpointId) === endpointId,
  );
  return [...new Set([entry, makerOf(journal, entry)])].map((creation) => {
    const made = journal.indexOf(creation);
    return { creation, changes: changes.filter((change) => journal.indexOf(change) > made) };
  });
}

/**
 * Entries that are still to be rolled back, newest first; PENDING ones too, which live state has to settle.
 * The journal comes in the order of time.
 */
export function openEntries<T extends RollbackEntry>(
  journal: readonly T[],
  { of, regions }: RollbackScope,
): T[] {
  return entriesInForce(journal)
    .filter(
      ({ runId, region, status }) =>
        status !== 'FAILED' &&
        (of === 'all' || runId === of) &&
        (region === null || regions.includes(region)),
    )
    .reverse();
}

function keyOf({ runId, seq }: JournalReference): string {
  return `${runId}#${seq}`;
}
