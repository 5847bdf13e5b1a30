/** `endpoints: central` with a hub that is made: its endpoints, its Profile and its share, before its spokes. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import {
  centralConfiguration,
  emptyHub,
  good,
  HUB,
  type HubOrganization,
  makeHubOrganization,
  type ShapeSpoke,
  spokeId,
  unrouted,
} from './hub-organization.ts';
import { changesOf, type Organization, openOrganization, targetOf } from './organization.ts';

let organization: Organization;
afterEach(() => organization.close());

async function open(shapes: ShapeSpoke[]): Promise<HubOrganization> {
  const made = makeHubOrganization(shapes);
  emptyHub(made);
  organization = await openOrganization(made.snapshot);
  return made;
}

describe('given a hub VPC without anything in it', () => {
  it('when enforced, then the hub is made for the spokes that reach it, which use it; a rollback leaves nothing', async () => {
    const made = await open([good, good, unrouted]);
    const { region } = made;
    const before = organization.twin.takeSnapshot();
    const result = await organization.run({ mode: 'enforce' }, centralConfiguration(made));

    expect(changesOf(result, HUB).toSorted()).toEqual([
      'AddHubEndpoint APPLIED',
      'AddHubEndpoint APPLIED',
      'AddHubEndpoint APPLIED',
      'AllowEndpointIngress APPLIED',
      'CreateEndpointSecurityGroup APPLIED',
      'CreateHubProfile APPLIED',
      'CreateInterfaceEndpoint APPLIED',
      'CreateInterfaceEndpoint APPLIED',
      'CreateInterfaceEndpoint APPLIED',
      'ShareHubProfile APPLIED',
    ]);
    for (const at of [0, 1]) {
      expect(changesOf(result, spokeId(at))).toEqual(['AssociateProfile APPLIED']);
      expect(targetOf(result, spokeId(at), region)).toMatchObject({
        status: 'COMPLIANT',
        vpcs: [{ path: 'PROVEN', reasons: [] }],
      });
    }
    expect(targetOf(result, spokeId(2), region).reasons).toContain('CENTRAL_NOT_PLANNED');
    const { Ec2, Ram } = organization.twin.state.region(HUB, region);
    const [group] = (Ec2.SecurityGroups as Piece[]).filter(({ GroupName }) => /^dhmc/.test(GroupName));
    expect(group?.IpPermissions[0].IpRanges.map(({ CidrIp }: Piece) => CidrIp)).toEqual([
      '10.1.0.0/16',
      '10.2.0.0/16',
      '10.50.0.0/16',
    ]);
    expect(Ram.ResourceShares).toHaveLength(1);

    // Others associated a VPC meanwhile.
    const { Route53Profiles, Ec2: other } = organization.twin.state.region(spokeId(2), region);
    const [{ VpcId }] = other.Vpcs as [Piece];
    const ProfileId = organization.twin.state.region(HUB, region).Route53Profiles.Profiles[0].Id;
    Route53Profiles.ProfileAssociations.push({
      Id: 'rpassoc-9',
      ProfileId,
      ResourceId: VpcId,
      Status: 'COMPLETE',
    });
    const kept = await organization.run(
      { mode: 'rollback', rollbackOf: result.runId },
      centralConfiguration(made),
    );
    const { findings } = targetOf(kept, HUB, region);
    expect(findings.map(({ code, sentence }) => [code, sentence])).toEqual([
      ['ROLLBACK_HUB_IN_USE', `The hub ${made.hubVpc} is kept: ${VpcId} uses its Profile.`],
    ]);
    expect(changesOf(kept, HUB)).toEqual([]);
    Route53Profiles.ProfileAssociations.pop();

    await organization.run({ mode: 'rollback', rollbackOf: result.runId }, centralConfiguration(made));
    expect(diffSnapshots(before, organization.twin.takeSnapshot())).toEqual([]);
  }, 120_000);
});
