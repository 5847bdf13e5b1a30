/** A hub that this service makes, on the days after: pruning, endpoints that others delete, and hubs that cannot be made. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { Piece } from '../../twin/contract.ts';
import {
  centralConfiguration,
  emptyHub,
  good,
  HUB,
  type HubOrganization,
  makeHubOrganization,
  PROFILE,
  type ShapeSpoke,
  spokeId,
} from './hub-organization.ts';
import { changesOf, type Organization, openOrganization, targetOf } from './organization.ts';

let organization: Organization;
afterEach(() => organization.close());

const DAY = 86_400;

async function open(
  shapes: ShapeSpoke[],
  shapeHub: (ec2: Piece) => void = () => {},
): Promise<HubOrganization> {
  const made = makeHubOrganization(shapes);
  emptyHub(made);
  const hub = made.snapshot.accounts.get(HUB)?.Regions[made.region];
  if (hub) shapeHub(hub.Ec2);
  organization = await openOrganization(made.snapshot);
  return made;
}

function central(made: HubOrganization, more: Partial<Configuration> = {}): Partial<Configuration> {
  return { ...centralConfiguration(made), ...more };
}

const endpointsOf = (accountId: string, region: string): string[] =>
  ((organization.twin.state.region(accountId, region).Ec2.VpcEndpoints ?? []) as Piece[])
    .filter(({ State }) => !String(State).startsWith('delet'))
    .map(({ ServiceName }) => String(ServiceName).split('.').at(-1) ?? '')
    .sort();

describe('given a hub that was made', () => {
  it('when endpoints are pruned, also after endpoints: central was switched off, then those of the hub stay', async () => {
    const made = await open([good, good]);
    const { region } = made;
    await organization.run({ mode: 'enforce' }, central(made));
    const before = organization.mutatingCalls();
    const pruning = { prune: true, pruneAfterDays: 14 } as const;
    for (const endpoints of ['central', 'central', 'provision', 'provision'] as const) {
      organization.twin.state.clock.advance(20 * DAY);
      const result = await organization.run({ mode: 'enforce' }, { ...central(made, pruning), endpoints });
      expect(targetOf(result, HUB, region)).toMatchObject({ status: 'COMPLIANT', notes: [] });
      expect(targetOf(result, spokeId(0), region).status).toBe('COMPLIANT');
    }
    expect(endpointsOf(HUB, region)).toEqual(['ec2messages', 'ssm', 'ssmmessages']);
    expect(organization.mutatingCalls()).toBe(before);
  }, 120_000);

  it('when another deletes one of its endpoints, then hub and spokes say so, and enforce brings it back', async () => {
    const made = await open([good]);
    const { region } = made;
    await organization.run({ mode: 'enforce' }, central(made));
    const { Ec2 } = organization.twin.state.region(HUB, region);
    Ec2.VpcEndpoints = (Ec2.VpcEndpoints as Piece[]).filter(({ ServiceName }) => !/\.ssm$/.test(ServiceName));

    const seen = await organization.run({ mode: 'assess' }, central(made));
    expect(targetOf(seen, spokeId(0), region).reasons).toContain('CENTRAL_HUB_PENDING');
    expect(changesOf(seen, HUB)).toEqual(['CreateInterfaceEndpoint PLANNED']);
    const result = await organization.run({ mode: 'enforce' }, central(made));
    expect(changesOf(result, HUB).toSorted()).toEqual([
      'AddHubEndpoint APPLIED',
      'CreateInterfaceEndpoint APPLIED',
    ]);
    expect(targetOf(result, spokeId(0), region)).toMatchObject({
      status: 'COMPLIANT',
      vpcs: [{ path: 'PROVEN' }],
    });
  }, 120_000);
});

describe('given a hub that cannot be made', () => {
  const REFUSED: [string, (ec2: Piece) => void, RegExp][] = [
    [
      'has no room',
      (ec2) => {
        for (const subnet of ec2.Subnets as Piece[]) subnet.AvailableIpAddressCount = 2;
      },
      /No subnet of vpc-\w+ has room for endpoints of ssm/,
    ],
    [
      'has a DNS attribute off',
      (ec2) => {
        ec2.VpcAttributes[ec2.Vpcs[0].VpcId] = { EnableDnsSupport: true, EnableDnsHostnames: false };
      },
      /needs enableDnsSupport and enableDnsHostnames of vpc-\w+, of which the second is off/,
    ],
  ];

  it.each(REFUSED)(
    'when it %s, then hub and spokes say why and nothing is changed; with auto the spokes get own endpoints',
    async (_which, shapeHub, why) => {
      const made = await open([good, good], shapeHub);
      const { region } = made;
      for (const round of [1, 2]) {
        const result = await organization.run({ mode: 'enforce' }, central(made));
        const sentences = [HUB, spokeId(0)].map((accountId) =>
          targetOf(result, accountId, region).findings.map(({ code, sentence }) => `${code}: ${sentence}`),
        );
        expect([round, ...sentences.map((each) => each.some((sentence) => why.test(sentence)))]).toEqual([
          round,
          true,
          true,
        ]);
      }
      expect(organization.mutatingCalls()).toBe(0);
      const auto = central(made, { endpoints: 'auto', prices: { [region]: { endpointAzHour: 0.03 } } });
      const result = await organization.run({ mode: 'enforce' }, auto);
      expect(endpointsOf(spokeId(0), region)).toEqual(['ec2messages', 'ssm', 'ssmmessages']);
      expect(targetOf(result, spokeId(1), region).status).toBe('COMPLIANT');
      expect(endpointsOf(HUB, region)).toEqual([]);
    },
    120_000,
  );

  it('when room was made, then the next run makes it, and its spokes use it one run later at the latest', async () => {
    const made = await open([good], (ec2) => {
      for (const subnet of ec2.Subnets as Piece[]) subnet.AvailableIpAddressCount = 2;
    });
    await organization.run({ mode: 'enforce' }, central(made));
    for (const subnet of organization.twin.state.region(HUB, made.region).Ec2.Subnets) {
      subnet.AvailableIpAddressCount = 200;
    }
    const next = await organization.run({ mode: 'enforce' }, central(made));
    expect(targetOf(next, HUB, made.region).status).toBe('COMPLIANT');
    // A spoke that is looked at before the hub reads what the hub's account recorded in the run before.
    const result = await organization.run({ mode: 'enforce' }, central(made));
    expect(targetOf(result, spokeId(0), made.region).status).toBe('COMPLIANT');
  }, 120_000);

  it('when it would exceed the budget of a VPC, then nothing of it is made', async () => {
    const made = await open([good]);
    const result = await organization.run({ mode: 'enforce' }, central(made, { maxMonthlyUsdPerVpc: 40 }));
    expect(targetOf(result, HUB, made.region).reasons).toContain('BUDGET_EXCEEDED');
    expect(organization.mutatingCalls()).toBe(0);
  }, 60_000);
});

describe('given endpoints: auto and a hub that is to be made', () => {
  const PRICES: [number, 'PLANNED' | 'DEARER'][] = [
    // Profile $547.50, traffic $0.16; the hub's six endpoint-zones are counted: 2 x 6 against 6 of them.
    [0.126, 'PLANNED'],
    [0.124, 'DEARER'],
  ];
  it.each(PRICES)(
    'when a zone of an endpoint costs $%d an hour, then the spokes are %s',
    async (price, state) => {
      const made = await open([good, good]);
      const prices = { [made.region]: { endpointAzHour: price } };
      const budget = { maxMonthlyUsdPerVpc: 10_000 };
      const result = await organization.run(
        { mode: 'assess' },
        central(made, { endpoints: 'auto', prices, ...budget }),
      );
      for (const at of [0, 1]) {
        expect(targetOf(result, spokeId(at), made.region).vpcs[0]?.spoke).toMatchObject({
          state,
          hub: { monthlyUsd: Math.round(6 * price * 730 * 100) / 100 },
        });
      }
    },
    60_000,
  );
});

describe('given a spoke whose DNS attributes are off', () => {
  it('when enableVpcDns is set, then they are switched on and the Profile is associated in the same run', async () => {
    const made = makeHubOrganization([
      ({ ec2, vpcId }) => {
        ec2.VpcAttributes[vpcId] = { EnableDnsSupport: true, EnableDnsHostnames: false };
      },
    ]);
    organization = await openOrganization(made.snapshot);
    const { hubs } = central(made);
    const profile = { [made.region]: { ...hubs?.[made.region], profile: PROFILE } } as Configuration['hubs'];
    const result = await organization.run(
      { mode: 'enforce' },
      central(made, { hubs: profile, enableVpcDns: true }),
    );
    expect(changesOf(result, spokeId(0))).toEqual(['EnableVpcDns APPLIED', 'AssociateProfile APPLIED']);
    expect(targetOf(result, spokeId(0), made.region).status).toBe('COMPLIANT');
  }, 60_000);
});
