/**
 * Route 53 Profiles that are made here: created, filled with endpoints, deleted. Source: botocore's model route53profiles
 * 2018-05-10; condition keys: service authorization reference. Not verified: the wording of refusals, that a Profile
 * that still holds resources is not deleted, and how long CREATING lasts (here: not at all).
 */
import { AwsError, type Call, type Operations, type Permission, type Piece } from '../contract.ts';
import { paginate } from '../pages.ts';
import { requestTags } from './ec2/write.ts';

export const HUB_PROFILES: Operations = {
  ListProfiles: {
    honours: ['MaxResults', 'NextToken'],
    mutates: false,
    permissions: () => [{ action: 'route53profiles:ListProfiles', resource: '*' }],
    handle: (input, call) => {
      const { items, token } = paginate(
        ownProfiles(call, call.accountId),
        input.NextToken,
        input.MaxResults,
        call,
        { aws: 100, least: 1, most: 100 },
      );
      const summaries = items.map(({ Id, Arn, Name }) => ({ Id, Arn, Name, ShareStatus: 'NOT_SHARED' }));
      return { ProfileSummaries: summaries, NextToken: token };
    },
  },
  ListTagsForResource: {
    honours: ['ResourceArn'],
    mutates: false,
    permissions: () => [{ action: 'route53profiles:ListTagsForResource', resource: '*' }],
    handle: ({ ResourceArn }, call) => {
      const tags: Piece[] = findByArn(ResourceArn, call)?.Tags ?? [];
      return { Tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) };
    },
  },
  CreateProfile: {
    honours: ['Name', 'ClientToken', 'Tags'],
    mutates: true,
    permissions: ({ Tags = [] }, call) => [
      { action: 'route53profiles:CreateProfile', resource: '*', context: requestTags(Tags) },
      ...((Tags as Piece[]).length > 0
        ? [
            {
              action: 'route53profiles:TagResource',
              resource: arnOf(call, '*'),
              context: requestTags(Tags),
            },
          ]
        : []),
    ],
    handle: create,
  },
  DeleteProfile: {
    honours: ['ProfileId'],
    mutates: true,
    permissions: () => [{ action: 'route53profiles:DeleteProfile', resource: '*' }],
    handle: remove,
  },
  AssociateResourceToProfile: {
    honours: ['ProfileId', 'ResourceArn', 'Name'],
    mutates: true,
    permissions: ({ ResourceArn }) => [onResource('AssociateResourceToProfile', String(ResourceArn))],
    handle: addResource,
  },
  DisassociateResourceFromProfile: {
    honours: ['ProfileId', 'ResourceArn'],
    mutates: true,
    permissions: ({ ResourceArn }) => [onResource('DisassociateResourceFromProfile', String(ResourceArn))],
    handle: removeResource,
  },
};

/** "Possible options include 'HostedZone', ... and 'VpcEndpoint'" (service authorization reference). */
function onResource(action: string, arn: string): Permission {
  const type = /:vpc-endpoint\//.test(arn) ? 'VpcEndpoint' : 'HostedZone';
  return {
    action: `route53profiles:${action}`,
    resource: '*',
    context: { 'route53profiles:ResourceTypes': [type], 'route53profiles:ResourceArns': [arn] },
  };
}

export function ownProfiles(call: Call, accountId: string): Piece[] {
  const profiles: Piece = call.state.region(accountId, call.region).Route53Profiles;
  profiles.Profiles ??= [];
  return profiles.Profiles;
}

/** One that is in no list of Profiles is known from a file alone, which says nothing of shares: it is taken to be shared. */
export function isShared(profileId: unknown, ownerId: string, call: Call): boolean {
  const made = ownProfiles(call, ownerId).find(({ Id }) => Id === profileId);
  if (!made || ownerId === call.accountId) return true;
  const { organization } = call.state.snapshot;
  const all: Piece[] = call.state.region(ownerId, call.region).Ram.ResourceShares ?? [];
  // Whom it is shared with was not read.
  if (made.ShareStatus === 'SHARED_BY_ME' && all.every(({ principals }) => principals === undefined))
    return true;
  return all.some(
    ({ status, resourceArns = [], principals = [] }) =>
      status === 'ACTIVE' &&
      resourceArns.includes(made.Arn) &&
      (principals as string[]).some(
        (principal) => principal === call.accountId || principal.endsWith(`/${organization.Organization.Id}`),
      ),
  );
}

function arnOf(call: Call, id: string): string {
  return `arn:${call.state.partition}:route53profiles:${call.region}:${call.accountId}:profile/${id}`;
}

function findByArn(arn: unknown, call: Call): Piece | undefined {
  return ownProfiles(call, call.accountId).find(({ Arn }) => Arn === arn);
}

function findOwn(profileId: unknown, call: Call): Piece {
  const found = ownProfiles(call, call.accountId).find(({ Id }) => Id === profileId);
  if (!found) {
    throw new AwsError('ResourceNotFoundException', `The Profile ${profileId} does not exist.`, 404);
  }
  return found;
}

function create({ Name, ClientToken, Tags = [] }: Piece, call: Call): Piece {
  const all = ownProfiles(call, call.accountId);
  const known = all.find((each) => each.ClientToken === ClientToken);
  if (known) return { Profile: shown(known) };
  const now = call.state.clock.now().toISOString();
  const id = `rp-${call.accountId}${String(all.length + 1).padStart(4, '0')}`;
  const made = {
    Id: id,
    Arn: arnOf(call, id),
    Name,
    OwnerId: call.accountId,
    Status: 'COMPLETE',
    ShareStatus: 'NOT_SHARED',
    ClientToken,
    CreationTime: now,
    ModificationTime: now,
    Tags,
  };
  all.push(made);
  return { Profile: shown(made) };
}

/** "Before you can delete a profile, you must first disassociate it from all VPCs." */
function remove({ ProfileId }: Piece, call: Call): Piece {
  const own = findOwn(ProfileId, call);
  const used = [...call.state.snapshot.accounts.values()].some(({ Regions }) => {
    const { ProfileAssociations = [] } = Regions[call.region]?.Route53Profiles ?? {};
    return ProfileAssociations.some((each: Piece) => each.ProfileId === ProfileId);
  });
  if (used || resources(call).some((each) => each.ProfileId === ProfileId)) {
    throw new AwsError('ConflictException', `The Profile ${ProfileId} is in use.`, 409);
  }
  const all = ownProfiles(call, call.accountId);
  all.splice(all.indexOf(own), 1);
  return { Profile: { ...shown(own), Status: 'DELETING' } };
}

function resources(call: Call): Piece[] {
  const profiles: Piece = call.state.region(call.accountId, call.region).Route53Profiles;
  profiles.ProfileResourceAssociations ??= [];
  return profiles.ProfileResourceAssociations;
}

/** Only endpoints with private DNS are taken: "private DNS must be enabled" (Route 53 guide, Profiles). */
function addResource({ ProfileId, ResourceArn, Name }: Piece, call: Call): Piece {
  findOwn(ProfileId, call);
  const id = String(ResourceArn).split('/').at(-1);
  const endpoints: Piece[] = call.state.region(call.accountId, call.region).Ec2.VpcEndpoints ?? [];
  const endpoint = endpoints.find(({ VpcEndpointId }) => VpcEndpointId === id);
  if (endpoint?.PrivateDnsEnabled !== true || String(endpoint.State).toLowerCase() !== 'available') {
    throw new AwsError(
      'InvalidParameterException',
      `${ResourceArn} is no available endpoint with private DNS.`,
      400,
    );
  }
  const all = resources(call);
  if (all.some((each) => each.ProfileId === ProfileId && each.ResourceArn === ResourceArn)) {
    throw new AwsError('ConflictException', `${ResourceArn} is in ${ProfileId} already.`, 409);
  }
  const now = call.state.clock.now().toISOString();
  const made = {
    Id: `rpr-${String(id).slice(5)}`,
    Name,
    OwnerId: call.accountId,
    ProfileId,
    ResourceArn,
    ResourceType: 'VPC_ENDPOINT',
    Status: 'COMPLETE',
    CreationTime: now,
    ModificationTime: now,
  };
  all.push(made);
  return { ProfileResourceAssociation: shown(made) };
}

function removeResource({ ProfileId, ResourceArn }: Piece, call: Call): Piece {
  const all = resources(call);
  const at = all.findIndex((each) => each.ProfileId === ProfileId && each.ResourceArn === ResourceArn);
  const [gone] = at < 0 ? [] : all.splice(at, 1);
  if (!gone) {
    throw new AwsError('ResourceNotFoundException', `${ResourceArn} is not in ${ProfileId}.`, 404);
  }
  return { ProfileResourceAssociation: { ...shown(gone), Status: 'DELETING' } };
}

/** Times of the state are text; tags are asked for apart. */
function shown({ Tags: _tags, ...piece }: Piece): Piece {
  const times = ['CreationTime', 'ModificationTime'].filter((name) => piece[name] !== undefined);
  return { ...piece, ...Object.fromEntries(times.map((name) => [name, new Date(piece[name])])) };
}
