/** In which subnets an endpoint is put: one a zone, where the service and the clients are. */
import { describe, expect, it } from '@jest/globals';
import type { Client } from '../../../functions/core/network/clients.ts';
import { chooseSubnets } from '../../../functions/core/network/endpoint-zones.ts';
import type { SubnetFacts } from '../../../functions/core/network/facts.ts';
import { cidrSet } from '../../../functions/core/network/ipv4.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import { observe } from './observe.ts';
import { acl, world } from './steps.ts';
import { ACCOUNT, allow, VPC } from './world.ts';

const subnet = (subnetId: string, zone: string, overrides: Partial<SubnetFacts> = {}): SubnetFacts => ({
  subnetId,
  vpcId: VPC,
  ownerId: ACCOUNT,
  cidr: '10.0.0.0/24',
  ipv6Cidrs: [],
  zone,
  zoneId: `id-${zone}`,
  freeAddresses: 100,
  ipv6Native: false,
  dns64: false,
  blockMode: null,
  tags: {},
  ...overrides,
});
const client = (subnetId: string): Client => ({
  id: `i-in-${subnetId}`,
  participantId: null,
  vpcId: VPC,
  subnetId,
  addresses: cidrSet('10.0.0.10'),
  hasPublicIp: false,
  ipv6: null,
  xen: false,
  groupIds: [],
  platform: 'linux',
  agentVersion: null,
  agentUnknown: false,
  online: false,
  names: ['ssm'],
});

function choose(
  subnets: SubnetFacts[],
  {
    at = ['s-a'],
    zones = ['a', 'b', 'c'],
    policy = 'affected' as 'affected' | 'one' | 'all',
    shut = [] as string[],
  } = {},
) {
  const open = subnets.map(({ subnetId }) => subnetId).filter((id) => !shut.includes(id));
  const seen = observe(world(acl([allow(true), allow(false)], open, 'acl-open'), acl([], shut, 'acl-shut')));
  const network = joinNetwork({ ...seen, subnets: { kind: 'value', value: subnets } });
  const service = { serviceName: 'ssm', zones, privateDnsName: null, type: 'interface' as const };
  const choice = chooseSubnets(network, VPC, at.map(client), service, policy);
  return choice.kind === 'chosen' ? choice.subnets.map(({ subnetId }) => subnetId) : choice.reason;
}
const A = subnet('s-a', 'a');
const B = subnet('s-b', 'b');
const C = subnet('s-c', 'c');

describe('Given subnets of a VPC, When those for an endpoint are chosen', () => {
  it.each<[string, SubnetFacts[], Parameters<typeof choose>[1], string[] | string]>([
    ['the zone of the client', [A, B], {}, ['s-a']],
    ['the zones of the clients, in order', [C, B, A], { at: ['s-c', 's-a'] }, ['s-a', 's-c']],
    ['every zone', [C, B, A], { policy: 'all' }, ['s-a', 's-b', 's-c']],
    ['the busiest zone', [A, B, C], { at: ['s-a', 's-b', 's-b'], policy: 'one' }, ['s-b']],
    ['the first of equally busy ones', [A, B], { at: ['s-b', 's-a'], policy: 'one' }, ['s-a']],
    [
      'any one that is supported, where the zone of the client is not',
      [A, B, C],
      { zones: ['b', 'c'] },
      ['s-b'],
    ],
    ['any one, where the subnet of the client was not seen', [B, C], { at: ['s-gone'] }, ['s-b']],
    ['no zone', [A, B], { zones: ['d'] }, 'ENDPOINT_ZONE_UNSUPPORTED'],
    ['not a subnet of another VPC', [subnet('s-a', 'a', { vpcId: 'vpc-2' }), B], {}, ['s-b']],
    ['not one of IPv6 alone', [subnet('s-a', 'a', { ipv6Native: true, cidr: null }), B], {}, ['s-b']],
    ['not one without IPv4', [subnet('s-a', 'a', { cidr: null }), B], {}, ['s-b']],
    ['not one that is full', [subnet('s-a', 'a', { freeAddresses: 0 }), B], {}, ['s-b']],
    ['one with one address left', [subnet('s-a', 'a', { freeAddresses: 1 }), B], {}, ['s-a']],
    ['none, where all are full', [subnet('s-a', 'a', { freeAddresses: 0 })], {}, 'ENDPOINT_SUBNET_FULL'],
    [
      'the roomiest of a zone',
      [A, subnet('s-0', 'a', { freeAddresses: 99 }), subnet('s-z', 'a', { freeAddresses: 101 })],
      {},
      ['s-z'],
    ],
    ['the lowest id of equal ones', [subnet('s-z', 'a'), A, subnet('s-b', 'a')], {}, ['s-a']],
    [
      'not one whose ACL refuses the client',
      [A, subnet('s-z', 'a', { freeAddresses: 200 })],
      { shut: ['s-z'] },
      ['s-a'],
    ],
    ['one whose ACL admits some of the clients', [B], { at: ['s-a', 's-b'], shut: ['s-b'] }, ['s-b']],
    ['none, where every ACL refuses', [B], { shut: ['s-b'] }, 'NACL_BLOCKS_443'],
  ])('Then %s', (_what, subnets, options, expected) => expect(choose(subnets, options)).toEqual(expected));
});
