import { paginateListRegions } from '@aws-sdk/client-account';
import type { RegionOptStatus } from '../core/model/observation.ts';
import type { Region } from '../core/model/primitives.ts';
import type { Read } from '../core/model/reads.ts';
import type { SessionClients } from './client-pool.ts';
import { read } from './reads.ts';

export type RegionStates = Record<Region, RegionOptStatus>;

/** Opt-in state of each Region in the session's account (account:ListRegions, own account: no AccountId). */
async function listRegions(clients: SessionClients): Promise<RegionStates> {
  const states: RegionStates = {};
  for await (const page of paginateListRegions({ client: clients.account() }, { MaxResults: 50 })) {
    for (const region of page.Regions ?? []) {
      if (region.RegionName && region.RegionOptStatus) states[region.RegionName] = region.RegionOptStatus;
    }
  }
  return states;
}

/**
 * The account's Regions: account:ListRegions; where that fails, ec2:DescribeRegions in the home Region,
 * then in the run's other Regions until one answers. A Region-deny policy that forgets `account:*` denies
 * the first, since its requested Region is the partition's global one.
 */
export async function readRegionStates(
  clients: SessionClients,
  homeRegion: Region,
  regions: Region[],
): Promise<Read<RegionStates>> {
  let answer: Read<RegionStates> = { kind: 'absent' };
  if (hasAccountApi(homeRegion)) {
    answer = await read('account:ListRegions', () => listRegions(clients));
    if (answer.kind === 'value' || isPassing(answer)) return answer;
  }
  const { describeRegions } = await import('./described-regions.ts');
  for (const region of [homeRegion, ...regions.filter((r) => r !== homeRegion)]) {
    answer = await read('ec2:DescribeRegions', () => describeRegions(clients, region));
    if (answer.kind === 'value') return answer;
  }
  return answer;
}

/**
 * GovCloud has no endpoint of Account Management (botocore's endpoints.json: `account` in aws and aws-cn alone);
 * asked all the same, every account would wait for a name that no one resolves.
 */
export function hasAccountApi(homeRegion: Region): boolean {
  return !homeRegion.startsWith('us-gov-');
}

/** A failure that another API would share; asking every Region would only add to it. */
function isPassing(answer: Read<RegionStates>): boolean {
  return answer.kind === 'failed' && ['THROTTLED', 'UNAVAILABLE', 'NOT_READY'].includes(answer.failure.kind);
}
