/**
 * What an account holds of a hub that this service makes. Wire shapes: botocore's models route53profiles 2018-05-10
 * (ListProfiles: GET /profiles) and ram 2018-01-04 (GetResourceShares: POST /getresourceshares).
 *
 * Not verified: that the owner of a Profile is shown the associations of VPCs of other accounts.
 */
import type { Region } from '../core/model/primitives.ts';
import type { Read } from '../core/model/reads.ts';
import { type HubHolding, hubName } from '../core/network/hub-facts.ts';
import type { SessionClients } from './client-pool.ts';
import { readAssociatedVpcs, readProfileResources } from './name-reader.ts';
import { read } from './reads.ts';

type Profile = NonNullable<HubHolding['profile']>;

interface ProfileList {
  NextToken?: string;
  ProfileSummaries?: { Id?: string; Arn?: string; Name?: string; ShareStatus?: string }[];
}

interface ShareList {
  nextToken?: string;
  resourceShares?: { resourceShareArn?: string; name?: string; status?: string }[];
}

export async function readHubHolding(
  clients: SessionClients,
  region: Region,
  vpcId: string,
): Promise<Read<HubHolding>> {
  const [found, share] = await Promise.all([
    readProfileNamed(clients, region, hubName(vpcId)),
    readShareNamed(clients, region, hubName(vpcId)),
  ]);
  if (found.kind === 'failed') return found;
  if (share.kind === 'failed') return share;
  const shareArn = share.kind === 'value' ? share.value : null;
  if (found.kind === 'absent') {
    return { kind: 'value', value: { profile: null, resourceArns: [], users: [], shareArn } };
  }
  const { profileId } = found.value;
  const [resources, users] = await Promise.all([
    readProfileResources(clients, region, profileId),
    readAssociatedVpcs(clients, region, profileId),
  ]);
  if (resources.kind === 'failed') return resources;
  if (users.kind === 'failed') return users;
  return {
    kind: 'value',
    value: {
      profile: found.value,
      resourceArns: resources.kind === 'value' ? resources.value.map(({ resourceArn }) => resourceArn) : [],
      users: users.kind === 'value' ? users.value : [],
      shareArn,
    },
  };
}

/** A Profile of the account's own; those shared with it are left out. */
export async function readProfileNamed(
  clients: SessionClients,
  region: Region,
  name: string,
): Promise<Read<Profile>> {
  const found = await read('route53profiles:ListProfiles', async () => {
    let token: string | undefined;
    do {
      const page = (await clients.signedFetch({
        service: 'route53profiles',
        region,
        method: 'GET',
        path: '/profiles',
        query: { maxResults: '100', ...(token ? { nextToken: token } : {}) },
      })) as ProfileList;
      const own = page.ProfileSummaries?.find(
        (one) => one.Name === name && one.ShareStatus !== 'SHARED_WITH_ME',
      );
      if (own) return { profileId: own.Id ?? '', arn: own.Arn ?? '', name };
      token = page.NextToken;
    } while (token);
    return null;
  });
  if (found.kind !== 'value') return found;
  return found.value === null ? { kind: 'absent' } : { kind: 'value', value: found.value };
}

async function readShareNamed(clients: SessionClients, region: Region, name: string): Promise<Read<string>> {
  const found = await read('ram:GetResourceShares', async () => {
    let token: string | undefined;
    do {
      const page = (await clients.signedFetch({
        service: 'ram',
        region,
        method: 'POST',
        path: '/getresourceshares',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ resourceOwner: 'SELF', name, ...(token ? { nextToken: token } : {}) }),
      })) as ShareList;
      const own = page.resourceShares?.find((one) => one.status === 'ACTIVE' || one.status === 'PENDING');
      if (own) return own.resourceShareArn ?? '';
      token = page.nextToken;
    } while (token);
    return null;
  });
  if (found.kind !== 'value') return found;
  return found.value === null ? { kind: 'absent' } : { kind: 'value', value: found.value };
}
