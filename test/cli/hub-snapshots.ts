/** Organizations with a hub, snapshots of them taken as the command takes them, and plans to be compared. */
import { join } from 'node:path';
import { takeSnapshot } from '../../cli/snapshot/take-snapshot.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import type { HubSettings } from '../../functions/core/network/hub-facts.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { copySnapshot } from '../../twin/snapshot/defaults.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { startTwin } from '../../twin/start.ts';
import {
  centralConfiguration,
  good,
  type HubOrganization,
  makeHubOrganization,
  type ShapeSpoke,
  type Spoke,
  spokeId,
  transitRoute,
} from '../reconcile/hub-organization.ts';
import { openOrganization } from '../reconcile/organization.ts';
import { makeFolder } from './run-command.ts';

const folder = await makeFolder();

export const SPOKES: Record<string, ShapeSpoke> = {
  good,
  'another good one': good,
  'without a route': ({ ec2 }) => each(ec2.RouteTables, (table) => table.Routes.pop()),
  'without a route back': ({ hubEc2, attachment }) => dropRoute(hubEc2, attachment),
  'behind a blackhole': ({ hubEc2, attachment }) =>
    void hubEc2.TransitGatewayRouteTables[1].Routes.push(
      transitRoute('10.5.0.0/17', attachment.TransitGatewayAttachmentId, 'blackhole'),
    ),
  'associated with no route table': ({ hubEc2, attachment }) => {
    const [spokes] = hubEc2.TransitGatewayRouteTables as [Piece];
    spokes.Associations = (spokes.Associations as Piece[]).filter(
      (one) => one.TransitGatewayAttachmentId !== attachment.TransitGatewayAttachmentId,
    );
  },
  'with a closed network ACL': ({ ec2 }) =>
    each(ec2.NetworkAcls, (acl) =>
      acl.Entries.push({
        Egress: true,
        Protocol: '-1',
        RuleAction: 'deny',
        RuleNumber: 1,
        CidrBlock: '10.50.0.0/16',
      }),
    ),
  'with addresses of the hub': ({ ec2 }) =>
    ec2.Vpcs[0].CidrBlockAssociationSet.push({
      AssociationId: 'vpc-cidr-assoc-1',
      CidrBlock: '10.50.128.0/17',
      CidrBlockState: { State: 'associated' },
    }),
  'with a zone of an account that cannot be read': (spoke) => void addForeignZone(spoke),
  "with a Profile of another's": ({ state, vpcId }) => {
    state.Route53Profiles.ProfileAssociations = [
      { Id: 'rpassoc-1', ProfileId: 'rp-9', ResourceId: vpcId, Status: 'COMPLETE', Priority: 300 },
    ];
  },
  'by a peering connection': ({ ec2, hubEc2 }) => {
    each(ec2.RouteTables, (table) => peer(table, '10.50.0.0/16'));
    each(hubEc2.RouteTables, (table) => peer(table, '10.11.0.0/16'));
    for (const one of [ec2, hubEc2]) {
      one.VpcPeeringConnections = [
        { VpcPeeringConnectionId: PEERING, Status: { Code: 'active', Message: 'Active' } },
      ];
    }
  },
};
const PEERING = 'pcx-0123456789abcdef0';
export const CLOSED = spokeId(Object.keys(SPOKES).length);

function each(list: Piece[], change: (piece: Piece) => void): void {
  for (const piece of list) change(piece);
}

function peer(table: Piece, DestinationCidrBlock: string): void {
  table.Routes = (table.Routes as Piece[]).filter(
    (route) => route.DestinationCidrBlock !== DestinationCidrBlock,
  );
  table.Routes.push({ DestinationCidrBlock, VpcPeeringConnectionId: PEERING, State: 'active' });
}

function dropRoute(hubEc2: Piece, { TransitGatewayAttachmentId: id }: Piece): void {
  const [, back] = hubEc2.TransitGatewayRouteTables as [Piece, Piece];
  back.Routes = (back.Routes as Piece[]).filter(
    (route) => route.TransitGatewayAttachments[0].TransitGatewayAttachmentId !== id,
  );
}

/** Its owner is CLOSED: only the account of the VPC is shown it. */
let foreignZone: Piece | null = null;
function addForeignZone({ vpcId, region }: Spoke): void {
  foreignZone = {
    Id: '/hostedzone/Z0FOREIGN0ZONE',
    Name: `ssm.${region}.amazonaws.com.`,
    Config: { PrivateZone: true },
    VPCs: [{ VPCId: vpcId, VPCRegion: region }],
    ResourceRecordSets: [],
  };
}

/** What `memberRole.snapshots` adds where a hub is configured. */
const SNAPSHOT_READS = [
  'ec2:GetTransitGatewayRouteTablePropagations',
  'iam:GetAccountAuthorizationDetails',
  'ram:GetResourceShareAssociations',
  'route53:GetHostedZone',
  'route53:ListHostedZones',
  'route53:ListResourceRecordSets',
  'route53:ListVPCAssociationAuthorizations',
  'route53profiles:ListTagsForResource',
];

/** With an account more, the last, that cannot be entered where all of SPOKES are there. */
export function makeOriginal(shapes: ShapeSpoke[], denied: Record<string, string[]> = {}): HubOrganization {
  foreignZone = null;
  const made = makeHubOrganization([...shapes, good]);
  const zones: Piece[] | undefined = made.snapshot.accounts.get(CLOSED)?.Route53.HostedZones;
  if (foreignZone) zones?.push(foreignZone);
  for (const [accountId, { Iam }] of made.snapshot.accounts) {
    const reader = (Iam.RoleDetailList as Piece[]).find(({ RoleName }) => RoleName === 'DhmcRolloutReader');
    if (!reader) continue;
    reader.RolePolicyList.push(statement('TakeSnapshot', 'Allow', SNAPSHOT_READS));
    const actions = denied[accountId];
    if (actions) reader.RolePolicyList.push(statement('Denied', 'Deny', actions));
    if (accountId === CLOSED) reader.AssumeRolePolicyDocument = { Version: '2012-10-17', Statement: [] };
  }
  return made;
}

function statement(PolicyName: string, Effect: string, Action: string[]): Piece {
  const Statement = [{ Effect, Action, Resource: '*' }];
  return { PolicyName, PolicyDocument: { Version: '2012-10-17', Statement } };
}

/** With `names: zones`, what the hub holds is private hosted zones. */
export function central(
  made: HubOrganization,
  profile: string | null,
  names: HubSettings['names'] = 'profile',
): Partial<Configuration> {
  return centralConfiguration(made, { profile, names, passes: 2 });
}

let taken = 0;
export async function copyOf(original: Snapshot, settings: Partial<Configuration>, accounts?: string[]) {
  const twin = await startTwin({ snapshot: copySnapshot(original) });
  try {
    taken += 1;
    const out = join(folder, `taken-${taken}`);
    const { accessKeyId, secretAccessKey, sessionToken, region } = twin.operator;
    const { unread } = await takeSnapshot({
      connection: {
        homeRegion: region,
        endpoint: twin.url,
        credentials: { accessKeyId, secretAccessKey, sessionToken },
      },
      configuration: { ...defaultConfiguration(), ...settings },
      scope: accounts && { accounts },
      folder: out,
      atOnce: 4,
      signal: undefined,
      onAccount: () => {},
      now: () => new Date(original.organization.CapturedAt),
    });
    const calls = twin.calls().calls.map(({ service, operation }) => `${service}:${operation}`);
    return { out, copy: await readSnapshot(out), unread, calls: new Set(calls) };
  } finally {
    await twin.close();
  }
}

export async function plan(
  snapshot: Snapshot,
  settings: Partial<Configuration>,
  accounts?: string[],
): Promise<RunResult> {
  const organization = await openOrganization(snapshot);
  try {
    return await organization.run({ mode: 'assess', ...(accounts ? { scope: { accounts } } : {}) }, settings);
  } finally {
    await organization.close();
  }
}

/** Everything that is said of networks; ids of changes and of runs differ. */
export function said({ targets, accounts, monthlyCostUsd }: RunResult) {
  return {
    monthlyCostUsd,
    accounts: accounts.map(({ accountId, status, reasons }) => [accountId, status, reasons]),
    targets: targets.map(({ accountId, region, status, reasons, notes, vpcs, changes, findings }) => ({
      at: `${accountId} ${region}`,
      status,
      reasons,
      notes,
      vpcs,
      findings: findings.map(({ code, subject, sentence }) => [
        code,
        subject,
        sentence.replace(/run-[\w-]+/g, 'RUN'),
      ]),
      changes: changes.map(
        ({ kind, resource, monthlyCostUsd: price, detail: { clientToken: _, ...detail } }) => [
          kind,
          resource,
          price,
          detail,
        ],
      ),
    })),
  };
}
