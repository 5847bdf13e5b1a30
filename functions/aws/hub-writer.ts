/**
 * The Profile of a hub and its share, by signed fetch. Wire shapes: botocore's models route53profiles 2018-05-10 (CreateProfile:
 * POST /profile, AssociateResourceToProfile: POST /profileresourceassociation) and ram 2018-01-04.
 */
import type { Region } from '../core/model/primitives.ts';
import type { Failure } from '../core/model/reads.ts';
import { writeMark } from '../core/tags.ts';
import type { SessionClients } from './client-pool.ts';
import { attempt } from './reads.ts';
import type { SignedCall } from './signed-fetch.ts';

type Tags = Record<string, string>;

export interface HubWriter {
  createProfile(profile: { name: string; clientToken: string; tags: Tags }): Promise<Failure | null>;
  deleteProfile(profileId: string): Promise<Failure | null>;
  addResource(association: { profileId: string; resourceArn: string; name: string }): Promise<Failure | null>;
  removeResource(association: { profileId: string; resourceArn: string }): Promise<Failure | null>;
  createShare(share: {
    name: string;
    profileArn: string;
    principal: string;
    clientToken: string;
    tags: Tags;
  }): Promise<Failure | null>;
  deleteShare(shareArn: string): Promise<Failure | null>;
}

const JSON_BODY = { 'content-type': 'application/json' };

export function createHubWriter(clients: SessionClients, region: Region): HubWriter {
  const call =
    (service: string, request: Pick<SignedCall, 'method' | 'path' | 'query'> & { body?: object }) => () => {
      const { body, ...rest } = request;
      const json = body && { headers: JSON_BODY, body: JSON.stringify(body) };
      return clients.signedFetch({ service, region, mutates: true, ...rest, ...json });
    };
  return {
    createProfile: ({ name, clientToken, tags }) =>
      attempt(
        'route53profiles:CreateProfile',
        call('route53profiles', {
          method: 'POST',
          path: '/profile',
          body: {
            Name: name,
            ClientToken: clientToken,
            Tags: Object.entries(writeMark(tags, clients.ownTags)).map(([Key, Value]) => ({ Key, Value })),
          },
        }),
      ),
    deleteProfile: (profileId) =>
      attempt(
        'route53profiles:DeleteProfile',
        call('route53profiles', {
          method: 'DELETE',
          path: `/profile/${encodeURIComponent(profileId)}`,
        }),
      ),
    addResource: ({ profileId, resourceArn, name }) =>
      attempt(
        'route53profiles:AssociateResourceToProfile',
        call('route53profiles', {
          method: 'POST',
          path: '/profileresourceassociation',
          body: { ProfileId: profileId, ResourceArn: resourceArn, Name: name },
        }),
      ),
    removeResource: ({ profileId, resourceArn }) =>
      attempt(
        'route53profiles:DisassociateResourceFromProfile',
        call('route53profiles', {
          method: 'DELETE',
          path: `/profileresourceassociation/profileid/${encodeURIComponent(profileId)}/resourcearn/${encodeURIComponent(resourceArn)}`,
        }),
      ),
    createShare: ({ name, profileArn, principal, clientToken, tags }) =>
      attempt(
        'ram:CreateResourceShare',
        call('ram', {
          method: 'POST',
          path: '/createresourceshare',
          body: {
            name,
            resourceArns: [profileArn],
            principals: [principal],
            allowExternalPrincipals: false,
            clientToken,
            tags: Object.entries(writeMark(tags, clients.ownTags)).map(([key, value]) => ({ key, value })),
          },
        }),
      ),
    deleteShare: (shareArn) =>
      attempt(
        'ram:DeleteResourceShare',
        call('ram', {
          method: 'DELETE',
          path: '/deleteresourceshare',
          query: { resourceShareArn: shareArn },
        }),
      ),
  };
}
