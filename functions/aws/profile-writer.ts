/**
 * Associations of Route 53 Profiles with VPCs, by signed fetch. Wire shapes: botocore's model route53profiles
 * 2018-05-10 (AssociateProfile: POST /profileassociation; a name has at most 64 letters, digits, `-`, `_`, spaces).
 */
import type { Region } from '../core/model/primitives.ts';
import type { Failure } from '../core/model/reads.ts';
import type { SessionClients } from './client-pool.ts';
import { attempt } from './reads.ts';

const SERVICE = 'route53profiles';

/** "When the VPC already has a Profile association, you must specify a priority that no other ... uses." */
export function associateProfile(
  clients: SessionClients,
  region: Region,
  association: { vpcId: string; profileId: string; name: string; priority: number | null },
): Promise<Failure | null> {
  const { vpcId, profileId, name, priority } = association;
  return attempt('route53profiles:AssociateProfile', () =>
    clients.signedFetch({
      service: SERVICE,
      region,
      method: 'POST',
      mutates: true,
      path: '/profileassociation',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ProfileId: profileId,
        ResourceId: vpcId,
        Name: name,
        ...(priority === null ? {} : { Priority: priority }),
      }),
    }),
  );
}

export function disassociateProfile(
  clients: SessionClients,
  region: Region,
  { vpcId, profileId }: { vpcId: string; profileId: string },
): Promise<Failure | null> {
  const ids = [profileId, vpcId].map(encodeURIComponent);
  return attempt('route53profiles:DisassociateProfile', () =>
    clients.signedFetch({
      service: SERVICE,
      region,
      method: 'DELETE',
      mutates: true,
      path: `/profileassociation/Profileid/${ids[0]}/resourceid/${ids[1]}`,
    }),
  );
}
