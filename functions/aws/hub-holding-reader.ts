/**
 * What an account holds of a hub that this service makes.
 *
 * Not verified: that the owner of a Profile is shown the associations of VPCs of other accounts.
 */
import type { Region } from '../core/model/primitives.ts';
import type { Read } from '../core/model/reads.ts';
import { type HubHolding, hubName } from '../core/network/hub-facts.ts';
import type { SessionClients } from './client-pool.ts';
import { readAssociatedVpcs, readProfileResources } from './name-reader.ts';
import { ownProfiles } from './profile-pages.ts';
import { read } from './reads.ts';
import { sharePages } from './share-pages.ts';

type Profile = NonNullable<HubHolding['profile']>;

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

/** A Profile of the account's own. */
export async function readProfileNamed(
  clients: SessionClients,
  region: Region,
  name: string,
): Promise<Read<Profile>> {
  const found = await read('route53profiles:ListProfiles', async () => {
    for await (const own of ownProfiles(clients, region)) {
      if (own.Name === name) return { profileId: own.Id ?? '', arn: own.Arn ?? '', name };
    }
    return null;
  });
  if (found.kind !== 'value') return found;
  return found.value === null ? { kind: 'absent' } : { kind: 'value', value: found.value };
}

async function readShareNamed(clients: SessionClients, region: Region, name: string): Promise<Read<string>> {
  const found = await read('ram:GetResourceShares', async () => {
    const pages = sharePages(clients, region, '/getresourceshares', { resourceOwner: 'SELF', name });
    for await (const { resourceShares } of pages) {
      const own = resourceShares?.find(({ status }) => status === 'ACTIVE' || status === 'PENDING');
      if (own) return own.resourceShareArn ?? '';
    }
    return null;
  });
  if (found.kind !== 'value') return found;
  return found.value === null ? { kind: 'absent' } : { kind: 'value', value: found.value };
}
