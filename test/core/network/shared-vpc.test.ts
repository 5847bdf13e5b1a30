import { describe, expect, it } from '@jest/globals';
import { changeDetail } from '../../../functions/core/changes/changes.ts';
import { changesOf, judge } from './case.ts';
import { edit, egressOnlyTo, instance, vpcIs, withNat, without, world } from './steps.ts';
import { NEW_AGENT, OWNER, type Step, SUBNET_A, SUBNET_C, SUBNET_PUBLIC, VPC } from './world.ts';

const shared: Step = vpcIs({ OwnerId: OWNER });

describe('Given a VPC shared from another account', () => {
  it('when instances lack a path, then the need names their subnets and services, and nothing is planned', () => {
    const verdict = judge({
      world: world(
        shared,
        instance({ id: 'i-0000000000000000c', subnet: SUBNET_C, agent: NEW_AGENT }),
        instance({ id: 'i-0000000000000000f', subnet: SUBNET_PUBLIC, publicIp: true, agent: NEW_AGENT }),
      ),
    });
    expect(verdict.changes).toEqual([]);
    expect(verdict.need).toEqual({
      vpcId: VPC,
      participantId: '111122223333',
      subnetIds: [SUBNET_A, SUBNET_C],
      services: ['ssm', 'ssmmessages'],
      unknownAgents: true,
    });
  });

  it('when the owner judges that need, then endpoints are in the zones of its subnets', () => {
    const { need } = judge({ world: world(shared) });
    if (!need) throw new Error('no need was recorded');
    const verdict = judge({ world: world(without.instances), needs: [need] });
    expect(changesOf(verdict)).toContain('CreateInterfaceEndpoint ec2messages');
    const details = verdict.changes.map(changeDetail);
    expect(details).toContainEqual({
      vpcId: VPC,
      serviceName: 'com.amazonaws.ap-northeast-1.ssm',
      subnetIds: [SUBNET_A],
    });
  });

  it("when a participant's own group blocks a way that is there, then that is its own reason, not the owner's", () => {
    const seen = world(shared, withNat, egressOnlyTo());
    expect(judge({ world: seen })).toMatchObject({ reasons: ['INSTANCE_SG_BLOCKS_443'], need: null });
  });

  it('when the participant sees no NAT gateway, then the path is UNKNOWN and the owner is asked', () => {
    const seen = world(
      shared,
      withNat,
      edit((ec2) => {
        ec2.NatGateways = [];
      }),
    );
    expect(judge({ world: seen })).toMatchObject({ path: 'UNKNOWN', need: { subnetIds: [SUBNET_A] } });
  });
});
