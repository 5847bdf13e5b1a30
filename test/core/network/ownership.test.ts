/** What is ours by tag and journal, and how a network is judged as if that were not there. */
import { describe, expect, it } from '@jest/globals';
import type { EndpointFacts, NetworkObservation } from '../../../functions/core/network/facts.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import {
  isLedToByZone,
  isOfHub,
  ourEndpoints,
  ourGroup,
  withDnsOn,
  withoutOurs,
} from '../../../functions/core/network/ownership.ts';
import { failed, observe } from './observe.ts';
import { endpoint, group, instance, world } from './steps.ts';
import { NEW_AGENT, VPC } from './world.ts';

const OURS = { 'dhmc-rollout:managed': 'true' };
const ONLINE = instance({ ping: 'Online', agent: NEW_AGENT });
const JOURNAL = new Set(['vpce-1', 'sg-1']);

function networkOf(
  spec: Parameters<typeof endpoint>[1] = {},
  overrides: Partial<NetworkObservation> = {},
  service = 'ssm',
) {
  const made = world(ONLINE, endpoint(service, { id: 'vpce-1', tags: OURS, ...spec }));
  return joinNetwork({ ...observe(made), ...overrides });
}

describe('Given an endpoint of the VPC', () => {
  it.each<[string, Parameters<typeof endpoint>[1], boolean]>([
    ['available', {}, true],
    ['pending', { state: 'pending' }, true],
    ['partial', { state: 'partial' }, true],
    ['being deleted', { state: 'deleting' }, false],
    ['failed', { state: 'failed' }, false],
    ['without our tag', { tags: {} }, false],
    ['with another value of our tag', { tags: { 'dhmc-rollout:managed': 'false' } }, false],
    ['not in the journal', { id: 'vpce-2' }, false],
  ])('when it is %s, then it is ours or not', (_what, spec, isOurs) => {
    expect(ourEndpoints(networkOf(spec), VPC, JOURNAL)).toHaveLength(isOurs ? 1 : 0);
    expect(ourEndpoints(networkOf(spec), 'vpc-2', JOURNAL)).toEqual([]);
  });

  it.each<[string, Parameters<typeof endpoint>[1], string, boolean]>([
    ['ssm, ours, with private DNS', {}, 'ssm', false],
    ['ssm, ours, without private DNS', { privateDns: false }, 'ssm', true],
    ['ssm, of others', { tags: {} }, 'ssm', true],
    ['ssmmessages, ours', {}, 'ssmmessages', true],
  ])(
    'when it is %s, then without ours the instance is Online only if that proves another path',
    (_what, spec, service, online) => {
      const bare = withoutOurs(networkOf(spec, {}, service), JOURNAL);
      expect(bare.observation.instances.map((one) => one.online)).toEqual([online]);
    },
  );

  it('when it is ours, then without ours it is not there, and what is of others is', () => {
    const made = observe(
      world(ONLINE, endpoint('ssm', { id: 'vpce-1', tags: OURS }), endpoint('logs', { id: 'vpce-2' })),
    );
    const { observation } = withoutOurs(joinNetwork(made), JOURNAL);
    const ids = (seen: NetworkObservation) =>
      seen.endpoints.kind === 'value' &&
      seen.endpoints.value.map(({ endpointId }: EndpointFacts) => endpointId);
    expect(ids(observation)).toEqual(['vpce-2']);
  });

  it('when an instance is in another VPC, then it is Online still', () => {
    const seen = networkOf().observation;
    const [one] = seen.instances;
    const both = joinNetwork({
      ...seen,
      instances: [{ ...one, vpcId: 'vpc-2' } as (typeof seen.instances)[number]],
    });
    expect(withoutOurs(both, JOURNAL).observation.instances.map(({ online }) => online)).toEqual([true]);
  });

  it('when endpoints cannot be read, then that stays so', () => {
    const unread = { endpoints: failed('ec2:DescribeVpcEndpoints') };
    expect(withoutOurs(networkOf({}, unread), JOURNAL).observation.endpoints).toEqual(unread.endpoints);
  });
});

describe('Given groups of the VPC', () => {
  const tagged = (GroupId: string, VpcId = VPC, Value = 'true') =>
    group(GroupId, { VpcId, Tags: [{ Key: 'dhmc-rollout:managed', Value }] });
  const found = (...steps: Parameters<typeof world>) =>
    ourGroup(joinNetwork(observe(world(...steps))), VPC, JOURNAL)?.groupId ?? null;

  it('when one is ours, then by tag, journal and VPC', () => {
    expect(found(tagged('sg-0'), tagged('sg-1'))).toBe('sg-1');
    expect(found(tagged('sg-0'))).toBeNull();
    expect(found(tagged('sg-1', 'vpc-2'))).toBeNull();
    expect(found(tagged('sg-1', VPC, 'false'))).toBeNull();
  });
});

describe('Given DNS attributes of a VPC that are off', () => {
  const off = { kind: 'value', value: { support: false, hostnames: false } } as const;

  it('when they are taken to be on, then only of that VPC', () => {
    const network = networkOf({}, { dnsAttributes: { [VPC]: off, 'vpc-2': off } });
    expect(withDnsOn(network, VPC).observation.dnsAttributes).toEqual({
      [VPC]: { kind: 'value', value: { support: true, hostnames: true } },
      'vpc-2': off,
    });
  });

  it('when they were not read, then the network is as it is', () => {
    const unread = networkOf({}, { dnsAttributes: { [VPC]: failed('ec2:DescribeVpcAttribute') } });
    expect(withDnsOn(unread, VPC)).toBe(unread);
    expect(withDnsOn(unread, 'vpc-2')).toBe(unread);
  });
});

describe('Given a journal that says what leads to an endpoint', () => {
  const ARN = 'arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-1';
  it.each([
    ['a zone', ['x', 'Z1:vpc-endpoint/vpce-1'], true, true],
    ['a Profile', ['x', ARN], false, true],
    ['a zone, to another endpoint', ['Z1:vpc-endpoint/vpce-2'], false, false],
    ['a zone, to one whose id begins alike', ['Z1:vpc-endpoint/vpce-11'], false, false],
    ['nothing', [], false, false],
  ])('when it is %s, then a zone leads there or a hub holds it', (_what, ids, zone, hub) => {
    expect([isLedToByZone('vpce-1', new Set(ids)), isOfHub('vpce-1', new Set(ids))]).toEqual([zone, hub]);
  });
});
