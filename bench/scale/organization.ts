/** The organization of the benchmark: plain members with nothing set up, and instances in the first Region of each. */
import { join } from 'node:path';
import { makeSmallOrganization } from '../../test/reconcile/small-organization.ts';
import type { Snapshot } from '../../twin/contract.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { isOptIn, REGIONS } from '../../twin/make/region-names.ts';
import { writeSnapshot } from '../../twin/snapshot/write.ts';

export interface Size {
  accounts: number;
  regions: number;
  /** Of each member, in one VPC of its first Region, all Online. */
  instances: number;
}

/** The management and the operator account are among the accounts, and compliant from the start. */
export const SET_UP_FROM_THE_START = 2;

/** Enabled in each account from its start. */
export const MOST_REGIONS = REGIONS.filter((region) => !isOptIn(region)).length;
/** One VPC takes no more: addresses of made instances end with one octet. */
export const MOST_INSTANCES = 240;

export function makeOrganization({ accounts, regions, instances }: Size): Snapshot {
  return makeSmallOrganization({
    members: accounts - SET_UP_FROM_THE_START,
    regions,
    shape: (account, [region = '']) => {
      if (instances === 0) return;
      addNetwork(account, region, {
        shape: 'nat',
        name: 'main',
        octet: 7,
        instances: Array.from({ length: instances }, (_, index) => ({
          name: `web-${index}`,
          running: true,
          online: true,
        })),
      });
    },
  });
}

export async function writeOrganization(size: Size, folder: string): Promise<string> {
  const path = join(folder, 'organization');
  await writeSnapshot(makeOrganization(size), path);
  return path;
}
