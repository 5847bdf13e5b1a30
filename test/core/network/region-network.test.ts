/** The network of one target: what of its VPCs is judged, what is known of our endpoints where nothing runs, and what could go. */
import { describe, expect, it } from '@jest/globals';
import type { AccountObservation } from '../../../functions/core/model/observation.ts';
import type { VpcResult } from '../../../functions/core/model/result.ts';
import type { NetworkObservation, SharedVpcNeed } from '../../../functions/core/network/facts.ts';
import {
  isPruneDue,
  judgeRegionNetwork,
  NO_NETWORK,
  networkContextOf,
  type RegionNetworkContext,
} from '../../../functions/core/network/region-network.ts';
import { PLAN_SEED } from '../../../functions/core/planned.ts';
import { aConfiguration, anObservation, aRegion, OURS, someInstances } from '../builders.ts';
import { failed, observe } from './observe.ts';
import { endpoint, endpoints, instance, withNat, world } from './steps.ts';
import {
  ACCOUNT,
  emptyWorld,
  INSTANCE,
  NEW_AGENT,
  OWNER,
  REGION,
  SUBNET_A,
  SUBNET_C,
  VPC,
  type World,
} from './world.ts';

const SERVICES = ['ssm', 'ssmmessages'].map((name) => `com.amazonaws.${REGION}.${name}`);
const TAGS = { 'dhmc-rollout:managed': 'true' };
const NOW = new Date('2026-03-01T00:00:00.000Z');
const EARLIER = '2026-02-01T00:00:00.000Z';
const ID = 'vpce-1';
const ENDPOINT = endpoint('ssm', { id: ID, tags: TAGS, subnets: [SUBNET_A, SUBNET_C] });

type Config = Parameters<typeof aConfiguration>[0];
const contextOf = (
  configuration: Config = {},
  overrides: Partial<RegionNetworkContext> = {},
): RegionNetworkContext => ({
  changeSeed: 'run-1',
  configuration: aConfiguration({ endpoints: 'provision', ...configuration }),
  now: NOW,
  inScope: () => true,
  refusedVpcs: new Set(),
  ...overrides,
});

interface Facts {
  configuration?: Config;
  earlier?: VpcResult[];
  journal?: string[];
  needs?: SharedVpcNeed[];
  network?: Partial<NetworkObservation>;
  context?: Partial<RegionNetworkContext>;
}

function judged(
  made: World,
  { configuration, earlier = [], journal = [ID], needs, network, context }: Facts = {},
) {
  const seen = aRegion(OURS, { region: REGION, network: { ...observe(made, needs), ...network } });
  const observation: AccountObservation = anObservation({
    regions: [seen],
    ownResources: journal,
    earlierVpcs: { [REGION]: earlier },
  });
  return judgeRegionNetwork(seen, observation, contextOf(configuration, context));
}

function anEarlierVpc(overrides: Partial<VpcResult> = {}): VpcResult {
  const made = {
    serviceName: 'ssm',
    state: 'available',
    privateDns: true,
    subnetIds: [SUBNET_A],
    ours: true,
  };
  return {
    vpcId: VPC,
    ownerId: ACCOUNT,
    path: 'NONE',
    reasons: ['NO_PATH_TO_SSM'],
    endpoints: [
      { ...made, endpointId: ID, monthlyCostUsd: 7.3 },
      { ...made, endpointId: 'vpce-2', monthlyCostUsd: 14.6 },
      { ...made, endpointId: 'vpce-3', ours: false, monthlyCostUsd: null },
    ],
    prunable: null,
    ...overrides,
  };
}
const SPARE = { since: EARLIER, monthlyUsdSaved: 1, because: 'NO_INSTANCES' } as const;

describe('Given a Region of an account, When its network is judged', () => {
  it('and endpoints are off, Then nothing is said of it', () => {
    expect(judged(world(), { configuration: { endpoints: 'off' }, earlier: [anEarlierVpc()] })).toEqual(
      NO_NETWORK,
    );
  });

  it('and an instance has no path, Then the VPC, its changes and its paths are there', () => {
    const { vpcs, changes, paths, findings, needs, notes } = judged(world(instance({ agent: NEW_AGENT })), {
      journal: [],
    });
    expect(vpcs).toMatchObject([
      {
        vpcId: VPC,
        ownerId: ACCOUNT,
        path: 'NONE',
        reasons: ['NO_PATH_TO_SSM'],
        endpoints: [],
        prunable: null,
      },
    ]);
    expect(vpcs[0]).toMatchObject({ proposal: { services: SERVICES } });
    expect(vpcs[0]).not.toHaveProperty('spoke');
    expect(changes.map(({ vpcId, change: { action } }) => `${vpcId} ${action.kind}`)).toEqual([
      `${VPC} CreateEndpointSecurityGroup`,
      `${VPC} AllowEndpointIngress`,
      `${VPC} CreateInterfaceEndpoint`,
      `${VPC} CreateInterfaceEndpoint`,
    ]);
    expect([...paths].map(([id, { path }]) => [id, path])).toEqual([[INSTANCE, 'NONE']]);
    expect([findings.map(({ code }) => code), needs, notes]).toEqual([['NO_PATH_TO_SSM'], [], []]);
  });

  it('and nothing runs in a VPC, Then it is left out unless it holds endpoints of ours', () => {
    expect(judged(emptyWorld()).vpcs).toEqual([]);
    expect(judged(emptyWorld(endpoint('ssm', { id: ID }))).vpcs).toEqual([]);
    expect(judged(emptyWorld(ENDPOINT)).vpcs.map(({ path }) => path)).toEqual(['ENDPOINTS']);
  });

  it('and one asks about a VPC that no run judges, Then it is judged for that', () => {
    const { judged: asked } = judged(emptyWorld());
    const vpc = asked?.network.vpcs.get(VPC);
    expect(vpc && asked?.verdictOf(vpc).vpcId).toBe(VPC);
  });

  it('and one asks about a VPC that was judged, Then the verdict is that one', () => {
    const made = world(({ Ec2 }) => {
      Ec2.Vpcs.push({ ...Ec2.Vpcs[0], VpcId: 'vpc-0' });
    }, withNat);
    const { judged: asked, vpcs } = judged(made, { needs: [needOf('vpc-0')] });
    expect(vpcs.map(({ vpcId }) => vpcId)).toEqual(['vpc-0', VPC]);
    const vpc = asked?.network.vpcs.get(VPC);
    expect(vpc && asked?.verdictOf(vpc)).toBe(vpc && asked?.verdictOf(vpc));
    expect(vpc && asked?.verdictOf(vpc).vpcId).toBe(VPC);
  });

  it('and its VPCs cannot be read, Then that is a finding of the target', () => {
    const { vpcs, findings } = judged(world(), { network: { vpcs: failed('ec2:DescribeVpcs') } });
    expect([vpcs, findings.map(({ code, subject }) => [code, subject])]).toEqual([
      [],
      [['ACCESS_DENIED', null]],
    ]);
  });

  it('and an endpoint is ours, Then it has a price, and whether it serves a hub', () => {
    const made = world(ENDPOINT, endpoint('ssmmessages', { id: 'vpce-2' }));
    const endpointsOf = (journal: string[]) =>
      judged(made, { journal }).vpcs.flatMap((vpc) =>
        vpc.endpoints.map(({ endpointId, monthlyCostUsd, servesHub }) => [
          endpointId,
          monthlyCostUsd,
          servesHub,
        ]),
      );
    expect(endpointsOf([ID])).toEqual([
      [ID, 20.44, undefined],
      ['vpce-2', null, undefined],
    ]);
    expect(endpointsOf([ID, `Z1:vpc-endpoint/${ID}`])).toEqual([
      [ID, 20.44, true],
      ['vpce-2', null, undefined],
    ]);
  });

  it('and an instance is ignored by a tag of the VPC, Then its path says so', () => {
    const ignored = world(({ Ec2 }) => {
      for (const vpc of Ec2.Vpcs) vpc.Tags = [{ Key: 'dhmc-rollout', Value: 'ignore' }];
    });
    const { vpcs, notes, paths } = judged(ignored, { journal: [] });
    expect([vpcs[0]?.reasons, notes, [...paths.values()].map(({ reasons }) => reasons)]).toEqual([
      [],
      ['IGNORED_BY_TAG'],
      [...judged(ignored, { journal: [] }).paths.values()].map(({ reasons }) => reasons),
    ]);
  });
});

describe('Given endpoints of ours that a VPC could do without', () => {
  const spare = (facts: Facts = {}) => judged(emptyWorld(ENDPOINT), facts);
  const pruned = (facts: Facts) =>
    spare(facts).changes.flatMap(({ vpcId, change: { action } }) =>
      action.kind === 'DeleteInterfaceEndpoint' ? [`${vpcId} ${action.kind}`] : [],
    );
  const DELETED = [`${VPC} DeleteInterfaceEndpoint`];

  it('When they are seen first, Then from now on, with what they cost', () => {
    const { vpcs, notes } = spare();
    expect(vpcs[0]?.prunable).toEqual({
      since: NOW.toISOString(),
      monthlyUsdSaved: 20.44,
      because: 'NO_INSTANCES',
    });
    expect([notes, pruned({})]).toEqual([['ENDPOINTS_UNNEEDED'], []]);
  });

  it('When they were seen before, Then since then, of that VPC alone', () => {
    const since = (earlier: VpcResult[]) => spare({ earlier }).vpcs[0]?.prunable?.since;
    expect(since([anEarlierVpc({ vpcId: 'vpc-2', prunable: SPARE })])).toBe(NOW.toISOString());
    expect(since([anEarlierVpc({ prunable: SPARE })])).toBe(EARLIER);
    expect(since([anEarlierVpc({ prunable: null })])).toBe(NOW.toISOString());
  });

  it('When they are to be pruned and long enough unneeded, Then they are deleted', () => {
    const earlier = [anEarlierVpc({ prunable: SPARE })];
    expect(pruned({ configuration: { prune: true, pruneAfterDays: 20 }, earlier })).toEqual(DELETED);
    expect(pruned({ configuration: { prune: true, pruneAfterDays: 40 }, earlier })).toEqual([]);
    expect(pruned({ configuration: { prune: false, pruneAfterDays: 20 }, earlier })).toEqual([]);
    expect(pruned({ configuration: { prune: true, pruneAfterDays: 20 } })).toEqual([]);
  });

  it('When they are needed, Then they stay', () => {
    const { vpcs, changes } = judged(
      world(
        instance({ ping: 'Online', agent: NEW_AGENT }),
        endpoints(['ssm', 'ssmmessages'], { tags: TAGS, id: ID }),
      ),
      {
        configuration: { prune: true, pruneAfterDays: 20 },
        earlier: [anEarlierVpc({ prunable: SPARE })],
      },
    );
    expect([
      vpcs[0]?.prunable,
      changes.filter(({ change }) => change.action.kind === 'DeleteInterfaceEndpoint'),
    ]).toEqual([null, []]);
  });

  it.each<[string, Parameters<typeof isPruneDue>[0], Config, boolean]>([
    [
      'unneeded long enough',
      [anEarlierVpc(), anEarlierVpc({ prunable: SPARE })],
      { prune: true, pruneAfterDays: 28 },
      true,
    ],
    ['not yet long enough', [anEarlierVpc({ prunable: SPARE })], { prune: true, pruneAfterDays: 29 }, false],
    ['needed', [anEarlierVpc()], { prune: true, pruneAfterDays: 14 }, false],
    ['not to be pruned', [anEarlierVpc({ prunable: SPARE })], { prune: false, pruneAfterDays: 14 }, false],
    ['none', [], { prune: true, pruneAfterDays: 14 }, false],
  ])('When they are %s, Then a look is due or not', (_what, earlier, configuration, isDue) => {
    expect(isPruneDue(earlier, aConfiguration(configuration), NOW)).toBe(isDue);
  });
});

describe('Given a Region where nothing runs, so that its network is not read', () => {
  const carried = (vpc: VpcResult, overrides: Parameters<typeof aRegion>[1] = {}) => {
    const seen = aRegion(OURS, { region: REGION, network: null, instancesByVpc: {}, ...overrides });
    return judgeRegionNetwork(seen, anObservation({ earlierVpcs: { [REGION]: [vpc] } }), contextOf());
  };
  const spared = (...args: Parameters<typeof carried>) => carried(...args).vpcs[0]?.prunable;
  const SAVED = { since: NOW.toISOString(), monthlyUsdSaved: 7.3 + 14.6, because: 'NO_INSTANCES' };

  it('When we hold endpoints in a VPC without instances, Then they are unneeded, by what they cost us', () => {
    const vpc = anEarlierVpc();
    expect(carried(vpc)).toEqual({
      ...NO_NETWORK,
      vpcs: [{ ...vpc, path: 'ENDPOINTS', reasons: [], prunable: SAVED }],
      notes: ['ENDPOINTS_UNNEEDED'],
    });
    expect(spared(anEarlierVpc({ prunable: SPARE }))).toEqual({ ...SAVED, since: EARLIER });
  });

  it.each<[string, VpcResult, Parameters<typeof aRegion>[1]]>([
    ['holds stopped instances', anEarlierVpc({ prunable: SPARE }), { instancesByVpc: { [VPC]: 1 } as never }],
    ['has instances that cannot be read', anEarlierVpc(), { instances: failed('ec2:DescribeInstances') }],
    ['has instances that were not read', anEarlierVpc(), { instances: null as never }],
    [
      'is a hub',
      anEarlierVpc({
        endpoints: anEarlierVpc().endpoints.map((one, index) =>
          index === 0 ? { ...one, servesHub: true } : one,
        ),
      }),
      {},
    ],
  ])('When a VPC %s, Then its endpoints stay', (_what, vpc, overrides) => {
    expect([spared(vpc, overrides), carried(vpc, overrides).notes]).toEqual([null, []]);
  });

  it('When instances of another VPC are there, Then they do not count', () => {
    expect(
      spared(anEarlierVpc(), {
        instancesByVpc: { 'vpc-2': 1 } as never,
        instances: { kind: 'value', value: someInstances() },
      }),
    ).toEqual(SAVED);
  });

  it('When none of ours is known there, Then nothing is said', () => {
    const seen = aRegion(OURS, { region: REGION, network: null });
    expect(judgeRegionNetwork(seen, anObservation(), contextOf())).toEqual(NO_NETWORK);
  });
});

describe('Given the context of a network', () => {
  it.each([
    [undefined, 'run-1', 'no'],
    [false, PLAN_SEED, 'no'],
    [true, 'run-1', 'stepwise'],
    [true, PLAN_SEED, 'shown'],
  ] as const)('when migrateCentral is %s in %s, then a move is %s', (migrateCentral, changeSeed, migrate) => {
    const context = contextOf({}, { migrateCentral, changeSeed });
    expect(networkContextOf({ ownResources: ['a'] }, context)).toMatchObject({
      runId: changeSeed,
      migrate,
      journalled: new Set(['a']),
    });
  });
});

describe('Given a VPC that its owner shares with us', () => {
  it('When it lacks a path, Then its owner is asked', () => {
    const shared = world(instance({ agent: NEW_AGENT }), ({ Ec2 }) => {
      for (const vpc of Ec2.Vpcs) vpc.OwnerId = OWNER;
    });
    expect(judged(shared, { journal: [] }).needs).toMatchObject([
      {
        ownerId: OWNER,
        vpcId: VPC,
        participantId: ACCOUNT,
        subnetIds: [SUBNET_A],
        services: ['ssm', 'ssmmessages'],
      },
    ]);
  });
});

function needOf(vpcId: string): SharedVpcNeed {
  return { vpcId, participantId: OWNER, subnetIds: [SUBNET_A], services: ['ssm'], unknownAgents: false };
}
