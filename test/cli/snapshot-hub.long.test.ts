/** `dhmc snapshot` where a hub is configured: a plan on the copy is the plan on the original. */
import { describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../functions/core/model/result.ts';
import type { Piece } from '../../twin/contract.ts';
import { anonymizeSnapshot } from '../../twin/snapshot/anonymize.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import { emptyHub, good, HUB, PROFILE, spokeId } from '../reconcile/hub-organization.ts';
import { openOrganization } from '../reconcile/organization.ts';
import { central, copyOf, makeOriginal, plan, SPOKES, said } from './hub-snapshots.ts';

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

describe('Given a hub and its transit gateway in accounts apart, and a spoke', () => {
  it('When the snapshot is of the spoke alone, Then it holds what the plan of the spoke asks of the others', async () => {
    const made = makeOriginal([good, good]);
    const NETWORK = spokeId(1);
    const { region } = made;
    const [hub, network] = [HUB, NETWORK].map((id) => made.snapshot.accounts.get(id)?.Regions[region]?.Ec2);
    if (!hub || !network) throw new Error('no networks');
    network.TransitGatewayRouteTables = hub.TransitGatewayRouteTables;
    Reflect.deleteProperty(hub, 'TransitGatewayRouteTables');
    for (const { Regions } of made.snapshot.accounts.values()) {
      for (const one of (Regions[region]?.Ec2.TransitGatewayVpcAttachments ?? []) as Piece[]) {
        one.TransitGatewayOwnerId = NETWORK;
      }
    }
    const settings = central(made, PROFILE);
    const { copy } = await copyOf(made.snapshot, settings, [spokeId(0)]);
    const [here, there] = [
      await plan(made.snapshot, settings, [spokeId(0)]),
      await plan(copy, settings, [spokeId(0)]),
    ];
    expect(said(there)).toEqual(said(here));
    expect(there.targets.flatMap(({ changes }) => changes.map(({ kind }) => kind))).toEqual([
      'AssociateProfile',
    ]);
  }, 60_000);
});

describe('Given a hub that this service made', () => {
  it('When the snapshot has pseudonyms, Then the plan has the same states and reasons', async () => {
    const made = makeOriginal([
      good,
      ({ ec2 }) => {
        for (const table of ec2.RouteTables as Piece[]) table.Routes.pop();
      },
    ]);
    emptyHub(made);
    const organization = await openOrganization(made.snapshot);
    const settings = central(made, null);
    await organization.run({ mode: 'enforce' }, settings).finally(() => organization.close());
    const enforced = organization.twin.takeSnapshot();
    const { copy } = await copyOf(enforced, settings);
    expect(said(await plan(copy, settings))).toEqual(said(await plan(enforced, settings)));
    const hidden = anonymizeSnapshot(copy, 'salt');
    const hub = [...hidden.accounts.values()].find(
      ({ Regions }) => Regions[made.region]?.Ec2.TransitGatewayRouteTables,
    );
    const vpc = hub?.Regions[made.region]?.Ec2.Vpcs[0].VpcId;
    const hubs = {
      [made.region]: {
        account: hub?.AccountId ?? '',
        vpc,
        profile: null,
        names: 'profile' as const,
        gigabytesPerInstance: 1,
      },
    };
    const states = ({ targets }: RunResult) =>
      targets
        .map(({ reasons, vpcs }) => [...reasons, ...vpcs.map(({ spoke }) => spoke?.state ?? '')].join())
        .sort();
    expect(states(await plan(hidden, { ...settings, hubs }))).toEqual(states(await plan(enforced, settings)));
  }, 120_000);
});

describe('Given a hub that gives names by private hosted zones, half made', () => {
  it('When a snapshot is taken, Then its zones, records and authorizations are in the copy, and the plan is the same', async () => {
    const made = makeOriginal([good, good]);
    emptyHub(made);
    const settings = central(made, null, 'zones');
    const organization = await openOrganization(made.snapshot);
    const before = organization.twin.takeSnapshot();
    await organization.run({ mode: 'enforce' }, settings).finally(() => organization.close());
    const enforced = organization.twin.takeSnapshot();
    const { copy } = await copyOf(enforced, settings);
    const lists = new Set(diffSnapshots(enforced, copy).map(({ accountId, list }) => `${accountId} ${list}`));
    expect([...lists].filter((each) => /HostedZones$/.test(each))).toEqual([]);
    expect(diffSnapshots(before, copy).some(({ list }) => list === 'Route53.HostedZones')).toBe(true);
    expect(said(await plan(copy, settings))).toEqual(said(await plan(enforced, settings)));
  }, 120_000);
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
