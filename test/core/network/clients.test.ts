/** Who needs a path in a VPC: its instances, and what a participant of a shared VPC recorded, as far as its interfaces show. */
import { describe, expect, it } from '@jest/globals';
import { type Client, clientsOf, describeClient } from '../../../functions/core/network/clients.ts';
import type { NetworkInterfaceFacts, SharedVpcNeed } from '../../../functions/core/network/facts.ts';
import { cidrSet } from '../../../functions/core/network/ipv4.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import { mayUseHubs, usesHubs } from '../../../functions/core/network/network-settings.ts';
import { failed, observe } from './observe.ts';
import { instance, world } from './steps.ts';
import {
  ACCOUNT,
  emptyWorld,
  GROUP,
  INSTANCE,
  NEW_AGENT,
  OWNER,
  SUBNET_A,
  SUBNET_C,
  VPC,
  type World,
} from './world.ts';

const OTHER = 'i-0000000000000000c';

function clients(
  made: World,
  states?: ('running' | 'stopped')[],
  needs: SharedVpcNeed[] = [],
  seen?: NetworkInterfaceFacts[] | 'failed',
): Client[] {
  const observation = observe(made, needs);
  const networkInterfaces =
    seen === undefined
      ? observation.networkInterfaces
      : seen === 'failed'
        ? failed('x')
        : ({ kind: 'value', value: seen } as const);
  const network = joinNetwork({ ...observation, networkInterfaces });
  const vpc = network.vpcs.get(VPC);
  if (!vpc) throw new Error('no VPC');
  return clientsOf(network, vpc, { ec2messages: 'never' }, states);
}
const ids = (...args: Parameters<typeof clients>) => clients(...args).map(({ id }) => id);

describe('Given instances of a VPC', () => {
  it('when one is online, then it is a client as it is', () => {
    expect(clients(world(instance({ ping: 'Online', agent: NEW_AGENT, publicIp: true })))).toEqual([
      {
        id: INSTANCE,
        participantId: null,
        vpcId: VPC,
        subnetId: SUBNET_A,
        addresses: cidrSet('10.0.0.11'),
        hasPublicIp: true,
        ipv6: null,
        xen: false,
        groupIds: [GROUP],
        platform: 'linux',
        agentVersion: NEW_AGENT,
        agentUnknown: false,
        online: true,
        names: ['ssm', 'ssmmessages'],
      },
    ]);
  });

  it('when one has no IPv4 and no agent that is known, then neither is made up', () => {
    expect(clients(world(instance({ ip: null, ipv6: '2001:db8::1' })))).toMatchObject([
      { addresses: null, ipv6: '2001:db8::1', agentVersion: null, agentUnknown: true, online: false },
    ]);
  });

  it('when one is stopped, then it counts only where it is asked for, and is not online', () => {
    const stopped = world(instance({ id: OTHER, state: 'stopped', ping: 'Online', agent: NEW_AGENT }));
    expect(ids(stopped)).toEqual([INSTANCE]);
    expect(clients(stopped, ['running', 'stopped']).map(({ id, online }) => [id, online])).toEqual([
      [INSTANCE, false],
      [OTHER, false],
    ]);
  });

  it('when one is ignored by its tag, or in another VPC, then it is none', () => {
    expect(ids(world(instance({ tags: { 'dhmc-rollout': 'ignore' } })))).toEqual([]);
    expect(ids(world(instance({ tags: { 'dhmc-rollout': 'watch', ignore: 'x' } })))).toEqual([INSTANCE]);
    const elsewhere = world();
    for (const { NetworkInterfaces } of elsewhere.Ec2.Instances) {
      for (const one of NetworkInterfaces ?? []) one.VpcId = 'vpc-2';
    }
    expect(ids(elsewhere)).toEqual([]);
  });
});

describe('Given the need of a participant in a shared VPC', () => {
  const need = (overrides: Partial<SharedVpcNeed> = {}): SharedVpcNeed => ({
    vpcId: VPC,
    participantId: OWNER,
    subnetIds: [SUBNET_A],
    services: ['ssm', 'ssmmessages', 's3'],
    unknownAgents: true,
    ...overrides,
  });
  const eni = (overrides: Partial<NetworkInterfaceFacts> = {}): NetworkInterfaceFacts => ({
    networkInterfaceId: 'eni-1',
    vpcId: VPC,
    subnetId: SUBNET_A,
    ownerId: OWNER,
    privateIp: '10.0.0.7',
    groupIds: ['sg-1'],
    directoryId: null,
    instanceId: 'i-1',
    ...overrides,
  });
  const of = (seen: NetworkInterfaceFacts[] | 'failed', needs = [need()]) =>
    clients(emptyWorld(), undefined, needs, seen);
  const ID = `need/${OWNER}/${SUBNET_A}`;
  const places = (...args: Parameters<typeof of>) =>
    of(...args).map(({ id, addresses, groupIds }) => ({ id, addresses, groupIds }));
  const WHOLE = { id: ID, addresses: cidrSet('10.0.0.0/24'), groupIds: null };

  it('when no interface of it is seen, then it is a private interface anywhere in the subnet', () => {
    expect(of([])).toEqual([
      {
        ...WHOLE,
        subnetId: SUBNET_A,
        participantId: OWNER,
        vpcId: VPC,
        hasPublicIp: false,
        ipv6: null,
        xen: false,
        platform: 'linux',
        agentVersion: null,
        agentUnknown: true,
        online: false,
        names: ['ssm', 'ssmmessages'],
      },
    ]);
  });

  it('when it is of another VPC, then it is no client', () => {
    expect(of([], [need({ vpcId: 'vpc-2' })])).toEqual([]);
  });

  it('when it names two subnets, then each has its client', () => {
    expect(of([], [need({ subnetIds: [SUBNET_A, SUBNET_C] })]).map(({ subnetId }) => subnetId)).toEqual([
      SUBNET_A,
      SUBNET_C,
    ]);
  });

  it('when its subnet is not known, then its addresses are not either', () => {
    expect(of([], [need({ subnetIds: ['subnet-9'] })])).toMatchObject([{ addresses: null }]);
  });

  it.each<[string, NetworkInterfaceFacts[] | 'failed', object[]]>([
    ['interfaces cannot be read', 'failed', [WHOLE]],
    ['one is of another account', [eni({ ownerId: ACCOUNT })], [WHOLE]],
    ['one is in another subnet', [eni({ subnetId: SUBNET_C })], [WHOLE]],
    ['one has no groups', [eni({ groupIds: [] })], [WHOLE]],
    ['one is of an instance', [eni()], [{ id: ID, addresses: cidrSet('10.0.0.7'), groupIds: ['sg-1'] }]],
    ['one has no IPv4', [eni({ privateIp: null })], [{ ...WHOLE, groupIds: ['sg-1'] }]],
    [
      'none is of an instance',
      [eni({ instanceId: null })],
      [{ id: ID, addresses: cidrSet('10.0.0.7'), groupIds: ['sg-1'] }],
    ],
    [
      'one is of an instance and one is not',
      [eni({ instanceId: null, groupIds: ['sg-9'] }), eni()],
      [{ id: ID, addresses: cidrSet('10.0.0.7'), groupIds: ['sg-1'] }],
    ],
    [
      'two have the same groups in other order',
      [eni({ groupIds: ['sg-2', 'sg-1'] }), eni({ groupIds: ['sg-1', 'sg-2'], privateIp: '10.0.0.9' })],
      [{ id: ID, addresses: cidrSet('10.0.0.7', '10.0.0.9'), groupIds: ['sg-2', 'sg-1'] }],
    ],
    [
      'two have other groups',
      [eni(), eni({ groupIds: ['sg-1', 'sg-2'], privateIp: '10.0.0.9' })],
      [
        { id: `${ID}/sg-1`, addresses: cidrSet('10.0.0.7'), groupIds: ['sg-1'] },
        { id: `${ID}/sg-1,sg-2`, addresses: cidrSet('10.0.0.9'), groupIds: ['sg-1', 'sg-2'] },
      ],
    ],
  ])('when %s, then each set of groups is a client', (_what, seen, expected) => {
    expect(places(seen)).toEqual(expected);
  });

  it('when it needs ec2messages, then only where the Region offers it', () => {
    const needs = [need({ services: ['ec2messages'] })];
    expect(of([], needs)).toMatchObject([{ names: ['ec2messages'] }]);
    const lacking = emptyWorld(({ Ec2 }) => {
      Ec2.VpcEndpointServices = Ec2.VpcEndpointServices.filter(
        ({ ServiceName }) => !ServiceName?.endsWith('ec2messages'),
      );
    });
    expect(clients(lacking, undefined, needs, [])).toMatchObject([{ names: [] }]);
  });

  it('when people read of it, then without an id of ours', () => {
    expect(of([]).map(describeClient)).toEqual([`instances of account ${OWNER} in ${SUBNET_A}`]);
    expect(clients(world()).map(describeClient)).toEqual([INSTANCE]);
  });
});

describe('Given the setting endpoints', () => {
  it.each([
    ['central', true],
    ['auto', true],
    ['provision', false],
    ['check', false],
    ['off', false],
    [undefined, false],
  ] as const)('when it is %s, then that VPCs may use a hub is %s', (endpoints, uses) => {
    expect(usesHubs({ endpoints: endpoints as never })).toBe(uses);
    expect(mayUseHubs({ endpoints: 'off', overrides: [{}, { endpoints: endpoints as never }] })).toBe(uses);
    expect(mayUseHubs({ endpoints: (endpoints ?? 'off') as never, overrides: [] })).toBe(uses);
  });
});
