/** `dhmc snapshot` where a hub is configured: a plan on the copy is the plan on the original. */
import { describe, expect, it } from '@jest/globals';
import { emptyHub, HUB, PROFILE, spokeId } from '../reconcile/hub-organization.ts';
import { central, copyOf, good, makeOriginal, plan, SPOKES, said } from './hub-snapshots.ts';

describe('Given a hub and spokes with every kind of way to it, and an account that cannot be entered', () => {
  it.each([
    ['central', PROFILE],
    ['auto', PROFILE],
    ['central', null],
  ] as const)(
    'When a snapshot is taken, Then endpoints: %s with Profile %s plans on the copy what it plans on the original',
    async (endpoints, profile) => {
      const made = makeOriginal(Object.values(SPOKES));
      if (profile === null) emptyHub(made);
      const settings = { ...central(made, profile), endpoints };
      const { copy } = await copyOf(made.snapshot, settings);
      const [here, there] = [await plan(made.snapshot, settings), await plan(copy, settings)];
      expect(said(there)).toEqual(said(here));
      expect(here.targets.flatMap(({ changes }) => changes).length).toBeGreaterThan(2);
      const states = here.targets.flatMap(({ vpcs }) => vpcs.map(({ spoke }) => spoke?.state));
      expect(states.filter((state) => state === 'BLOCKED').length).toBeGreaterThan(5);
    },
    120_000,
  );
});

describe('Given a hub that a read of is denied', () => {
  const [GATEWAY_OWNER, SPOKE] = [HUB, spokeId(0)];
  const DENIED: [string, string][] = [
    [GATEWAY_OWNER, 'ec2:SearchTransitGatewayRoutes'],
    [GATEWAY_OWNER, 'ec2:DescribeTransitGatewayAttachments'],
    [SPOKE, 'ec2:DescribeTransitGatewayVpcAttachments'],
    [SPOKE, 'ec2:DescribeNetworkAcls'],
    [GATEWAY_OWNER, 'ec2:DescribeRouteTables'],
    [GATEWAY_OWNER, 'ec2:DescribeVpcEndpoints'],
  ];

  it.each(DENIED)(
    'When %s denies %s, Then the copy does not plan it either, and says so',
    async (accountId, action) => {
      const made = makeOriginal([good], { [accountId]: [action] });
      const settings = central(made, PROFILE);
      const { copy, unread } = await copyOf(made.snapshot, settings);
      expect(unread.map((one) => [one.accountId, one.api])).toContainEqual([accountId, action]);
      const [here, there] = [await plan(made.snapshot, settings), await plan(copy, settings)];
      expect(said(there)).toEqual(said(here));
      const spoke = there.targets.find((target) => target.accountId === SPOKE);
      expect(spoke?.changes.map(({ kind }) => kind)).toEqual([]);
    },
    60_000,
  );
});
