import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../functions/core/model/result.ts';
import type { Snapshot } from '../../twin/contract.ts';
import { makeDemoOrganization } from '../../twin/make/demo.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { conflictsOf, EVERYTHING, letPassEveryRole, outcomesOf, rollBack } from './everything.ts';
import { type Organization, openOrganization } from './organization.ts';

const FIRST = 'test/fixtures/snapshots/first';

describe.each<[string, () => Promise<Snapshot>]>([
  ['the first snapshot', () => readSnapshot(FIRST)],
  ['the demo organization', async () => letPassEveryRole(makeDemoOrganization())],
])('given %s, enforced with every switch on', (_, load) => {
  let organization: Organization;
  let before: Snapshot;
  let enforced: RunResult;
  let rolledBack: RunResult;

  beforeAll(async () => {
    organization = await openOrganization(await load());
    before = organization.twin.takeSnapshot();
    enforced = await organization.run({}, EVERYTHING);
    rolledBack = await rollBack(organization, enforced.runId);
  }, 120_000);
  afterAll(() => organization.close());

  it('when it is rolled back, then before and after do not differ', () => {
    expect(diffSnapshots(before, organization.twin.takeSnapshot())).toEqual([]);
  });

  it('when it is rolled back, then every change that was made is ROLLED_BACK and nothing conflicts', () => {
    const applied = outcomesOf(enforced).APPLIED ?? 0;
    expect(applied).toBeGreaterThan(20);
    expect(conflictsOf(rolledBack)).toEqual([]);
    // Rules go with their group.
    const rules = enforced.targets
      .flatMap(({ changes }) => changes)
      .filter(({ kind, outcome }) => kind === 'AllowEndpointIngress' && outcome === 'APPLIED').length;
    expect(outcomesOf(rolledBack)).toEqual({ ROLLED_BACK: applied - rules });
  });

  it('when it is rolled back twice, then nothing is written', async () => {
    const calls = organization.mutatingCalls();
    const again = await rollBack(organization, enforced.runId);
    expect(organization.mutatingCalls() - calls).toBe(0);
    expect([outcomesOf(again), conflictsOf(again)]).toEqual([{}, []]);
  }, 60_000);
});
