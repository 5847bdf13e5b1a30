/** What is asked next, round by round: only what can still change the verdict, and nothing twice. */
import { describe, expect, it } from '@jest/globals';
import type { NetworkObservation, SharedVpcNeed } from '../../../functions/core/network/facts.ts';
import {
  isNothingWanted,
  type LookupSettings,
  NO_LOOKUPS,
  type WantedLookups,
  wantedLookups,
  wantedPrefixLists,
} from '../../../functions/core/network/lookups.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import { MANAGED_TAG } from '../../../functions/core/tags.ts';
import { DEFAULTS } from './case.ts';
import { listsOf } from './lazily.ts';
import { failed, observe } from './observe.ts';
import {
  dnsAttributes,
  dnsServers,
  edit,
  endpoint,
  endpoints,
  group,
  https,
  instance,
  prefixList,
  profile,
  route,
  rule,
  subnetIs,
  vpcIs,
  withNat,
  without,
  world,
  zonesFor,
} from './steps.ts';
import {
  ACCOUNT,
  emptyWorld,
  GROUP,
  IGW,
  NAT,
  NEW_AGENT,
  OWNER,
  PUBLIC_TABLE,
  REGION,
  type Step,
  SUBNET_A,
  SUBNET_C,
  SUBNET_PUBLIC,
  VPC,
  type World,
} from './world.ts';

type Known = Partial<NetworkObservation>;

/** The look-ups that are wanted, without those that are not. */
function wanted(observation: NetworkObservation, settings: Partial<LookupSettings> = {}) {
  const all = wantedLookups(joinNetwork(observation), { ...DEFAULTS, ...settings });
  return Object.fromEntries(
    Object.entries(all).filter(([, one]) => one !== false && !(Array.isArray(one) && one.length === 0)),
  ) as Partial<WantedLookups>;
}

/** The first round: nothing is known but the lists of the Region. */
const first = (made: World, known: Known = {}) => wanted({ ...listsOf(observe(made)), ...known });

/** The second: what routes and rules name is known. */
function second(
  made: World,
  {
    known = {},
    needs,
    ...settings
  }: Partial<LookupSettings> & { known?: Known; needs?: SharedVpcNeed[] } = {},
) {
  const full = observe(made, needs);
  const { natGateways, prefixLists, blockPublicAccess, exclusions } = full;
  return wanted(
    { ...listsOf(full), natGateways, prefixLists, blockPublicAccess, exclusions, ...known },
    settings,
  );
}

function value<T>(read: T): { kind: 'value'; value: T } {
  return { kind: 'value', value: read };
}

const noPublicRoute = edit((ec2) => {
  ec2.RouteTables = ec2.RouteTables.filter(({ RouteTableId }) => RouteTableId !== PUBLIC_TABLE);
});
const marked = { tags: { [MANAGED_TAG]: 'true' } };
const OTHER = 'vpc-0000000000000000b';

/** A second VPC, whose main table leads to a NAT gateway and names a prefix list. */
const otherVpc = edit((ec2) => {
  ec2.Vpcs.push({ ...ec2.Vpcs[0], VpcId: OTHER });
  ec2.RouteTables.push({
    RouteTableId: 'rtb-0000000000000000b',
    VpcId: OTHER,
    OwnerId: ACCOUNT,
    Associations: [{ Main: true, AssociationState: { State: 'associated' } }],
    Routes: [
      { DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: NAT, State: 'active' },
      { DestinationPrefixListId: 'pl-other', TransitGatewayId: 'tgw-1', State: 'active' },
    ],
  });
});

function needIn(vpcId: string, change: Partial<SharedVpcNeed> = {}): SharedVpcNeed {
  return { vpcId, participantId: OWNER, subnetIds: [], services: [], unknownAgents: false, ...change };
}

describe('Given nothing wanted', () => {
  it('when one look-up is wanted, of whatever kind, then something is', () => {
    expect(isNothingWanted(NO_LOOKUPS)).toBe(true);
    for (const [key, none] of Object.entries(NO_LOOKUPS)) {
      const some = { ...NO_LOOKUPS, [key]: Array.isArray(none) ? [key] : true };
      expect([key, isNothingWanted(some)]).toEqual([key, false]);
    }
  });
});

describe('Given the routes of VPCs, in the first round', () => {
  it.each<[string, Step[], Partial<WantedLookups>]>([
    [
      'a NAT gateway',
      [route('0.0.0.0/0', { NatGatewayId: NAT })],
      { natGateways: true, blockPublicAccess: true },
    ],
    ['an internet gateway', [route('0.0.0.0/0', { GatewayId: IGW })], { blockPublicAccess: true }],
    [
      'an egress-only one',
      [route('::/0', { EgressOnlyInternetGatewayId: 'eigw-1' })],
      { blockPublicAccess: true },
    ],
    ['an endpoint of a firewall', [route('0.0.0.0/0', { GatewayId: 'vpce-1' })], { blockPublicAccess: true }],
  ])('when one ends at %s, then that is asked before anything else', (_what, steps, expected) => {
    expect(first(world(noPublicRoute, ...steps))).toEqual(expected);
  });

  it.each<[string, Step[]]>([
    ['leads to a transit gateway', [route('0.0.0.0/0', { TransitGatewayId: 'tgw-1' })]],
    [
      'leads to the gateway endpoint of S3',
      [prefixList('pl-s3', null, 'AWS'), route('pl-s3', { GatewayId: 'vpce-1' })],
    ],
    ['is a blackhole', [route('0.0.0.0/0', { NatGatewayId: NAT, State: 'blackhole' })]],
  ])('when one %s, then nothing of the routes is asked', (_what, steps) => {
    const known: Known = { prefixLists: value([{ prefixListId: 'pl-s3', awsManaged: true, cidrs: null }]) };
    const asked = first(world(noPublicRoute, ...steps), known);
    expect(asked).not.toHaveProperty('natGateways');
    expect(asked).not.toHaveProperty('blockPublicAccess');
    expect(asked).toHaveProperty('profileAssociations');
  });

  it('when NAT gateways are known, then they are not asked twice', () => {
    const { natGateways } = observe(world(withNat));
    expect(first(world(withNat), { natGateways })).toEqual({ blockPublicAccess: true });
  });

  it('when a prefix list is named by a route or a rule, then its entries are asked, once', () => {
    const routed = world(
      noPublicRoute,
      prefixList('pl-a', null),
      route('pl-a', { TransitGatewayId: 'tgw-1' }),
    );
    const ruled = world(
      noPublicRoute,
      prefixList('pl-a', null),
      group(GROUP, { IpPermissions: [https({ PrefixListIds: [{ PrefixListId: 'pl-a' }] })] }),
    );
    for (const made of [routed, ruled]) {
      expect(first(made)).toEqual({ prefixLists: true });
      expect(first(made, { prefixLists: value([]) })).not.toHaveProperty('prefixLists');
    }
  });

  it('when lists are named, then those of customers are read, of VPCs in use, in a stable order', () => {
    const rules = (id: string) => ({ IpPermissions: [https({ PrefixListIds: [{ PrefixListId: id }] })] });
    const made = world(
      otherVpc,
      route('pl-z', { TransitGatewayId: 'tgw-1' }),
      group(GROUP, rules('pl-a')),
      group('sg-idle', { VpcId: OTHER, ...rules('pl-idle') }),
    );
    expect(wantedPrefixLists(joinNetwork(observe(made)))).toEqual(['pl-a', 'pl-z']);
    const inUse = joinNetwork(observe(made, [needIn(OTHER)]));
    expect(wantedPrefixLists(inUse)).toEqual(['pl-a', 'pl-idle', 'pl-other', 'pl-z']);
  });

  it('when a VPC is idle, then its routes count for nothing', () => {
    const asked = first(world(noPublicRoute, otherVpc));
    expect(asked).not.toHaveProperty('natGateways');
    expect(asked).not.toHaveProperty('prefixLists');
  });

  it('when participants have instances there, then they count', () => {
    const observation = listsOf(observe(world(noPublicRoute, otherVpc), [needIn(OTHER)]));
    expect(wanted(observation)).toEqual({ natGateways: true, blockPublicAccess: true, prefixLists: true });
  });

  it('when an endpoint there carries our mark, then they count; what rules admit does not', () => {
    const ours = edit((ec2) => {
      for (const one of ec2.VpcEndpoints) one.VpcId = OTHER;
    });
    expect(first(world(noPublicRoute, otherVpc, endpoint('ssm', marked), ours))).toEqual({
      natGateways: true,
      blockPublicAccess: true,
    });
    expect(first(world(noPublicRoute, otherVpc, endpoint('ssm'), ours))).not.toHaveProperty('natGateways');
    const tags = { [MANAGED_TAG]: 'false' };
    expect(first(world(noPublicRoute, otherVpc, endpoint('ssm', { tags }), ours))).not.toHaveProperty(
      'natGateways',
    );
  });
});

describe('Given VPC Block Public Access and a route to an internet gateway', () => {
  type Mode = 'off' | 'block-bidirectional' | 'block-ingress';
  const state = (mode: Mode) => ({ BlockPublicAccessStates: { InternetGatewayBlockMode: mode } });
  const modes =
    (vpc: Mode, subnets: Mode = vpc): Step =>
    (made) => {
      vpcIs(state(vpc))(made);
      for (const id of [SUBNET_A, SUBNET_C, SUBNET_PUBLIC]) subnetIs(id, state(subnets))(made);
    };

  it('when all states say that nothing is blocked, then neither options nor exclusions are asked', () => {
    expect(first(world(modes('off')))).not.toHaveProperty('blockPublicAccess');
    expect(first(world(modes('off')))).not.toHaveProperty('exclusions');
  });

  it.each<[string, Step]>([
    [
      'a subnet has none',
      (made) =>
        [modes('off'), subnetIs(SUBNET_C, { BlockPublicAccessStates: undefined })].forEach((step) => {
          step(made);
        }),
    ],
    ['a subnet blocks', modes('off', 'block-ingress')],
    ['the VPC blocks', modes('block-bidirectional', 'off')],
  ])('when %s, then the options are asked first, and the exclusions wait for them', (_what, step) => {
    expect(first(world(step))).toEqual({ blockPublicAccess: true });
  });

  it.each<[string, Known, Step[], boolean]>([
    ['the options block', { blockPublicAccess: value({ mode: 'block-ingress' }) }, [], true],
    ['the options are off', { blockPublicAccess: value({ mode: 'off' }) }, [], false],
    ['the options could not be read', { blockPublicAccess: failed('ec2:X') }, [], false],
    [
      'the options are off and a state blocks',
      { blockPublicAccess: value({ mode: 'off' }) },
      [modes('off', 'block-ingress')],
      true,
    ],
    [
      'the options block and exclusions are known',
      { blockPublicAccess: value({ mode: 'block-ingress' }), exclusions: value([]) },
      [],
      false,
    ],
  ])('when %s, then exclusions are asked: %#', (_what, known, steps, isAsked) => {
    const asked = first(world(...steps), known);
    expect(asked).not.toHaveProperty('blockPublicAccess');
    expect('exclusions' in asked).toBe(isAsked);
  });

  it('when only an idle VPC blocks, then that is no reason to ask', () => {
    const idle = edit((ec2) => {
      ec2.Vpcs.push({ ...ec2.Vpcs[0], VpcId: OTHER, ...state('block-ingress') });
    });
    const asked = first(world(idle), { blockPublicAccess: value({ mode: 'off' }) });
    expect(asked).not.toHaveProperty('exclusions');
    expect(first(world(modes('off'), idle))).not.toHaveProperty('blockPublicAccess');
  });
});

describe('Given a VPC in which nothing runs', () => {
  const idle = emptyWorld();
  const hub = [needIn(VPC, { spokes: [] })];

  it('when it is no hub, then nothing is asked of it', () => {
    expect(second(idle)).toEqual({});
    expect(second(idle, { needs: [needIn(VPC)] })).toEqual({});
    expect(second(idle, { needs: [needIn(OTHER, { spokes: [] })] })).toEqual({});
  });

  it('when it is the hub of others, then what its endpoints need is asked, once', () => {
    expect(second(idle, { needs: hub })).toEqual({
      endpointServices: true,
      dnsAttributes: [VPC],
      hostedZones: [VPC],
    });
    const { endpointServices, dnsAttributes: attributes, hostedZones } = observe(idle);
    const known = { endpointServices, dnsAttributes: attributes, hostedZones };
    expect(second(idle, { needs: hub, known })).toEqual({});
  });

  it('when it is tagged to be left alone, then nothing is asked', () => {
    const ignored = vpcIs({ Tags: [{ Key: 'dhmc-rollout', Value: 'ignore' }] });
    expect(second(emptyWorld(ignored), { needs: hub })).toEqual({});
    expect(second(world(ignored))).toEqual({});
  });
});

/** Everything is known but these. */
function withoutThese(
  made: World,
  keys: (keyof NetworkObservation)[],
  { needs, ...settings }: Partial<LookupSettings> & { needs?: SharedVpcNeed[] } = {},
) {
  const full = observe(made, needs);
  const lists = listsOf(full);
  return wanted({ ...full, ...Object.fromEntries(keys.map((key) => [key, lists[key]])) }, settings);
}

const known = instance({ agent: NEW_AGENT });
const online = instance({ ping: 'Online', agent: NEW_AGENT });
const NAMES = { hostedZones: [VPC], resolverRuleIds: true, profileAssociations: true };
const PLAN = { endpointServices: true, resolverEndpoints: true };

describe('Given an own VPC, in the second round', () => {
  it.each<[string, Step[], object, ...Partial<LookupSettings>[]]>([
    ['nothing leads out', [known], { ...NAMES, ...PLAN, dnsAttributes: [VPC] }],
    ['a NAT gateway does', [known, withNat], { ...NAMES, dnsAttributes: [VPC] }],
    ['its only instance is Online over it', [online, withNat], NAMES],
    [
      'one of two is Online over it, in another subnet',
      [online, withNat, instance({ id: 'i-2', subnet: SUBNET_C, agent: NEW_AGENT })],
      { ...NAMES, dnsAttributes: [VPC] },
    ],
    // What is proven may be proven over public addresses.
    [
      'its instance is Online, and the path is to be private',
      [online, withNat],
      { ...NAMES, ...PLAN, dnsAttributes: [VPC] },
      { path: 'private' },
    ],
    [
      'endpoints of others hold all names',
      [known, endpoints(['ssm', 'ssmmessages'])],
      { resolverRuleIds: true, dnsAttributes: [VPC] },
    ],
    [
      'an endpoint holds one name of two',
      [known, withNat, endpoints(['ssm'])],
      { ...NAMES, dnsAttributes: [VPC] },
    ],
    [
      'private DNS of the endpoints is off',
      [known, withNat, endpoints(['ssm', 'ssmmessages'], { privateDns: false })],
      { ...NAMES, dnsAttributes: [VPC] },
    ],
    [
      'the endpoints are ours by mark',
      [online, endpoints(['ssm', 'ssmmessages'], marked)],
      { ...NAMES, ...PLAN, dnsAttributes: [VPC] },
    ],
    [
      'endpoints of others hold the names, and S3 is wanted, which is not reached',
      [known, endpoints(['ssm', 'ssmmessages'])],
      { ...NAMES, ...PLAN, dnsAttributes: [VPC] },
      { endpointServices: ['s3'] },
    ],
    ['S3 is wanted, and a NAT gateway leads there', [online, withNat], NAMES, { endpointServices: ['s3'] }],
    // Attributes that are off would make its names public.
    [
      'its instance is Online by endpoints of others',
      [online, endpoints(['ssm', 'ssmmessages'])],
      { resolverRuleIds: true, dnsAttributes: [VPC] },
    ],
    // Its ping settles ssm, for others of its way too; the other name is an endpoint's own.
    [
      'its instance is Online over public addresses and an endpoint holds the other name',
      [online, withNat, endpoints(['ssmmessages']), instance({ id: 'i-2', agent: NEW_AGENT })],
      { resolverRuleIds: true, dnsAttributes: [VPC] },
    ],
    [
      'another instance is in another subnet, which proves nothing for it',
      [
        online,
        withNat,
        endpoints(['ssmmessages']),
        instance({ id: 'i-2', subnet: SUBNET_C, agent: NEW_AGENT }),
      ],
      { ...NAMES, dnsAttributes: [VPC] },
    ],
    [
      'one of its instances cannot reach the first DNS server, since it is on Xen',
      [
        known,
        withNat,
        dnsServers('fd00:ec2::253'),
        instance({ id: 'i-2', type: 't2.micro', agent: NEW_AGENT }),
      ],
      { ...NAMES, ...PLAN, dnsAttributes: [VPC] },
    ],
    ['DNS servers of others are asked', [known, withNat, dnsServers('172.16.0.10')], {}],
    ['DNS servers of others are asked, and nothing leads out', [known, dnsServers('172.16.0.10')], PLAN],
    [
      'DNS servers of others are asked, and an endpoint is ours by mark',
      [known, withNat, dnsServers('172.16.0.10'), endpoint('ssm', marked)],
      { ...NAMES, ...PLAN, dnsAttributes: [VPC] },
    ],
  ])('when %s, then that much is asked', (_what, steps, expected, ...[settings]) => {
    expect(second(world(...steps), settings)).toEqual(expected);
  });

  it('when no one needs a name, then only a VPC with our mark is asked for more', () => {
    const needs = [needIn(VPC, { subnetIds: [SUBNET_A] })];
    expect(withoutThese(emptyWorld(), ['resolverRuleIds'], { needs })).toEqual({});
    const idle = world(without.instances, endpoint('ssm', marked));
    expect(withoutThese(idle, ['resolverRuleIds'])).toEqual({ resolverRuleIds: true });
  });

  it('when everything is known, then nothing is asked', () => {
    expect(withoutThese(world(known), [])).toEqual({});
    expect(withoutThese(world(online, endpoints(['ssm'], marked)), [], { path: 'private' })).toEqual({});
  });

  it.each<keyof NetworkObservation>([
    'endpointServices',
    'resolverEndpoints',
    'resolverRuleIds',
    'profileAssociations',
    'hostedZones',
    'dnsAttributes',
  ])('when only %s is not known, then that alone is asked', (key) => {
    expect(Object.keys(withoutThese(world(known), [key]))).toEqual([key]);
  });

  it('when enableDnsHostnames is off, then endpoints hold no name, and zones and Profiles are asked', () => {
    const made = world(known, withNat, endpoints(['ssm', 'ssmmessages']), dnsAttributes(true, false));
    const { dnsAttributes: attributes } = observe(made);
    expect(second(made, { known: { dnsAttributes: attributes } })).toEqual(NAMES);
  });

  it('when the names that wake up with the attributes lead nowhere, then what a plan needs is asked', () => {
    // The endpoint has no address of a kind that the instance has.
    const asleep = (...attributes: [boolean, boolean]) =>
      world(online, withNat, endpoints(['ssmmessages'], { addresses: 'ipv6' }), dnsAttributes(...attributes));
    expect(withoutThese(asleep(true, false), ['endpointServices', 'resolverEndpoints'])).toEqual(PLAN);
    const works = world(online, withNat, endpoints(['ssmmessages']), dnsAttributes(true, false));
    expect(withoutThese(works, ['endpointServices', 'resolverEndpoints'])).toEqual({});
  });
});

describe('Given agents that may need ec2messages', () => {
  const old = instance({ ping: 'Online', agent: '3.2.900.0' });
  const asks = (made: World, settings: Parameters<typeof second>[1] = {}) =>
    'endpointServices' in second(made, settings);

  it('when the setting or an agent asks for it, then whether the Region offers it is asked', () => {
    expect(asks(world(online, withNat), { ec2messages: 'auto' })).toBe(false);
    expect(asks(world(online, withNat), { ec2messages: 'always' })).toBe(true);
    expect(asks(world(online, withNat), { ec2messages: 'never' })).toBe(false);
    expect(asks(world(old, withNat), { ec2messages: 'auto' })).toBe(true);
    expect(asks(world(old, withNat), { ec2messages: 'never' })).toBe(false);
    expect(asks(world(online, old, withNat, instance({ id: 'i-2', agent: NEW_AGENT })))).toBe(true);
  });

  it('when participants ask for it, then that is asked too, whatever the setting', () => {
    const needs = (services: string[]) => [needIn(VPC, { subnetIds: [SUBNET_A], services })];
    const made = world(online, withNat);
    const interfaces = { known: { networkInterfaces: value([]) }, ec2messages: 'never' as const };
    expect(asks(made, { ...interfaces, needs: needs(['ssm', 'ec2messages']) })).toBe(true);
    expect(asks(made, { ...interfaces, needs: needs(['ssm']) })).toBe(false);
  });

  it('when what the Region offers is known, then it is not asked twice', () => {
    expect(withoutThese(world(old, withNat), [], { ec2messages: 'always' })).toEqual({});
  });
});

describe('Given who is behind an address', () => {
  it('when participants have instances in the own VPC, then its interfaces are asked', () => {
    const needs = [needIn(VPC, { subnetIds: [SUBNET_A], services: ['ssm'] })];
    expect(withoutThese(emptyWorld(), ['networkInterfaces'], { needs })).toEqual({
      networkInterfaces: [VPC],
    });
    expect(withoutThese(emptyWorld(), [], { needs })).toEqual({});
    const elsewhere = [needIn(OTHER, { subnetIds: [SUBNET_A], services: ['ssm'] })];
    expect(withoutThese(world(known), ['networkInterfaces'], { needs: elsewhere })).toEqual({});
  });

  it('when the first DNS server has an address of the VPC, then they are asked, also in a shared one', () => {
    const inside = [known, withNat, dnsServers('10.0.1.7')];
    expect(withoutThese(world(...inside), ['networkInterfaces'])).toEqual({ networkInterfaces: [VPC] });
    expect(withoutThese(world(...inside, vpcIs({ OwnerId: OWNER })), ['networkInterfaces'])).toEqual({
      networkInterfaces: [VPC],
    });
    expect(withoutThese(world(known, withNat, dnsServers('172.16.0.10')), ['networkInterfaces'])).toEqual({});
  });

  it('when it is a directory, which forwards to Amazon, then names are asked as if it were Amazon', () => {
    const made = world(known, withNat, dnsServers('10.0.1.7'));
    const full = observe(made);
    const directory = {
      networkInterfaceId: 'eni-1',
      vpcId: VPC,
      subnetId: SUBNET_C,
      ownerId: ACCOUNT,
      privateIp: '10.0.1.7',
      groupIds: [],
      directoryId: 'd-1',
      instanceId: null,
    };
    const asked = (directoryId: string | null) =>
      second(made, {
        known: {
          networkInterfaces: value([{ ...directory, directoryId }]),
          dnsAttributes: full.dnsAttributes,
        },
      });
    expect(asked('d-1')).toMatchObject(NAMES);
    expect(asked(null)).toEqual({});
  });
});

describe('Given Resolver rules', () => {
  const made = world(known, withNat);
  const asked = (ids: NetworkObservation['resolverRuleIds']) => {
    const full = observe(made);
    return wanted({ ...full, resolverRules: null, resolverRuleIds: ids });
  };

  it("when one of the VPC is not the Resolver's own, then the rules are asked", () => {
    expect(asked(value({ [VPC]: ['rslvr-autodefined-rr-1', 'rslvr-rr-1'] }))).toEqual({
      resolverRules: true,
    });
  });

  it.each<[string, NetworkObservation['resolverRuleIds']]>([
    ["all are the Resolver's own", value({ [VPC]: ['rslvr-autodefined-rr-1'] })],
    ['they are those of another VPC', value({ [OTHER]: ['rslvr-rr-1'] })],
    ['which there are could not be read', failed('route53resolver:ListResolverRuleAssociations')],
  ])('when %s, then the rules are not asked', (_what, ids) => {
    expect(asked(ids)).toEqual({});
  });

  it('when they are known, then they are not asked twice', () => {
    expect(withoutThese(world(known, withNat, rule('example.com')), [])).toEqual({});
  });

  it('when a Profile of the VPC holds one, then the rules are asked', () => {
    const ruled = world(
      known,
      withNat,
      profile(`arn:aws:route53resolver:${REGION}:${OWNER}:resolver-rule/rslvr-rr-9`),
    );
    expect(withoutThese(ruled, ['resolverRules'])).toEqual({ resolverRules: true });
    const other = world(known, withNat, profile(`arn:aws:ec2:${REGION}:${ACCOUNT}:vpc-endpoint/vpce-1`));
    expect(withoutThese(other, ['resolverRules'])).toEqual({});
  });
});

describe('Given Route 53 Profiles', () => {
  const arnOf = (account: string) => `arn:aws:ec2:${REGION}:${account}:vpc-endpoint/vpce-hub-ssm`;
  const zoneArn = 'arn:aws:route53:::hostedzone/Z9';

  it('when one of the VPC is not known, then what it holds is asked, once', () => {
    const made = world(known, withNat, profile(arnOf(OWNER)));
    expect(withoutThese(made, ['profileResources', 'foreignResources'])).toEqual({
      profileResources: ['rp-1'],
    });
  });

  it('when it is of another VPC, then it is not', () => {
    const made = world(known, withNat, profile(arnOf(OWNER)));
    for (const one of made.Route53Profiles.ProfileAssociations) one.ResourceId = OTHER;
    expect(withoutThese(made, ['profileResources', 'foreignResources'])).toEqual({});
  });

  it('when endpoints hold all names, then no Profile counts', () => {
    const made = world(known, endpoints(['ssm', 'ssmmessages']), profile(arnOf(OWNER)));
    expect(withoutThese(made, ['profileResources', 'foreignResources', 'profileAssociations'])).toEqual({});
  });

  it('when it holds an endpoint or a zone of others, then their owner is asked, once', () => {
    const made = world(known, withNat, profile(arnOf(OWNER)), profile(arnOf(OWNER)), profile(zoneArn));
    expect(withoutThese(made, ['foreignResources'])).toEqual({
      foreignResources: [
        { resourceArn: arnOf(OWNER), kind: 'endpoint', resourceId: 'vpce-hub-ssm', ownerId: OWNER },
        { resourceArn: zoneArn, kind: 'hosted-zone', resourceId: 'Z9', ownerId: ACCOUNT },
      ],
    });
    const value = { kind: 'absent' as const };
    const foreignResources = { [arnOf(OWNER)]: value, [zoneArn]: value };
    expect(wanted({ ...observe(made), foreignResources })).toEqual({});
  });

  it.each<[string, Step[]]>([
    ['an endpoint of the own account, which the lists would name', [profile(arnOf(ACCOUNT))]],
    ['a zone that the VPC names as well', [zonesFor('ssm'), profile('arn:aws:route53:::hostedzone/Z0ZONE')]],
    ['a rule', [profile(`arn:aws:route53resolver:${REGION}:${OWNER}:resolver-rule/rslvr-rr-9`)]],
    [
      'something that answers for no name',
      [profile(`arn:aws:route53resolver:${REGION}:${OWNER}:firewall-rule-group/f`)],
    ],
  ])('when it holds %s, then no owner is asked', (_what, steps) => {
    const full = observe(world(known, withNat, ...steps));
    expect(wanted({ ...full, foreignResources: {} })).toEqual({});
  });

  it('when two VPCs share it, then it and what it holds are asked once', () => {
    const made = world(known, withNat, otherVpc, profile(arnOf(OWNER)));
    const [one] = made.Ec2.Instances;
    if (!one) throw new Error('the world has no instance');
    const interfaces = one.NetworkInterfaces?.map((each) => ({ ...each, VpcId: OTHER })) ?? [];
    made.Ec2.Instances.push({ ...one, InstanceId: 'i-2', VpcId: OTHER, NetworkInterfaces: interfaces });
    made.Route53Profiles.ProfileAssociations.push({
      ProfileId: 'rp-1',
      ResourceId: OTHER,
      Status: 'COMPLETE',
    });
    const full = { ...observe(made), prefixLists: value([]) };
    expect(wanted({ ...full, profileResources: {}, foreignResources: {} })).toMatchObject({
      profileResources: ['rp-1'],
    });
    expect(wanted({ ...full, foreignResources: {} }).foreignResources).toHaveLength(1);
    // What is asked of each VPC is asked of both.
    expect(wanted({ ...full, hostedZones: {}, dnsAttributes: {} })).toMatchObject({
      hostedZones: [VPC, OTHER],
      dnsAttributes: [VPC, OTHER],
    });
  });
});

describe('Given a VPC that another account shares', () => {
  const shared = vpcIs({ OwnerId: OWNER });
  const ask = { ownerViews: [{ vpcId: VPC, ownerId: OWNER }] };

  it('when nothing else can be asked, then its owner is, once', () => {
    expect(withoutThese(world(known, shared), [])).toEqual(ask);
    const full = observe(world(known, shared));
    expect(wanted({ ...full, ownerViews: { [VPC]: { kind: 'absent' } } })).toEqual({});
  });

  it('when something else can be asked, then that comes first, and neither attributes nor what a plan needs', () => {
    const asked = ['hostedZones', 'dnsAttributes', 'endpointServices', 'resolverEndpoints'] as const;
    expect(withoutThese(world(known, shared), [...asked])).toEqual({ hostedZones: [VPC] });
    const settings = { path: 'private', endpointServices: ['s3'] } as const;
    expect(
      withoutThese(world(known, shared), ['endpointServices', 'resolverEndpoints'], {
        ...settings,
        endpointServices: [...settings.endpointServices],
      }),
    ).toEqual(ask);
  });

  it('when every instance is proven, then the owner is asked only for a private path', () => {
    const proven = world(online, withNat, shared);
    expect(withoutThese(proven, [])).toEqual({});
    expect(withoutThese(proven, [], { path: 'private' })).toEqual(ask);
    const one = instance({ id: 'i-2', subnet: SUBNET_C, agent: NEW_AGENT });
    expect(withoutThese(world(online, withNat, shared, one), [])).toEqual(ask);
  });
});
