/** `endpoints: central` with a hub that gives its names by private hosted zones, before its spokes. */
import { afterEach, describe, expect, it } from '@jest/globals';

import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import type { Piece } from '../../twin/contract.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import {
  addSpokeBesideHub,
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
import { useTemplateRoles, watchUse } from './template-roles.ts';

let organization: Organization;
afterEach(() => organization.close());

/** Others hold the name in the VPC. */
const foreignZone: ShapeSpoke = ({ account, region, vpcId }) => {
  account.Route53.HostedZones.push({
    Id: '/hostedzone/ZFOREIGN',
    Name: `ssm.${region}.amazonaws.com.`,
    CallerReference: 'theirs',
    VPCs: [{ VPCRegion: region, VPCId: vpcId }],
    ResourceRecordSets: [],
  });
};

async function open(shapes: ShapeSpoke[], hasTemplateRoles = true): Promise<HubOrganization> {
  const made = makeHubOrganization(shapes);
  emptyHub(made);
  if (hasTemplateRoles) useTemplateRoles(made.snapshot, { ...defaultConfiguration(), ...zones(made) });
  organization = await openOrganization(made.snapshot);
  return made;
}

const zones = (made: HubOrganization) => centralConfiguration(made, { names: 'zones' });

const zonesOf = (accountId: string): Piece[] =>
  organization.twin.state.account(accountId)?.Route53.HostedZones ?? [];

describe('given a hub VPC without anything in it, and names by zones', () => {
  it('when enforced, then zones lead the spokes that reach it to its endpoints; a rollback leaves nothing', async () => {
    const made = await open([good, good, unrouted, foreignZone]);
    const { region } = made;
    const before = organization.twin.takeSnapshot();
    const usage = watchUse(organization.twin.state);
    const result = await organization.run({ mode: 'enforce' }, zones(made));

    const counts = Map.groupBy(changesOf(result, HUB), (change) => change);
    expect(Object.fromEntries([...counts].map(([change, { length }]) => [change, length]))).toEqual({
      'CreateEndpointSecurityGroup APPLIED': 1,
      'AllowEndpointIngress APPLIED': 1,
      'CreateInterfaceEndpoint APPLIED': 3,
      'CreateHubZone APPLIED': 3,
      'SetHubRecord APPLIED': 3,
      'AuthorizeHubSpoke APPLIED': 6,
      'RevokeHubSpoke APPLIED': 6,
    });
    expect(targetOf(result, HUB, region).status).toBe('COMPLIANT');
    for (const at of [0, 1]) {
      expect(changesOf(result, spokeId(at))).toEqual(Array(3).fill('AssociateHubZone APPLIED'));
      expect(targetOf(result, spokeId(at), region)).toMatchObject({
        status: 'COMPLIANT',
        vpcs: [{ path: 'PROVEN', reasons: [], spoke: { state: 'USES' } }],
      });
    }
    for (const [at, reason] of [
      [2, 'CENTRAL_NOT_PLANNED'],
      [3, 'CENTRAL_ENDPOINTS_INCOMPLETE'],
    ] as const) {
      expect(changesOf(result, spokeId(at))).toEqual([]);
      expect(targetOf(result, spokeId(at), region).reasons).toContain(reason);
    }
    const endpoints: Piece[] = organization.twin.state.region(HUB, region).Ec2.VpcEndpoints;
    expect(endpoints.map(({ PrivateDnsEnabled }) => PrivateDnsEnabled)).toEqual([false, false, false]);
    for (const zone of zonesOf(HUB)) {
      expect(zone.VPCs).toHaveLength(3);
      expect(zone.VPCAssociationAuthorizations).toBeUndefined();
      const alias = (zone.ResourceRecordSets as Piece[]).find(({ Type }) => Type === 'A');
      expect(alias?.AliasTarget.DNSName).toMatch(/^vpce-\w+-\w+\.(ssm|ssmmessages|ec2messages)\./);
    }

    // Others associated a VPC meanwhile.
    const [zone] = zonesOf(HUB) as [Piece];
    zone.VPCs.push({ VPCRegion: region, VPCId: 'vpc-0123456789abcdef9' });
    const kept = await organization.run({ mode: 'rollback', rollbackOf: result.runId }, zones(made));
    expect(targetOf(kept, HUB, region).findings.map(({ code, sentence }) => [code, sentence])).toEqual([
      [
        'ROLLBACK_HUB_IN_USE',
        `The hub ${made.hubVpc} is kept: vpc-0123456789abcdef9 uses its private hosted zones.`,
      ],
    ]);
    expect(changesOf(kept, HUB)).toEqual([]);
    zone.VPCs.pop();

    await organization.run({ mode: 'rollback', rollbackOf: result.runId }, zones(made));
    expect(diffSnapshots(before, organization.twin.takeSnapshot())).toEqual([]);

    // Nothing that the templates do not grant, and every grant of zones was used.
    expect(usage.refusals()).toEqual([]);
    const unused = usage
      .grants()
      .filter(({ sid, count }) => /HubZone|HubRecord|HubSpoke/.test(sid) && count === 0);
    expect(unused.map(({ role, action }) => `${role} ${action}`)).toEqual([
      // In its own reader's and writer's session alike; on AWS it goes with the association.
      'DhmcRolloutWriter ec2:DescribeVpcs',
    ]);
  }, 120_000);

  it('when a zone of others holds a name in the hub VPC, then the hub is refused and nothing is made', async () => {
    const made = await open([good]);
    const { region, hubVpc } = made;
    zonesOf(HUB).push({
      Id: '/hostedzone/ZFOREIGN',
      Name: `ssmmessages.${region}.amazonaws.com.`,
      CallerReference: 'theirs',
      VPCs: [{ VPCRegion: region, VPCId: hubVpc }],
      ResourceRecordSets: [],
    });
    const before = organization.twin.takeSnapshot();
    const result = await organization.run({ mode: 'enforce' }, zones(made));
    const refused = targetOf(result, HUB, region).findings.find(({ code }) => code === 'CENTRAL_HUB_REFUSED');
    expect(refused?.sentence).toBe(
      `The private hosted zone ZFOREIGN (account ${HUB}) holds ssmmessages.${region}.amazonaws.com in ${hubVpc} and is not ours.`,
    );
    expect(diffSnapshots(before, organization.twin.takeSnapshot())).toEqual([]);
  }, 60_000);

  it('when others delete a record or a zone, then it is said, and the next enforce run brings it back', async () => {
    const made = await open([good]);
    const { region } = made;
    await organization.run({ mode: 'enforce' }, zones(made));
    const hub = organization.twin.state.account(HUB);
    if (!hub) throw new Error('no hub');
    const [ssm] = zonesOf(HUB).filter(({ Name }) => String(Name).startsWith('ssm.')) as [Piece];
    ssm.ResourceRecordSets = (ssm.ResourceRecordSets as Piece[]).filter(({ Type }) => Type !== 'A');
    hub.Route53.HostedZones = zonesOf(HUB).filter(({ Name }) => !String(Name).startsWith('ssmmessages.'));
    const seen = await organization.run({ mode: 'assess' }, zones(made));
    expect(targetOf(seen, spokeId(0), region).status).not.toBe('COMPLIANT');
    const healed = await organization.run({ mode: 'enforce' }, zones(made));
    expect(changesOf(healed, HUB)).toEqual(
      expect.arrayContaining(['CreateHubZone APPLIED', 'SetHubRecord APPLIED', 'RevokeHubSpoke APPLIED']),
    );
    expect(changesOf(healed, spokeId(0))).toEqual(['AssociateHubZone APPLIED']);
    for (const accountId of [HUB, spokeId(0)]) {
      expect(targetOf(healed, accountId, region).status).toBe('COMPLIANT');
    }
  }, 120_000);

  it('when the way by zones is changed to a Profile, then the hub is refused until it was rolled back', async () => {
    const made = await open([good], false);
    const { region, hubVpc } = made;
    const { runId } = await organization.run({ mode: 'enforce' }, zones(made));
    // A VPC that needs the hub again.
    for (const zone of zonesOf(HUB))
      zone.VPCs = (zone.VPCs as Piece[]).filter(({ VPCId }) => VPCId === hubVpc);
    const byProfile = centralConfiguration(made);
    // Without a VPC that needs the hub, its endpoints are as they should be.
    const idle = await organization.run({ mode: 'assess' }, { ...zones(made), endpoints: 'provision' });
    expect(targetOf(idle, HUB, region)).toMatchObject({ status: 'COMPLIANT', changes: [] });
    const refused = await organization.run({ mode: 'enforce' }, byProfile);
    const finding = targetOf(refused, HUB, region).findings.find(
      ({ code }) => code === 'CENTRAL_HUB_REFUSED',
    );
    expect(finding?.sentence).toMatch(
      /^The private hosted zone \S+ of this service holds \S+ in vpc-\w+; roll back/,
    );
    await organization.run({ mode: 'rollback', rollbackOf: runId }, zones(made));
    expect(zonesOf(HUB)).toEqual([]);
  }, 120_000);

  it('when a VPC in the account of the hub needs it, then it is associated without an authorization', async () => {
    const made = makeHubOrganization([]);
    addSpokeBesideHub(made);
    emptyHub(made);
    organization = await openOrganization(made.snapshot);
    const before = organization.twin.takeSnapshot();
    const result = await organization.run({ mode: 'enforce' }, zones(made));
    const kinds = new Set(changesOf(result, HUB).map((change) => change.split(' ')[0]));
    expect([kinds.has('AssociateHubZone'), kinds.has('AuthorizeHubSpoke')]).toEqual([true, false]);
    expect(targetOf(result, HUB, made.region)).toMatchObject({ status: 'COMPLIANT' });
    await organization.run({ mode: 'rollback', rollbackOf: result.runId }, zones(made));
    expect(diffSnapshots(before, organization.twin.takeSnapshot())).toEqual([]);
  }, 120_000);
});
