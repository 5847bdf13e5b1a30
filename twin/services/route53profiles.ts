/**
 * Route 53 Profiles: what they hold, and their associations with VPCs. Source: botocore's model route53profiles 2018-05-10. The actions have no resource types
 * (service authorization reference).
 */
import { AwsError, type Call, type Operations, type Piece } from '../contract.ts';
import { paginate } from '../pages.ts';
import { requestTags } from './ec2/write.ts';
import { HUB_PROFILES, isShared, ownProfiles } from './route53profiles-made.ts';

const PAGES = { aws: 100, least: 1, most: 100 };

export const operations: Operations = {
  ListProfileAssociations: {
    honours: ['ProfileId', 'ResourceId', 'MaxResults', 'NextToken'],
    mutates: false,
    permissions: () => [{ action: 'route53profiles:ListProfileAssociations', resource: '*' }],
    handle: (input, call) => list('ProfileAssociations', input, call, ['ProfileId', 'ResourceId']),
  },
  ListProfileResourceAssociations: {
    honours: ['ProfileId', 'ResourceArn', 'ResourceType', 'MaxResults', 'NextToken'],
    mutates: false,
    permissions: () => [{ action: 'route53profiles:ListProfileResourceAssociations', resource: '*' }],
    handle: (input, call) => {
      if (!isNamed(input.ProfileId, call)) throw noProfile(input.ProfileId);
      return list('ProfileResourceAssociations', input, call, ['ProfileId', 'ResourceArn', 'ResourceType']);
    },
  },
  AssociateProfile: {
    honours: ['ProfileId', 'ResourceId', 'Name', 'Priority', 'Tags'],
    mutates: true,
    permissions: ({ ResourceId, Tags = [] }) => [
      {
        action: 'route53profiles:AssociateProfile',
        resource: '*',
        context: { 'route53profiles:ResourceIds': [String(ResourceId)], ...requestTags(Tags) },
      },
      { action: 'ec2:DescribeVpcs', resource: '*' },
    ],
    handle: associate,
  },
  DisassociateProfile: {
    honours: ['ProfileId', 'ResourceId'],
    mutates: true,
    permissions: ({ ResourceId }) => [
      {
        action: 'route53profiles:DisassociateProfile',
        resource: '*',
        context: { 'route53profiles:ResourceIds': [String(ResourceId)] },
      },
    ],
    handle: disassociate,
  },
  ...HUB_PROFILES,
};

const FIRST_PRIORITY = 100;
const LAST_PRIORITY = 9900;

function associations(call: Call): Piece[] {
  const profiles: Piece = call.state.region(call.accountId, call.region).Route53Profiles;
  profiles.ProfileAssociations ??= [];
  return profiles.ProfileAssociations;
}

/** A Profile that holds nothing is in no file, so one that nothing names does not exist. */
function ownerOf(profileId: unknown, call: Call): string | undefined {
  for (const [accountId, account] of call.state.snapshot.accounts) {
    const held: Piece[] = account.Regions[call.region]?.Route53Profiles.ProfileResourceAssociations ?? [];
    const own = held.find((each) => each.ProfileId === profileId);
    if (own) return own.OwnerId ?? accountId;
    if (ownProfiles(call, accountId).some(({ Id }) => Id === profileId)) return accountId;
  }
  return undefined;
}

/** Files name Profiles by what they hold and by their associations alone. */
function isNamed(profileId: unknown, call: Call): boolean {
  return [...call.state.snapshot.accounts].some(([accountId, { Regions }]) => {
    if (ownProfiles(call, accountId).some(({ Id }) => Id === profileId)) return true;
    const { ProfileAssociations = [], ProfileResourceAssociations = [] } =
      Regions[call.region]?.Route53Profiles ?? {};
    return [...ProfileAssociations, ...ProfileResourceAssociations].some(
      (each: Piece) => each.ProfileId === profileId,
    );
  });
}

function noProfile(profileId: unknown): AwsError {
  return new AwsError('ResourceNotFoundException', `The Profile ${profileId} does not exist.`, 404);
}

/**
 * "When the VPC already has a Profile association, you must specify a priority that no other Profile association for the
 * VPC uses." That a Profile of the organization is shared with the account is taken for granted; the wording of each
 * refusal is unverified. An association is complete at once: how long CREATING lasts is not documented.
 */
function associate(input: Piece, call: Call): Piece {
  const { ProfileId, ResourceId, Name, Priority } = input;
  const ownerId = ownerOf(ProfileId, call);
  if (ownerId === undefined || !isShared(ProfileId, ownerId, call)) throw noProfile(ProfileId);
  const vpcs: Piece[] = call.state.region(call.accountId, call.region).Ec2.Vpcs ?? [];
  if (!vpcs.some(({ VpcId }) => VpcId === ResourceId)) {
    throw new AwsError('InvalidParameterException', `The VPC ${ResourceId} does not exist.`, 400);
  }
  const all = associations(call);
  const ofVpc = all.filter((each) => String(each.ResourceId).endsWith(String(ResourceId)));
  if (ofVpc.some((each) => each.ProfileId === ProfileId)) {
    throw new AwsError(
      'ResourceExistsException',
      `${ResourceId} is associated with ${ProfileId} already.`,
      409,
    );
  }
  const priority = Priority ?? FIRST_PRIORITY;
  if (priority < FIRST_PRIORITY || priority > LAST_PRIORITY) {
    throw new AwsError('ValidationException', `Priority ${priority} is not between 100 and 9900.`, 400);
  }
  const taken = ofVpc.some((each) => (each.Priority ?? FIRST_PRIORITY) === priority);
  if (ofVpc.length > 0 && (Priority === undefined || taken)) {
    throw new AwsError(
      'ConflictException',
      `${ResourceId} needs a priority that no other association has.`,
      409,
    );
  }
  const now = call.state.clock.now().toISOString();
  const made = {
    Id: `rpassoc-${String(ProfileId).slice(3)}${String(ResourceId).slice(4)}`.slice(0, 64),
    Name,
    OwnerId: call.accountId,
    ProfileId,
    ResourceId,
    Status: 'COMPLETE',
    Priority: priority,
    CreationTime: now,
    ModificationTime: now,
  };
  all.push(made);
  return { ProfileAssociation: shown(made) };
}

function disassociate({ ProfileId, ResourceId }: Piece, call: Call): Piece {
  const all = associations(call);
  const at = all.findIndex(
    (each) => each.ProfileId === ProfileId && String(each.ResourceId).endsWith(String(ResourceId)),
  );
  const [gone] = at < 0 ? [] : all.splice(at, 1);
  if (!gone) {
    throw new AwsError(
      'ResourceNotFoundException',
      `${ResourceId} is not associated with ${ProfileId}.`,
      404,
    );
  }
  return { ProfileAssociation: { ...shown(gone), Status: 'DELETING' } };
}

/** Times of the state are text. */
function shown(association: Piece): Piece {
  const times = ['CreationTime', 'ModificationTime'].filter((name) => association[name] !== undefined);
  return {
    ...association,
    ...Object.fromEntries(times.map((name) => [name, new Date(association[name])])),
  };
}

function list(name: string, input: Piece, call: Call, filters: string[]): Piece {
  const own: Piece[] = call.state.region(call.accountId, call.region).Route53Profiles[name] ?? [];
  const matches = (each: Piece) =>
    filters.every((filter) => input[filter] === undefined || each[filter] === input[filter]);
  const isOwner = ownProfiles(call, call.accountId).some(({ Id }) => Id === input.ProfileId);
  const found = (isOwner && name === 'ProfileAssociations' ? associationsOfAll(call) : own).filter(matches);
  const all =
    found.length === 0 && name === 'ProfileResourceAssociations'
      ? sharedResources(call).filter(matches)
      : found;
  const { items, token } = paginate(all, input.NextToken, input.MaxResults, call, PAGES);
  return { [name]: items, NextToken: token };
}

/** The owner of a Profile is taken to see the associations of all accounts (unverified). */
function associationsOfAll(call: Call): Piece[] {
  return [...call.state.snapshot.accounts.values()].flatMap(
    ({ Regions }): Piece[] => Regions[call.region]?.Route53Profiles.ProfileAssociations ?? [],
  );
}

/** What a Profile holds, as its owner's file has it: those of the organization are taken to be shared with every account. */
function sharedResources(call: Call): Piece[] {
  return [...call.state.snapshot.accounts.values()].flatMap(
    ({ Regions }): Piece[] => Regions[call.region]?.Route53Profiles.ProfileResourceAssociations ?? [],
  );
}
