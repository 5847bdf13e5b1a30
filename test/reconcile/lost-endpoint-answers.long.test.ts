/**
 * As lost-answers.long.test.ts, for the changes of endpoints that a first enforce does not make: repairs, removals and
 * what a rollback writes. The answer is lost, the reads after it fail, and a later rollback finds out.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RunInput } from '../../functions/core/model/primitives.ts';
import type { JournalEntry } from '../../functions/store/contract.ts';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import type { FaultFile } from '../../twin/faults-file.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import { type Organization, openOrganization } from './organization.ts';
import { MEMBER, makeOneRegion } from './small-organization.ts';

const REFUSED = { error: { code: 'UnauthorizedOperation', message: 'not authorized', status: 403 } };
const READS = ['DescribeVpcEndpoints', 'DescribeSecurityGroups'];
const PRUNE = { prune: true, pruneAfterDays: 14 };

let organization: Organization;
let region = '';
let before: Snapshot;

beforeEach(async () => {
  const instances = ['one', 'two'].map((name) => ({ name, running: true }));
  const made = makeOneRegion((account, at) => {
    addNetwork(account, at, { shape: 'isolated', name: 'v', octet: 9, instances });
  });
  region = made.region;
  organization = await openOrganization(made.snapshot);
  before = organization.twin.takeSnapshot();
});
afterEach(() => organization.close());

const ec2 = (): Piece => organization.twin.state.region(MEMBER, region).Ec2;
const endpoints = (): Piece[] => ec2().VpcEndpoints;
const ourGroup = (): Piece =>
  (ec2().SecurityGroups as Piece[]).find(({ GroupName }) => /dhmc/.test(GroupName)) ?? {};
const left = () => diffSnapshots(before, organization.twin.takeSnapshot());
const onePass = { passes: 0, waitSeconds: [] };
const run = (input: Partial<RunInput> = {}, more: Partial<Configuration> = {}) =>
  organization.run(
    { scope: { accounts: [MEMBER] }, ...input },
    { endpoints: 'provision', settle: { passes: 4, waitSeconds: [150] }, ...more },
  );
const rollBack = (rollbackOf: string, more: Partial<Configuration> = {}) =>
  run({ mode: 'rollback', rollbackOf }, more);

/** Loses the answer to the first write of that kind from now on; the reads after it fail, the one before does not. */
async function whileLosing(
  kind: JournalEntry['kind'],
  operation: string,
  act: () => Promise<unknown>,
): Promise<void> {
  const { store } = organization.state;
  const { putJournal } = store;
  let lost = 0;
  store.putJournal = async (entry) => {
    await putJournal(entry);
    if (entry.kind !== kind || lost > 0) return;
    lost += 1;
    const write = { match: { operation, nth: 1 }, effect: { drop: 'after' }, times: 1 };
    const reads = READS.map((read) => ({ match: { operation: read, nth: 2 }, effect: REFUSED, times: 50 }));
    organization.twin.setFaults({ seed: 1, faults: [write, ...reads] } as FaultFile);
  };
  await act();
  store.putJournal = putJournal;
  const [write, ...reads] = organization.twin.faults().faults.map(({ struck }) => struck);
  organization.twin.setFaults({ seed: 1, faults: [] });
  expect(write).toBe(1);
  expect(Math.max(...reads)).toBeGreaterThan(0);
}

const open = async () =>
  (await organization.state.store.listJournal(MEMBER)).filter(({ status }) => status === 'PENDING');

describe('given endpoints of ours that a later enforce changes', () => {
  it.each([
    ['took out of a subnet', (endpoint: Piece) => endpoint.SubnetIds.pop()],
    ['turned private DNS off of', (endpoint: Piece) => Object.assign(endpoint, { PrivateDnsEnabled: false })],
  ])(
    'when the repair of one that someone %s gets no answer, then a rollback of all leaves nothing',
    async (_what, spoil) => {
      await run();
      spoil(endpoints()[0] as Piece);
      await whileLosing('ModifyInterfaceEndpoint', 'ModifyVpcEndpoint', () => run({}, { settle: onePass }));
      expect((await open()).map(({ kind }) => kind)).toEqual(['ModifyInterfaceEndpoint']);
      await rollBack('all');
      expect(left()).toEqual([]);
      expect(await open()).toEqual([]);
    },
    60_000,
  );

  it('when a prune gets no answer, then a rollback of all leaves nothing', async () => {
    await run();
    const instances = ec2().Instances;
    ec2().Instances = [];
    await run();
    organization.twin.state.clock.advance(20 * 86_400);
    await whileLosing('DeleteInterfaceEndpoint', 'DeleteVpcEndpoints', () =>
      run({}, { ...PRUNE, settle: onePass }),
    );
    expect((await open()).map(({ kind }) => kind)).toContain('DeleteInterfaceEndpoint');
    ec2().Instances = instances;
    await rollBack('all');
    expect(left()).toEqual([]);
    expect(await open()).toEqual([]);
  }, 60_000);
});

describe('given a rollback', () => {
  it.each([
    ['DeleteInterfaceEndpoint', 'DeleteVpcEndpoints'],
    ['DeleteEndpointSecurityGroup', 'DeleteSecurityGroup'],
  ] as const)(
    'when its %s gets no answer, then the next one leaves nothing',
    async (kind, operation) => {
      await run();
      await whileLosing(kind, operation, () => rollBack('all'));
      await rollBack('all');
      expect(left()).toEqual([]);
      expect(await open()).toEqual([]);
    },
    60_000,
  );

  it('when its RevokeEndpointIngress gets no answer, then the next one leaves what the first run made', async () => {
    await run();
    Object.assign(ourGroup(), { IpPermissions: [] });
    const repaired = await run();
    await whileLosing('RevokeEndpointIngress', 'RevokeSecurityGroupIngress', () =>
      rollBack(repaired.runId, { settle: onePass }),
    );
    await rollBack(repaired.runId);
    expect(ourGroup().IpPermissions).toEqual([]);
    expect(await open()).toEqual([]);
    await rollBack('all');
    expect(left()).toEqual([]);
  }, 60_000);
});
