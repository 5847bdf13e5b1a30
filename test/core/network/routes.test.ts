/** Longest prefix first; of equal ones local, static, prefix list, propagated (VPC user guide, route priority). */
import { describe, expect, it } from '@jest/globals';
import type { EndpointFacts, PrefixListFacts, RouteFacts } from '../../../functions/core/network/facts.ts';
import { cidrSet, toCidrs } from '../../../functions/core/network/ipv4.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import { destinationOf, routedParts } from '../../../functions/core/network/routes.ts';
import { observe } from './observe.ts';
import { emptyWorld, VPC } from './world.ts';

const value = <T>(items: T[]) => ({ kind: 'value' as const, value: items });

function to(destination: string, id: string, overrides: Partial<RouteFacts> = {}): RouteFacts {
  return {
    destination: destination.startsWith('pl-')
      ? { kind: 'prefix-list', prefixListId: destination }
      : { kind: destination.includes(':') ? 'ipv6' : 'ipv4', cidr: destination },
    target: { kind: 'tgw', id },
    state: 'active',
    propagated: false,
    ...overrides,
  };
}
const local = (destination: string) => to(destination, 'local', { target: { kind: 'local', id: 'local' } });
const propagated = (destination: string, id: string) => to(destination, id, { propagated: true });

const LISTS: PrefixListFacts[] = [
  { prefixListId: 'pl-ours', awsManaged: false, cidrs: ['10.9.0.0/16', '10.8.0.0/16'] },
  { prefixListId: 'pl-unread', awsManaged: false, cidrs: null },
  { prefixListId: 'pl-s3', awsManaged: true, cidrs: ['10.9.0.0/16'] },
];
const endpoint = (endpointId: string, type: EndpointFacts['type']): EndpointFacts => ({
  endpointId,
  vpcId: VPC,
  ownerId: '111122223333',
  type,
  serviceName: 's3',
  state: 'available',
  privateDns: false,
  regionalName: null,
  addresses: 'ipv4',
  subnetIds: [],
  groupIds: [],
  routeTableIds: [],
  policy: null,
  tags: {},
});

/** `10.9.0.0/16 tgw-1`, and what could not be read. */
function routed(routes: RouteFacts[], destinations: string[], lists = LISTS) {
  const network = joinNetwork({
    ...observe(emptyWorld()),
    prefixLists: value(lists),
    endpoints: value([endpoint('vpce-gateway', 'gateway'), endpoint('vpce-interface', 'interface')]),
  });
  const table = { routeTableId: 'rtb-1', vpcId: VPC, subnetIds: [], main: true, routes };
  const { parts, unreadable } = routedParts(network, table, cidrSet(...destinations));
  return {
    parts: parts.map(({ route, part }) => `${toCidrs(part).join(' ')} ${route?.target.id ?? 'nowhere'}`),
    unreadable: unreadable.map(destinationOf),
  };
}

describe('Given a route table, When destinations are split by its routes', () => {
  it.each<[string, RouteFacts[], string[], string[]]>([
    ['no route carries them', [], ['10.9.0.0/16'], ['10.9.0.0/16 nowhere']],
    ['one carries all', [to('0.0.0.0/0', 'tgw-1')], ['10.9.0.0/16'], ['10.9.0.0/16 tgw-1']],
    [
      'the longer prefix goes first, however they are listed',
      [to('0.0.0.0/0', 'tgw-all'), to('10.9.0.0/17', 'tgw-half'), to('10.0.0.0/8', 'tgw-ten')],
      ['10.9.0.0/16', '52.0.0.0/8'],
      ['10.9.0.0/17 tgw-half', '10.9.128.0/17 tgw-ten', '52.0.0.0/8 tgw-all'],
    ],
    [
      'what none carries is left over',
      [to('10.9.0.0/17', 'tgw-1')],
      ['10.9.0.0/16'],
      ['10.9.0.0/17 tgw-1', '10.9.128.0/17 nowhere'],
    ],
    ['a route of IPv6 carries none of it', [to('::/0', 'eigw-1')], ['10.9.0.0/16'], ['10.9.0.0/16 nowhere']],
    [
      'a blackhole carries it too',
      [to('0.0.0.0/0', 'tgw-1'), to('10.9.0.0/16', 'nat-gone', { state: 'blackhole' })],
      ['10.9.0.0/16'],
      ['10.9.0.0/16 nat-gone'],
    ],
  ])('%s', (_what, routes, destinations, parts) => {
    expect(routed(routes, destinations)).toEqual({ parts, unreadable: [] });
  });

  it.each<[string, RouteFacts, RouteFacts]>([
    ['local before static', local('10.9.0.0/16'), to('10.9.0.0/16', 'tgw-1')],
    ['local before propagated', local('10.9.0.0/16'), propagated('10.9.0.0/16', 'vgw-1')],
    ['local before a prefix list', local('10.9.0.0/16'), to('pl-ours', 'tgw-list')],
    ['static before a prefix list', to('10.9.0.0/16', 'tgw-1'), to('pl-ours', 'tgw-list')],
    ['static before propagated', to('10.9.0.0/16', 'tgw-1'), propagated('10.9.0.0/16', 'vgw-1')],
    ['a prefix list before propagated', to('pl-ours', 'tgw-list'), propagated('10.9.0.0/16', 'vgw-1')],
  ])('of the same prefix, %s', (_what, first, second) => {
    const expected = [`10.9.0.0/16 ${first.target.id}`];
    expect(routed([first, second], ['10.9.0.0/16']).parts).toEqual(expected);
    expect(routed([second, first], ['10.9.0.0/16']).parts).toEqual(expected);
  });

  it('a longer propagated prefix goes before a shorter static one', () => {
    const routes = [to('10.0.0.0/8', 'tgw-1'), propagated('10.9.0.0/16', 'vgw-1')];
    expect(routed(routes, ['10.9.0.0/16']).parts).toEqual(['10.9.0.0/16 vgw-1']);
  });
});

describe('Given a route to a prefix list, When destinations are split', () => {
  const via = (id: string, list = 'pl-gone') => to(list, id, { target: { kind: 'vpce', id } });

  it.each<[string, RouteFacts, string[], string[]]>([
    ['each entry of a list of the customer is a prefix', to('pl-ours', 'tgw-1'), ['10.9.0.0/16 tgw-1'], []],
    ['a list of AWS holds none of Systems Manager', to('pl-s3', 'vpce-gateway'), ['10.9.0.0/16 nowhere'], []],
    ['a list that was not read is named', to('pl-unread', 'tgw-1'), ['10.9.0.0/16 nowhere'], ['pl-unread']],
    ['so is one that was not seen', to('pl-gone', 'tgw-1'), ['10.9.0.0/16 nowhere'], ['pl-gone']],
    ['not that of a gateway endpoint', via('vpce-gateway'), ['10.9.0.0/16 nowhere'], []],
    ['that of another endpoint is', via('vpce-interface'), ['10.9.0.0/16 nowhere'], ['pl-gone']],
    ['that of an endpoint that is gone is', via('vpce-gone'), ['10.9.0.0/16 nowhere'], ['pl-gone']],
    [
      'one of the customer that leads to a gateway endpoint and was not read is',
      via('vpce-gateway', 'pl-unread'),
      ['10.9.0.0/16 nowhere'],
      ['pl-unread'],
    ],
  ])('%s', (_what, route, parts, unreadable) => {
    expect(routed([route], ['10.9.0.0/16'])).toEqual({ parts, unreadable });
  });
});
