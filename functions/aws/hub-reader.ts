/**
 * The hub of a Region, asked of its account, of the spoke's and of the owner of the transit gateways between them.
 *
 * Sources: EC2's service model. `DescribeTransitGatewayAttachments` shows the association of an attachment to the owner
 * of the transit gateway; `SearchTransitGatewayRoutes` has no pages, at most 1,000 routes, and says in
 * `AdditionalRoutesAvailable` that there are more: then the routes count as unread. That the owner of a VPC is not shown
 * the route tables of another account's transit gateway is general knowledge (not verified).
 */
import {
  paginateDescribeTransitGatewayAttachments,
  paginateDescribeTransitGatewayVpcAttachments,
  SearchTransitGatewayRoutesCommand,
  type TransitGatewayAttachment,
  type TransitGatewayRoute,
  type TransitGatewayVpcAttachment,
} from '@aws-sdk/client-ec2';
import type { AccountId, Region } from '../core/model/primitives.ts';
import type { Read } from '../core/model/reads.ts';
import type { HubObservation, NetworkObservation } from '../core/network/facts.ts';
import {
  type HubSettings,
  hubName,
  type TransitAssociationFacts,
  type TransitAttachmentFacts,
  type TransitRouteFacts,
} from '../core/network/hub-facts.ts';
import type { HubSeen } from '../core/network/hub-problem.ts';
import { valuesOf } from '../core/network/network.ts';
import type { SessionClients } from './client-pool.ts';
import { readProfileNamed } from './hub-holding-reader.ts';
import { readHubZones } from './hub-zone-reader.ts';
import { readProfileResources } from './name-reader.ts';
import { NetworkLists } from './network-lists.ts';
import { many } from './page-sizes.ts';
import { read } from './reads.ts';

export interface HubRequest {
  clients: SessionClients;
  accountId: AccountId;
  region: Region;
  sessionOf: (accountId: AccountId) => Promise<Read<SessionClients> | null>;
}

/** SearchTransitGatewayRoutes answers with no more, and has no pages. */
export const MOST_ROUTES = 1000;

export async function readHub(
  settings: HubSettings,
  { clients, accountId, region, sessionOf }: HubRequest,
  listsOf: (clients: SessionClients) => Promise<NetworkObservation>,
): Promise<Read<HubObservation>> {
  const session = async (owner: AccountId): Promise<Read<SessionClients>> =>
    owner === accountId
      ? { kind: 'value', value: clients }
      : ((await sessionOf(owner)) ?? { kind: 'absent' });
  const hub = await session(settings.account);
  if (hub.kind !== 'value') return hub;
  const isByZones = settings.names === 'zones';
  const [network, profile, zones, hubAttachments, spokeAttachments, owners] = await Promise.all([
    listsOf(hub.value),
    isByZones ? NO_PROFILE : readProfile(hub.value, region, settings),
    isByZones ? readHubZones(hub.value, region) : ABSENT,
    readAttachments(hub.value, region),
    readAttachments(clients, region),
    readOwners(hub.value, region, settings.vpc),
  ]);
  const transit = await readTransit(readIn(settings.account, owners), session, region, [
    ...valuesOf(hubAttachments),
    ...valuesOf(spokeAttachments),
  ]);
  return {
    kind: 'value',
    value: {
      settings,
      network,
      profileId: profile.profileId,
      profileResources: readIn(settings.account, profile.profileResources),
      zones,
      hubAttachments: readIn(settings.account, hubAttachments),
      spokeAttachments: readIn(accountId, spokeAttachments),
      ...transit,
    },
  };
}

const ABSENT: Read<never> = { kind: 'absent' };
const NO_PROFILE = { profileId: null, profileResources: ABSENT };

/** The Profile that is set, or that of the hub's own name; a hub that is still to be made has none. */
async function readProfile(
  clients: SessionClients,
  region: Region,
  { profile, vpc }: HubSettings,
): Promise<Pick<HubObservation, 'profileId' | 'profileResources'>> {
  let profileId = profile;
  if (profileId === null) {
    const found = await readProfileNamed(clients, region, hubName(vpc));
    if (found.kind !== 'value') return { profileId: null, profileResources: found };
    profileId = found.value.profileId;
  }
  return { profileId, profileResources: await readProfileResources(clients, region, profileId) };
}

/** What its own account says of a hub, before a run; transit gateways of other accounts are left to the run. */
export async function readHubAlone(
  { account, vpc, profile }: HubSettings,
  { clients, region, others }: { clients: SessionClients; region: Region; others: Region[] },
): Promise<HubSeen> {
  const session = (owner: AccountId): Promise<Read<SessionClients>> =>
    Promise.resolve(owner === account ? { kind: 'value', value: clients } : { kind: 'absent' });
  const [vpcs, profileResources, attachments, owners] = await Promise.all([
    new NetworkLists(clients, region).vpcs(),
    profile === null ? ABSENT : readProfileResources(clients, region, profile),
    readAttachments(clients, region),
    readOwners(clients, region, vpc),
  ]);
  const own = valuesOf(attachments).filter((one) => one.vpcId === vpc);
  const isHere = vpcs.kind !== 'value' || vpcs.value.some(({ vpcId }) => vpcId === vpc);
  return {
    vpcs,
    foundIn: isHere ? null : await findVpc(clients, vpc, others),
    profileResources,
    attachments,
    ...(await readTransit(owners, session, region, own)),
  };
}

async function findVpc(clients: SessionClients, vpc: string, regions: Region[]): Promise<Region | null> {
  for (const region of regions) {
    const vpcs = valuesOf(await new NetworkLists(clients, region).vpcs());
    if (vpcs.some(({ vpcId }) => vpcId === vpc)) return region;
  }
  return null;
}

function readAttachments(clients: SessionClients, region: Region): Promise<Read<TransitAttachmentFacts[]>> {
  return read('ec2:DescribeTransitGatewayVpcAttachments', async () => {
    const found: TransitAttachmentFacts[] = [];
    const config = { client: clients.ec2(region, 'read') };
    for await (const page of paginateDescribeTransitGatewayVpcAttachments(config, many())) {
      found.push(...(page.TransitGatewayVpcAttachments ?? []).map(attachmentFrom));
    }
    return found;
  });
}

function attachmentFrom(one: TransitGatewayVpcAttachment): TransitAttachmentFacts {
  return {
    attachmentId: one.TransitGatewayAttachmentId ?? '',
    transitGatewayId: one.TransitGatewayId ?? '',
    vpcId: one.VpcId ?? '',
    subnetIds: one.SubnetIds ?? [],
    state: (one.State ?? '').toLowerCase(),
  };
}

/** Accounts whose transit gateways the hub is attached to. */
function readOwners(clients: SessionClients, region: Region, vpcId: string): Promise<Read<AccountId[]>> {
  return read('ec2:DescribeTransitGatewayAttachments', async () => {
    const found = await attachmentsOf(clients, region, [vpcId]);
    return [...new Set(found.flatMap(({ TransitGatewayOwnerId }) => TransitGatewayOwnerId ?? []))];
  });
}

async function attachmentsOf(
  clients: SessionClients,
  region: Region,
  vpcIds: string[],
): Promise<TransitGatewayAttachment[]> {
  const found: TransitGatewayAttachment[] = [];
  const config = { client: clients.ec2(region, 'read') };
  const Filters = [{ Name: 'resource-id', Values: [...new Set(vpcIds)] }];
  for await (const page of paginateDescribeTransitGatewayAttachments(config, { ...many(), Filters })) {
    found.push(...(page.TransitGatewayAttachments ?? []));
  }
  return found;
}

async function readTransit(
  owners: Read<AccountId[]>,
  session: (owner: AccountId) => Promise<Read<SessionClients>>,
  region: Region,
  attachments: TransitAttachmentFacts[],
): Promise<Pick<HubObservation, 'associations' | 'transitRoutes' | 'closedOwners'>> {
  if (owners.kind !== 'value') return { associations: owners, transitRoutes: {}, closedOwners: [] };
  const closedOwners: AccountId[] = [];
  const associations: TransitAssociationFacts[] = [];
  const transitRoutes: Record<string, Read<TransitRouteFacts[]>> = {};
  for (const owner of owners.value) {
    const clients = await session(owner);
    if (clients.kind === 'failed') {
      return { associations: readIn(owner, clients), transitRoutes, closedOwners };
    }
    // Its attachments stay without an association, which is UNKNOWN.
    if (clients.kind !== 'value') {
      closedOwners.push(owner);
      continue;
    }
    const vpcIds = attachments.map(({ vpcId }) => vpcId);
    const seen = await read('ec2:DescribeTransitGatewayAttachments', () =>
      attachmentsOf(clients.value, region, vpcIds),
    );
    if (seen.kind === 'failed') {
      return { associations: readIn(owner, seen), transitRoutes, closedOwners };
    }
    const known = new Set(attachments.map(({ attachmentId }) => attachmentId));
    const found = valuesOf(seen)
      .map(associationFrom)
      .filter(({ attachmentId }) => known.has(attachmentId));
    associations.push(...found);
    for (const { routeTableId } of found) {
      if (routeTableId === null || transitRoutes[routeTableId] !== undefined) continue;
      transitRoutes[routeTableId] = readIn(owner, await readRoutes(clients.value, region, routeTableId));
    }
  }
  return { associations: { kind: 'value', value: associations }, transitRoutes, closedOwners };
}

/** Sentences about a hub have to say in which of the accounts a read failed. */
function readIn<T>(accountId: AccountId, read: Read<T>): Read<T> {
  if (read.kind !== 'failed') return read;
  const { failure } = read;
  return { kind: 'failed', failure: { ...failure, action: `${failure.action} in ${accountId}` } };
}

function associationFrom(one: TransitGatewayAttachment): TransitAssociationFacts {
  const { TransitGatewayRouteTableId, State } = one.Association ?? {};
  return {
    attachmentId: one.TransitGatewayAttachmentId ?? '',
    routeTableId: State === 'associated' ? (TransitGatewayRouteTableId ?? null) : null,
  };
}

async function readRoutes(
  clients: SessionClients,
  region: Region,
  routeTableId: string,
): Promise<Read<TransitRouteFacts[]>> {
  const answer = await read('ec2:SearchTransitGatewayRoutes', () =>
    clients.ec2(region, 'read').send(
      new SearchTransitGatewayRoutesCommand({
        TransitGatewayRouteTableId: routeTableId,
        Filters: [{ Name: 'state', Values: ['active', 'blackhole'] }],
        MaxResults: MOST_ROUTES,
      }),
    ),
  );
  if (answer.kind !== 'value') return answer;
  // More than one answer holds: the table counts as unread.
  if (answer.value.AdditionalRoutesAvailable === true) return { kind: 'absent' };
  return { kind: 'value', value: (answer.value.Routes ?? []).flatMap(routeFrom) };
}

/** Routes by prefix list show their blocks here too; IPv6 ones carry nothing that is asked about. */
function routeFrom(route: TransitGatewayRoute): TransitRouteFacts[] {
  const { DestinationCidrBlock: cidr, State, TransitGatewayAttachments = [] } = route;
  if (cidr === undefined || cidr.includes(':')) return [];
  const attachmentIds = TransitGatewayAttachments.flatMap(
    ({ TransitGatewayAttachmentId }) => TransitGatewayAttachmentId ?? [],
  );
  return [{ cidr, state: State === 'active' ? 'active' : 'blackhole', attachmentIds }];
}
