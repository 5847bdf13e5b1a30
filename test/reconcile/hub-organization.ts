/** A hub account with endpoints, a Profile and a transit gateway, and an account for each spoke. */
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { HubSettings } from '../../functions/core/network/hub-facts.ts';
import type { AccountFile, Piece, Snapshot } from '../../twin/contract.ts';
import { makeId } from '../../twin/make/ids.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { regionOf } from '../../twin/make/region.ts';
import { MEMBER, makeCompliant, makeSmallOrganization } from './small-organization.ts';

export const HUB = MEMBER;
export const PROFILE = 'rp-0123456789abcdef';
export const HUB_OCTET = 50;
const GATEWAY = 'tgw-0123456789abcdef0';
export const HUB_ATTACHMENT = 'tgw-attach-0123456789abcdef0';
const SPOKES_TABLE = 'tgw-rtb-0123456789abcde01';
const HUB_TABLE = 'tgw-rtb-0123456789abcde02';

/** The n-th spoke's account. */
export function spokeId(at: number): string {
  return String(Number(MEMBER) + 1 + at);
}

export interface Spoke {
  ec2: Piece;
  vpcId: string;
  /** Of the transit gateway, in the hub's account. */
  hubEc2: Piece;
  attachment: Piece;
  state: Piece;
  region: string;
  accountId: string;
  account: AccountFile;
}

export type ShapeSpoke = (spoke: Spoke) => void;

/** It reaches the hub. */
export const good: ShapeSpoke = () => {};

export const unrouted: ShapeSpoke = ({ ec2 }) => {
  for (const table of ec2.RouteTables as Piece[]) table.Routes = [];
};

export interface HubOrganization {
  snapshot: Snapshot;
  region: string;
  /** A second one, in which nothing runs; empty where there is none. */
  otherRegion: string;
  hubVpc: string;
}

export function makeHubOrganization(shapes: ShapeSpoke[], regions = 1): HubOrganization {
  let region = '';
  let otherRegion = '';
  let hub: AccountFile | undefined;
  let hubVpc = '';
  const snapshot = makeSmallOrganization({
    members: shapes.length + 1,
    regions,
    shape: (account, names, index) => {
      [region = '', otherRegion = ''] = names;
      makeCompliant(account, names);
      if (hub === undefined) {
        hub = account;
        hubVpc = addHub(account, region);
      } else addSpoke(hub, account, region, index, shapes[index - 1] ?? (() => {}));
    },
  });
  return { snapshot, region, otherRegion, hubVpc };
}

function addHub(account: AccountFile, region: string): string {
  addNetwork(account, region, { shape: 'isolated', name: 'hub', octet: HUB_OCTET, instances: [] });
  const { Ec2, Route53Profiles } = regionOf(account, region);
  const [{ VpcId }] = Ec2.Vpcs as [Piece];
  const SubnetIds = (Ec2.Subnets as Piece[]).map(({ SubnetId }) => SubnetId);
  Ec2.SecurityGroups.push({
    GroupId: 'sg-0123456789abcde50',
    GroupName: 'central',
    VpcId,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
    IpPermissionsEgress: [],
  });
  Ec2.VpcEndpoints = ['ssm', 'ssmmessages', 'ec2messages'].map((service, at) => ({
    VpcEndpointId: `vpce-0123456789abcde0${at}`,
    VpcEndpointType: 'Interface',
    VpcId,
    OwnerId: account.AccountId,
    ServiceName: `com.amazonaws.${region}.${service}`,
    State: 'available',
    PrivateDnsEnabled: true,
    SubnetIds,
    Groups: [{ GroupId: 'sg-0123456789abcde50', GroupName: 'central' }],
    Tags: [],
  }));
  Route53Profiles.ProfileResourceAssociations = (Ec2.VpcEndpoints as Piece[]).map((endpoint, at) => ({
    Id: `rpr-${at}`,
    ProfileId: PROFILE,
    OwnerId: account.AccountId,
    ResourceArn: `arn:aws:ec2:${region}:${account.AccountId}:vpc-endpoint/${endpoint.VpcEndpointId}`,
    ResourceType: 'VPC_ENDPOINT',
    Status: 'COMPLETE',
  }));
  Ec2.TransitGatewayVpcAttachments = [attachmentOf(HUB_ATTACHMENT, VpcId, account.AccountId, SubnetIds)];
  Ec2.TransitGatewayRouteTables = [
    {
      TransitGatewayRouteTableId: SPOKES_TABLE,
      TransitGatewayId: GATEWAY,
      Associations: [],
      Routes: [transitRoute(`10.${HUB_OCTET}.0.0/16`, HUB_ATTACHMENT)],
    },
    {
      TransitGatewayRouteTableId: HUB_TABLE,
      TransitGatewayId: GATEWAY,
      Associations: [{ TransitGatewayAttachmentId: HUB_ATTACHMENT }],
      Routes: [],
    },
  ];
  addRoute(Ec2, '10.0.0.0/8');
  return VpcId;
}

function attachmentOf(id: string, VpcId: string, owner: string, SubnetIds: string[]): Piece {
  return {
    TransitGatewayAttachmentId: id,
    TransitGatewayId: GATEWAY,
    TransitGatewayOwnerId: HUB,
    VpcId,
    VpcOwnerId: owner,
    State: 'available',
    SubnetIds,
  };
}

export function transitRoute(DestinationCidrBlock: string, id: string, State = 'active'): Piece {
  return {
    DestinationCidrBlock,
    State,
    Type: 'propagated',
    TransitGatewayAttachments: [{ TransitGatewayAttachmentId: id }],
  };
}

function addRoute(ec2: Piece, DestinationCidrBlock: string): void {
  for (const table of ec2.RouteTables as Piece[]) {
    table.Routes.push({ DestinationCidrBlock, TransitGatewayId: GATEWAY, State: 'active' });
  }
}

function addSpoke(
  hub: AccountFile,
  account: AccountFile,
  region: string,
  octet: number,
  shape: ShapeSpoke,
): void {
  const instances = ['one', 'two'].map((name) => ({ name, running: true }));
  addNetwork(account, region, { shape: 'isolated', name: 'spoke', octet, instances });
  const state = regionOf(account, region);
  const { Ec2 } = state;
  const { VpcId } = (Ec2.Vpcs as Piece[]).at(-1) ?? {};
  const ofVpc = (pieces: Piece[]) => pieces.filter((piece) => piece.VpcId === VpcId);
  const id = makeId('tgw-attach', VpcId);
  const SubnetIds = ofVpc(Ec2.Subnets).map(({ SubnetId }) => SubnetId);
  const attachment = attachmentOf(id, VpcId, account.AccountId, SubnetIds);
  Ec2.TransitGatewayVpcAttachments = [...(Ec2.TransitGatewayVpcAttachments ?? []), attachment];
  addRoute({ RouteTables: ofVpc(Ec2.RouteTables) }, `10.${HUB_OCTET}.0.0/16`);
  const hubEc2: Piece = regionOf(hub, region).Ec2;
  const [spokes, back] = hubEc2.TransitGatewayRouteTables as [Piece, Piece];
  spokes.Associations.push({ TransitGatewayAttachmentId: id });
  back.Routes.push(transitRoute(`10.${octet}.0.0/16`, id));
  shape({ ec2: Ec2, vpcId: VpcId, hubEc2, attachment, state, region, accountId: account.AccountId, account });
}

/** A VPC in the hub's own account. */
export function addSpokeBesideHub({ snapshot, region }: HubOrganization): void {
  const hub = snapshot.accounts.get(HUB);
  if (!hub) throw new Error('no hub');
  addSpoke(hub, hub, region, HUB_OCTET + 1, () => {});
}

/** `endpoints: central` with the hub, which is to be made where no Profile is given. */
export function centralConfiguration(
  { region, hubVpc }: HubOrganization,
  {
    profile = null,
    names = 'profile',
    passes = 6,
  }: Partial<Pick<HubSettings, 'profile' | 'names'>> & {
    passes?: number;
  } = {},
): Partial<Configuration> {
  return {
    endpoints: 'central',
    hubs: { [region]: { account: HUB, vpc: hubVpc, profile, names, gigabytesPerInstance: 1 } },
    settle: { passes, waitSeconds: [900] },
  };
}

/** Service and private DNS of the endpoints of a VPC that are not going away. */
export function standingEndpoints({ Ec2 }: Piece): string[] {
  return ((Ec2.VpcEndpoints ?? []) as Piece[])
    .filter(({ State }) => !String(State).startsWith('delet'))
    .map(({ ServiceName, PrivateDnsEnabled }) => `${ServiceName} ${PrivateDnsEnabled}`)
    .sort();
}

/** The hub VPC with its attachment, and nothing else of the hub. */
export function emptyHub({ snapshot, region }: HubOrganization): void {
  const hub = snapshot.accounts.get(HUB)?.Regions[region];
  if (!hub) throw new Error('no hub');
  hub.Ec2.VpcEndpoints = [];
  hub.Ec2.SecurityGroups = (hub.Ec2.SecurityGroups as Piece[]).filter(
    ({ GroupName }) => GroupName !== 'central',
  );
  hub.Route53Profiles.ProfileResourceAssociations = [];
}
