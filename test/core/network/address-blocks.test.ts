/** Sets of addresses: what they hold at their edges, and as which blocks they are written. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  cidrSet,
  intersect,
  isIpv4,
  parseCidr,
  shareOf,
  sizeOf,
  subtract,
  toCidrs,
  union,
} from '../../../functions/core/network/ipv4.ts';
import { coverage } from '../../../functions/core/network/ipv6.ts';

describe('Given a text, When asked whether it is one IPv4 address', () => {
  it.each([
    ['10.0.0.1', true],
    ['255.255.255.255', true],
    ['0.0.0.0', true],
    ['256.0.0.1', false],
    ['10.0.0.0/8', false],
    ['10.0.0.1/32', false],
    ['010.0.0.1', false],
    ['0x0a.0.0.1', false],
    ['10.1', false],
    ['167772161', false],
    ['AmazonProvidedDNS', false],
    ['fd00::1', false],
    ['', false],
  ])('%j: %s', (text, expected) => expect(isIpv4(text)).toBe(expected));
});

describe('Given sets of IPv4 addresses', () => {
  it('When neighbors are joined, Then they are one range, and with a gap of one address they are two', () => {
    expect(cidrSet('10.0.0.128/25', '10.0.0.0/25')).toEqual(parseCidr('10.0.0.0/24').set);
    expect(cidrSet('10.0.0.1', '10.0.0.3')).toHaveLength(2);
    expect(cidrSet('10.0.0.0/24', '10.0.0.7')).toEqual(parseCidr('10.0.0.0/24').set);
    expect(union(cidrSet('10.0.0.0/24'), cidrSet('10.0.0.0/25'))).toEqual(parseCidr('10.0.0.0/24').set);
  });

  it.each([
    ['its first address', '10.0.0.0', ['10.0.0.1/32', '10.0.0.2/31']],
    ['its last address', '10.0.0.3', ['10.0.0.0/31', '10.0.0.2/32']],
    ['one within', '10.0.0.1', ['10.0.0.0/32', '10.0.0.2/31']],
    ['the next before', '9.255.255.255', ['10.0.0.0/30']],
    ['the next after', '10.0.0.4', ['10.0.0.0/30']],
    ['all and more', '10.0.0.0/8', []],
  ])('When %s is taken away, Then the rest remains', (_what, hole, rest) => {
    expect(toCidrs(subtract(cidrSet('10.0.0.0/30'), cidrSet(hole)))).toEqual(rest);
  });

  it('When two share one address, Then that is what they have in common', () => {
    expect(
      toCidrs(intersect(cidrSet('10.0.0.0/31', '10.0.0.4'), cidrSet('10.0.0.1', '10.0.0.4/30'))),
    ).toEqual(['10.0.0.1/32', '10.0.0.4/32']);
    expect(intersect(cidrSet('10.0.0.0/31'), cidrSet('10.0.0.2/31'))).toEqual([]);
  });

  it('When a share is asked, Then it is of the addresses, and of none it is all', () => {
    expect(shareOf(cidrSet('10.0.0.0/24'), cidrSet('10.0.0.0/26'))).toBe(0.25);
    expect(shareOf([], cidrSet('10.0.0.0/26'))).toBe(1);
    expect(shareOf(cidrSet('10.0.0.0/26'), [])).toBe(0);
  });
});

describe('Given a set of IPv4 addresses, When it is written as blocks', () => {
  it.each([
    [['0.0.0.0/0'], ['0.0.0.0/0']],
    [['0.0.0.0/1'], ['0.0.0.0/1']],
    [['255.255.255.255'], ['255.255.255.255/32']],
    [['10.0.1.0/24', '10.0.0.0/24'], ['10.0.0.0/23']],
    [
      ['10.0.1.0/24', '10.0.2.0/24'],
      ['10.0.1.0/24', '10.0.2.0/24'],
    ],
    [
      ['10.20.30.40', '10.20.30.41', '10.20.30.42'],
      ['10.20.30.40/31', '10.20.30.42/32'],
    ],
    [[], []],
  ])('Then %j is %j, the fewest that hold it', (cidrs, expected) =>
    expect(toCidrs(cidrSet(...cidrs))).toEqual(expected),
  );

  it('Then the blocks hold exactly its addresses, and no two of them make one', () => {
    const block = fc
      .tuple(fc.nat(3), fc.nat(255), fc.integer({ min: 14, max: 32 }))
      .map(([a, d, length]) => `10.${a}.0.${d}/${length}`);
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), (cidrs) => {
        const set = cidrSet(...cidrs);
        const written = toCidrs(set);
        expect(cidrSet(...written)).toEqual(set);
        const sizes = written.map((cidr) => sizeOf(parseCidr(cidr).set));
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(sizeOf(set));
        for (const cidr of written) {
          const [, length] = cidr.split('/');
          const wider = parseCidr(`${cidr.split('/')[0]}/${Math.max(0, Number(length) - 1)}`).set;
          expect(shareOf(wider, set)).toBeLessThan(1);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('Given two IPv6 blocks, When asked how much of one lies within the other', () => {
  it.each([
    ['2001:db8:1::/64', '2001:db8::/32', 'ALL'],
    ['2001:db8:1::/64', '2001:db8:1::/64', 'ALL'],
    ['2001:db8:1::7', '2001:db8:1::/64', 'ALL'],
    ['2001:db8:1::7', '2001:db8:1::7', 'ALL'],
    ['2001:db8::/32', '2001:db8:1::/64', 'SOME'],
    ['2001:db8:1::/64', '2001:db8:1::7', 'SOME'],
    ['2001:db8:2::/64', '2001:db8:1::/64', 'NONE'],
    ['2001:db9::/32', '2001:db8:1::/64', 'NONE'],
    ['2001:db8:1::/64', '::/0', 'ALL'],
    ['10.0.0.1', '::/0', 'NONE'],
    ['2001:db8:1::7', '0.0.0.0/0', 'NONE'],
    ['2001:db8:1::7', 'pl-1', 'NONE'],
  ])('%s by %s: %s', (of, by, expected) => expect(coverage(of, by)).toBe(expected));
});
