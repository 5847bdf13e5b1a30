/** An organization with nothing set up, in one Region: what AWS's answers are compared with. */
import type { Snapshot } from '../contract.ts';
import { addAccount, startOrganization } from './frame.ts';
import { addNetwork } from './network.ts';
import { regionOf } from './region.ts';

const MANAGEMENT = '100000000001';
const OPERATOR = '100000000002';

export function makeOneRegionOrganization(region: string): Snapshot {
  const draft = startOrganization(MANAGEMENT, OPERATOR);
  for (const [id, name] of [
    [MANAGEMENT, 'management'],
    [OPERATOR, 'operator'],
  ] as const) {
    const account = addAccount(draft, { id, name });
    const state = regionOf(account, region);
    if (state.RegionOptStatus === 'DISABLED') state.RegionOptStatus = 'ENABLED';
    addNetwork(account, region, { shape: 'isolated', name: 'default', octet: 0, instances: [] });
  }
  return draft.snapshot;
}
