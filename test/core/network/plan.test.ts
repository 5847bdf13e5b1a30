import { describe, expect, it } from '@jest/globals';
import type { Change, ChangeKind, ChangeOf } from '../../../functions/core/model/change.ts';
import { explainVpc } from '../../../functions/core/network/explain.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import { endpointPrice, monthlyUsd } from '../../../functions/core/network/prices.ts';
import { isRipe, prunable, pruneChanges } from '../../../functions/core/network/prune.ts';
import { applyChanges } from './apply.ts';
import { contextOf, DEFAULTS, judge, type NetworkCase } from './case.ts';
import { observe } from './observe.ts';
import { edit, instance, subnetIs, withNat, without, world } from './steps.ts';
import { INSTANCE, NEW_AGENT, REGION, SUBNET_A, SUBNET_C, SUBNET_PUBLIC, VPC, type World } from './world.ts';

const inC = instance({ id: 'i-0000000000000000c', subnet: SUBNET_C, ip: '10.0.1.10' });

function creations(one: Pick<NetworkCase, 'world'> & Partial<NetworkCase>) {
  return judge(one).changes.flatMap(({ action }) =>
    action.kind === 'CreateInterfaceEndpoint' ? [action] : [],
  );
}

function only<K extends ChangeKind>(changes: Change[], kind: K) {
  const found = changes.find(({ action }) => action.kind === kind);
  if (!found) throw new Error(`no ${kind} in the plan`);
  return found as ChangeOf<K>;
}

describe('Given an isolated VPC with instances in two zones', () => {
  const isolated = world(inC);

  it('when it is planned, then price = services x zones x hourly x 730', () => {
    const verdict = judge({ world: isolated });
    expect(verdict.proposal).toMatchObject({ endpointZones: 6, monthlyUsd: 61.32 });
    const atCent = judge({ world: isolated, settings: { prices: { [REGION]: { endpointAzHour: 0.01 } } } });
    expect(atCent.proposal?.monthlyUsd).toBe(43.8);
  });

  it('when the Region has no own price, then the plan says that it is an estimate', () => {
    expect(endpointPrice('xx-nowhere-1', {})).toEqual({ usdPerAzHour: 0.01, estimated: true });
    expect(endpointPrice('xx-nowhere-1', { 'xx-nowhere-1': { endpointAzHour: 0.02 } }).estimated).toBe(false);
    expect(monthlyUsd(1, endpointPrice('us-east-1', {}))).toBe(7.3);
  });

  it('when endpointPolicy is set, then new endpoints have it, and another client token', () => {
    const [plain] = creations({ world: isolated });
    const [own] = creations({ world: isolated, settings: { endpointPolicy: 'organization' } });
    expect(plain).not.toHaveProperty('policy');
    expect(own?.policy).toContain('"aws:PrincipalOrgID":"o-exampleorg1"');
    expect(own?.clientToken).not.toBe(plain?.clientToken);
  });

  it('when it is planned, then endpoints are in the roomiest subnet of each zone, the lowest id among equals', () => {
    expect(creations({ world: isolated })[0]?.subnetIds).toEqual([SUBNET_A, SUBNET_C]);
    const roomier = world(inC, subnetIs(SUBNET_PUBLIC, { AvailableIpAddressCount: 251 }));
    expect(creations({ world: roomier })[0]?.subnetIds).toEqual([SUBNET_C, SUBNET_PUBLIC]);
    const equal = world(inC, subnetIs(SUBNET_PUBLIC, { AvailableIpAddressCount: 250 }));
    expect(creations({ world: equal })[0]?.subnetIds).toEqual([SUBNET_A, SUBNET_C]);
  });

  it('when endpointZones is one or all, then one zone or every zone of the VPC is used', () => {
    const third = instance({ id: 'i-0000000000000000d', subnet: SUBNET_C, ip: '10.0.1.11' });
    const busyC = world(inC, third);
    expect(creations({ world: busyC, settings: { endpointZones: 'one' } })[0]?.subnetIds).toEqual([SUBNET_C]);
    expect(creations({ world: world(), settings: { endpointZones: 'all' } })[0]?.subnetIds).toEqual([
      SUBNET_A,
      SUBNET_C,
    ]);
  });

  it('when a service lacks a zone, then only that service does without it', () => {
    const uneven = world(
      inC,
      edit((ec2) => {
        const service = ec2.VpcEndpointServices.find(({ ServiceName }) =>
          ServiceName?.endsWith('.ec2messages'),
        );
        if (service) service.AvailabilityZones = [`${REGION}c`];
      }),
    );
    expect(creations({ world: uneven }).map(({ subnetIds }) => subnetIds.length)).toEqual([1, 2, 2]);
  });

  it('when it is planned, then the group admits each block, and endpoints name the group by its change', () => {
    const { changes } = judge({ world: isolated, settings: { resourceTags: { owner: 'platform' } } });
    const group = only(changes, 'CreateEndpointSecurityGroup');
    const ingress = only(changes, 'AllowEndpointIngress');
    const endpoint = only(changes, 'CreateInterfaceEndpoint');
    const reference = { kind: 'created', changeId: group.id };
    expect(group.action.tags).toEqual({ owner: 'platform', 'dhmc-rollout:managed': 'true' });
    expect(ingress.action).toMatchObject({ group: reference, cidrs: ['10.0.0.0/16'] });
    expect(endpoint.action.groups).toEqual([reference]);
    expect(endpoint.inverse).toEqual({
      kind: 'DeleteInterfaceEndpoint',
      endpoint: { kind: 'created', changeId: endpoint.id },
    });
    expect(JSON.parse(JSON.stringify(changes))).toEqual(changes);
    expect(new Set(changes.map(({ id }) => id)).size).toBe(changes.length);
  });

  it('when anything of an endpoint differs, then its ClientToken does, and it is short and ASCII', () => {
    const tokens = [
      ...creations({ world: isolated }),
      ...creations({ world: world() }),
      ...creations({ world: isolated, settings: { endpointZones: 'one' } }),
    ].map(({ clientToken }) => clientToken);
    // world() and `one` differ in nothing but how they came about.
    expect(new Set(tokens).size).toBe(6);
    for (const token of tokens) expect(token).toMatch(/^[\x21-\x7e]{1,64}$/);
    expect(creations({ world: isolated })[0]?.clientToken).toBe(tokens[0]);
  });

  it('when it is explained, then sentences say what was seen, what is planned, what it costs and what else', () => {
    const explained = explainVpc(judge({ world: isolated }), endpointPrice(REGION, {})).join('\n');
    for (const part of [
      'does not exist',
      'has no route',
      'CreateInterfaceEndpoint',
      '$61.32',
      'NAT gateway',
      'NO_PATH_TO_SSM',
    ]) {
      expect(explained).toContain(part);
    }
  });
});

describe('Given endpoints of ours', () => {
  const price = endpointPrice(REGION, {});
  const { world: provided, made } = applyChanges(world(inC), judge({ world: world(inC) }).changes);
  const pruneOf = (there: World) => {
    const network = joinNetwork(observe(there));
    const vpc = network.vpcs.get(VPC);
    return vpc ? prunable(network, vpc, DEFAULTS, contextOf({ journalled: made }).journalled, price) : null;
  };

  it('when the VPC has no other way, then they are needed, also by stopped instances', () => {
    expect(pruneOf(provided)).toBeNull();
    const stopped = structuredClone(provided);
    for (const id of [INSTANCE, 'i-0000000000000000c']) instance({ id, state: 'stopped' })(stopped);
    expect(pruneOf(stopped)).toBeNull();
  });

  it('when an instance is Online through them, then that proves no need for less', () => {
    const working = structuredClone(provided);
    instance({ ping: 'Online', agent: NEW_AGENT })(working);
    expect(pruneOf(working)).toBeNull();
  });

  it('when the VPC got a NAT gateway or lost its instances, then they can go, with what that saves', () => {
    const served = structuredClone(provided);
    withNat(served);
    expect(pruneOf(served)).toMatchObject({ monthlyUsdSaved: 61.32, because: 'PATH_WITHOUT_THEM' });
    const empty = structuredClone(provided);
    without.instances(empty);
    expect(pruneOf(empty)).toMatchObject({ because: 'NO_INSTANCES' });
    const network = joinNetwork(observe(empty));
    const vpc = network.vpcs.get(VPC);
    const deletions = vpc ? pruneChanges(network, vpc, 'run-2', new Set(made), price, made) : [];
    expect(deletions.map(({ action, inverse }) => [action.kind, inverse?.kind])).toEqual(
      Array(3).fill(['DeleteInterfaceEndpoint', 'CreateInterfaceEndpoint']),
    );
  });

  it('when they are prunable for less than 14 days, then they stay, whatever the configuration says', () => {
    expect(isRipe('2026-11-01T00:00:00Z', '2026-11-14T23:59:59Z', 1)).toBe(false);
    expect(isRipe('2026-11-01T00:00:00Z', '2026-11-15T00:00:00Z', 1)).toBe(true);
    expect(isRipe('2026-11-01T00:00:00Z', '2026-11-20T00:00:00Z', 30)).toBe(false);
  });
});
