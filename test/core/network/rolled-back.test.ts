/** The changes of every network case once they are made: what they show, what live state says of them, and how they are rolled back. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { changeDetail, definitionOf } from '../../../functions/core/changes/changes.ts';
import type { LiveState, OwnResources } from '../../../functions/core/changes/definition.ts';
import type { Change } from '../../../functions/core/model/change.ts';
import type { NetworkObservation } from '../../../functions/core/network/facts.ts';
import { createdId } from '../../../functions/core/network/live-state.ts';
import type { RollbackEntry } from '../../../functions/core/rollback/entry.ts';
import { recorded } from '../recorded.ts';
import { failed, outcome, plan } from '../rollback/builders.ts';
import { applyChanges } from './apply.ts';
import { foreignOf, judge, type NetworkCase } from './case.ts';
import { CASES } from './cases.ts';
import { observe } from './observe.ts';
import { REGION, type World } from './world.ts';

const file = recorded('network-rollbacks');
afterAll(() => file.keep());

const SETTINGS = { endpoints: 'provision', endpointZones: 'all', enableVpcDns: true } as const;
const changesOf = (one: NetworkCase) => judge({ ...one, settings: { ...one.settings, ...SETTINGS } }).changes;
const planned = CASES.map((one) => [one.name, one, changesOf(one)] as const).filter(
  ([, , changes]) => changes.length > 0,
);

function live(network: NetworkObservation | null): LiveState {
  return { role: { kind: 'absent' }, setting: null, network, associations: null };
}

function entryOf(change: Change, seq: number, after: NetworkObservation): RollbackEntry {
  const { id, accountId, region, resource, action, expected, inverse } = change;
  return {
    runId: 'run-1',
    seq,
    changeId: id,
    accountId,
    region,
    resource,
    action,
    expected,
    inverse,
    status: 'DONE',
    writtenAt: '2026-01-02T00:00:00.000Z',
    createdId: createdId(id, after),
  };
}

/** What others do to it meanwhile. */
const MEANWHILE: Record<string, (world: World) => void> = {
  nothing: () => {},
  'endpoints lose their tags': ({ Ec2 }) => {
    for (const endpoint of Ec2.VpcEndpoints) endpoint.Tags = [];
  },
  'endpoints get a subnet': ({ Ec2 }) => {
    for (const endpoint of Ec2.VpcEndpoints) endpoint.SubnetIds?.push('subnet-of-others');
  },
  'endpoints get a group': ({ Ec2 }) => {
    for (const endpoint of Ec2.VpcEndpoints) endpoint.Groups?.push({ GroupId: 'sg-of-others' });
  },
  'private DNS is turned off': ({ Ec2 }) => {
    for (const endpoint of Ec2.VpcEndpoints) endpoint.PrivateDnsEnabled = false;
  },
  'endpoints are gone': ({ Ec2 }) => {
    Ec2.VpcEndpoints = [];
  },
  'groups lose their rules': ({ Ec2 }) => {
    for (const group of Ec2.SecurityGroups) group.IpPermissions = [];
  },
  'endpoints are gone and groups lose their tags': ({ Ec2 }) => {
    Ec2.VpcEndpoints = [];
    for (const group of Ec2.SecurityGroups) group.Tags = [];
  },
  'DNS is turned off': ({ Ec2 }) => {
    for (const each of Object.values(Ec2.VpcAttributes)) {
      Object.assign(each, { EnableDnsSupport: false, EnableDnsHostnames: false });
    }
  },
};

describe('Given the changes of a network case', () => {
  it.each(planned)(
    'When they are made, Then what is seen of them is as recorded: %s',
    (name, one, changes) => {
      const before = observe(one.world, one.needs, foreignOf(one.foreign));
      const after = observe(applyChanges(one.world, changes).world, one.needs, foreignOf(one.foreign));
      const own: OwnResources = { ids: new Set(), madeBy: new Map() };
      const answer = changes.flatMap((change, index) => {
        const definition = definitionOf(change.action);
        const entry = entryOf(change, index + 1, after);
        const made = { changeId: change.id, runId: 'run-1', action: change.action };
        definition.own?.({ ...made, madeId: entry.createdId ?? null }, own);
        const isMade = [before, after, null].map((network) => definition.isMade(made, live(network)));
        const isThere = [before, after].map((network) =>
          definition.isThere?.(change.action, live(network), () => true),
        );
        return JSON.stringify({
          kind: change.action.kind,
          detail: changeDetail(change),
          zones: definition.billedZones(change),
          isMade,
          isThere,
          vpcs: [definition.dnsVpcId, definition.hubVpcId, definition.zonesVpcId].map((of) =>
            of(change.action),
          ),
        });
      });
      answer.push(JSON.stringify([[...own.ids], [...own.madeBy]]));
      expect(answer).toEqual(file.of(name, answer));
    },
  );

  it.each(planned)(
    'When they are rolled back, Then as recorded, whatever happened meanwhile: %s',
    (name, one, changes) => {
      const applied = applyChanges(one.world, changes).world;
      const made = observe(applied, one.needs, foreignOf(one.foreign));
      const journal = changes.map((change, index) => entryOf(change, index + 1, made));
      const regions = [...new Set(changes.map(({ region }) => region ?? REGION))];
      const scope = { of: 'all', regions } as const;
      const rollBack = (network: NetworkObservation) =>
        outcome(
          plan(
            journal,
            { networks: Object.fromEntries(regions.map((region) => [region, network])) },
            { scope },
          ),
        );
      const answer = Object.entries(MEANWHILE).flatMap(([what, happen]) => {
        const world = structuredClone(applied);
        happen(world);
        return [`${what}:`, ...rollBack(observe(world, one.needs, foreignOf(one.foreign)))];
      });
      answer.push('unread:', ...rollBack({ ...made, endpoints: failed() }));
      expect(answer).toEqual(file.of(`${name}, rolled back`, answer));
    },
  );
});
