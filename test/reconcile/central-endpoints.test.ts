/** `endpoints: central`: VPCs without a path use the endpoints of their Region's hub. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { describeEnding } from '../../cli/exit.ts';
import { outlookOf } from '../../cli/runs/plan-outlook.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { HubSettings } from '../../functions/core/network/hub-facts.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import type { Piece } from '../../twin/contract.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import {
  good,
  HUB,
  HUB_ATTACHMENT,
  type HubOrganization,
  makeHubOrganization,
  PROFILE,
  type ShapeSpoke,
  spokeId,
  transitRoute,
  unrouted,
} from './hub-organization.ts';
import { changesOf, type Organization, openOrganization, targetOf } from './organization.ts';

let organization: Organization;
afterEach(() => organization.close());

const CASES: [string, ShapeSpoke, RegExp][] = [
  ['has no route to the hub', unrouted, /No active route/],
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

async function open(shapes: ShapeSpoke[], regions = 1): Promise<HubOrganization> {
  const made = makeHubOrganization(shapes, regions);
  organization = await openOrganization(made.snapshot);
  return made;
}

function central({ region, hubVpc }: HubOrganization): Partial<Configuration> {
  return {
    endpoints: 'central',
    hubs: { [region]: hubSettings(hubVpc) },
    settle: { passes: 6, waitSeconds: [900] },
  };
}

function hubSettings(vpc: string): HubSettings {
  return { account: HUB, vpc, profile: PROFILE, names: 'profile', gigabytesPerInstance: 1 };
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
      ['NON_COMPLIANT', expect.stringMatching(/the path to it is interrupted/)],
    );
    for (const [at, table] of tables.entries()) table.Routes = routes[at];

    await organization.run({ mode: 'rollback', rollbackOf: result.runId }, central(made));
    expect(diffSnapshots(before, organization.twin.takeSnapshot())).toEqual([]);
  }, 60_000);
});

describe('given endpoints: auto', () => {
  const CASES_OF_PRICE: [string, number, string[], string, RegExp][] = [
    [
      'own ones are cheaper',
      0.01,
      [],
      'DEARER',
      /^Own endpoints cost \$\S+ a month for 2 VPCs in \S+, central/,
    ],
    [
      'central ones are cheaper',
      1,
      [PROFILE],
      'PLANNED',
      /^Central endpoints cost \$\S+ a month for 2 VPCs in/,
    ],
  ];

  it.each(CASES_OF_PRICE)(
    'when %s, then these are planned, with the prices',
    async (_which, price, ids, state, why) => {
      const made = await open([good, good, ...CASES.slice(0, 1).map(([, shape]) => shape)]);
      const prices = { [made.region]: { endpointAzHour: price } };
      const configuration = { ...central(made), endpoints: 'auto' as const, prices };
      const result = await organization.run({ mode: 'assess' }, configuration);
      for (const at of [0, 1]) {
        const { vpcs, changes } = targetOf(result, spokeId(at), made.region);
        expect(vpcs[0]?.spoke).toMatchObject({ state, why: expect.stringMatching(why), instances: 2 });
        expect(changes.flatMap(({ detail }) => detail.profileId ?? [])).toEqual(ids);
        expect(changes.some(({ kind }) => kind === 'CreateInterfaceEndpoint')).toBe(ids.length === 0);
      }
      const blocked = targetOf(result, spokeId(2), made.region);
      expect(blocked.vpcs[0]?.spoke).toMatchObject({
        state: 'BLOCKED',
        why: expect.stringMatching(/No active/),
      });
      const [region] = outlookOf(result, null).regions;
      expect([region?.spokes, (region?.savedMonthlyUsd ?? 0) > 0]).toEqual([2, ids.length > 0]);
    },
    60_000,
  );
});

describe('given a hub that cannot be used', () => {
  const PLACE = 'hubs.REGION.';
  const BAD: [string, (made: HubOrganization) => Partial<Configuration>, RegExp][] = [
    [
      'is in an excluded account',
      () => ({ exclude: { accounts: [HUB], organizationalUnits: [], regions: [], tags: {} } }),
      /account: \d{12} is out of scope \(The configuration excludes account/,
    ],
    [
      'is in an account of no organization',
      (made) => withHub(made, { account: '999999999999' }),
      /account: 999999999999 is not in the organization$/,
    ],
    [
      'has a VPC that does not exist',
      (made) => withHub(made, { vpc: 'vpc-0123456789abcdef9' }),
      /vpc: vpc-\w+ does not exist in \d{12}/,
    ],
    [
      'has a Profile that does not exist',
      (made) => withHub(made, { profile: 'rp-99' }),
      /profile: rp-99 does not exist for/,
    ],
    [
      'is in another Region',
      (made) => ({
        regions: 'all',
        hubs: { [made.otherRegion]: hubSettings(made.hubVpc) },
      }),
      /vpc: vpc-\w+ is in \S+, not in/,
    ],
    [
      'is in an account that cannot be entered',
      () => ({ memberRole: { ...defaultConfiguration().memberRole, reader: 'AnotherReader' } }),
      /account: the member role of \d{12} cannot be assumed/,
    ],
    [
      'has addresses that are routed elsewhere',
      ({ region }) => {
        const [spokes] = organization.twin.state.region(HUB, region).Ec2.TransitGatewayRouteTables;
        spokes.Associations.push({ TransitGatewayAttachmentId: HUB_ATTACHMENT });
        spokes.Routes.push(transitRoute('10.50.1.0/24', 'tgw-attach-0123456789abcdef9'));
        return {};
      },
      /vpc: addresses of vpc-\w+ \(10\.50\.0\.0\/16\) overlap with 10\.50\.1\.0\/24/,
    ],
    [
      'is to be made in a VPC that is ignored',
      (made) => {
        const { Ec2 } = organization.twin.state.region(HUB, made.region);
        Ec2.Vpcs[0].Tags = [{ Key: 'dhmc-rollout', Value: 'ignore' }];
        return withHub(made, { profile: null });
      },
      /vpc: vpc-\w+ carries the tag dhmc-rollout: ignore, so no hub is made in it/,
    ],
    [
      'is in a Region that its account has not enabled',
      ({ region, hubVpc }) => {
        organization.twin.state.region(HUB, region).RegionOptStatus = 'DISABLED';
        return { hubs: { [region]: hubSettings(hubVpc) } };
      },
      /account: \d{12} has not enabled \S+ \(DISABLED\)$/,
    ],
  ];

  it('when a run is started, then one line says why, and nothing was done or recorded', async () => {
    const made = await open([good], 2);
    for (const [, settings, line] of BAD) {
      const configuration = { ...central(made), ...settings(made) };
      const refused = await organization.run({ mode: 'enforce' }, configuration).then(
        () => null,
        (error) => describeEnding(error),
      );
      expect(refused).toEqual({
        exitCode: 2,
        lines: [expect.stringMatching(new RegExp(`^${PLACE.replace('REGION', '[a-z0-9-]+')}${line.source}`))],
      });
    }
    expect(organization.mutatingCalls()).toBe(0);
    expect(await organization.state.store.listRuns(1)).toEqual([]);
  }, 60_000);
});

function withHub(made: HubOrganization, change: Partial<HubSettings>): Partial<Configuration> {
  return {
    hubs: { [made.region]: { ...hubSettings(made.hubVpc), ...change } },
  };
}
