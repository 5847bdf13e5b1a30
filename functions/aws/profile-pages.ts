/**
 * Lists of Route 53 Profiles, page by page. Wire shapes: botocore's model route53profiles 2018-05-10 (ListProfiles: GET
 * /profiles).
 */
import type { Region } from '../core/model/primitives.ts';
import type { SessionClients } from './client-pool.ts';
import type { ProfileAssociation, ProfileResourceAssociation } from './name-facts.ts';

export interface ProfileSummary {
  Id?: string;
  Arn?: string;
  Name?: string;
  ShareStatus?: string;
}

interface ProfilePage {
  NextToken?: string;
  ProfileSummaries?: ProfileSummary[];
  ProfileAssociations?: ProfileAssociation[];
  ProfileResourceAssociations?: ProfileResourceAssociation[];
}

export async function* profilePages(
  clients: SessionClients,
  region: Region,
  path: string,
  filter: Record<string, string> = {},
): AsyncGenerator<ProfilePage, void> {
  let token: string | undefined;
  do {
    const page = (await clients.signedFetch({
      service: 'route53profiles',
      region,
      method: 'GET',
      path,
      query: { ...filter, maxResults: '100', ...(token ? { nextToken: token } : {}) },
    })) as ProfilePage;
    yield page;
    token = page.NextToken;
  } while (token);
}

/** Profiles of the account's own; those shared with it are left out, for they are their owner's. */
export async function* ownProfiles(
  clients: SessionClients,
  region: Region,
): AsyncGenerator<ProfileSummary, void> {
  for await (const { ProfileSummaries } of profilePages(clients, region, '/profiles')) {
    yield* (ProfileSummaries ?? []).filter(({ ShareStatus }) => ShareStatus !== 'SHARED_WITH_ME');
  }
}
