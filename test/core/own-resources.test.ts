import { describe, expect, it } from '@jest/globals';
import { type OwnershipEntry, ownResourcesOf, settlePending } from '../../functions/core/journal.ts';
import type { NetworkObservation } from '../../functions/core/network/facts.ts';
import { anObservation, aRegion, OURS, REGION } from './builders.ts';
import { observe } from './network/observe.ts';
import { emptyWorld, SUBNET_A, VPC } from './network/world.ts';

const CREATE = {
  kind: 'CreateInterfaceEndpoint' as const,
  vpcId: VPC,
  serviceName: 'com.amazonaws.eu-west-1.ssm',
  subnetIds: [SUBNET_A],
  groups: [],
  clientToken: 'token',
  tags: {},
};

function anEntry(overrides: Partial<OwnershipEntry> = {}): OwnershipEntry {
  return {
    changeId: 'chg-1',
    region: REGION,
    action: CREATE,
    status: 'DONE',
    createdId: 'vpce-1',
    ...overrides,
  };
}

/** A network in which an endpoint carries the tag of change chg-1. */
function tagged(State = 'pending'): NetworkObservation {
  const world = emptyWorld();
  const Tags = [{ Key: 'dhmc-rollout:change', Value: 'chg-1' }];
  world.Ec2.VpcEndpoints = [{ VpcEndpointId: 'vpce-9', VpcId: VPC, State, Tags } as never];
  return observe(world);
}

describe('Given the journal of what was made', () => {
  it.each([
    ['an entry that is done', anEntry(), ['vpce-1', `vpce-1/${SUBNET_A}`]],
    ['one that failed', anEntry({ status: 'FAILED', createdId: null }), []],
    [
      'one that a crash left open, whose tag is seen',
      anEntry({ status: 'PENDING', createdId: null }),
      ['vpce-9', `vpce-9/${SUBNET_A}`],
    ],
    ['one that is done, while its tag is on something else', anEntry(), ['vpce-1', `vpce-1/${SUBNET_A}`]],
  ])('When there is %s, Then that is ours', (_name, entry, own) => {
    expect(ownResourcesOf([entry], [tagged()])).toEqual(own);
  });

  it('When an endpoint was deleted afterwards, Then it is no longer ours', () => {
    const endpoint = { kind: 'existing' as const, id: 'vpce-1' };
    const deleted = anEntry({ changeId: 'chg-2', action: { kind: 'DeleteInterfaceEndpoint', endpoint } });
    expect(ownResourcesOf([anEntry(), deleted], [])).not.toContain('vpce-1');
  });
});

describe('Given an entry for an endpoint that a crash left open', () => {
  const settle = (network: NetworkObservation | null) =>
    settlePending(
      { changeId: 'chg-1', runId: 'run-1', region: REGION, action: CREATE },
      anObservation({ regions: [aRegion(OURS, { network })] }),
    );

  it.each([
    ['the endpoint is there with its tag', tagged(), 'DONE'],
    ['it is being deleted', tagged('deleting'), 'FAILED'],
    ['there is none', observe(emptyWorld()), 'FAILED'],
    ['the Region was not read', null, null],
  ])('When %s, Then the entry is settled so', (_name, network, end) => {
    expect(settle(network)).toBe(end);
  });
});
