import { describe, expect, it } from '@jest/globals';
import { type AgentUpdatesJudgement, judgeAgentUpdates } from '../../functions/core/agent-updates.ts';
import type { AssociationFacts } from '../../functions/core/associations.ts';
import type { RegionObservation } from '../../functions/core/model/observation.ts';

const OURS = 'dhmc-rollout-agents-abc';
const LEFT_OUT = ['AGENT_UPDATES_LEFT_OUT'];
const OUTDATED = ['AGENT_UPDATES_OUTDATED'];
const named = (values: string[]) => ({ associationName: OURS, targets: [{ key: 'InstanceIds', values }] });

interface Given {
  nodes?: number;
  hybrid?: number;
  ignored?: number;
  associations?: Partial<AssociationFacts>[];
}

/** A Region of managed nodes whose network was not read. */
function judge({ nodes = 2, hybrid = 0, ignored = 0, associations = [] }: Given): AgentUpdatesJudgement {
  const instances = Array.from({ length: nodes }, (_, index) => ({
    instanceId: `i-${index}`,
    subnetId: 'subnet-1',
    tags: index < ignored ? { 'dhmc-rollout': 'ignore' } : {},
    node: { nodeId: `i-${index}` },
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
  } as unknown as RegionObservation;
  return judgeAgentUpdates(seen, { agentUpdates: 'associate' });
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
