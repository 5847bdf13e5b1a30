import { describe, expect, it } from '@jest/globals';
import { type AgentUpdatesJudgement, judgeAgentUpdates } from '../../functions/core/agent-updates.ts';
import type { AssociationFacts } from '../../functions/core/associations.ts';
import type { RegionObservation } from '../../functions/core/model/observation.ts';
import { observe } from './network/observe.ts';
import { withNat, world } from './network/steps.ts';
import { SUBNET_A } from './network/world.ts';

const OURS = 'dhmc-rollout-agents-abc';
const LEFT_OUT = ['AGENT_UPDATES_LEFT_OUT'];
const OUTDATED = ['AGENT_UPDATES_OUTDATED'];
const named = (values: string[]) => ({ associationName: OURS, targets: [{ key: 'InstanceIds', values }] });

interface Given {
  nodes?: number;
  hybrid?: number;
  ignored?: number;
  associations?: Partial<AssociationFacts>[];
  /** Known to EC2 alone. */
  unknown?: number;
  subnetId?: string | null;
  seen?: Partial<RegionObservation>;
  choice?: 'off' | 'report' | 'associate';
}

/** A Region of managed nodes whose network was not read. */
function judge({
  nodes = 2,
  hybrid = 0,
  ignored = 0,
  associations = [],
  unknown = 0,
  subnetId = 'subnet-1',
  seen: more = {},
  choice = 'associate',
}: Given): AgentUpdatesJudgement {
  const instances = Array.from({ length: nodes }, (_, index) => ({
    instanceId: `i-${index}`,
    subnetId,
    tags: index < ignored ? { 'dhmc-rollout': 'ignore' } : {},
    node: index < nodes - unknown ? { nodeId: `i-${index}` } : null,
  }));
  const seen = {
    instances: {
      kind: 'value',
      value: { instances, hybridNodes: Array.from({ length: hybrid }, () => ({})) },
    },
    associations: {
      kind: 'value',
      value: associations.map((one) => ({
        associationId: 'id',
        associationName: null,
        documentName: 'AWS-UpdateSSMAgent',
        schedule: 'rate(14 days)',
        targets: [{ key: 'InstanceIds', values: ['*'] }],
        ...one,
      })),
    },
    network: null,
    ...more,
  } as unknown as RegionObservation;
  return judgeAgentUpdates(seen, { agentUpdates: choice });
}

describe('Given the managed nodes and associations of a Region', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `i-${index}`);

  it.each<[string, Given, string[] | null, string[]]>([
    ['no node', { nodes: 0 }, null, []],
    ['two nodes', {}, ['*'], ['AGENT_UPDATES_MISSING']],
    ['a hybrid node besides', { hybrid: 1 }, ids(2), ['AGENT_UPDATES_MISSING']],
    ['one that is left alone', { ignored: 1 }, ['i-1'], ['AGENT_UPDATES_MISSING']],
    ['none that is not left alone', { ignored: 2 }, null, []],
    ['too many to name', { nodes: 51, hybrid: 1 }, null, ['AGENT_UPDATES_MISSING', 'AGENT_UPDATES_LEFT_OUT']],
    ['one of others for all', { associations: [{}] }, null, ['AGENT_UPDATES_BY_OTHERS']],
    [
      'one of others without a schedule',
      { associations: [{ schedule: null }] },
      ['*'],
      ['AGENT_UPDATES_MISSING'],
    ],
    [
      'one of another document',
      { associations: [{ documentName: 'AWS-RunPatchBaseline' }] },
      ['*'],
      ['AGENT_UPDATES_MISSING'],
    ],
    ['ours', { associations: [{ associationName: OURS }] }, null, []],
    ['ours for all, and a hybrid node came', { hybrid: 1, associations: [named(['*'])] }, null, OUTDATED],
    ['ours for all, and one is left alone now', { ignored: 1, associations: [named(['*'])] }, null, OUTDATED],
    ['ours by id, for each', { hybrid: 1, associations: [named(ids(2))] }, null, []],
    ['ours by id, and a node came', { nodes: 3, hybrid: 1, associations: [named(ids(2))] }, null, OUTDATED],
    ['ours by id, and nodes went', { nodes: 1, hybrid: 1, associations: [named(ids(2))] }, null, []],
    [
      'ours by id, and too many nodes came',
      { nodes: 51, hybrid: 1, associations: [named(ids(2))] },
      null,
      LEFT_OUT,
    ],
    ['ours by id, and the hybrid node went', { associations: [named(ids(2))] }, null, []],
    [
      'ours by id, and one that was left alone is not any more',
      { associations: [named(['i-0'])] },
      null,
      OUTDATED,
    ],
    ['ours without its schedule', { associations: [{ ...named(['*']), schedule: null }] }, null, OUTDATED],
    [
      'ours outdated, and one of others for all',
      { nodes: 3, associations: [named(ids(2)), {}] },
      null,
      ['AGENT_UPDATES_BY_OTHERS'],
    ],
  ])('When there is %s, Then the association names whom it should', (_name, given, targets, notes) => {
    const judged = judge(given);
    expect(judged.notes).toEqual(notes);
    expect(judged.kind === 'associate' ? judged.instanceIds : null).toEqual(targets);
  });
});

describe('Given what was read of a Region, and what is wanted of it', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `i-${index}`).sort();
  const failed = {
    kind: 'failed' as const,
    failure: { kind: 'DENIED' as const, action: 'ssm:ListAssociations', code: 'AccessDenied', message: 'no' },
  };
  const MISSING = ['AGENT_UPDATES_MISSING'];
  const OTHERS = ['AGENT_UPDATES_BY_OTHERS'];
  const byTag = (key: string, values: string[]) => ({ targets: [{ key, values }] });
  /** Nothing in it reaches S3. */
  const isolated = observe(world());
  const reached = observe(world(withNat));

  it.each<[string, Given, string[] | null, string[]]>([
    ['updates are off', { choice: 'off' }, null, []],
    ['updates are only reported', { choice: 'report' }, null, MISSING],
    [
      'updates are only reported, and ours is there',
      { choice: 'report', associations: [{ associationName: OURS }] },
      null,
      [],
    ],
    [
      'updates are only reported, and ours is outdated',
      { choice: 'report', associations: [named(['i-0'])] },
      null,
      OUTDATED,
    ],
    ['instances were not read', { seen: { instances: failed } }, null, []],
    ['instances were not asked for', { seen: { instances: null } }, null, []],
    ['associations were not asked for', { seen: { associations: null } }, null, []],
    ['associations cannot be read', { seen: { associations: failed } }, null, ['AGENT_UPDATES_UNKNOWN']],
    [
      'associations cannot be read, and there is no node',
      { nodes: 0, seen: { associations: failed } },
      null,
      [],
    ],
    ['no instance is a node', { nodes: 2, unknown: 2 }, null, []],
    ['one instance is no node', { nodes: 3, unknown: 1, hybrid: 1 }, ids(2), MISSING],
    ['one of others names each node', { associations: [byTag('InstanceIds', ids(2))] }, null, OTHERS],
    ['one of others names a node', { associations: [byTag('InstanceIds', ['i-0'])] }, ['*'], MISSING],
    ['one of others names a tag', { associations: [byTag('tag:team', ['*'])] }, ['*'], MISSING],
    ['one of others names a tag like our ids', { associations: [byTag('tag:team', ids(2))] }, ['*'], MISSING],
    [
      'ours names a tag',
      { associations: [{ associationName: OURS, ...byTag('tag:team', ['*']) }] },
      null,
      OUTDATED,
    ],
    ['as many as can be named', { nodes: 50, hybrid: 1 }, ids(50), MISSING],
    ['one more than can be named', { nodes: 51, hybrid: 1 }, null, [...MISSING, ...LEFT_OUT]],
    [
      'no node reaches S3',
      { subnetId: SUBNET_A, seen: { network: isolated } },
      null,
      [...MISSING, ...LEFT_OUT],
    ],
    ['nodes reach S3', { subnetId: SUBNET_A, seen: { network: reached } }, ['*'], MISSING],
    ['the subnet of the nodes is not known', { subnetId: null, seen: { network: isolated } }, ['*'], MISSING],
    [
      'nodes of another subnet reach S3',
      { subnetId: 'subnet-9', seen: { network: isolated } },
      ['*'],
      MISSING,
    ],
    [
      'no node reaches S3 any more, and ours names all',
      { subnetId: SUBNET_A, seen: { network: isolated }, associations: [named(['*'])] },
      null,
      OUTDATED,
    ],
    [
      'no node reaches S3 any more, and ours names some',
      { subnetId: SUBNET_A, seen: { network: isolated }, associations: [named(['i-0'])] },
      null,
      LEFT_OUT,
    ],
  ])('When %s, Then the association names whom it should', (_name, given, targets, notes) => {
    const judged = judge(given);
    expect(judged.notes).toEqual(notes);
    expect(judged.kind === 'associate' ? judged.instanceIds : null).toEqual(targets);
  });
});
