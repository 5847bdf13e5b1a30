import { afterEach, describe, expect, it } from '@jest/globals';
import { createTwinClock } from '../../cli/twin-clock.ts';
import { createClientPool } from '../../functions/aws/client-pool.ts';
import {
  type AccountTags,
  readAccountTags,
  TagsUnfinishedError,
  withTags,
} from '../../functions/aws/organization-reader.ts';
import { deadlineIn } from '../../functions/platform/deadline.ts';
import { type Organization, openOrganization } from '../reconcile/organization.ts';
import { MEMBER, makeCompliant, makeSmallOrganization } from '../reconcile/small-organization.ts';

let organization: Organization;
afterEach(() => organization?.close());

const memberAt = (index: number) => String(Number(MEMBER) + index);

/** Calls to Organizations so far, by operation. */
function organizationsCalls(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { service, operation, count } of organization.twin.calls().calls) {
    if (service === 'organizations') counts[operation] = (counts[operation] ?? 0) + count;
  }
  return counts;
}

function clockOf({ twin }: Organization) {
  return createTwinClock({
    now: () => twin.state.clock.now(),
    advance: (seconds) => twin.state.clock.advance(seconds),
    idle: () => twin.requestsInFlight() === 0,
  });
}

describe('Given an organization of 60 accounts', () => {
  const open = async (members = 60) => {
    organization = await openOrganization(
      makeSmallOrganization({ members, regions: 1, shape: makeCompliant }),
    );
  };

  it('When an event is about two of them, Then those two are asked alone, with their parents and tags', async () => {
    await open();
    const unit = organization.twin.state.member(memberAt(3));
    // Whether DescribeAccount always gives a path is not documented.
    if (unit) unit.Paths = [];
    const root = organization.twin.state.snapshot.organization.Roots[0]?.Id;
    const result = await organization.run(
      {
        mode: 'assess',
        trigger: 'account-event',
        scope: { accounts: [memberAt(3), memberAt(7), '999999999999'] },
      },
      {
        exclude: { accounts: [], organizationalUnits: ['ou-aaaa-00000000'], regions: [], tags: { a: 'b' } },
        waves: [],
      },
    );
    expect(result.accounts.map(({ accountId }) => accountId)).toEqual([memberAt(3), memberAt(7)]);
    expect(result.accounts[0]?.organizationPath).toEqual([root]);
    expect(organizationsCalls()).toEqual({
      DescribeOrganization: 1,
      DescribeAccount: 3,
      ListParents: 1,
      // Whether resource control policies are switched on.
      ListRoots: 1,
      ListTagsForResource: 2,
    });
    expect(result.scope).toMatchObject({ full: false, accounts: 2, organizationAccounts: null });
  });

  it('When a person names one after a full run, Then it is asked alone, and its share is known', async () => {
    await open(20);
    await organization.run({ mode: 'assess' });
    const before = organizationsCalls();
    const result = await organization.run({ mode: 'assess', scope: { accounts: [MEMBER] } });
    expect(organizationsCalls().ListAccounts).toBe(before.ListAccounts);
    expect(result.scope).toMatchObject({ accounts: 1, organizationAccounts: 22 });
  });
});

describe('Given accounts whose tags decide, within Organizations’ token buckets', () => {
  it('When one invocation is too short, Then the next ones continue, nothing is asked twice, and who left is left out', async () => {
    organization = await openOrganization(makeSmallOrganization({ members: 150, regions: 1 }), () => {}, {
      throttling: true,
    });
    const { twin, connection } = organization;
    twin.state.clock.advance(3_600);
    const clock = clockOf(organization);
    const pool = createClientPool(connection);
    // The last one has left meanwhile.
    const ids = [...Array.from({ length: 149 }, (_, index) => memberAt(index)), '999999999999'];
    const began = clock.now().getTime();
    let known: AccountTags = new Map();
    let invocations = 0;
    let tags: AccountTags | null = null;
    while (tags === null) {
      invocations += 1;
      const deadline = deadlineIn(95_000, clock);
      try {
        tags = await clock.activity(() => readAccountTags(pool.operator, ids, { clock, deadline, known }));
      } catch (error) {
        if (!(error instanceof TagsUnfinishedError)) throw error;
        known = error.tags;
      }
    }
    pool.destroy();
    const seconds = (clock.now().getTime() - began) / 1000;
    expect(invocations).toBeGreaterThan(1);
    expect(organizationsCalls()).toEqual({ ListTagsForResource: 150 });
    expect(pool.takeThrottled()).toBe(0);
    expect([seconds > 150 / 10, seconds < 150 / 8]).toEqual([true, true]);
    const accounts = ids.map((accountId) => ({ accountId }) as Parameters<typeof withTags>[0][number]);
    expect(withTags(accounts, tags)).toHaveLength(149);
  });
});
