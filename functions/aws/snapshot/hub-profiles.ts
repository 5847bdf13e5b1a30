/**
 * What the account of a hub says of it beside its network: Profiles that it owns, the Profile that the hub is configured
 * with, VPCs of other accounts that use them, and resource shares.
 */
import type { Region } from '../../core/model/primitives.ts';
import type { HubSettings } from '../../core/network/hub-facts.ts';
import type { SessionClients } from '../client-pool.ts';
import { listAssociationsOfProfile, listProfileResources } from '../name-reader.ts';
import { ownProfiles } from '../profile-pages.ts';
import { sharePages } from '../share-pages.ts';
import { type Gathering, itemsOf, type Piece, plain } from './gather.ts';

export interface HubHoldings {
  Route53Profiles: { Profiles?: Piece[]; ProfileAssociations: Piece[]; ProfileResourceAssociations: Piece[] };
  Ram: { ResourceShares?: Piece[] };
}

export async function readHubHoldings(
  clients: SessionClients,
  region: Region,
  { profile }: HubSettings,
  gathering: Gathering,
): Promise<HubHoldings> {
  const Profiles: Piece[] | undefined = await gathering.read('route53profiles:ListProfiles', async () =>
    (await Array.fromAsync(ownProfiles(clients, region))).map((one) => ({ ...one })),
  );
  for (const one of Profiles ?? []) {
    const tags = await gathering.read('route53profiles:ListTagsForResource', () =>
      listTags(clients, region, String(one.Arn)),
    );
    if (tags) one.Tags = tags;
  }
  const ids = new Set([
    ...(Profiles ?? []).map(({ Id }) => String(Id)),
    ...(profile === null ? [] : [profile]),
  ]);
  const associations: Piece[] = [];
  const resources: Piece[] = [];
  for (const id of ids) {
    const users = await listAssociationsOfProfile(clients, region, id);
    if (users.kind === 'value') associations.push(...(users.value as Piece[]));
    else if (users.kind === 'failed') {
      gathering.note('route53profiles:ListProfileAssociations', users.failure);
    }
    const held = await listProfileResources(clients, region, id);
    if (held.kind === 'value') resources.push(...(held.value as Piece[]));
    else if (held.kind === 'failed') {
      gathering.note('route53profiles:ListProfileResourceAssociations', held.failure);
    }
  }
  const ResourceShares = await gathering.read('ram:GetResourceShares', () => listShares(clients, region));
  return {
    Route53Profiles: {
      ...(Profiles ? { Profiles } : {}),
      ProfileAssociations: associations,
      ProfileResourceAssociations: resources,
    },
    Ram: ResourceShares
      ? { ResourceShares: await withMembers(clients, region, ResourceShares, gathering) }
      : {},
  };
}

/** As CreateProfile takes them. */
async function listTags(clients: SessionClients, region: Region, arn: string): Promise<Piece[]> {
  const { Tags = {} } = (await clients.signedFetch({
    service: 'route53profiles',
    region,
    method: 'GET',
    path: `/tags/${encodeURIComponent(arn)}`,
  })) as { Tags?: Record<string, string> };
  return Object.entries(Tags).map(([Key, Value]) => ({ Key, Value }));
}

async function listShares(clients: SessionClients, region: Region): Promise<Piece[]> {
  const shares = await itemsOf(
    sharePages(clients, region, '/getresourceshares', { resourceOwner: 'SELF' }),
    (page) => page.resourceShares,
  );
  return shares.filter(({ status }) => status !== 'DELETED').map(withTimes);
}

async function withMembers(
  clients: SessionClients,
  region: Region,
  shares: Piece[],
  gathering: Gathering,
): Promise<Piece[]> {
  if (shares.length === 0) return shares;
  const members: Record<'RESOURCE' | 'PRINCIPAL', Piece[]> = { RESOURCE: [], PRINCIPAL: [] };
  for (const associationType of ['RESOURCE', 'PRINCIPAL'] as const) {
    const found = await gathering.read('ram:GetResourceShareAssociations', () =>
      itemsOf(
        sharePages(clients, region, '/getresourceshareassociations', { associationType }),
        (page) => page.resourceShareAssociations,
      ),
    );
    if (!found) return shares;
    members[associationType] = found.filter(
      ({ status }) => status === 'ASSOCIATED' || status === 'ASSOCIATING',
    );
  }
  const of = (arn: unknown, type: 'RESOURCE' | 'PRINCIPAL') =>
    members[type]
      .filter(({ resourceShareArn }) => resourceShareArn === arn)
      .map(({ associatedEntity }) => associatedEntity);
  return shares.map((share) => ({
    ...share,
    resourceArns: of(share.resourceShareArn, 'RESOURCE'),
    principals: of(share.resourceShareArn, 'PRINCIPAL'),
  }));
}

/** The wire has seconds since the epoch, the AWS CLI prints ISO 8601. */
export function withTimes(piece: Piece): Piece {
  return Object.fromEntries(
    Object.entries(piece).map(([key, value]) => [
      key,
      /Time$/.test(key) && typeof value === 'number' ? plain(new Date(value * 1000)) : value,
    ]),
  );
}
