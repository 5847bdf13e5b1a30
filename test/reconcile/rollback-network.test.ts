import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { conflictsOf, EVERYTHING } from './everything.ts';
import { changesOf, type Organization, openOrganization } from './organization.ts';

const ISOLATED = '100000000012';
const TOKYO = 'ap-northeast-1';
const scope = { accounts: [ISOLATED] };

let organization: Organization;
let before: Snapshot;
const ec2 = () => organization.twin.state.region(ISOLATED, TOKYO).Ec2;

beforeAll(async () => {
  const snapshot = await readSnapshot('test/fixtures/snapshots/first');
  const region = snapshot.accounts.get(ISOLATED)?.Regions[TOKYO];
  for (const attributes of Object.values<Piece>(region?.Ec2.VpcAttributes ?? {})) {
    attributes.EnableDnsHostnames = false;
  }
  organization = await openOrganization(snapshot);
  before = organization.twin.takeSnapshot();
});
afterAll(() => organization.close());

describe('given a VPC whose DNS host names were off', () => {
  it('when a later run repaired the rules of its group, then each run can be rolled back by itself', async () => {
    const first = await organization.run({ scope }, EVERYTHING);
    expect(changesOf(first, ISOLATED)).toContain('EnableVpcDns APPLIED');
    const group = ec2().SecurityGroups.find(({ GroupName }: Piece) => GroupName === 'dhmc-rollout-endpoints');
    group.IpPermissions = [];
    const second = await organization.run({ scope }, EVERYTHING);
    expect(changesOf(second, ISOLATED)).toContain('AllowEndpointIngress APPLIED');

    const one = await organization.run({ mode: 'rollback', rollbackOf: second.runId }, EVERYTHING);
    expect(changesOf(one, ISOLATED)).toContain('RevokeEndpointIngress ROLLED_BACK');
    const other = await organization.run({ mode: 'rollback', rollbackOf: first.runId }, EVERYTHING);
    expect(changesOf(other, ISOLATED)).toContain('RestoreVpcDns ROLLED_BACK');
    expect(conflictsOf(other)).toEqual([]);
    expect(diffSnapshots(before, organization.twin.takeSnapshot())).toEqual([]);
  }, 60_000);
});
