import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../functions/core/model/result.ts';
import type { Piece } from '../../twin/contract.ts';
import { type Organization, openOrganization, targetOf } from './organization.ts';
import { makeSharedOrganization } from './shared-network.ts';
import { MEMBER } from './small-organization.ts';

const OWNER = MEMBER;
const PARTICIPANT = String(Number(MEMBER) + 1);
const provision = { endpoints: 'provision' as const };

let organization: Organization;
let region: string;
let first: RunResult;

beforeAll(async () => {
  const made = makeSharedOrganization();
  region = made.region;
  organization = await openOrganization(made.snapshot);
  first = await organization.run({}, { ...provision, concurrency: 1 });
}, 60_000);
afterAll(() => organization.close());

describe('given an idle VPC that its owner shares with an account whose instance has no path', () => {
  it('when it is enforced, then the participant names the owner and changes nothing', () => {
    const target = targetOf(first, PARTICIPANT, region);
    expect(target).toMatchObject({ reasons: ['INSTANCE_UNMANAGED', 'VPC_OWNER_MANAGED'], changes: [] });
    // The owner's view of the VPC is taken over: it has no endpoints yet.
    expect(target.instances.verdicts).toMatchObject([{ verdict: 'NO_PATH', reason: 'VPC_OWNER_MANAGED' }]);
    expect(target.vpcs[0]?.ownerId).toBe(OWNER);
  });

  it('when it is enforced, then the owner, which was done already, makes the endpoints in the same run', async () => {
    const made = targetOf(first, OWNER, region).changes;
    expect(made.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      'CreateEndpointSecurityGroup APPLIED',
      'AllowEndpointIngress APPLIED',
      'CreateInterfaceEndpoint APPLIED',
      'CreateInterfaceEndpoint APPLIED',
      'CreateInterfaceEndpoint APPLIED',
    ]);
    const run = await organization.state.store.getRun(first.runId);
    expect(run?.batches.map(({ name }) => name.split(':')[0])).toContain('settle');
  });

  it('when time has passed, then the participant is Online, and the second enforce changes nothing', async () => {
    organization.twin.state.clock.advance(70 * 60);
    const before = organization.mutatingCalls();
    const second = await organization.run({}, provision);
    expect(organization.mutatingCalls() - before).toBe(0);
    expect(targetOf(second, PARTICIPANT, region).instances.managed).toBe(1);
    expect(targetOf(second, OWNER, region)).toMatchObject({ status: 'COMPLIANT' });
    const run = await organization.state.store.getRun(second.runId);
    expect(run?.batches.map(({ name }) => name)).toEqual(['wave:all']);
  });

  it('when the instance is gone, then the need is rolled back', async () => {
    organization.twin.state.region(PARTICIPANT, region).Ec2.Instances = [];
    await organization.run({}, provision);
    expect(await organization.state.store.listNeeds(OWNER)).toEqual([]);
  });

  it('when the owner is excluded, then it is said that no one covers it', async () => {
    const { Ec2 } = organization.twin.state.region(PARTICIPANT, region);
    participateAgain(Ec2);
    const exclude = { accounts: [OWNER], organizationalUnits: [], regions: [], tags: {} };
    const result = await organization.run({ mode: 'assess' }, { ...provision, exclude });
    expect(targetOf(result, PARTICIPANT, region).reasons).toContain('VPC_OWNER_OUT_OF_SCOPE');
    expect(await organization.state.store.listNeeds(OWNER)).toEqual([]);
  });
});

function participateAgain(Ec2: Piece): void {
  const [{ SubnetId, VpcId }] = Ec2.Subnets as [Piece];
  Ec2.Instances = [
    {
      InstanceId: 'i-0b',
      State: { Code: 16, Name: 'running' },
      VpcId,
      SubnetId,
      PrivateIpAddress: '10.9.0.78',
      SecurityGroups: [{ GroupId: 'sg-0a' }],
    },
  ];
}
