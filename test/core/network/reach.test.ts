/** Whether what a name resolves to can be reached: where the filters of several ways and zones meet. */
import { describe, expect, it } from '@jest/globals';
import { type Client, clientsOf } from '../../../functions/core/network/clients.ts';
import type { EndpointFacts, NetworkObservation } from '../../../functions/core/network/facts.ts';
import { joinNetwork, type Network } from '../../../functions/core/network/network.ts';
import {
  centralRoute,
  filterCentral,
  filterEndpoint,
  filterNewEndpoint,
  filterPublic,
} from '../../../functions/core/network/reach.ts';
import { DEFAULTS } from './case.ts';
import { failed, observe } from './observe.ts';
import {
  acl,
  aclRule,
  ENDPOINT_GROUP,
  egressOnlyTo,
  endpoints,
  group,
  https,
  nat,
  prefixList,
  route,
  routeTable,
  world,
} from './steps.ts';
import {
  GROUP,
  INSTANCE,
  NAT,
  OWNER,
  PUBLIC_TABLE,
  type Step,
  SUBNET_A,
  SUBNET_C,
  SUBNET_PUBLIC,
  VPC,
} from './world.ts';

interface Scene {
  network: Network;
  client: Client;
  endpoint: EndpointFacts;
}

function scene(steps: Step[], change: Partial<Client> = {}, seen: Partial<NetworkObservation> = {}): Scene {
  const network = joinNetwork({ ...observe(world(endpoints(['ssm']), ...steps)), ...seen });
  const vpc = network.vpcs.get(VPC);
  const [client] = vpc ? clientsOf(network, vpc, DEFAULTS) : [];
  const [endpoint] = network.endpointsByVpc.get(VPC) ?? [];
  if (!client || !endpoint) throw new Error('the scene lacks its client or endpoint');
  return { network, client: { ...client, ...change }, endpoint };
}
const noOutbound = group(GROUP, { IpPermissionsEgress: [] });
const noInbound = group(ENDPOINT_GROUP, { IpPermissions: [] });
const deniedAcl = acl([aclRule(100, 'in', 'allow', '0.0.0.0/0')], [SUBNET_A]);
const outcome = ({ reasons, undecided, notes }: ReturnType<typeof filterEndpoint>) => ({
  reasons,
  undecided,
  notes,
});
const OPEN = { reasons: [], undecided: false, notes: [] };

describe('Given an endpoint, When its filters are asked', () => {
  const asked = (steps: Step[], client: Partial<Client> = {}, endpoint: Partial<EndpointFacts> = {}) => {
    const made = scene(steps, client);
    return outcome(filterEndpoint(made.network, made.client, { ...made.endpoint, ...endpoint }, 'ssm'));
  };

  it('Then one that admits the VPC is open', () => expect(asked([])).toEqual(OPEN));

  it('Then one in no subnet is not certain, and says so', () => {
    const { network, client, endpoint } = scene([]);
    const filtered = filterEndpoint(network, client, { ...endpoint, subnetIds: [] }, 'ssm');
    expect(filtered).toMatchObject({
      reasons: [],
      undecided: true,
      facts: [{ sentence: `${endpoint.endpointId} is in no subnet.`, resource: endpoint.endpointId }],
    });
  });

  it('Then of two kinds of addresses one that is open is enough', () => {
    const byIpv6 = { ipv6: '2001:db8::5' };
    const dual = { addresses: 'dualstack' as const };
    expect(asked([], byIpv6, dual)).toEqual(OPEN);
    const onlyIpv6 = group(ENDPOINT_GROUP, {
      IpPermissions: [https({ Ipv6Ranges: [{ CidrIpv6: '::/0' }] })],
    });
    const outIpv6 = group(GROUP, {
      IpPermissionsEgress: [https({ Ipv6Ranges: [{ CidrIpv6: '::/0' }] })],
    });
    expect(asked([onlyIpv6, outIpv6], byIpv6, dual)).toEqual(OPEN);
    expect(asked([onlyIpv6, outIpv6], byIpv6, {}).reasons).toEqual([
      'ENDPOINT_SG_BLOCKS_443',
      'INSTANCE_SG_BLOCKS_443',
    ]);
  });

  it('Then of two kinds one that is not certain goes before one that is blocked', () => {
    const dual = { addresses: 'dualstack' as const };
    const partly = group(ENDPOINT_GROUP, {
      IpPermissions: [https({ Ipv6Ranges: [{ CidrIpv6: '2001:db8::5/128' }] })],
    });
    const out = group(GROUP, {
      IpPermissionsEgress: [https({ Ipv6Ranges: [{ CidrIpv6: '2001:db8::/64' }] })],
    });
    expect(asked([partly, out], { ipv6: '2001:db8::5' }, dual)).toMatchObject({
      reasons: [],
      undecided: true,
    });
    expect(asked([noInbound, out], { ipv6: '2001:db8::5' }, dual).reasons[0]).toBe('ENDPOINT_SG_BLOCKS_443');
  });

  it.each([
    ['ipv6', { ipv6: null }, 'IPv6'],
    ['ipv4', { addresses: null, ipv6: '2001:db8::5' }, 'IPv4'],
  ] as const)(
    'Then without an address in common (%s) the name has none that helps',
    (addresses, client, kind) => {
      const made = scene([], client);
      const filtered = filterEndpoint(made.network, made.client, { ...made.endpoint, addresses }, 'ssm');
      expect(filtered.reasons).toEqual(['IPV6_ONLY']);
      expect(filtered.facts[0]?.sentence).toContain(`has ${kind} addresses alone`);
    },
  );

  it("Then a participant's own groups are its own affair, and the endpoint's are not", () => {
    const participant = { participantId: OWNER };
    expect(asked([noOutbound]).reasons).toEqual(['INSTANCE_SG_BLOCKS_443']);
    expect(asked([noOutbound], participant)).toEqual(OPEN);
    expect(asked([noOutbound], { groupIds: null })).toEqual(OPEN);
    expect(asked([noInbound], participant).reasons).toEqual(['ENDPOINT_SG_BLOCKS_443']);
  });

  it('Then its policy denies or leaves open beside whatever the groups say', () => {
    const policy = (Effect: string, Condition?: object) =>
      JSON.stringify({
        Statement: [
          { Effect, Principal: '*', Action: '*', Resource: '*', ...(Condition ? { Condition } : {}) },
        ],
      });
    expect(asked([noInbound], {}, { policy: policy('Deny') }).reasons).toEqual([
      'ENDPOINT_SG_BLOCKS_443',
      'ENDPOINT_POLICY_DENIES',
    ]);
    expect(asked([], {}, { policy: policy('Allow', { Bool: { a: 'b' } }) })).toEqual({
      ...OPEN,
      notes: ['ENDPOINT_POLICY_UNDECIDED'],
    });
  });

  it('Then one zone that works is enough', () => {
    const shutAtC = acl([], [SUBNET_C]);
    expect(asked([shutAtC], {}, { subnetIds: [SUBNET_C] }).reasons).toEqual(['NACL_BLOCKS_443']);
    expect(asked([shutAtC], {}, { subnetIds: [SUBNET_C, SUBNET_A] })).toEqual(OPEN);
  });
});

describe('Given the public space or central endpoints, When the own filters are asked', () => {
  const egress = { path: 'INTERNET' as const, facts: [], natSubnetIds: [], unread: false, ipv6Only: false };

  it('Then groups and ACLs block each with its reason', () => {
    const made = scene([noOutbound, deniedAcl]);
    expect(filterPublic(made.network, made.client, egress as never).reasons).toEqual([
      'INSTANCE_SG_BLOCKS_443',
      'NACL_BLOCKS_443',
    ]);
    expect(filterCentral(made.network, made.client).reasons).toEqual([
      'INSTANCE_SG_BLOCKS_443',
      'NACL_BLOCKS_443',
    ]);
  });

  it('Then a rule for any private address is enough for central endpoints, and not for the public space', () => {
    const made = scene([egressOnlyTo({ IpRanges: [{ CidrIp: '10.50.0.0/16' }] })]);
    expect(outcome(filterCentral(made.network, made.client))).toEqual(OPEN);
    expect(filterPublic(made.network, made.client, egress as never).reasons).toEqual([
      'INSTANCE_SG_BLOCKS_443',
    ]);
  });

  it('Then a client without IPv4 is judged elsewhere', () => {
    const made = scene([noOutbound, deniedAcl], { addresses: null });
    expect(outcome(filterPublic(made.network, made.client, egress as never))).toEqual(OPEN);
    expect(outcome(filterCentral(made.network, made.client))).toEqual(OPEN);
  });
});

describe('Given endpoints that a plan would make, When it is asked what would block them', () => {
  const blocks = (
    steps: Step[],
    subnetIds: string[],
    client: Partial<Client> = {},
    seen: Partial<NetworkObservation> = {},
  ) => {
    const made = scene(steps, client, seen);
    return filterNewEndpoint(made.network, made.client, subnetIds);
  };

  it.each<[string, Step[], string[], string[]]>([
    ['nothing', [], [SUBNET_A], []],
    ['its own groups', [noOutbound], [SUBNET_A], ['INSTANCE_SG_BLOCKS_443']],
    [
      'its groups towards one of two zones',
      [egressOnlyTo({ IpRanges: [{ CidrIp: '10.0.0.0/24' }] })],
      [SUBNET_A, SUBNET_C],
      ['INSTANCE_SG_BLOCKS_443'],
    ],
    ['its ACL, in its own subnet', [deniedAcl], [SUBNET_A], []],
    ['its ACL, in another', [deniedAcl], [SUBNET_C], ['NACL_BLOCKS_443']],
    ['the ACL of the other subnet', [acl([], [SUBNET_C])], [SUBNET_A, SUBNET_C], ['NACL_BLOCKS_443']],
    [
      'its groups in part',
      [egressOnlyTo({ IpRanges: [{ CidrIp: '10.0.0.0/25' }] })],
      [SUBNET_A],
      ['INSTANCE_SG_BLOCKS_443'],
    ],
  ])('Then %s', (_what, steps, subnetIds, reasons) => {
    expect(blocks(steps, subnetIds).map(({ reason }) => reason)).toEqual(reasons);
  });

  it('Then what could not be read is that, no block', () => {
    expect(blocks([], [SUBNET_A], {}, { securityGroups: failed('ec2:DescribeSecurityGroups') })).toEqual([
      { reason: 'ACCESS_DENIED', sentence: expect.stringContaining('ec2:DescribeSecurityGroups') },
    ]);
  });

  it('Then a part is said to be a part', () => {
    const [block] = blocks([egressOnlyTo({ IpRanges: [{ CidrIp: '10.0.0.0/25' }] })], [SUBNET_A]);
    expect(block?.sentence).toBe(
      `The rules of security group ${GROUP} of ${INSTANCE} allow outbound TCP 443 to a part of new endpoints in ${SUBNET_A} only, or could not be seen in full.`,
    );
  });

  it('Then several groups, or none, are named as such', () => {
    const sentence = (groupIds: string[]) => blocks([noOutbound], [SUBNET_A], { groupIds })[0]?.sentence;
    expect(sentence([GROUP, GROUP])).toContain(`No rule of security groups ${GROUP}, ${GROUP} of`);
    expect(sentence([])).toContain('No rule of any security group of');
  });

  it('Then one without IPv4 would not reach them', () => {
    expect(blocks([], [SUBNET_A], { addresses: null })).toEqual([
      { reason: 'IPV6_ONLY', sentence: `${INSTANCE} has no IPv4 address.` },
    ]);
  });
});

describe('Given the routes of a subnet, When one that may lead to central endpoints is looked for', () => {
  const found = (...steps: Step[]) => centralRoute(scene(steps).network, SUBNET_A)?.target.id ?? null;
  const tgw = (destination: string, change = {}) =>
    route(destination, { TransitGatewayId: 'tgw-1', ...change });

  it.each<[string, Step[], string | null]>([
    ['none', [], null],
    ['a transit gateway', [tgw('10.50.0.0/16')], 'tgw-1'],
    ['a blackhole', [tgw('10.50.0.0/16', { State: 'blackhole' })], null],
    ['one of IPv6', [tgw('fd00::/8')], null],
    ['a peering', [route('10.50.0.0/16', { VpcPeeringConnectionId: 'pcx-1' })], 'pcx-1'],
    ['the internet gateway', [route('0.0.0.0/0', { GatewayId: 'igw-1' })], null],
    ['a list of the customer', [prefixList('pl-1', ['10.50.0.0/16']), tgw('pl-1')], 'tgw-1'],
    ['a list of AWS', [prefixList('pl-1', [], 'AWS'), tgw('pl-1')], null],
    ['a list that was not seen', [tgw('pl-1')], null],
    [
      'a private NAT gateway',
      [nat({ ConnectivityType: 'private' }), route('10.50.0.0/16', { NatGatewayId: NAT })],
      NAT,
    ],
    ['a NAT gateway that was not seen', [route('10.50.0.0/16', { NatGatewayId: 'nat-2' })], 'nat-2'],
    [
      'a public NAT gateway that leads to the internet',
      [nat(), route('0.0.0.0/0', { NatGatewayId: NAT })],
      null,
    ],
    [
      'a public NAT gateway whose subnet leads on',
      [
        nat(),
        route('0.0.0.0/0', { NatGatewayId: NAT }),
        route('10.50.0.0/16', { TransitGatewayId: 'tgw-1' }, PUBLIC_TABLE),
      ],
      NAT,
    ],
    [
      'the same that failed',
      [
        nat({ State: 'failed' }),
        route('0.0.0.0/0', { NatGatewayId: NAT }),
        route('10.50.0.0/16', { TransitGatewayId: 'tgw-1' }, PUBLIC_TABLE),
      ],
      null,
    ],
    [
      'a NAT gateway whose own subnet leads back to it',
      [nat({ SubnetId: SUBNET_A }), route('0.0.0.0/0', { NatGatewayId: NAT })],
      null,
    ],
    [
      'two NAT gateways whose subnets lead to each other',
      [
        nat({ SubnetId: SUBNET_C }),
        nat({ NatGatewayId: 'nat-2', SubnetId: SUBNET_A }),
        routeTable('rtb-c', SUBNET_C),
        route('0.0.0.0/0', { NatGatewayId: NAT }),
        route('0.0.0.0/0', { NatGatewayId: 'nat-2' }, 'rtb-c'),
      ],
      null,
    ],
  ])('Then %s', (_what, steps, expected) => expect(found(...steps)).toBe(expected));

  it('Then of a subnet that was not seen there is none', () => {
    expect(centralRoute(scene([tgw('10.50.0.0/16')]).network, 'subnet-gone')).toBeNull();
    expect(centralRoute(scene([]).network, SUBNET_PUBLIC)).toBeNull();
  });
});
