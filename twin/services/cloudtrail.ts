/**
 * AWS CloudTrail: the trails of an account. Source: CloudTrail API reference; user guide, "Creating a trail for an
 * organization" (members see an organization trail, and cannot change it).
 */
import { AwsError, type Call, type Operations, type Piece } from '../contract.ts';
import { notInSnapshot } from './not-in-snapshot.ts';
import { organizationOf } from './organizations/organization.ts';

export const operations: Operations = {
  DescribeTrails: {
    honours: ['trailNameList', 'includeShadowTrails'],
    mutates: false,
    permissions: () => [{ action: 'cloudtrail:DescribeTrails', resource: '*' }],
    handle: ({ trailNameList, includeShadowTrails = true }, call) => {
      const wanted: string[] = trailNameList ?? [];
      const trails = trailsHere(call).filter(
        (trail) =>
          (includeShadowTrails || isOfHere(trail, call)) &&
          (wanted.length === 0 || wanted.some((name) => isNamed(trail, name))),
      );
      return { trailList: trails.map(shown) };
    },
  },
  GetTrailStatus: onTrail('GetTrailStatus', 'Name', ({ Status }) => Status),
  GetEventSelectors: onTrail('GetEventSelectors', 'TrailName', (trail) => ({
    TrailARN: trail.TrailARN,
    EventSelectors: trail.EventSelectors,
    AdvancedEventSelectors: trail.AdvancedEventSelectors,
  })),
};

function onTrail(name: string, member: string, answer: (trail: Piece) => Piece): Operations[string] {
  return {
    honours: [member],
    mutates: false,
    permissions: (input, call) => [
      { action: `cloudtrail:${name}`, resource: arnOf(String(input[member]), call) },
    ],
    handle(input, call) {
      const trail = trailsHere(call).find((each) => isNamed(each, input[member]));
      if (trail) return answer(trail);
      throw new AwsError(
        'TrailNotFoundException',
        `Unknown trail: ${input[member]} for the user: ${call.accountId}`,
      );
    },
  };
}

/** The account's own, and the organization's. */
function trailsHere(call: Call): Piece[] {
  const management: string = organizationOf(call).Organization.MasterAccountId;
  const own = trailsOf(call.accountId, call);
  const shared = call.accountId === management ? undefined : trailsOf(management, call);
  if (!own && !shared) throw notInSnapshot(`accounts/${call.accountId}.json: CloudTrail`);
  const all = [...(own ?? []), ...(shared ?? []).filter((trail) => trail.IsOrganizationTrail)];
  const here = all.filter((trail) => trail.IsMultiRegionTrail || trail.HomeRegion === call.region);
  return [...new Map(here.map((trail) => [trail.TrailARN, trail])).values()];
}

function trailsOf(accountId: string, { state }: Call): Piece[] | undefined {
  return state.account(accountId)?.CloudTrail?.trailList;
}

function isOfHere({ HomeRegion, TrailARN }: Piece, call: Call): boolean {
  return HomeRegion === call.region && String(TrailARN).includes(`:${call.accountId}:`);
}

/** A replication by its ARN alone would be AWS's rule; names are taken as well. */
function isNamed({ Name, TrailARN }: Piece, name: unknown): boolean {
  return name === Name || name === TrailARN;
}

function arnOf(name: string, { state, region, accountId }: Call): string {
  return name.startsWith('arn:')
    ? name
    : `arn:${state.partition}:cloudtrail:${region}:${accountId}:trail/${name}`;
}

function shown({
  Status: _status,
  EventSelectors: _some,
  AdvancedEventSelectors: _more,
  ...trail
}: Piece): Piece {
  return trail;
}
