/** What an instance that is Online proves, whom the instances of a VPC ask for names, and what serves one without IPv4. */
import { describe, expect, it } from '@jest/globals';
import type { Client } from '../../../functions/core/network/clients.ts';
import { dnsServerOf, mayBeDirectory } from '../../../functions/core/network/dns-servers.ts';
import { isBlock, proven, sameWayKey } from '../../../functions/core/network/evidence.ts';
import type { NetworkInterfaceFacts, RouteFacts, VpcFacts } from '../../../functions/core/network/facts.ts';
import { type ClientPath, instancePathOf } from '../../../functions/core/network/instance-path.ts';
import { cidrSet } from '../../../functions/core/network/ipv4.ts';
import { withoutIpv4 } from '../../../functions/core/network/ipv6-path.ts';
import type { NamePath } from '../../../functions/core/network/name-path.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import { fact, unreadable } from '../../../functions/core/network/verdict.ts';
import type { ReasonCode } from '../../../functions/core/reasons.ts';
import { observe } from './observe.ts';
import { nat, subnetIs, world } from './steps.ts';
import { ACCOUNT, DHCP, MAIN, NAT, SUBNET_A, VPC } from './world.ts';

const value = <T>(items: T[]) => ({ kind: 'value' as const, value: items });

function aClient(overrides: Partial<Client> = {}): Client {
  return {
    id: 'i-1',
    participantId: null,
    vpcId: VPC,
    subnetId: SUBNET_A,
    addresses: cidrSet('10.0.0.10'),
    hasPublicIp: false,
    ipv6: null,
    xen: false,
    groupIds: ['sg-1', 'sg-2'],
    platform: 'linux',
    agentVersion: null,
    agentUnknown: false,
    online: true,
    names: ['ssm', 'ssmmessages'],
    ...overrides,
  };
}

function aName(name: NamePath['name'], overrides: Partial<NamePath> = {}): NamePath {
  return {
    name,
    resolvesTo: 'public',
    path: 'INTERNET',
    reasons: [],
    notes: [],
    facts: [fact(`Of ${name}.`)],
    way: null,
    missing: false,
    unseen: false,
    ...overrides,
  };
}

describe('Given two clients, When asked whether what one reaches the other reaches', () => {
  it.each<[string, Partial<Client>, boolean]>([
    ['another instance', { id: 'i-2', platform: 'windows', online: false }, true],
    ['its groups in another order', { groupIds: ['sg-2', 'sg-1'] }, true],
    ['another private address', { addresses: cidrSet('10.0.0.99') }, true],
    ['another subnet', { subnetId: 'subnet-2' }, false],
    ['a public address', { hasPublicIp: true }, false],
    ['no IPv4', { addresses: null }, false],
    ['IPv6', { ipv6: '2001:db8::1' }, false],
    ['Xen', { xen: true }, false],
    ['other groups', { groupIds: ['sg-1'] }, false],
    ['groups that are not known', { groupIds: null }, false],
  ])('%s: %s', (_what, overrides, same) => {
    expect(sameWayKey(aClient(overrides)) === sameWayKey(aClient())).toBe(same);
  });

  it('Then of unknown groups only the client itself', () => {
    const key = (id: string) => sameWayKey(aClient({ id, groupIds: null }));
    expect(key('i-1')).not.toBe(key('i-2'));
  });
});

describe('Given an instance that is Online, When its names are judged', () => {
  const provenBy = (ssm: Partial<NamePath>, other: Partial<NamePath>) =>
    proven([aName('ssm', ssm), aName('ssmmessages', other)], aClient());
  const way = { way: 'public' };

  it('Then ssm is proven whatever was in its way, and says by whom', () => {
    const ssm = {
      path: 'NONE' as const,
      reasons: ['INSTANCE_SG_BLOCKS_443' as const],
      notes: ['ENDPOINT_POLICY_UNDECIDED' as const],
      missing: true,
      unseen: true,
    };
    expect(provenBy(ssm, {})[0]).toEqual({
      ...aName('ssm'),
      path: 'PROVEN',
      facts: [
        fact('Of ssm.'),
        fact('i-1 is Online in Systems Manager, which proves ssm.', 'i-1', 'EVIDENCE'),
      ],
    });
  });

  it.each<[string, Partial<NamePath>, Partial<NamePath>, NamePath['path']]>([
    ['of the same way', way, way, 'PROVEN'],
    ['of another way', way, { way: 'directory public' }, 'INTERNET'],
    ['of no shared way', {}, {}, 'INTERNET'],
    ['of the same way, which it lacks as well', { ...way, path: 'NONE' }, { ...way, path: 'NONE' }, 'PROVEN'],
    ['blocked by its filter', way, { ...way, reasons: ['NACL_BLOCKS_443'] }, 'INTERNET'],
    [
      'with a reason that is no filter',
      { way: 'nothing' },
      { way: 'nothing', path: 'NONE', reasons: ['VPC_DNS_DISABLED'] },
      'PROVEN',
    ],
    [
      'both by endpoints',
      { resolvesTo: 'endpoint', path: 'ENDPOINTS' },
      { resolvesTo: 'endpoint', path: 'ENDPOINTS' },
      'PROVEN',
    ],
    [
      'by an endpoint that is not certain',
      { resolvesTo: 'endpoint', path: 'ENDPOINTS' },
      { resolvesTo: 'endpoint', path: 'UNKNOWN' },
      'UNKNOWN',
    ],
    [
      'by an endpoint, and ssm by the public address',
      {},
      { resolvesTo: 'endpoint', path: 'ENDPOINTS' },
      'ENDPOINTS',
    ],
    [
      'by an endpoint whose policy has conditions',
      { resolvesTo: 'endpoint', path: 'ENDPOINTS' },
      { resolvesTo: 'endpoint', path: 'ENDPOINTS', notes: ['ENDPOINT_POLICY_UNDECIDED'] },
      'ENDPOINTS',
    ],
    [
      'both central',
      { resolvesTo: 'central', path: 'CENTRAL' },
      { resolvesTo: 'central', path: 'CENTRAL' },
      'PROVEN',
    ],
    [
      'central, and not certain',
      { resolvesTo: 'central', path: 'CENTRAL' },
      { resolvesTo: 'central', path: 'UNKNOWN' },
      'UNKNOWN',
    ],
    [
      'central, and ssm by an endpoint',
      { resolvesTo: 'endpoint', path: 'ENDPOINTS' },
      { resolvesTo: 'central', path: 'CENTRAL' },
      'CENTRAL',
    ],
    [
      "without a path by another's DNS, by which ssm evidently has one",
      { resolvesTo: 'custom', path: 'NONE' },
      { resolvesTo: 'custom', path: 'NONE', reasons: ['DNS_CUSTOM'] },
      'UNKNOWN',
    ],
    [
      "over the internet by another's DNS",
      { resolvesTo: 'custom' },
      { resolvesTo: 'custom', path: 'INTERNET' },
      'INTERNET',
    ],
    ["without a path, and ssm by another's DNS", { resolvesTo: 'custom' }, { path: 'NONE' }, 'NONE'],
    ["without a path by another's DNS, and ssm not", {}, { resolvesTo: 'custom', path: 'NONE' }, 'NONE'],
  ])('Then the other name is proven only by the same way: %s', (_what, ssm, other, path) => {
    expect(provenBy(ssm, other)[1]?.path).toBe(path);
  });

  it("Then what another's DNS leaves open is said, and is no reason any more", () => {
    const custom = { resolvesTo: 'custom' as const, path: 'NONE' as const, reasons: ['DNS_CUSTOM' as const] };
    expect(provenBy(custom, custom)[1]).toMatchObject({
      reasons: [],
      facts: [fact('Of ssmmessages.'), { about: 'EVIDENCE' }],
    });
  });

  it('Then without ssm among its names nothing is proven', () => {
    expect(proven([aName('ssmmessages')], aClient())).toEqual([aName('ssmmessages')]);
  });

  it.each<[ReasonCode, boolean]>([
    ['ENDPOINT_PENDING', true],
    ['CENTRAL_UNREACHABLE', true],
    ['DNS_CUSTOM', false],
    ['IPV6_ONLY', false],
  ])('%s is a block of a name by itself: %s', (reason, expected) => expect(isBlock(reason)).toBe(expected));
});

describe('Given a VPC, When asked whom its instances ask for names', () => {
  const VPC_FACTS: VpcFacts = {
    vpcId: VPC,
    ownerId: ACCOUNT,
    cidrs: ['10.0.0.0/16', '10.8.0.0/16'],
    primaryCidr: '10.0.0.0/16',
    dhcpOptionsId: DHCP,
    blockMode: null,
    tags: {},
  };
  const interfaceWith = (overrides: Partial<NetworkInterfaceFacts>): NetworkInterfaceFacts => ({
    networkInterfaceId: 'eni-1',
    vpcId: VPC,
    subnetId: SUBNET_A,
    ownerId: ACCOUNT,
    privateIp: '10.0.1.7',
    groupIds: [],
    directoryId: 'd-1',
    instanceId: null,
    ...overrides,
  });
  const networkWith = (nameServers: string[] | null, interfaces: NetworkInterfaceFacts[] = []) =>
    joinNetwork({
      ...observe(world()),
      dhcpOptions: value(nameServers ? [{ dhcpOptionsId: DHCP, nameServers }] : []),
      networkInterfaces: value(interfaces),
    });
  const ask = (servers: string[] | null, vpc: Partial<VpcFacts> = {}, xen = false) =>
    dnsServerOf(networkWith(servers), { ...VPC_FACTS, ...vpc }, xen);

  it.each<[string, string[] | null, Partial<VpcFacts>, string]>([
    ['the name', ['AmazonProvidedDNS'], {}, 'amazon'],
    ['its own address', ['169.254.169.253'], {}, 'amazon'],
    ['its IPv6 address', ['fd00:ec2::253'], {}, 'amazon'],
    ['base plus two', ['10.0.0.2'], {}, 'amazon'],
    ['base plus two of a secondary block', ['10.8.0.2'], {}, 'custom'],
    ['base plus one', ['10.0.0.1'], {}, 'custom'],
    ['base plus two where the primary block is not known', ['10.0.0.2'], { primaryCidr: null }, 'amazon'],
    ['any address where no block is', ['10.0.0.2'], { primaryCidr: null, cidrs: [] }, 'custom'],
    ['an IPv6 server of others', ['2001:db8::53'], {}, 'custom'],
    ['another first, Amazon second', ['172.16.0.10', 'AmazonProvidedDNS'], {}, 'custom'],
    ['Amazon first, another second', ['AmazonProvidedDNS', '172.16.0.10'], {}, 'amazon'],
    ['none', [], {}, 'none'],
    ['a set that was not seen', null, {}, 'amazon'],
    ['no set at all', null, { dhcpOptionsId: null }, 'amazon'],
  ])('Then %s', (_what, servers, vpc, kind) => expect(ask(servers, vpc).kind).toBe(kind));

  it('Then Xen has no server without a set, and cannot reach the IPv6 one', () => {
    expect(ask(null, { dhcpOptionsId: null }, true)).toEqual({
      kind: 'xen',
      sentence: expect.stringContaining('has no DHCP option set'),
    });
    expect(ask(['fd00:ec2::253'], {}, true).kind).toBe('xen');
    expect(ask(['AmazonProvidedDNS'], {}, true).kind).toBe('amazon');
  });

  it.each<[string, Partial<NetworkInterfaceFacts>, string]>([
    ['an interface of a directory', {}, 'directory'],
    ['an interface of something else', { directoryId: null }, 'custom'],
    ['another address', { privateIp: '10.0.1.8' }, 'custom'],
    ['an interface of another VPC', { vpcId: 'vpc-2' }, 'custom'],
  ])('Then a server of the VPC may be %s', (_what, overrides, kind) => {
    const network = networkWith(
      ['10.0.1.7'],
      [interfaceWith({ privateIp: '10.0.1.9' }), interfaceWith(overrides)],
    );
    expect(dnsServerOf(network, VPC_FACTS, false).kind).toBe(kind);
  });

  it.each<[string[], boolean]>([
    [['10.0.1.7'], true],
    [['10.0.0.0'], true],
    [['10.8.255.255'], true],
    [['10.9.0.0'], false],
    [['172.16.0.10', '10.0.1.7'], false],
    [['AmazonProvidedDNS'], false],
    [['2001:db8::53'], false],
    [[], false],
  ])('Then %j may be a directory: %s', (servers, expected) => {
    expect(mayBeDirectory(networkWith(servers), VPC_FACTS)).toBe(expected);
  });
});

describe('Given an instance without IPv4, When its path is judged', () => {
  const to = (
    cidr: string,
    kind: RouteFacts['target']['kind'],
    id: string,
    state: RouteFacts['state'] = 'active',
  ): RouteFacts => ({
    destination: { kind: cidr.includes(':') ? 'ipv6' : 'ipv4', cidr },
    target: { kind, id },
    state,
    propagated: false,
  });
  const LOCAL = to('2001:db8::/56', 'local', 'local');
  const NAT64 = to('64:ff9b::/96', 'nat', NAT);

  function judge(
    routes: RouteFacts[],
    {
      dns64 = true,
      resolvesTo = 'public' as NamePath['resolvesTo'],
      natState = 'available' as const as string,
      seen = true,
    } = {},
  ) {
    const full = observe(
      world(nat({ State: natState as never }), subnetIs(SUBNET_A, { EnableDns64: dns64 })),
    );
    const network = joinNetwork({
      ...full,
      ...(seen ? {} : { subnets: value([]) }),
      routeTables: value(
        full.routeTables.kind === 'value'
          ? full.routeTables.value.map((table) =>
              table.routeTableId === MAIN ? { ...table, routes } : table,
            )
          : [],
      ),
    });
    const vpc = network.vpcs.get(VPC);
    if (!vpc) throw new Error('no VPC');
    const base = aName('ssm', {
      resolvesTo,
      path: resolvesTo === 'central' ? 'CENTRAL' : 'UNKNOWN',
      facts: [fact('By DNS.')],
    });
    const { path, reasons, facts } = withoutIpv4(
      network,
      vpc,
      aClient({ addresses: null, ipv6: '2001:db8::1' }),
      base,
    );
    return [path, reasons, facts.map(({ sentence }) => sentence).join(' ')];
  }

  it.each<[string, RouteFacts[], Parameters<typeof judge>[1], RegExp]>([
    ['no route', [LOCAL], {}, /^By DNS\. i-1 has no IPv4 address and no IPv6 egress\.$/],
    ['a subnet that was not seen', [NAT64], { seen: false }, /and no IPv6 egress\.$/],
    [
      'an egress-only gateway',
      [to('::/0', 'eigw', 'eigw-1')],
      {},
      /; IPv6 leaves by eigw-1, which helps only an agent/,
    ],
    ['an internet gateway', [to('::/0', 'igw', 'igw-1')], {}, /; IPv6 leaves by igw-1,/],
    ['a transit gateway', [to('::/0', 'tgw', 'tgw-1')], {}, /and no IPv6 egress\.$/],
    ['a gateway for a part', [to('2001:db9::/32', 'eigw', 'eigw-1')], {}, /and no IPv6 egress\.$/],
    ['a gateway by IPv4 alone', [to('0.0.0.0/0', 'igw', 'igw-1')], {}, /and no IPv6 egress\.$/],
    ['a blackhole', [to('::/0', 'eigw', 'eigw-1', 'blackhole')], {}, /and no IPv6 egress\.$/],
    [
      'NAT64 without DNS64',
      [NAT64],
      { dns64: false },
      /; a NAT64 route exists, but DNS64 of subnet-0+a is off\.$/,
    ],
    [
      'NAT64 to a gateway that failed',
      [NAT64],
      { natState: 'failed' },
      /its NAT64 route leads to nat-0+a, which has no egress\.$/,
    ],
    ['central names, and no other route', [LOCAL], { resolvesTo: 'central' }, /and no IPv6 egress\.$/],
  ])('Then %s is no path', (_what, routes, options, said) => {
    expect(judge(routes, options)).toEqual(['NONE', ['IPV6_ONLY'], expect.stringMatching(said)]);
  });

  it('Then NAT64 to a gateway that works may carry it', () => {
    expect(judge([LOCAL, NAT64])).toEqual([
      'UNKNOWN',
      [],
      expect.stringMatching(
        /^By DNS\. i-1 has no IPv4 address\. DNS64 and the NAT64 route to nat-0+a may carry it\. ./,
      ),
    ]);
  });

  it('Then a route to elsewhere may lead to central endpoints', () => {
    const beyond = to('fd00::/8', 'tgw', 'tgw-1');
    expect(judge([LOCAL, beyond], { resolvesTo: 'central' })).toEqual([
      'CENTRAL',
      [],
      'By DNS. i-1 has no IPv4 address. An IPv6 route to tgw-1 may lead to central endpoints.',
    ]);
    expect(judge([LOCAL, beyond])[0]).toBe('NONE');
  });
});

describe('Given the path of a client, When the verdict on its instance takes what it needs', () => {
  const failure = (action: string) => ({ kind: 'DENIED' as const, action, code: 'X', message: '' });
  const pathWith = (names: NamePath[], overrides: Partial<ClientPath> = {}): ClientPath => ({
    client: aClient(),
    path: 'UNKNOWN',
    reasons: [...new Set(names.flatMap(({ reasons }) => reasons))],
    notes: [],
    names,
    ...overrides,
  });
  const take = (path: ClientPath) => instancePathOf(path, { shared: false, ignored: false });

  it('Then its reasons are those of its names, and the others are stops', () => {
    const names = [aName('ssm', { reasons: ['VPC_DNS_DISABLED', 'DNS_CUSTOM'] })];
    expect(
      take(pathWith(names, { reasons: ['VPC_DNS_DISABLED', 'DNS_CUSTOM', 'NACL_BLOCKS_443'] })),
    ).toMatchObject({
      reasons: ['DNS_CUSTOM', 'VPC_DNS_DISABLED'],
      stops: ['NACL_BLOCKS_443'],
      names: [
        {
          name: 'ssm',
          path: 'INTERNET',
          reasons: ['VPC_DNS_DISABLED', 'DNS_CUSTOM'],
          facts: [fact('Of ssm.')],
        },
      ],
      shared: false,
      ignored: false,
    });
  });

  it('Then central endpoints are unseen only where a route leads to them', () => {
    const names = [
      aName('ssm', { resolvesTo: 'central', path: 'CENTRAL' }),
      aName('ssmmessages', { resolvesTo: 'central', path: 'CENTRAL', way: 'endpoint' }),
      aName('ec2messages', { resolvesTo: 'public', path: 'CENTRAL' }),
    ];
    expect(take(pathWith(names)).unseenCentral).toEqual(['ssm']);
    expect(take(pathWith([aName('ssm', { resolvesTo: 'central', path: 'PROVEN' })])).unseenCentral).toEqual(
      [],
    );
  });

  it('Then reads that failed are named once, of names that they leave open, where the path is', () => {
    const names = [
      aName('ssm', {
        path: 'UNKNOWN',
        facts: [unreadable(failure('a')), fact('Else.'), unreadable(failure('b'))],
      }),
      aName('ssmmessages', { path: 'UNKNOWN', facts: [unreadable(failure('a'))] }),
      aName('ec2messages', { path: 'INTERNET', facts: [unreadable(failure('c'))] }),
    ];
    expect(take(pathWith(names)).unread.map(({ action }) => action)).toEqual(['a', 'b']);
    expect(take(pathWith(names, { path: 'NONE' })).unread).toEqual([]);
  });

  it('Then a policy with conditions is noted', () => {
    expect(take(pathWith([], { notes: ['ENDPOINT_POLICY_UNDECIDED'] })).isPolicyUndecided).toBe(true);
    expect(take(pathWith([])).isPolicyUndecided).toBe(false);
  });
});
