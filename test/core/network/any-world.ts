/**
 * Networks of every kind, drawn at random: names held by zones, rules, Profiles, endpoints and others' servers,
 * egress, filters, evidence, our own endpoints, participants. Used by the property that reading everything gives
 * the verdict of the lazy path.
 */
import fc from 'fast-check';
import type { NetworkObservation, SharedVpcNeed } from '../../../functions/core/network/facts.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import type { NetworkSettings } from '../../../functions/core/network/network-settings.ts';
import { endpointPrice } from '../../../functions/core/network/prices.ts';
import { prunable } from '../../../functions/core/network/prune.ts';
import { judgeVpc } from '../../../functions/core/network/vpc-verdict.ts';
import { contextOf, DEFAULTS, foreignOf } from './case.ts';
import { type Lazily, readLazily } from './lazily.ts';
import { observe } from './observe.ts';
import {
  acl,
  aclRule,
  blocked,
  dnsAttributes,
  dnsServers,
  ENDPOINT_GROUP,
  edit,
  endpoint,
  group,
  https,
  instance,
  interfaceIs,
  nat,
  prefixList,
  profile,
  route,
  rule,
  subnetIs,
  vpcIs,
  world,
  zone,
} from './steps.ts';
import {
  ACCOUNT,
  dhcp,
  GROUP,
  NAT,
  OWNER,
  REGION,
  type Step,
  SUBNET_A,
  SUBNET_C,
  SUBNET_PUBLIC,
  VPC,
} from './world.ts';

export interface AnyNetwork {
  full: NetworkObservation;
  settings: NetworkSettings;
  journalled: string[];
}

const SUBNETS = [SUBNET_A, SUBNET_C, SUBNET_PUBLIC];
const NAMES = ['ssm', 'ssmmessages', 'ec2messages', 'kms'];
const DOMAINS = [
  ...NAMES.map((name) => `${name}.${REGION}.amazonaws.com`),
  `${REGION}.amazonaws.com`,
  'amazonaws.com',
  '.',
];
const MARK = { 'dhmc-rollout:managed': 'true' };

const some = <T>(items: readonly T[], most = 3) =>
  fc.uniqueArray(fc.constantFrom(...items), { maxLength: most });
/** Of the things that are rare in the field, mostly none. */
const rarely = (arbitrary: fc.Arbitrary<Step[]>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant<Step[]>([]) }, { weight: 1, arbitrary });

const servers = rarely(
  fc.oneof(
    fc
      .shuffledSubarray(
        ['AmazonProvidedDNS', '10.0.0.2', '172.16.0.10', '10.0.1.7', 'fd00:ec2::253', '10.1.0.2'],
        {
          minLength: 1,
          maxLength: 3,
        },
      )
      .map((list) => [dnsServers(...list)]),
    fc.constant<Step[]>([
      edit((ec2) => ec2.DhcpOptions.splice(0, 1, { ...dhcp([]), DhcpConfigurations: [] })),
    ]),
    fc.constant<Step[]>([vpcIs({ DhcpOptionsId: 'default' })]),
  ),
);
const directory = rarely(
  fc.constant<Step[]>([
    interfaceIs({
      PrivateIpAddress: '10.0.1.7',
      Description: 'AWS created network interface for directory d-9067abcdef',
    }),
  ]),
);
const attributes = fc
  .constantFrom<[boolean, boolean]>(
    [true, true],
    [true, true],
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  )
  .map(([support, hostnames]) => [dnsAttributes(support, hostnames)]);
const zones = rarely(
  some(DOMAINS).map((domains) => domains.map((domain) => zone(domain === '.' ? domain : `${domain}.`))),
);
const rules = rarely(
  fc
    .array(
      fc.record({
        domain: fc.constantFrom(...DOMAINS),
        type: fc.constantFrom('FORWARD', 'FORWARD', 'SYSTEM'),
      }),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map((list) => list.map(({ domain, type }) => rule(domain, type))),
);
const HUB = (name: string) => `arn:aws:ec2:${REGION}:${OWNER}:vpc-endpoint/vpce-hub-${name}`;
const profiles = rarely(
  fc
    .array(
      fc.record({
        id: fc.constantFrom('rp-1', 'rp-2'),
        resource: fc.constantFrom(
          ...NAMES.map(HUB),
          `arn:aws:route53:::hostedzone/Z9HUB`,
          `arn:aws:route53resolver:${REGION}:${OWNER}:resolver-rule/rslvr-rr-0`,
        ),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((list) =>
      list.map(({ id, resource }) =>
        profile(resource, { id, priority: id === 'rp-1' ? 200 : 100, OwnerId: OWNER }),
      ),
    ),
);
const endpoints = some(NAMES, 4).chain((names) =>
  fc
    .array(
      fc.record({
        privateDns: fc.constantFrom(true, true, true, false),
        state: fc.constantFrom('available', 'available', 'available', 'pending', 'deleting'),
        ours: fc.constantFrom(false, false, true),
        dual: fc.constantFrom(undefined, undefined, 'dualstack' as const, 'ipv6' as const),
        subnets: fc.subarray(SUBNETS, { minLength: 1 }),
        policy: fc.constantFrom(undefined, undefined, '{"Statement":[]}'),
      }),
      { minLength: names.length, maxLength: names.length },
    )
    .map((specs) =>
      names.map((name, at) => {
        const { ours, policy, dual, ...spec } = specs[at] ?? {
          ours: false,
          policy: undefined,
          dual: undefined,
        };
        return endpoint(name, {
          ...spec,
          id: `vpce-${name}`,
          ...(dual ? { addresses: dual } : {}),
          ...(policy ? { policy } : {}),
          ...(ours ? { tags: MARK } : {}),
        });
      }),
    ),
);
const routes = fc
  .uniqueArray(
    fc.record({
      destination: fc.constantFrom(
        '0.0.0.0/0',
        '0.0.0.0/0',
        '0.0.0.0/1',
        '10.50.0.0/16',
        'pl-1',
        '::/0',
        '64:ff9b::/96',
      ),
      target: fc.constantFrom(
        { NatGatewayId: NAT },
        { NatGatewayId: NAT },
        { GatewayId: 'igw-1' },
        { TransitGatewayId: 'tgw-1' },
        { VpcPeeringConnectionId: 'pcx-1' },
        { GatewayId: 'vpce-fw' },
        { EgressOnlyInternetGatewayId: 'eigw-1' },
      ),
      state: fc.constantFrom<('active' | 'blackhole')[]>('active', 'active', 'active', 'blackhole'),
    }),
    { selector: ({ destination }) => destination, maxLength: 3 },
  )
  .map((list) => [
    nat(),
    prefixList('pl-1', ['0.0.0.0/0']),
    ...list.map(({ destination, target, state }) => route(destination, { ...target, State: state })),
  ]);
const filters = rarely(
  fc.constantFrom<Step[]>(
    [group(GROUP, { IpPermissionsEgress: [] })],
    [group(GROUP, { IpPermissionsEgress: [https({ IpRanges: [{ CidrIp: '10.0.0.0/16' }] })] })],
    [group(GROUP, { IpPermissionsEgress: [https({ PrefixListIds: [{ PrefixListId: 'pl-1' }] })] })],
    [acl([aclRule(100, 'out', 'allow', '0.0.0.0/0')], [SUBNET_A])],
  ),
);
const publicAccess = rarely(
  fc.constantFrom<Step[]>(
    [blocked('block-bidirectional')],
    [blocked('block-ingress')],
    [blocked('block-bidirectional', SUBNET_PUBLIC)],
  ),
);
const instances = fc
  .array(
    fc.record({
      subnet: fc.constantFrom(...SUBNETS),
      publicIp: fc.boolean(),
      ping: fc.constantFrom(undefined, 'Online' as const, 'Online' as const, 'ConnectionLost' as const),
      agent: fc.constantFrom('3.3.3050.0', '3.3.3050.0', '3.2.900.0'),
      state: fc.constantFrom('running' as const, 'running' as const, 'running' as const, 'stopped' as const),
      type: fc.constantFrom('t4g.small', 't4g.small', 't2.micro'),
      noIpv4: fc.constantFrom(false, false, false, false, true),
    }),
    { minLength: 0, maxLength: 4 },
  )
  .map((list) =>
    list.map(({ noIpv4, ping, agent, ...spec }, at) =>
      instance({
        ...spec,
        id: `i-0000000000000000${at}`,
        ...(ping ? { ping, agent } : {}),
        ...(noIpv4 ? { ip: null, ipv6: '2001:db8::9' } : {}),
      }),
    ),
  );
const needs = fc.constantFrom<SharedVpcNeed[][]>(
  [],
  [],
  [
    {
      vpcId: VPC,
      participantId: OWNER,
      subnetIds: [SUBNET_C],
      services: ['ssm', 'ec2messages'],
      unknownAgents: true,
    },
  ],
);
const settings: fc.Arbitrary<NetworkSettings> = fc.record({
  ...Object.fromEntries(Object.entries(DEFAULTS).map(([key, value]) => [key, fc.constant(value)])),
  ec2messages: fc.constantFrom('auto', 'auto', 'always', 'never'),
  unknownEgress: fc.constantFrom('report', 'provision'),
  path: fc.constantFrom('any', 'any', 'private'),
  endpointServices: fc.constantFrom([], [], ['s3'], ['kms', 'logs'], ['s3', 'kms', 'logs']),
  enableVpcDns: fc.boolean(),
  endpointZones: fc.constantFrom('affected', 'one', 'all'),
}) as fc.Arbitrary<unknown> as fc.Arbitrary<NetworkSettings>;

/** What the hub account says of the endpoints and zones that Profiles hold. */
const FOREIGN: NetworkObservation['foreignResources'] = {
  ...foreignOf(NAMES),
  'arn:aws:route53:::hostedzone/Z9HUB': {
    kind: 'value',
    value: { kind: 'hosted-zone', name: `ssmmessages.${REGION}.amazonaws.com` },
  },
};

export const anyNetwork: fc.Arbitrary<AnyNetwork> = fc
  .record({
    steps: fc.tuple(
      instances,
      servers,
      directory,
      attributes,
      zones,
      rules,
      profiles,
      endpoints,
      routes,
      filters,
      publicAccess,
    ),
    needs,
    settings,
    dns64: fc.boolean(),
    /** The VPC is another account's, and this one takes part. */
    shared: fc.constantFrom(false, false, false, false, true),
  })
  .map(({ steps, needs: recorded, settings: set, dns64, shared }) => {
    const made = world(
      ...steps.flat(),
      group(ENDPOINT_GROUP, { IpPermissions: [https({ IpRanges: [{ CidrIp: '10.0.0.0/16' }] })] }),
      subnetIs(SUBNET_A, { EnableDns64: dns64 }),
      ...(shared ? [vpcIs({ OwnerId: OWNER })] : []),
    );
    if (steps[0].length === 0) made.Ec2.Instances = [];
    const full = observe(made, shared ? [] : recorded, FOREIGN);
    const journalled = made.Ec2.VpcEndpoints.flatMap(({ Tags, VpcEndpointId = '' }) =>
      (Tags ?? []).length > 0 ? [VpcEndpointId] : [],
    );
    const views = shared
      ? { [VPC]: { kind: 'value' as const, value: { ...full, accountId: OWNER } } }
      : ({} satisfies NetworkObservation['ownerViews']);
    return { full: shared ? asParticipant(full, views) : full, settings: set, journalled };
  });

/** What a participant does not see: endpoints, NAT gateways, attributes. */
function asParticipant(
  full: NetworkObservation,
  ownerViews: NetworkObservation['ownerViews'],
): NetworkObservation {
  const nothing = { kind: 'value' as const, value: [] };
  return {
    ...full,
    accountId: ACCOUNT,
    endpoints: nothing,
    natGateways: nothing,
    dnsAttributes: {},
    ownerViews,
  };
}

/** Everything that a verdict says; the facts along a path that is proven are not part of it. */
export function verdictOn(
  observation: NetworkObservation,
  { settings: set, journalled }: AnyNetwork,
): unknown {
  const network = joinNetwork(observation);
  const vpc = network.vpcs.get(VPC);
  if (!vpc) throw new Error('no VPC');
  const context = { ...contextOf({ journalled }), settings: set };
  const { clients, ...verdict } = judgeVpc(network, vpc, context);
  return {
    ...verdict,
    clients: clients.map(({ client, path, reasons, notes, names }) => ({
      id: client.id,
      path,
      reasons,
      notes,
      names: names.map((name) => ({
        name: name.name,
        path: name.path,
        reasons: name.reasons,
        missing: name.missing,
      })),
    })),
    spare: prunable(network, vpc, set, context.journalled, endpointPrice(REGION, {})),
  };
}

export interface Comparison {
  eager: unknown;
  lazy: unknown;
  read: Lazily;
}

export function compare(one: AnyNetwork): Comparison {
  const read = readLazily(one.full, one.settings);
  return { eager: verdictOn(one.full, one), lazy: verdictOn(read.observation, one), read };
}
