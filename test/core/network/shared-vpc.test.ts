import { describe, expect, it } from '@jest/globals';
import { changeDetail } from '../../../functions/core/changes/changes.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import type { NetworkSettings } from '../../../functions/core/network/network-settings.ts';
import { judgeVpc } from '../../../functions/core/network/vpc-verdict.ts';
import { changesOf, contextOf, judge } from './case.ts';
import { observe } from './observe.ts';
import { edit, egressOnlyTo, endpoints, instance, route, vpcIs, withNat, without, world } from './steps.ts';
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

describe("Given a VPC shared from another account, and its owner's view of it", () => {
  const judged = (steps: Step[], settings: Partial<NetworkSettings> = {}, own: Step[] = []) => {
    const view = observe(world(shared, ...own, ...steps));
    const participant = observe(world(shared, ...own));
    const network = joinNetwork({
      ...participant,
      ownerViews: { [VPC]: { kind: 'value', value: { ...view, accountId: OWNER } } },
    });
    const vpc = network.vpcs.get(VPC);
    if (!vpc) throw new Error('no VPC');
    const { path, reasons, notes, isOwnerHidden } = judgeVpc(network, vpc, contextOf({ settings }));
    return { path, reasons, notes, isOwnerHidden };
  };
  const PRIVATE = { path: 'private' as const };

  it('when the owner has a path, then nothing is left to report', () => {
    expect(judged([withNat])).toEqual({ path: 'INTERNET', reasons: [], notes: [], isOwnerHidden: false });
  });

  it('when the owner has none, then it is the one to make it', () => {
    expect(judged([])).toMatchObject({ path: 'NONE', reasons: ['VPC_OWNER_MANAGED'] });
  });

  it('when the path is to be private and is not, then that is a reason', () => {
    expect(judged([withNat], PRIVATE)).toMatchObject({ reasons: ['PATH_NOT_PRIVATE'] });
    expect(judged([endpoints(['ssm', 'ssmmessages'])], PRIVATE)).toMatchObject({ reasons: [] });
  });

  it("when the owner's egress is not seen either, then that is noted", () => {
    const transit = route('0.0.0.0/0', { TransitGatewayId: 'tgw-1' });
    expect(judged([transit])).toMatchObject({ path: 'UNKNOWN', notes: ['EGRESS_UNKNOWN'], reasons: [] });
  });

  it('when every instance is proven, then the owner is asked only where the path is to be private', () => {
    const proven = [instance({ ping: 'Online', agent: NEW_AGENT }), withNat];
    expect(judged([], {}, proven)).toMatchObject({ path: 'PROVEN', isOwnerHidden: true });
    expect(judged([], PRIVATE, proven)).toMatchObject({
      isOwnerHidden: false,
      reasons: ['PATH_NOT_PRIVATE'],
    });
  });

  it('when nothing runs, then there is nothing to ask or report', () => {
    expect(judged([], PRIVATE, [without.instances])).toMatchObject({ reasons: [], isOwnerHidden: true });
  });
});
