/** Keys of our own mark that an organization chose, and what becomes of them the day after. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OwnTags } from '../../functions/core/tags.ts';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import { accountOf, changesOf, type Organization, openOrganization, targetOf } from './organization.ts';
import { MEMBER, makeSmallOrganization } from './small-organization.ts';

const FIRST: OwnTags = { managed: 'corp:managed-by', change: 'corp:change', earlier: [] };
const SECOND: OwnTags = { managed: 'Corp/Tool', change: 'corp:change', earlier: [] };
const provision = {
  endpoints: 'provision' as const,
  instancesCount: false,
  settle: { passes: 2, waitSeconds: [150] },
};
const scope = { accounts: [MEMBER] };

let organization: Organization;
let region = '';
let before: Snapshot;
beforeAll(async () => {
  organization = await openOrganization(
    makeSmallOrganization({
      members: 1,
      regions: 1,
      shape: (account, regions) => {
        region = regions[0] ?? '';
        const instances = [{ name: 'web', running: true }];
        addNetwork(account, region, { shape: 'isolated', name: 'v', octet: 9, instances });
      },
    }),
  );
  before = organization.twin.takeSnapshot();
});
afterAll(() => organization.close());

const run = (ownTags: OwnTags, input: Piece = {}) =>
  organization.run({ scope, ...input }, { ...provision, ownTags });
const keysOf = (tags: Piece[]) => tags.map(({ Key }) => Key).sort();

describe('Given keys of our own mark', () => {
  it('When enforce creates role, group and endpoints, Then they carry those keys and no others of ours', async () => {
    await run(FIRST);
    const { Ec2 } = organization.twin.state.region(MEMBER, region);
    const role = organization.twin.state
      .account(MEMBER)
      ?.Iam.RoleDetailList.find(({ RoleName }: Piece) => RoleName.startsWith('AWSSystemsManager'));
    const group = Ec2.SecurityGroups.find(({ GroupName }: Piece) => /dhmc/.test(GroupName));
    for (const { Tags } of [role, group, ...Ec2.VpcEndpoints]) {
      expect(keysOf(Tags)).toEqual(['corp:change', 'corp:managed-by']);
    }
  });

  it('When it runs again, Then all of that is known as ours and nothing changes', async () => {
    const calls = organization.mutatingCalls();
    const result = await run(FIRST);
    expect(accountOf(result, MEMBER).role.owner).toBe('OURS');
    const ours = targetOf(result, MEMBER, region).vpcs.flatMap(({ endpoints }) => endpoints);
    expect(ours.map((endpoint) => endpoint.ours)).toEqual([true, true, true]);
    expect(organization.mutatingCalls()).toBe(calls);
  });

  it.each(['assess', 'enforce', 'rollback'])(
    'When a key is changed the next day, Then %s is refused and says what to add',
    async (mode) => {
      const more = mode === 'rollback' ? { rollbackOf: 'all' } : {};
      await expect(run(SECOND, { mode, ...more })).rejects.toThrow(
        'ownTags: earlier runs marked what they made with {"managed":"corp:managed-by","change":"corp:change"}, which would no longer count as ours; add that to ownTags.earlier',
      );
    },
  );

  it('When the former keys are kept as earlier, Then nothing changes, and a rollback leaves nothing', async () => {
    const kept = { ...SECOND, earlier: [{ managed: FIRST.managed, change: FIRST.change }] };
    const calls = organization.mutatingCalls();
    const result = await run(kept);
    expect([accountOf(result, MEMBER).role.owner, organization.mutatingCalls()]).toEqual(['OURS', calls]);
    const back = await run(kept, { mode: 'rollback', rollbackOf: 'all', scope: undefined });
    expect(changesOf(back, MEMBER).filter((change) => !change.endsWith('ROLLED_BACK'))).toEqual([]);
    expect(diffSnapshots(before, organization.twin.takeSnapshot())).toEqual([]);
  });
});
