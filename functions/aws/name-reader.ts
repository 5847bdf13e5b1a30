/**
 * What the names of a VPC resolve through: hosted zones (Route 53), Resolver rules and endpoints, Profiles.
 * Wire shapes of the latter two: botocore's models route53resolver (JSON 1.1) and route53profiles (REST).
 */
import { GetHostedZoneCommand } from '@aws-sdk/client-route-53';
import type { Region } from '../core/model/primitives.ts';
import type { Read } from '../core/model/reads.ts';
import type {
  ForeignResourceFacts,
  HostedZoneFacts,
  ProfileAssociationFacts,
  ProfileResourceFacts,
  ResolverEndpointFacts,
  ResolverRuleFacts,
} from '../core/network/facts.ts';
import type { SessionClients } from './client-pool.ts';
import {
  domainFrom,
  hostedZoneFrom,
  type ProfileAssociation,
  type ProfileResourceAssociation,
  profileAssociationsFrom,
  profileResourcesFrom,
  type ResolverEndpoint,
  type ResolverRule,
  type ResolverRuleAssociation,
  resolverEndpointFrom,
  resolverRuleFrom,
  resolverRuleIdsFrom,
} from './name-facts.ts';
import { profilePages } from './profile-pages.ts';
import { read } from './reads.ts';
import { listZonesOfVpc } from './zone-lists.ts';

/** Zones of every account that are associated with a VPC. */
export function readHostedZones(
  clients: SessionClients,
  region: Region,
  vpcId: string,
): Promise<Read<HostedZoneFacts[]>> {
  return read('route53:ListHostedZonesByVPC', async () =>
    (await listZonesOfVpc(clients, region, vpcId)).map(hostedZoneFrom),
  );
}

/** The name of a zone, from the account that owns it. */
export function readHostedZone(clients: SessionClients, id: string): Promise<Read<ForeignResourceFacts>> {
  return read('route53:GetHostedZone', async () => {
    const { HostedZone } = await clients.route53().send(new GetHostedZoneCommand({ Id: id }));
    return { kind: 'hosted-zone' as const, name: domainFrom(HostedZone?.Name ?? '') };
  });
}

/** Largest page of the Resolver's lists (MaxResults, 1 to 100). */
const PAGE = 100;

interface ResolverPage {
  NextToken?: string;
  ResolverRules?: ResolverRule[];
  ResolverRuleAssociations?: ResolverRuleAssociation[];
  ResolverEndpoints?: ResolverEndpoint[];
}

/** Pages of a list of the Resolver, as they come. */
export async function listResolver(
  clients: SessionClients,
  region: Region,
  operation: string,
): Promise<ResolverPage[]> {
  const pages: ResolverPage[] = [];
  let token: string | undefined;
  do {
    const page = (await clients.signedFetch({
      service: 'route53resolver',
      region,
      method: 'POST',
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `Route53Resolver.${operation}`,
      },
      body: JSON.stringify({ MaxResults: PAGE, ...(token ? { NextToken: token } : {}) }),
    })) as ResolverPage;
    pages.push(page);
    token = page.NextToken;
  } while (token);
  return pages;
}

export function readResolverRules(
  clients: SessionClients,
  region: Region,
): Promise<Read<ResolverRuleFacts[]>> {
  return read('route53resolver:ListResolverRules', async () =>
    (await listResolver(clients, region, 'ListResolverRules'))
      .flatMap((page) => page.ResolverRules ?? [])
      .map(resolverRuleFrom),
  );
}

/** VPC id to the rules associated with it. */
export function readResolverRuleIds(
  clients: SessionClients,
  region: Region,
): Promise<Read<Record<string, string[]>>> {
  return read('route53resolver:ListResolverRuleAssociations', async () =>
    resolverRuleIdsFrom(
      (await listResolver(clients, region, 'ListResolverRuleAssociations')).flatMap(
        (page) => page.ResolverRuleAssociations ?? [],
      ),
    ),
  );
}

export function readResolverEndpoints(
  clients: SessionClients,
  region: Region,
): Promise<Read<ResolverEndpointFacts[]>> {
  return read('route53resolver:ListResolverEndpoints', async () =>
    (await listResolver(clients, region, 'ListResolverEndpoints'))
      .flatMap((page) => page.ResolverEndpoints ?? [])
      .map(resolverEndpointFrom),
  );
}

/** As the wire has them, for snapshots. */
export function listProfileAssociations(
  clients: SessionClients,
  region: Region,
): Promise<Read<ProfileAssociation[]>> {
  return read('route53profiles:ListProfileAssociations', async () =>
    (await Array.fromAsync(profilePages(clients, region, '/profileassociations'))).flatMap(
      (page) => page.ProfileAssociations ?? [],
    ),
  );
}

/** As the wire has them, for snapshots. */
export function listProfileResources(
  clients: SessionClients,
  region: Region,
  profileId: string,
): Promise<Read<ProfileResourceAssociation[]>> {
  return read('route53profiles:ListProfileResourceAssociations', async () =>
    (
      await Array.fromAsync(
        profilePages(
          clients,
          region,
          `/profileresourceassociations/profileid/${encodeURIComponent(profileId)}`,
        ),
      )
    ).flatMap((page) => page.ProfileResourceAssociations ?? []),
  );
}

export async function readProfileAssociations(
  clients: SessionClients,
  region: Region,
): Promise<Read<ProfileAssociationFacts[]>> {
  const listed = await listProfileAssociations(clients, region);
  return listed.kind === 'value' ? { kind: 'value', value: profileAssociationsFrom(listed.value) } : listed;
}

export async function readProfileResources(
  clients: SessionClients,
  region: Region,
  profileId: string,
): Promise<Read<ProfileResourceFacts[]>> {
  const listed = await listProfileResources(clients, region, profileId);
  return listed.kind === 'value' ? { kind: 'value', value: profileResourcesFrom(listed.value) } : listed;
}

/** Those of one Profile, as its owner is shown them; as the wire has them. */
export function listAssociationsOfProfile(
  clients: SessionClients,
  region: Region,
  profileId: string,
): Promise<Read<ProfileAssociation[]>> {
  return read('route53profiles:ListProfileAssociations', async () =>
    (await Array.fromAsync(profilePages(clients, region, '/profileassociations', { profileId }))).flatMap(
      (page) => page.ProfileAssociations ?? [],
    ),
  );
}

/** VPCs that are associated with a Profile. */
export async function readAssociatedVpcs(
  clients: SessionClients,
  region: Region,
  profileId: string,
): Promise<Read<string[]>> {
  const listed = await listAssociationsOfProfile(clients, region, profileId);
  if (listed.kind !== 'value') return listed;
  const users = listed.value.filter(({ Status }) => Status !== 'DELETED');
  return { kind: 'value', value: users.flatMap(({ ResourceId }) => ResourceId ?? []) };
}
