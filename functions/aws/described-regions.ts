/** Regions as EC2 has them, for where Account Management cannot be asked. Loaded only there. */
import { DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import type { RegionOptStatus } from '../core/model/observation.ts';
import type { Region } from '../core/model/primitives.ts';
import type { SessionClients } from './client-pool.ts';
import './member-clients.ts';

/** EC2's words for the same (DescribeRegions, OptInStatus). */
const FROM_EC2: Record<string, RegionOptStatus> = {
  'opt-in-not-required': 'ENABLED_BY_DEFAULT',
  'opted-in': 'ENABLED',
  'not-opted-in': 'DISABLED',
};

export async function describeRegions(
  clients: SessionClients,
  from: Region,
): Promise<Record<Region, RegionOptStatus>> {
  const answer = await clients.ec2(from, 'read').send(new DescribeRegionsCommand({ AllRegions: true }));
  const states: Record<Region, RegionOptStatus> = {};
  for (const { RegionName, OptInStatus } of answer.Regions ?? []) {
    if (RegionName) states[RegionName] = FROM_EC2[OptInStatus ?? ''] ?? 'ENABLED';
  }
  return states;
}
