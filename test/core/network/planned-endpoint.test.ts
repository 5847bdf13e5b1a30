/** What a change of endpoints or of a hub's Profile says: what it expects to find, and what undoes it. */
import { describe, expect, it } from '@jest/globals';
import { planSpoke } from '../../../functions/core/network/endpoint-plan.ts';
import { instancePathOf } from '../../../functions/core/network/instance-path.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import { endpointPrice } from '../../../functions/core/network/prices.ts';
import { MANAGED_TAG } from '../../../functions/core/tags.ts';
import { judge } from './case.ts';
import { observe } from './observe.ts';
import {
  dnsServers,
  ENDPOINT_GROUP,
  endpoint,
  endpoints,
  group,
  instance,
  route,
  withNat,
  world,
  zonesFor,
} from './steps.ts';
import { NEW_AGENT, REGION, type Step, SUBNET_A, SUBNET_C, VPC } from './world.ts';

const known = instance({ agent: NEW_AGENT });
const SSM_ID = 'vpce-00000000000000003';

describe('Given a Profile of a hub and a VPC', () => {
  const association = (vpcId: string, priority: number) => ({
    profileId: `rp-${priority}`,
    vpcId,
    name: null,
    priority,
  });
  const planned = (...associations: ReturnType<typeof association>[]) => {
    const profileAssociations = { kind: 'value' as const, value: associations };
    const network = joinNetwork({ ...observe(world(known)), profileAssociations });
    const vpc = network.vpcs.get(VPC);
    if (!vpc) throw new Error('the world lacks its VPC');
    const [change] = planSpoke(network, vpc, 'rp-hub', { runId: 'run-1', price: endpointPrice(REGION, {}) });
    return change;
  };

  it('when the VPC has others, then it comes last, and Profiles of other VPCs do not count', () => {
    const priorityOf = (...given: Parameters<typeof planned>) => planned(...given)?.action;
    expect(priorityOf()).toMatchObject({ priority: null });
    expect(priorityOf(association('vpc-b', 900))).toMatchObject({ priority: null });
    expect(priorityOf(association(VPC, 200), association(VPC, 500), association('vpc-b', 900))).toMatchObject(
      {
        priority: 501,
      },
    );
  });

  it('when it is associated, then that undoes what was not there before', () => {
    const change = planned();
    const name = change?.action.kind === 'AssociateProfile' ? change.action.name : '';
    expect(change).toMatchObject({
      expected: { exists: false },
      inverse: { kind: 'DisassociateProfile', vpcId: VPC, profileId: 'rp-hub', name },
    });
  });
});

describe('Given an endpoint of ours that has drifted', () => {
  const repair = (spec: Parameters<typeof endpoint>[1], ...steps: Step[]) => {
    const tags = { [MANAGED_TAG]: 'true' };
    const ours = [endpoints(['ssmmessages']), endpoints(['ssm'], { tags, ...spec })];
    const owned = group(ENDPOINT_GROUP, { Tags: [{ Key: MANAGED_TAG, Value: 'true' }] });
    const made = world(known, ...steps, ...ours, owned);
    return judge({ world: made, journalled: [SSM_ID, ENDPOINT_GROUP] }).changes;
  };
  const nothing = { addSubnetIds: [], removeSubnetIds: [], addGroups: [], removeGroups: [] };

  it('when its private DNS is off, then that alone is turned on, and off again by a rollback', () => {
    expect(repair({ privateDns: false, subnets: [SUBNET_C, SUBNET_A] })).toMatchObject([
      {
        action: { ...nothing, privateDns: true },
        expected: { subnetIds: [SUBNET_A, SUBNET_C], privateDns: false },
        inverse: { kind: 'ModifyInterfaceEndpoint', endpointId: SSM_ID, ...nothing, privateDns: false },
      },
    ]);
  });

  it('when it is in one zone too few, then a rollback takes that one alone away', () => {
    const inC = instance({ id: 'i-2', subnet: SUBNET_C, agent: NEW_AGENT });
    expect(repair({}, inC)).toMatchObject([
      {
        action: { ...nothing, addSubnetIds: [SUBNET_C], privateDns: null },
        inverse: { ...nothing, removeSubnetIds: [SUBNET_C], privateDns: null },
      },
    ]);
  });

  it('when its only subnet was not seen, then its zone is not known, and it is put where it is needed', () => {
    expect(repair({ subnets: ['subnet-gone'] })[0]?.action).toMatchObject({ addSubnetIds: [SUBNET_A] });
  });
});

describe('Given a zone for the names and endpoints without private DNS beside the client', () => {
  const peering = route('10.50.0.0/16', { VpcPeeringConnectionId: 'pcx-1' });
  const shut = group('sg-shut', { IpPermissions: [] });
  const beside = (groupId: string) =>
    endpoint('ssm', { privateDns: false, group: groupId, id: `vpce-${groupId}` });
  const ssmOf = (...steps: Step[]) => {
    const made = world(known, zonesFor('ssm', 'ssmmessages'), endpoints([]), shut, ...steps);
    return judge({ world: made }).clients[0]?.names.find(({ name }) => name === 'ssm');
  };

  it('when one of them works, then it is the way, whatever the first one blocks and whatever route there is', () => {
    const found = ssmOf(peering, beside('sg-shut'), beside(ENDPOINT_GROUP));
    expect(found).toMatchObject({
      path: 'CENTRAL',
      reasons: [],
      way: expect.stringContaining(ENDPOINT_GROUP),
    });
  });

  it('when none works, then a route may lead elsewhere; without one, what blocks is said', () => {
    expect(ssmOf(peering, beside('sg-shut'))).toMatchObject({ path: 'CENTRAL', reasons: [], way: null });
    expect(ssmOf(beside('sg-shut'))).toMatchObject({ reasons: ['ENDPOINT_SG_BLOCKS_443'] });
  });
});

describe('Given an instance without IPv4', () => {
  const native = instance({ ip: null, ipv6: '2001:db8::1', agent: NEW_AGENT });

  it('when IPv4 alone leads out or to central endpoints, then that is no separate way', () => {
    for (const steps of [
      [withNat, dnsServers('172.16.0.10')],
      [zonesFor('ssm', 'ssmmessages'), withNat],
    ]) {
      const { clients } = judge({ world: world(native, ...steps) });
      const [path] = clients.map((one) => instancePathOf(one, { shared: false, ignored: false }));
      expect(['INTERNET', 'CENTRAL']).not.toContain(path?.path);
    }
  });
});
