import { afterEach, describe, expect, it } from '@jest/globals';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { Piece } from '../../twin/contract.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import { changesOf, type Organization, openOrganization, targetOf } from './organization.ts';
import { MEMBER, makeCompliant, makeSmallOrganization } from './small-organization.ts';

const REGION = 'us-east-1';

describe('Given a Region with managed nodes', () => {
  let organization: Organization;
  afterEach(() => organization?.close());

  const ssm = (): Piece => organization.twin.state.region(MEMBER, REGION).Ssm;
  const open = async (prepare: (ssm: Piece, instanceIds: string[]) => void = () => {}) => {
    const snapshot = makeSmallOrganization({
      members: 1,
      regions: 1,
      shape: (account, regions) => {
        makeCompliant(account, regions);
        const instances = ['a', 'b'].map((name) => ({ name, running: true, online: true }));
        addNetwork(account, regions[0] ?? '', { shape: 'nat', name: 'web', octet: 7, instances });
        const region = account.Regions[regions[0] ?? ''];
        const ids = (region?.Ec2.Instances ?? []).map(({ InstanceId }: Piece) => InstanceId);
        prepare(region?.Ssm ?? {}, ids);
      },
    });
    organization = await openOrganization(snapshot);
  };
  const run = (agentUpdates: Configuration['agentUpdates'], mode: 'assess' | 'enforce' = 'enforce') =>
    organization.run({ mode }, { agentUpdates });
  const updateOf = (Targets: Piece[], more: Piece = {}): Piece => ({
    AssociationId: 'a1b2c3d4-0000-0000-0000-000000000001',
    Name: 'AWS-UpdateSSMAgent',
    ScheduleExpression: 'rate(14 days)',
    Targets,
    ...more,
  });

  it('When it is off, Then nothing is asked and nothing changes', async () => {
    await open();
    const result = await run('off');
    expect(changesOf(result, MEMBER)).toEqual([]);
    expect(organization.twin.calls().calls.some(({ operation }) => operation === 'ListAssociations')).toBe(
      false,
    );
  });

  it('When it is to be reported, Then it is, and nothing changes', async () => {
    await open();
    const result = await run('report');
    expect(targetOf(result, MEMBER, REGION).notes).toContain('AGENT_UPDATES_MISSING');
    expect(changesOf(result, MEMBER)).toEqual([]);
  });

  it('When it is to be associated, Then once, with our tag, and a rollback leaves no difference', async () => {
    await open();
    const before = organization.twin.takeSnapshot();
    const planned = await run('associate', 'assess');
    expect(changesOf(planned, MEMBER)).toEqual(['CreateAgentUpdate PLANNED']);
    expect(changesOf(await run('associate'), MEMBER)).toEqual(['CreateAgentUpdate APPLIED']);
    const again = await run('associate');
    expect(changesOf(again, MEMBER)).toEqual([]);
    expect(targetOf(again, MEMBER, REGION).notes.filter((code) => code.startsWith('AGENT_'))).toEqual([]);
    expect(ssm().Associations).toEqual([
      expect.objectContaining({
        Name: 'AWS-UpdateSSMAgent',
        AssociationName: expect.stringMatching(/^dhmc-rollout-agents-/),
        Targets: [{ Key: 'InstanceIds', Values: ['*'] }],
        Tags: expect.arrayContaining([{ Key: 'dhmc-rollout:managed', Value: 'true' }]),
      }),
    ]);
    const undone = await organization.run({ mode: 'rollback', rollbackOf: 'all' });
    expect(changesOf(undone, MEMBER)).toEqual(['DeleteAgentUpdate ROLLED_BACK']);
    expect(diffSnapshots(before, organization.twin.takeSnapshot())).toEqual([]);
  });

  it.each([
    ['all nodes', () => [{ Key: 'InstanceIds', Values: ['*'] }], 'AGENT_UPDATES_BY_OTHERS', []],
    ['each node', (ids: string[]) => [{ Key: 'InstanceIds', Values: ids }], 'AGENT_UPDATES_BY_OTHERS', []],
    [
      'one node',
      (ids: string[]) => [{ Key: 'InstanceIds', Values: ids.slice(1) }],
      'AGENT_UPDATES_MISSING',
      ['CreateAgentUpdate APPLIED'],
    ],
  ])(
    'When others update %s, Then theirs is left, and ours is made where it is needed',
    async (_name, targets, note, made) => {
      await open((state, ids) => {
        state.Associations = [updateOf(targets(ids))];
      });
      const [theirs] = structuredClone(ssm().Associations);
      const result = await run('associate');
      expect(changesOf(result, MEMBER)).toEqual(made);
      if (made.length === 0) expect(targetOf(result, MEMBER, REGION).notes).toContain(note);
      expect(ssm().Associations[0]).toEqual(theirs);
      await organization.run({ mode: 'rollback', rollbackOf: 'all' });
      expect(ssm().Associations).toHaveLength(1);
    },
  );

  it('When a node is tagged to be left alone, Then the others are named by id', async () => {
    await open();
    const instances: Piece[] = organization.twin.state.region(MEMBER, REGION).Ec2.Instances;
    const [ignored, other] = instances;
    if (ignored) ignored.Tags = [...(ignored.Tags ?? []), { Key: 'dhmc-rollout', Value: 'ignore' }];
    await run('associate');
    expect(ssm().Associations[0].Targets).toEqual([{ Key: 'InstanceIds', Values: [other?.InstanceId] }]);
  });
});
