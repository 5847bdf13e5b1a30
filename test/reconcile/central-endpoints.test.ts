/** `endpoints: central`: VPCs without a path use the endpoints of their Region's hub. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { Piece } from '../../twin/contract.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import {
  HUB,
  type HubOrganization,
  makeHubOrganization,
  PROFILE,
  type ShapeSpoke,
  spokeId,
} from './hub-organization.ts';
import { changesOf, type Organization, openOrganization, targetOf } from './organization.ts';

let organization: Organization;
afterEach(() => organization.close());

const good: ShapeSpoke = () => {};
const CASES: [string, ShapeSpoke, RegExp][] = [
  ['has no route to the hub', ({ ec2 }) => clearRoutes(ec2), /No active route/],
  [
    'is not routed back by the transit gateway',
    ({ hubEc2, attachment }) => dropTransitRoute(hubEc2, attachment),
    /has no route from tgw-attach-/,
  ],
  [
    'is attached in no zone of its instances',
    ({ attachment }) => Object.assign(attachment, { SubnetIds: [] }),
    /has no subnet in/,
  ],
  [
    'has addresses of the hub',
    ({ ec2 }) => ec2.Vpcs[0].CidrBlockAssociationSet.push(associated('10.50.128.0/17')),
    /overlap with those of the hub/,
  ],
  ['blocks answers by a network ACL', ({ ec2 }) => blockAnswers(ec2), /network ACL of subnet-/],
];

function clearRoutes(ec2: Piece): void {
  for (const table of ec2.RouteTables as Piece[]) table.Routes = [];
}

function dropTransitRoute(hubEc2: Piece, { TransitGatewayAttachmentId }: Piece): void {
  for (const table of hubEc2.TransitGatewayRouteTables as Piece[]) {
    table.Routes = (table.Routes as Piece[]).filter(
      (route) => route.TransitGatewayAttachments[0].TransitGatewayAttachmentId !== TransitGatewayAttachmentId,
    );
  }
}

function associated(CidrBlock: string): Piece {
  return { AssociationId: 'vpc-cidr-assoc-1', CidrBlock, CidrBlockState: { State: 'associated' } };
}

function blockAnswers(ec2: Piece): void {
  const [acl] = ec2.NetworkAcls as [Piece];
  acl.Entries.push({
    Egress: false,
    Protocol: '-1',
    RuleAction: 'deny',
    RuleNumber: 1,
    CidrBlock: '10.50.0.0/16',
  });
}

async function open(shapes: ShapeSpoke[]): Promise<HubOrganization> {
  const made = makeHubOrganization(shapes);
  organization = await openOrganization(made.snapshot);
  return made;
}

function central({ region, hubVpc }: HubOrganization): Partial<Configuration> {
  return {
    endpoints: 'central',
    hubs: { [region]: { account: HUB, vpc: hubVpc, profile: PROFILE } },
    settle: { passes: 6, waitSeconds: [900] },
  };
}

function associationsOf(spoke: number, region: string): Piece[] {
  return organization.twin.state.region(spokeId(spoke), region).Route53Profiles.ProfileAssociations ?? [];
}

const associatedElsewhere: ShapeSpoke = ({ state, vpcId }) => {
  state.Route53Profiles.ProfileAssociations = [
    { Id: 'rpassoc-1', ProfileId: 'rp-9', ResourceId: vpcId, Status: 'COMPLETE', Priority: 300 },
  ];
};

describe('given a hub, and VPCs that reach it or not', () => {
  it('when enforced, then exactly those that reach it use it; a lost route is said, and a rollback leaves nothing', async () => {
    const made = await open([good, associatedElsewhere, ...CASES.map(([, shape]) => shape)]);
    const { region } = made;
    const before = organization.twin.takeSnapshot();
    const result = await organization.run({ mode: 'enforce' }, central(made));

    expect(changesOf(result, spokeId(0))).toEqual(['AssociateProfile APPLIED']);
    for (const at of [0, 1]) {
      const target = targetOf(result, spokeId(at), region);
      expect(target).toMatchObject({ status: 'COMPLIANT', vpcs: [{ path: 'PROVEN', reasons: [] }] });
    }
    expect(associationsOf(1, region).map(({ ProfileId, Priority }) => [ProfileId, Priority])).toEqual([
      ['rp-9', 300],
      [PROFILE, 301],
    ]);
    for (const [at, [, , why]] of CASES.entries()) {
      const target = targetOf(result, spokeId(at + 2), region);
      const finding = target.findings.find(({ code }) => code === 'CENTRAL_NOT_PLANNED');
      expect([finding?.sentence, associationsOf(at + 2, region)]).toEqual([expect.stringMatching(why), []]);
    }

    const tables: Piece[] = organization.twin.state.region(HUB, region).Ec2.TransitGatewayRouteTables;
    const routes = tables.map(({ Routes }) => Routes);
    for (const table of tables) table.Routes = [];
    const lost = targetOf(await organization.run({ mode: 'assess' }, central(made)), spokeId(0), region);
    expect([lost.status, lost.findings.find(({ code }) => code === 'CENTRAL_UNREACHABLE')?.sentence]).toEqual(
      ['NON_COMPLIANT', expect.stringMatching(/the way there is interrupted/)],
    );
    for (const [at, table] of tables.entries()) table.Routes = routes[at];

    await organization.run({ mode: 'rollback', rollbackOf: result.runId }, central(made));
    expect(diffSnapshots(before, organization.twin.takeSnapshot())).toEqual([]);
  }, 60_000);

  it('when the rollout does not cover the account of the hub, then nothing is planned', async () => {
    const made = await open([good]);
    const exclude = { accounts: [HUB], organizationalUnits: [], regions: [], tags: {} };
    const result = await organization.run({ mode: 'enforce' }, { ...central(made), exclude });
    expect(targetOf(result, spokeId(0), made.region).reasons).toContain('CENTRAL_NOT_PLANNED');
    expect(associationsOf(0, made.region)).toEqual([]);
  }, 60_000);
});
