/** What Route 53 Profiles bring into a VPC. Source: Route 53 developer guide, profiles. */
import type { Piece } from '../../contract.ts';
import type { World } from './world.ts';

export interface ProfileResources {
  rules: Piece[];
  zones: Piece[];
  endpoints: { accountId: string; endpoint: Piece }[];
}

/** By Profile of the VPC, in the order of their priority; resources that no file holds are left out. */
export function profileResources(world: World, ownerId: string, vpcId: string): ProfileResources[] {
  return profileIds(world, ownerId, vpcId).map((profileId) => {
    const resources: ProfileResources = { rules: [], zones: [], endpoints: [] };
    for (const arn of resourceArns(world, ownerId, profileId)) {
      const id = arn.split('/').at(-1) ?? '';
      if (/:route53:/.test(arn)) resources.zones.push(...findZone(world, id));
      else if (/:route53resolver:/.test(arn)) resources.rules.push(...findRules(world, id));
      else if (/:ec2:/.test(arn)) {
        const found = world.findAnywhere('VpcEndpoints', 'VpcEndpointId', id);
        if (found) resources.endpoints.push({ accountId: found.accountId, endpoint: found.piece });
      }
    }
    return resources;
  });
}

/** "Associations created without a priority have priority 100." */
function profileIds(world: World, ownerId: string, vpcId: string): string[] {
  const associations: Piece[] = profilesOf(world, ownerId).ProfileAssociations ?? [];
  return associations
    .filter(
      ({ ResourceId, Status }) => String(ResourceId).endsWith(vpcId) && (Status ?? 'COMPLETE') === 'COMPLETE',
    )
    .sort((a, b) => (a.Priority ?? 100) - (b.Priority ?? 100))
    .map(({ ProfileId }) => String(ProfileId));
}

function resourceArns(world: World, ownerId: string, profileId: string): string[] {
  const arns = new Set<string>();
  for (const accountId of [ownerId, ...world.snapshot.accounts.keys()]) {
    for (const each of (profilesOf(world, accountId).ProfileResourceAssociations ?? []) as Piece[]) {
      if (each.ProfileId === profileId && (each.Status ?? 'COMPLETE') === 'COMPLETE')
        arns.add(String(each.ResourceArn));
    }
  }
  return [...arns];
}

function profilesOf(world: World, accountId: string): Piece {
  return world.snapshot.accounts.get(accountId)?.Regions[world.region]?.Route53Profiles ?? {};
}

function findZone(world: World, id: string): Piece[] {
  for (const { Route53 } of world.snapshot.accounts.values()) {
    const zone = (Route53.HostedZones as Piece[]).find((each) => String(each.Id).split('/').at(-1) === id);
    if (zone) return [zone];
  }
  return [];
}

function findRules(world: World, id: string): Piece[] {
  for (const account of world.snapshot.accounts.values()) {
    const rules: Piece[] = account.Regions[world.region]?.Route53Resolver.ResolverRules ?? [];
    const rule = rules.find((each) => each.Id === id);
    if (rule) return [rule];
  }
  return [];
}
