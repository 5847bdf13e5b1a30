/** Security groups and network ACLs, rule by rule: "any rule of any group is enough", "the lowest numbered rule first". */
import { describe, expect, it } from '@jest/globals';
import type { Read } from '../../../functions/core/model/reads.ts';
import type { AclEntry, GroupRule, PrefixListFacts } from '../../../functions/core/network/facts.ts';
import { cidrSet } from '../../../functions/core/network/ipv4.ts';
import { joinNetwork, type Network } from '../../../functions/core/network/network.ts';
import {
  aclAdmitsAsking,
  aclAdmitsAtEndpoint,
  aclAdmitsAtNat,
  aclAdmitsIpv6,
} from '../../../functions/core/network/network-acls.ts';
import { groupsAdmit, groupsAdmitIpv6 } from '../../../functions/core/network/security-groups.ts';
import type { Admission } from '../../../functions/core/network/verdict.ts';
import { failed, observe } from './observe.ts';
import { emptyWorld, VPC } from './world.ts';

const value = <T>(items: T[]): Read<T[]> => ({ kind: 'value', value: items });

function rule(overrides: Partial<GroupRule> = {}): GroupRule {
  return {
    protocol: 'tcp',
    fromPort: 443,
    toPort: 443,
    cidrs: [],
    ipv6Cidrs: [],
    groupIds: [],
    prefixListIds: [],
    ...overrides,
  };
}

const LISTS: PrefixListFacts[] = [
  { prefixListId: 'pl-read', awsManaged: false, cidrs: ['10.1.0.0/24'] },
  { prefixListId: 'pl-unread', awsManaged: false, cidrs: null },
  { prefixListId: 'pl-aws', awsManaged: true, cidrs: null },
];

function networkWith(groups: Record<string, GroupRule[]>): Network {
  return joinNetwork({
    ...observe(emptyWorld()),
    prefixLists: value(LISTS),
    securityGroups: value(
      Object.entries(groups).map(([groupId, ingress]) => ({
        groupId,
        groupName: groupId,
        vpcId: VPC,
        ingress,
        egress: [],
        tags: {},
      })),
    ),
  });
}

type GroupRow = [what: string, rules: GroupRule[], expected: Admission];

describe('Given inbound rules of a security group, When traffic of 10.1.0.0/24 comes to 443', () => {
  const all = ['10.1.0.0/24'];
  const peer = { addresses: cidrSet('10.1.0.0/24'), groupIds: ['sg-peer'], enough: 1 };
  const asked = (rules: GroupRule[], change: object = {}) =>
    groupsAdmit(networkWith({ 'sg-1': rules }), ['sg-1'], 'ingress', { ...peer, ...change });

  it.each<GroupRow>([
    ['none', [], 'BLOCKED'],
    ['443 for all of it', [rule({ cidrs: all })], 'ADMITTED'],
    ['443 for another block', [rule({ cidrs: ['10.2.0.0/24'] })], 'BLOCKED'],
    ['443 for half of it', [rule({ cidrs: ['10.1.0.0/25'] })], 'UNDECIDED'],
    ['443 for both halves', [rule({ cidrs: ['10.1.0.0/25', '10.1.0.128/25'] })], 'ADMITTED'],
    [
      '443 for one half each',
      [rule({ cidrs: ['10.1.0.0/25'] }), rule({ cidrs: ['10.1.0.128/25'] })],
      'ADMITTED',
    ],
    ['all protocols', [rule({ protocol: '-1', fromPort: null, toPort: null, cidrs: all })], 'ADMITTED'],
    ['TCP by its number', [rule({ protocol: '6', cidrs: all })], 'ADMITTED'],
    ['UDP 443', [rule({ protocol: 'udp', cidrs: all })], 'BLOCKED'],
    ['ICMP', [rule({ protocol: '1', fromPort: 0, toPort: 65535, cidrs: all })], 'BLOCKED'],
    ['all of TCP', [rule({ fromPort: null, toPort: null, cidrs: all })], 'ADMITTED'],
    ['up to 442', [rule({ fromPort: 0, toPort: 442, cidrs: all })], 'BLOCKED'],
    ['up to 443', [rule({ fromPort: null, toPort: 443, cidrs: all })], 'ADMITTED'],
    ['from 443 on', [rule({ fromPort: 443, toPort: null, cidrs: all })], 'ADMITTED'],
    ['from 444 on', [rule({ fromPort: 444, toPort: 65535, cidrs: all })], 'BLOCKED'],
    ["the peer's own group", [rule({ groupIds: ['sg-other', 'sg-peer'] })], 'ADMITTED'],
    [
      "the peer's own group, on another port",
      [rule({ fromPort: 80, toPort: 80, groupIds: ['sg-peer'] })],
      'BLOCKED',
    ],
    ['another group', [rule({ groupIds: ['sg-other'] })], 'BLOCKED'],
    ['a list that holds it', [rule({ prefixListIds: ['pl-read'] })], 'ADMITTED'],
    ['a list whose entries were not read', [rule({ prefixListIds: ['pl-unread'] })], 'UNDECIDED'],
    ['a list that was not seen', [rule({ prefixListIds: ['pl-gone'] })], 'UNDECIDED'],
    ['a list of AWS, which holds no instance', [rule({ prefixListIds: ['pl-aws'] })], 'BLOCKED'],
    [
      'a list that was not read, beside all of it',
      [rule({ prefixListIds: ['pl-unread'] }), rule({ cidrs: all })],
      'ADMITTED',
    ],
  ])('%s: %s', (_what, rules, expected) => expect(asked(rules)).toBe(expected));

  it('Then a reference to a group may be meant for a peer whose groups are not known', () => {
    const unknown = { groupIds: null };
    expect(asked([rule({ groupIds: ['sg-other'] })], unknown)).toBe('UNDECIDED');
    expect(asked([rule({ cidrs: ['10.2.0.0/24'] })], unknown)).toBe('BLOCKED');
    expect(asked([rule({ cidrs: all, groupIds: ['sg-other'] })], unknown)).toBe('ADMITTED');
  });

  it('Then a group that was not seen leaves open what the others do not admit', () => {
    const network = networkWith({ 'sg-1': [rule({ cidrs: all })], 'sg-2': [] });
    expect(groupsAdmit(network, ['sg-gone'], 'ingress', peer)).toBe('UNDECIDED');
    expect(groupsAdmit(network, ['sg-gone', 'sg-1'], 'ingress', peer)).toBe('ADMITTED');
    expect(groupsAdmit(network, ['sg-2', 'sg-1'], 'ingress', peer)).toBe('ADMITTED');
    expect(groupsAdmit(network, ['sg-1'], 'egress', peer)).toBe('BLOCKED');
    expect(groupsAdmit(network, [], 'ingress', peer)).toBe('BLOCKED');
  });

  it('Then a share of the public space is enough where that is asked', () => {
    const most = [rule({ cidrs: ['10.1.0.0/25', '10.1.0.128/26'] })];
    expect(asked(most, { enough: 0.75 })).toBe('ADMITTED');
    expect(asked(most, { enough: 0.8 })).toBe('UNDECIDED');
  });
});

describe('Given inbound rules of a security group, When traffic comes to 443 by IPv6', () => {
  const peer = { within: '2001:db8:1::/64' as string | null, groupIds: ['sg-peer'] as string[] | null };
  const asked = (rules: GroupRule[], change: Partial<typeof peer> = {}) =>
    groupsAdmitIpv6(networkWith({ 'sg-1': rules }), ['sg-1'], 'ingress', { ...peer, ...change });

  it.each<GroupRow>([
    ['none', [], 'BLOCKED'],
    ['everything of IPv4', [rule({ cidrs: ['0.0.0.0/0'] })], 'BLOCKED'],
    ['everything', [rule({ ipv6Cidrs: ['::/0'] })], 'ADMITTED'],
    ['its block', [rule({ ipv6Cidrs: ['2001:db8:2::/64', '2001:db8:1::/64'] })], 'ADMITTED'],
    ['its block on another port', [rule({ fromPort: 80, toPort: 80, ipv6Cidrs: ['::/0'] })], 'BLOCKED'],
    ['another block', [rule({ ipv6Cidrs: ['2001:db8:2::/64'] })], 'BLOCKED'],
    ['one address of its block', [rule({ ipv6Cidrs: ['2001:db8:1::5'] })], 'UNDECIDED'],
    ['its group', [rule({ groupIds: ['sg-peer'] })], 'ADMITTED'],
    ['another group', [rule({ groupIds: ['sg-other'] })], 'BLOCKED'],
    ["a customer's list", [rule({ prefixListIds: ['pl-read'] })], 'UNDECIDED'],
    ['a list that was not seen', [rule({ prefixListIds: ['pl-gone'] })], 'UNDECIDED'],
    ['a list of AWS', [rule({ prefixListIds: ['pl-aws'] })], 'BLOCKED'],
    [
      'one address of its block, then its block',
      [rule({ ipv6Cidrs: ['2001:db8:1::5'] }), rule({ ipv6Cidrs: ['2001:db8::/32'] })],
      'ADMITTED',
    ],
  ])('%s: %s', (_what, rules, expected) => expect(asked(rules)).toBe(expected));

  it('Then of a peer whose block is not known, a block decides nothing, and everything does', () => {
    expect(asked([rule({ ipv6Cidrs: ['2001:db8:2::/64'] })], { within: null })).toBe('UNDECIDED');
    expect(asked([rule({ ipv6Cidrs: ['::/0'] })], { within: null })).toBe('ADMITTED');
    expect(asked([], { within: null })).toBe('BLOCKED');
  });

  it('Then a reference may be meant for a peer whose groups are not known, and a block is not', () => {
    expect(asked([rule({ groupIds: ['sg-other'] })], { groupIds: null })).toBe('UNDECIDED');
    expect(asked([rule({ ipv6Cidrs: ['2001:db8:2::/64'] })], { groupIds: null })).toBe('BLOCKED');
  });

  it('Then a group that was not seen leaves it open', () => {
    const network = networkWith({ 'sg-1': [] });
    expect(groupsAdmitIpv6(network, ['sg-gone', 'sg-1'], 'ingress', peer)).toBe('UNDECIDED');
    expect(groupsAdmitIpv6(network, [], 'ingress', peer)).toBe('BLOCKED');
  });
});

const entry = (overrides: Partial<AclEntry>): AclEntry => ({
  ruleNumber: 100,
  egress: true,
  allow: true,
  protocol: '-1',
  cidr: '0.0.0.0/0',
  ipv6Cidr: null,
  fromPort: null,
  toPort: null,
  ...overrides,
});
const out = (overrides: Partial<AclEntry> = {}) => entry(overrides);
const back = (overrides: Partial<AclEntry> = {}) => entry({ egress: false, ...overrides });
const deny = (overrides: Partial<AclEntry>) => entry({ allow: false, ruleNumber: 90, ...overrides });
const tcp = (fromPort: number | null, toPort: number | null) => ({ protocol: '6', fromPort, toPort });

function networkOf(acls: Record<string, AclEntry[]>): Network {
  return joinNetwork({
    ...observe(emptyWorld()),
    networkAcls: value(
      Object.entries(acls).map(([subnetId, entries]) => ({
        networkAclId: `acl-of-${subnetId}`,
        vpcId: VPC,
        subnetIds: [subnetId],
        entries,
      })),
    ),
  });
}

type AclRow = [what: string, entries: AclEntry[], expected: Admission];
const LINUX = { subnetId: 'here', addresses: cidrSet('10.0.0.0/24'), platform: 'linux' as const };
const THERE = cidrSet('10.9.0.0/24');

describe('Given a network ACL of the asking subnet, When 443 is asked for and its answers come back', () => {
  const asked = (entries: AclEntry[], platform: 'linux' | 'windows' | 'macos' = 'linux', enough = 1) =>
    aclAdmitsAsking(networkOf({ here: entries }), { ...LINUX, platform }, THERE, enough);

  it.each<AclRow>([
    ['everything both ways', [out(), back()], 'ADMITTED'],
    ['nothing at all', [], 'BLOCKED'],
    ['nothing back', [out()], 'BLOCKED'],
    ['nothing out', [back()], 'BLOCKED'],
    ['443 out and the ports of Linux back', [out(tcp(443, 443)), back(tcp(32768, 60999))], 'ADMITTED'],
    ['the ports of Windows back', [out(), back(tcp(49152, 65535))], 'BLOCKED'],
    ['UDP out', [out({ protocol: '17' }), back()], 'BLOCKED'],
    ['TCP by its name', [out({ protocol: 'tcp' }), back()], 'ADMITTED'],
    ['the peer alone', [out({ cidr: '10.9.0.0/24' }), back({ cidr: '10.9.0.0/16' })], 'ADMITTED'],
    ['half of the peer', [out({ cidr: '10.9.0.0/25' }), back()], 'UNDECIDED'],
    ['others', [out({ cidr: '10.8.0.0/16' }), back()], 'BLOCKED'],
    ['IPv6 alone', [out({ cidr: null, ipv6Cidr: '::/0' }), back()], 'BLOCKED'],
    ['a deny before it', [deny(tcp(443, 443)), out(), back()], 'BLOCKED'],
    ['a deny after it', [deny({ ruleNumber: 200 }), out(), back()], 'ADMITTED'],
    ['a deny before it, listed last', [out(), back(), deny(tcp(443, 443))], 'BLOCKED'],
    ['a deny of UDP before it', [deny({ protocol: '17' }), out(), back()], 'ADMITTED'],
    ['a deny of others before it', [deny({ cidr: '10.8.0.0/16' }), out(), back()], 'ADMITTED'],
    ['a deny of half before it', [deny({ cidr: '10.9.0.0/25' }), out(), back()], 'UNDECIDED'],
    [
      'an allow of half, a deny of all, an allow of all',
      [out({ ruleNumber: 80, cidr: '10.9.0.0/25' }), deny({}), out(), back()],
      'UNDECIDED',
    ],
    ['a deny of the port below', [deny(tcp(0, 442)), out(), back()], 'ADMITTED'],
    ['a deny up to the port', [deny(tcp(null, 443)), out(), back()], 'BLOCKED'],
    ['a deny of the port above', [deny(tcp(444, null)), out(), back()], 'ADMITTED'],
    [
      'a deny of the first port of answers',
      [deny({ egress: false, ...tcp(0, 32768) }), out(), back()],
      'ADMITTED',
    ],
    [
      'a deny of the last port of answers',
      [deny({ egress: false, ...tcp(60999, 65535) }), out(), back()],
      'ADMITTED',
    ],
    // 1 % of 28,232 ports is 282.
    ['a deny of 282 answers', [deny({ egress: false, ...tcp(40000, 40281) }), out(), back()], 'ADMITTED'],
    ['a deny of 283 answers', [deny({ egress: false, ...tcp(40000, 40282) }), out(), back()], 'BLOCKED'],
    [
      'two small denies, each spared by itself',
      [
        deny({ egress: false, ...tcp(40000, 40199) }),
        deny({ egress: false, ruleNumber: 91, ...tcp(35000, 35199) }),
        out(),
        back(),
      ],
      'BLOCKED',
    ],
    [
      'answers of half of the peer denied on 283 ports',
      [deny({ egress: false, cidr: '10.9.0.0/25', ...tcp(40000, 40282) }), out(), back()],
      'UNDECIDED',
    ],
    [
      'answers of half of the peer denied on 282 ports',
      [deny({ egress: false, cidr: '10.9.0.0/25', ...tcp(40000, 40281) }), out(), back()],
      'ADMITTED',
    ],
    [
      'two small denies, one within the other',
      [
        deny({ egress: false, ...tcp(40000, 40100) }),
        deny({ egress: false, ruleNumber: 91, ...tcp(40050, 40060) }),
        out(),
        back(),
      ],
      'ADMITTED',
    ],
    [
      '200 ports denied and 200 in part',
      [
        deny({ egress: false, ...tcp(40000, 40199) }),
        deny({ egress: false, cidr: '10.9.0.0/25', ...tcp(50000, 50199) }),
        out(),
        back(),
      ],
      'UNDECIDED',
    ],
  ])('%s: %s', (_what, entries, expected) => expect(asked(entries)).toBe(expected));

  it.each([
    ['linux', 'BLOCKED'],
    ['windows', 'ADMITTED'],
    ['macos', 'ADMITTED'],
  ] as const)('Then %s asks from its own ports', (platform, expected) => {
    expect(asked([out(), back(tcp(49152, 65535))], platform)).toBe(expected);
  });

  it('Then a share of the public space is enough where that is asked', () => {
    const most = [deny({ cidr: '10.9.0.0/26' }), out(), back()];
    expect([asked(most, 'linux', 0.75), asked(most, 'linux', 0.8)]).toEqual(['ADMITTED', 'UNDECIDED']);
  });
});

describe('Given a network ACL at the other end', () => {
  const shut: AclEntry[] = [];
  const enters = [back({ cidr: '10.0.0.0/24', ...tcp(443, 443) })];
  const answers = [out({ cidr: '10.0.0.0/24', ...tcp(32768, 60999) })];

  it.each<AclRow>([
    ['it lets 443 in and answers out', [...enters, ...answers], 'ADMITTED'],
    ['it lets 443 in alone', enters, 'BLOCKED'],
    ['it lets answers out alone', answers, 'BLOCKED'],
    ['it lets others in', [back({ cidr: '10.9.0.0/16' }), ...answers], 'BLOCKED'],
  ])('When it is that of an endpoint and %s: %s', (_what, entries, expected) => {
    expect(aclAdmitsAtEndpoint(networkOf({ there: entries }), LINUX, 'there')).toBe(expected);
  });

  it('When the endpoint is in the same subnet, Then no ACL is passed', () => {
    expect(aclAdmitsAtEndpoint(networkOf({ here: shut }), LINUX, 'here')).toBe('ADMITTED');
  });

  const outside = [
    out({ cidr: '10.9.0.0/24', ...tcp(443, 443) }),
    back({ cidr: '10.9.0.0/24', ...tcp(1024, 65535) }),
  ];
  const nat = (entries: AclEntry[], subnetId = 'there') =>
    aclAdmitsAtNat(networkOf({ [subnetId]: entries }), LINUX, subnetId, THERE, 1);

  it.each<AclRow>([
    ['it lets all of it through', [...outside, ...enters, ...answers], 'ADMITTED'],
    ['nothing comes in from the instance', [...outside, ...answers], 'BLOCKED'],
    ['no answer goes to the instance', [...outside, ...enters], 'BLOCKED'],
    ['nothing goes out', [...outside.slice(1), ...enters, ...answers], 'BLOCKED'],
    ['no answer comes in', [...outside.slice(0, 1), ...enters, ...answers], 'BLOCKED'],
    [
      'answers come in on the ports of Linux alone',
      [out(), ...enters, back({ ruleNumber: 101, cidr: '10.9.0.0/24', ...tcp(32768, 60999) })],
      'BLOCKED',
    ],
    [
      'one port of a service is shut',
      [deny({ egress: false, ...tcp(3389, 3389) }), ...outside, ...enters, ...answers],
      'ADMITTED',
    ],
  ])('When it is that of a NAT gateway and %s: %s', (_what, entries, expected) => {
    expect(nat(entries)).toBe(expected);
  });

  it('When the NAT gateway is in the same subnet, Then only what is outside is asked', () => {
    expect([nat(outside, 'here'), nat(outside.slice(1), 'here')]).toEqual(['ADMITTED', 'BLOCKED']);
  });
});

describe('Given a network ACL, When 443 is asked for by IPv6', () => {
  const WITHIN = '2001:db8:9::/64';
  const v6 = (block = '::/0') => ({ cidr: null, ipv6Cidr: block });
  const asked = (
    entries: AclEntry[],
    side: 'asking' | 'answering' = 'asking',
    platform: 'linux' | 'windows' = 'linux',
  ) => aclAdmitsIpv6(networkOf({ here: entries }), 'here', WITHIN, side, platform);

  it.each<AclRow>([
    ['everything both ways', [out(v6()), back(v6())], 'ADMITTED'],
    ['everything of IPv4', [out(), back()], 'BLOCKED'],
    ['nothing back', [out(v6())], 'BLOCKED'],
    ['nothing out', [back(v6())], 'BLOCKED'],
    ['UDP', [out({ ...v6(), protocol: '17' }), back(v6())], 'BLOCKED'],
    ['the block itself', [out(v6(WITHIN)), back(v6(WITHIN))], 'ADMITTED'],
    ['another block', [out(v6('2001:db8:8::/64')), back(v6())], 'BLOCKED'],
    ['one address of the block', [out(v6('2001:db8:9::5')), back(v6())], 'UNDECIDED'],
    [
      'one address, then the block',
      [out(v6('2001:db8:9::5')), out({ ...v6(), ruleNumber: 110 }), back(v6())],
      'ADMITTED',
    ],
    ['one address denied, then all', [deny(v6('2001:db8:9::5')), out(v6()), back(v6())], 'UNDECIDED'],
    ['the block denied, then all', [deny(v6(WITHIN)), out(v6()), back(v6())], 'BLOCKED'],
    [
      'all, then the block denied',
      [out(v6()), back(v6()), deny({ ...v6(WITHIN), ruleNumber: 200 })],
      'ADMITTED',
    ],
    ['the block denied first, listed last', [out(v6()), back(v6()), deny(v6(WITHIN))], 'BLOCKED'],
    ['one address denied, and nothing else', [deny(v6('2001:db8:9::5')), back(v6())], 'BLOCKED'],
    ['another block denied first', [deny(v6('2001:db8:8::/64')), out(v6()), back(v6())], 'ADMITTED'],
    [
      '443 out and the ports of Linux back',
      [out({ ...v6(), ...tcp(443, 443) }), back({ ...v6(), ...tcp(32768, 60999) })],
      'ADMITTED',
    ],
    ['the port below out', [out({ ...v6(), ...tcp(0, 442) }), back(v6())], 'BLOCKED'],
    ['up to 443 out', [out({ ...v6(), ...tcp(null, 443) }), back(v6())], 'ADMITTED'],
    ['the ports above out', [out({ ...v6(), ...tcp(444, null) }), back(v6())], 'BLOCKED'],
    ['from 443 on out', [out({ ...v6(), ...tcp(443, null) }), back(v6())], 'ADMITTED'],
    ['443 denied first', [deny({ ...v6(), ...tcp(443, 443) }), out(v6()), back(v6())], 'BLOCKED'],
    ['444 denied first', [deny({ ...v6(), ...tcp(444, 444) }), out(v6()), back(v6())], 'ADMITTED'],
  ])('%s: %s', (_what, entries, expected) => expect(asked(entries)).toBe(expected));

  it('When the other end is asked, Then 443 comes in and answers go out', () => {
    const entries = [back({ ...v6(), ...tcp(443, 443) }), out({ ...v6(), ...tcp(32768, 60999) })];
    expect([asked(entries, 'answering'), asked(entries, 'asking')]).toEqual(['ADMITTED', 'BLOCKED']);
    expect(asked(entries, 'answering', 'windows')).toBe('BLOCKED');
  });
});

describe('Given a subnet whose network ACL was not seen', () => {
  const answers = (network: Network) => [
    aclAdmitsAsking(network, LINUX, THERE, 1),
    aclAdmitsAtEndpoint(network, LINUX, 'there'),
    aclAdmitsAtNat(network, LINUX, 'there', THERE, 1),
    aclAdmitsIpv6(network, 'here', '2001:db8::/64', 'asking', 'linux'),
  ];
  const observation = observe(emptyWorld());

  it('When others were, or the read failed, Then it is not known what it lets through', () => {
    expect(answers(networkOf({ elsewhere: [out(), back()] }))).toEqual(Array(4).fill('UNDECIDED'));
    const unread = joinNetwork({ ...observation, networkAcls: failed('ec2:DescribeNetworkAcls') });
    expect(answers(unread)).toEqual(Array(4).fill('UNDECIDED'));
  });

  it('When there is none at all, as a participant of a shared VPC sees it, Then the default one is assumed', () => {
    expect(answers(networkOf({}))).toEqual(Array(4).fill('ADMITTED'));
  });
});
