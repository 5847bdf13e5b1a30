/** Endpoints that were removed and put back, or repaired, between the run that made them and its rollback. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RunInput } from '../../functions/core/model/primitives.ts';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import { conflictsOf } from './everything.ts';
import { changesOf, type Organization, openOrganization } from './organization.ts';
import { MEMBER, makeOneRegion } from './small-organization.ts';

const DAY = 86_400;
let organization: Organization;
let region = '';

beforeEach(async () => {
  const instances = ['one', 'two'].map((name) => ({ name, running: true }));
  const made = makeOneRegion((account, at) => {
    addNetwork(account, at, { shape: 'isolated', name: 'v', octet: 9, instances });
  });
  region = made.region;
  organization = await openOrganization(made.snapshot);
});
afterEach(() => organization.close());

const ec2 = (): Piece => organization.twin.state.region(MEMBER, region).Ec2;
const run = (input: Partial<RunInput> = {}, more: Partial<Configuration> = {}) =>
  organization.run(
    { scope: { accounts: [MEMBER] }, ...input },
    { endpoints: 'provision', settle: { passes: 4, waitSeconds: [150] }, ...more },
  );
const rollBack = (rollbackOf: string) => run({ mode: 'rollback', rollbackOf });
const left = (before: Snapshot) => diffSnapshots(before, organization.twin.takeSnapshot());
const ids = () => (ec2().VpcEndpoints as Piece[]).map(({ VpcEndpointId }) => VpcEndpointId).sort();

describe('given endpoints of ours that were pruned', () => {
  it.each(['the run that made them', 'all'])(
    'when the prune was rolled back, then a rollback of %s finds them under their new ids',
    async (which) => {
      const before = organization.twin.takeSnapshot();
      const made = await run();
      const first = ids();
      const instances = ec2().Instances;
      ec2().Instances = [];
      await run();
      organization.twin.state.clock.advance(20 * DAY);
      const pruned = await run({}, { prune: true, pruneAfterDays: 14 });
      expect(changesOf(pruned, MEMBER)).toContain('DeleteInterfaceEndpoint APPLIED');
      organization.twin.state.clock.advance(600);
      await rollBack(pruned.runId);
      expect(ids()).toHaveLength(first.length);
      expect(ids()).not.toEqual(first);

      ec2().Instances = instances;
      const result = await rollBack(which === 'all' ? 'all' : made.runId);
      expect(conflictsOf(result)).toEqual([]);
      expect(left(before)).toEqual([]);
    },
    60_000,
  );
});

describe('given endpoints of ours that someone changed', () => {
  const spoiled: [string, (endpoint: Piece) => void][] = [
    ['took out of a subnet', (endpoint) => endpoint.SubnetIds.pop()],
    ['turned private DNS off of', (endpoint) => Object.assign(endpoint, { PrivateDnsEnabled: false })],
  ];
  it.each(spoiled)(
    'when a run repaired the one that someone %s, then each run can be rolled back by itself',
    async (_what, spoil) => {
      const made = await run();
      spoil((ec2().VpcEndpoints as Piece[])[0] as Piece);
      const found = (ec2().VpcEndpoints as Piece[]).map((one) => [one.SubnetIds, one.PrivateDnsEnabled]);
      const repaired = await run();
      expect(changesOf(repaired, MEMBER)).toEqual(['ModifyInterfaceEndpoint APPLIED']);

      const one = await rollBack(repaired.runId);
      expect(changesOf(one, MEMBER)).toEqual(['ModifyInterfaceEndpoint ROLLED_BACK']);
      expect((ec2().VpcEndpoints as Piece[]).map((each) => [each.SubnetIds, each.PrivateDnsEnabled])).toEqual(
        found,
      );
      // As someone left it, it is not as that run made it.
      const kept = await rollBack(made.runId);
      expect(
        conflictsOf(kept).some((sentence) => /were changed after .* made it; it is kept/.test(sentence)),
      ).toBe(true);
    },
    60_000,
  );

  it.each(spoiled)(
    'when a run repaired the one that someone %s, then a rollback of all leaves nothing',
    async (_what, spoil) => {
      const before = organization.twin.takeSnapshot();
      await run();
      spoil((ec2().VpcEndpoints as Piece[])[0] as Piece);
      await run();
      const all = await rollBack('all');
      expect(conflictsOf(all)).toEqual([]);
      expect(left(before)).toEqual([]);
    },
    60_000,
  );
});
