/** accounts/<id>.json: what the reader role sees of an account. */
import { paginateGetAccountAuthorizationDetails } from '@aws-sdk/client-iam';
import { GetHostedZoneCommand, paginateListHostedZones } from '@aws-sdk/client-route-53';
import type { Configuration } from '../../core/model/configuration.ts';
import type { Region } from '../../core/model/primitives.ts';
import { mayUseHubs } from '../../core/network/network-settings.ts';
import { decideRegion } from '../../core/scope.ts';
import { runTogether } from '../../platform/run-together.ts';
import type { SessionClients } from '../client-pool.ts';
import { readRegionStates } from '../region-reader.ts';
import { listAuthorizedVpcs, listRecords } from '../zone-lists.ts';
import { Gathering, itemsOf, type Piece, plain, type Unread } from './gather.ts';
import { readRegion } from './region.ts';

export interface AccountRequest {
  clients: SessionClients;
  accountId: string;
  homeRegion: Region;
  /** Of `--regions` or of the configuration; `all`: every Region that the account has. */
  regions: readonly Region[] | 'all';
  configuration: Configuration;
}

const REGIONS_AT_ONCE = 6;

/** Never fails: what could not be read is in `Unread`, which the file keeps. */
export async function readAccount(request: AccountRequest): Promise<Piece & { Unread: Unread[] }> {
  const { clients, accountId } = request;
  const unread: Unread[] = [];
  const gathering = new Gathering(accountId, null, unread);
  const [Iam, HostedZones, Regions] = await Promise.all([
    readIam(clients, gathering),
    readHostedZones(clients, mayUseHubs(request.configuration), gathering),
    readRegions(request, unread),
  ]);
  return {
    FormatVersion: 1,
    AccountId: accountId,
    ...(Iam ? { Iam } : {}),
    ...(HostedZones ? { Route53: { HostedZones } } : {}),
    Regions,
    Unread: unread,
  };
}

/** Users and groups are left out: neither the service nor an instance acts as one. */
async function readIam(clients: SessionClients, gathering: Gathering): Promise<Piece | undefined> {
  return gathering.read('iam:GetAccountAuthorizationDetails', async () => {
    const iam: Record<'RoleDetailList' | 'Policies', Piece[]> = { RoleDetailList: [], Policies: [] };
    const pages = paginateGetAccountAuthorizationDetails(
      { client: clients.iam('read') },
      { Filter: ['Role', 'LocalManagedPolicy', 'AWSManagedPolicy'] },
    );
    for await (const { RoleDetailList = [], Policies = [] } of pages) {
      iam.RoleDetailList.push(...RoleDetailList.map(decoded));
      iam.Policies.push(...Policies.map(decoded));
    }
    // Whether AWS's own policies come only where they are in use is not documented.
    const inUse = (policy: Piece) =>
      Number(policy.AttachmentCount ?? 1) + Number(policy.PermissionsBoundaryUsageCount ?? 0) > 0;
    iam.Policies = iam.Policies.filter(
      (policy) => !String(policy.Arn).includes(':iam::aws:policy/') || inUse(policy),
    );
    return iam;
  });
}

const DOCUMENTS = new Set(['AssumeRolePolicyDocument', 'PolicyDocument', 'Document']);

/** IAM answers documents URL-encoded; the AWS CLI prints them as JSON. */
function decoded(piece: object): Piece {
  return decodeInside(plain(piece)) as Piece;
}

function decodeInside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodeInside);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      DOCUMENTS.has(key) && typeof inner === 'string'
        ? JSON.parse(decodeURIComponent(inner))
        : decodeInside(inner),
    ]),
  );
}

/** Private zones of the account's own: no other account may read their records. */
async function readHostedZones(
  clients: SessionClients,
  withAuthorizations: boolean,
  gathering: Gathering,
): Promise<Piece[] | undefined> {
  const client = clients.route53();
  const listed = await gathering.read('route53:ListHostedZones', () =>
    itemsOf(paginateListHostedZones({ client }, {}), (page) => page.HostedZones),
  );
  if (!listed) return undefined;
  const zones: Piece[] = [];
  for (const zone of listed) {
    if ((zone.Config as Piece | undefined)?.PrivateZone !== true) continue;
    const Id = String(zone.Id);
    const VPCs = await gathering.read('route53:GetHostedZone', async () =>
      plain((await client.send(new GetHostedZoneCommand({ Id }))).VPCs ?? []),
    );
    const ResourceRecordSets = await gathering.read('route53:ListResourceRecordSets', async () =>
      (await listRecords(clients, Id)).map(plain),
    );
    const authorized = withAuthorizations
      ? await gathering.read('route53:ListVPCAssociationAuthorizations', () =>
          listAuthorizedVpcs(clients, Id),
        )
      : [];
    // The twin counts the records that it has.
    const { ResourceRecordSetCount: _counted, ...described } = zone;
    zones.push({
      ...described,
      VPCs: VPCs ?? [],
      ResourceRecordSets: ResourceRecordSets ?? [],
      ...(authorized && authorized.length > 0 ? { VPCAssociationAuthorizations: authorized.map(plain) } : {}),
    });
  }
  return zones;
}

/** The home Region first: the twin takes the operator account's first one for it. */
async function readRegions(request: AccountRequest, unread: Unread[]): Promise<Record<Region, Piece>> {
  const { clients, accountId, homeRegion, configuration } = request;
  const wanted = (region: Region) => request.regions === 'all' || request.regions.includes(region);
  const asked = request.regions === 'all' ? [] : [...request.regions];
  const states = await readRegionStates(clients, homeRegion, asked);
  if (states.kind === 'failed') {
    new Gathering(accountId, null, unread).note('account:ListRegions', states.failure);
  }
  const known = states.kind === 'value' ? states.value : {};
  const hubs = mayUseHubs(configuration);
  const names = Object.keys(known).sort((a, b) => Number(b === homeRegion) - Number(a === homeRegion));
  const read = await runTogether(
    REGIONS_AT_ONCE,
    names.map((region) => async (): Promise<[Region, Piece]> => {
      const RegionOptStatus = known[region];
      const enters = wanted(region) && decideRegion(region, RegionOptStatus, configuration).kind === 'enter';
      const gathering = new Gathering(accountId, region, unread);
      const hub = hubs ? (configuration.hubs[region] ?? null) : null;
      const place = { clients, accountId, region, hub };
      return [region, { RegionOptStatus, ...(enters ? await readRegion(place, gathering) : {}) }];
    }),
  );
  return Object.fromEntries(read);
}
