import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Snapshot } from '../../twin/contract.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { type Death, endProcessAt } from './death.ts';
import { conflictsOf, EVERYTHING, rollBack } from './everything.ts';
import { type Organization, openOrganization } from './organization.ts';

let organization: Organization;
let before: Snapshot;
beforeEach(async () => {
  organization = await openOrganization(await readSnapshot('test/fixtures/snapshots/first'));
  before = organization.twin.takeSnapshot();
});
afterEach(() => organization.close());

async function openEntries(): Promise<number> {
  const { store } = organization.state;
  const journals = await Promise.all([...before.accounts.keys()].map((id) => store.listJournal(id)));
  return journals.flat().filter(({ status }) => status === 'PENDING').length;
}

/** bench/crash-matrix.ts goes through every entry. */
const deaths: Death[] = [
  { atEntry: 11, when: 'written' },
  { atEntry: 32, when: 'journalled' },
];

describe('given the first snapshot with every switch on', () => {
  it.each(deaths)(
    'when an enforce ends at entry $atEntry, $when, then a rollback alone undoes what it did',
    async (death) => {
      const revive = endProcessAt(organization.state.store, death);
      await organization.run({}, EVERYTHING).catch(() => undefined);
      expect(revive()).toBe(true);
      expect(await openEntries()).toBeGreaterThan(0);
      const result = await rollBack(organization, 'all');
      expect(conflictsOf(result)).toEqual([]);
      expect(diffSnapshots(before, organization.twin.takeSnapshot())).toEqual([]);
      expect(await openEntries()).toBe(0);
    },
    60_000,
  );

  it.each(deaths)(
    'when its rollback ends at entry $atEntry, $when, then it continues where it was',
    async (death) => {
      const { runId } = await organization.run({}, EVERYTHING);
      const revive = endProcessAt(organization.state.store, death);
      await rollBack(organization, runId).catch(() => undefined);
      expect(revive()).toBe(true);
      const result = await rollBack(organization, runId);
      expect(conflictsOf(result)).toEqual([]);
      expect(diffSnapshots(before, organization.twin.takeSnapshot())).toEqual([]);
      expect(await openEntries()).toBe(0);
      const calls = organization.mutatingCalls();
      await rollBack(organization, runId);
      expect(organization.mutatingCalls()).toBe(calls);
    },
    60_000,
  );
});
