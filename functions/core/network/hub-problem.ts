/** Why a configured hub cannot be used at all: found out before a run begins, so that nothing is done for it. */
import { describeFailure } from '../failures.ts';
import type { AccountId, Region } from '../model/primitives.ts';
import type { Failure, Read } from '../model/reads.ts';
import { isIgnored } from './clients.ts';
import type { ProfileResourceFacts, VpcFacts } from './facts.ts';
import type {
  HubSettings,
  TransitAssociationFacts,
  TransitAttachmentFacts,
  TransitRouteFacts,
} from './hub-facts.ts';
import { cidrSet, intersect, parseCidr, sizeOf } from './ipv4.ts';
import { valuesOf } from './network.ts';

export interface HubCheck {
  region: Region;
  settings: HubSettings;
  /** Why the rollout does not cover its account; null: it does. */
  uncovered: string | null;
  /** null where its account was not entered. */
  seen: HubSeen | Failure | null;
}

/** What its own account says of it. */
export interface HubSeen {
  vpcs: Read<VpcFacts[]>;
  /** Another Region of the run that has the VPC; asked only where its own does not. */
  foundIn: Region | null;
  profileResources: Read<ProfileResourceFacts[]>;
  attachments: Read<TransitAttachmentFacts[]>;
  associations: Read<TransitAssociationFacts[]>;
  transitRoutes: Record<string, Read<TransitRouteFacts[]>>;
  closedOwners: AccountId[];
}

/** One line with the place in the configuration; null where nothing speaks against it. */
export function hubProblem({ region, settings, uncovered, seen }: HubCheck): string | null {
  const { account, vpc } = settings;
  const place = (key: keyof HubSettings) => `hubs.${region}.${key}`;
  if (uncovered !== null) return `${place('account')}: ${account} ${uncovered}`;
  if (seen === null) return null;
  if ('kind' in seen) {
    return isPassing(seen)
      ? null
      : `${place('account')}: the member role of ${account} cannot be assumed (${describeFailure(seen)})`;
  }
  if (seen.vpcs.kind === 'failed') {
    const { failure } = seen.vpcs;
    if (isPassing(failure)) return null;
    return `${place('vpc')}: ${vpc} cannot be read in ${account} (${describeFailure(failure)})`;
  }
  const found = valuesOf(seen.vpcs).find(({ vpcId }) => vpcId === vpc);
  if (!found) {
    return seen.foundIn === null
      ? `${place('vpc')}: ${vpc} does not exist in ${account}, ${region}`
      : `${place('vpc')}: ${vpc} is in ${seen.foundIn}, not in ${region}`;
  }
  if (found.ownerId !== account) {
    return `${place('vpc')}: ${vpc} is shared with ${account}; name its owner ${found.ownerId} as the account`;
  }
  if (settings.profile === null && isIgnored(found.tags)) {
    return `${place('vpc')}: ${vpc} carries the tag dhmc-rollout: ignore, so no hub is made in it; remove the tag, or give the Profile of its endpoints`;
  }
  return problemOfProfile(place('profile'), settings, seen) ?? problemOfAddresses(place('vpc'), found, seen);
}

function problemOfProfile(place: string, { profile, account }: HubSettings, seen: HubSeen): string | null {
  const { profileResources: read } = seen;
  if (read.kind !== 'failed' || isPassing(read.failure)) return null;
  return read.failure.code === 'ResourceNotFoundException'
    ? `${place}: ${profile} does not exist for ${account} in this Region`
    : `${place}: ${profile} cannot be read in ${account} (${describeFailure(read.failure)})`;
}

/** A more specific route, or one as specific, takes the hub's addresses away from it. */
function problemOfAddresses(place: string, { vpcId, cidrs }: VpcFacts, seen: HubSeen): string | null {
  const own = new Set(
    valuesOf(seen.attachments)
      .filter((one) => one.vpcId === vpcId)
      .map(({ attachmentId }) => attachmentId),
  );
  for (const [tableId, read] of Object.entries(seen.transitRoutes)) {
    for (const { cidr, state, attachmentIds } of valuesOf(read)) {
      const { set } = parseCidr(cidr);
      const shared = sizeOf(intersect(set, cidrSet(...cidrs)));
      const elsewhere = attachmentIds.find((id) => !own.has(id));
      if (state !== 'active' || elsewhere === undefined || shared < sizeOf(set)) continue;
      return `${place}: addresses of ${vpcId} (${cidrs.join(', ')}) overlap with ${cidr}, which ${tableId} routes to ${elsewhere}`;
    }
  }
  return null;
}

/** It says nothing about the configuration: what cannot be read in the run is not planned there. */
function isPassing({ kind }: Failure): boolean {
  return kind === 'THROTTLED' || kind === 'UNAVAILABLE';
}
