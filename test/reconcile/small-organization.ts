/** A management account, an operator account and as many plain members as a test wants. */
import type { AccountFile, Snapshot } from '../../twin/contract.ts';
import { addAccount, startOrganization } from '../../twin/make/frame.ts';
import { addDhmcRole, addMemberRoles } from '../../twin/make/iam.ts';
import { DHMC_VALUE, regionOf, setSetting } from '../../twin/make/region.ts';
import { isOptIn, REGIONS } from '../../twin/make/region-names.ts';

export const OPERATOR = '100000000002';
/** The first member account. */
export const MEMBER = '100000000011';

export interface SmallOrganization {
  members: number;
  regions: number;
  /** Shapes a member; left out: nothing is set up there yet. */
  shape?: (account: AccountFile, regions: string[], index: number) => void;
  joinedAt?: string;
  memberRoles?: boolean;
}

/** Opt-in Regions are left out, so that every target can be entered. */
export function makeSmallOrganization(options: SmallOrganization): Snapshot {
  const regions = REGIONS.filter((region) => !isOptIn(region)).slice(0, options.regions);
  const draft = startOrganization('100000000001', OPERATOR);
  const add = (id: string, name: string, shape?: (account: AccountFile) => void, joinedAt?: string) => {
    const account = addAccount(draft, { id, name, ...(joinedAt ? { joinedAt } : {}) });
    for (const region of regions) regionOf(account, region);
    if (options.memberRoles !== false) addMemberRoles(account, { operatorId: OPERATOR, privilege: 'least' });
    shape?.(account);
  };
  add('100000000001', 'management', (account) => makeCompliant(account, regions));
  add(OPERATOR, 'operator', (account) => makeCompliant(account, regions));
  for (let index = 0; index < options.members; index += 1) {
    const id = String(Number(MEMBER) + index);
    add(id, `member-${index}`, (account) => options.shape?.(account, regions, index), options.joinedAt);
  }
  return draft.snapshot;
}

/** The DHMC role and the setting in every Region, as this service makes them. */
export function makeCompliant(account: AccountFile, regions: string[]): void {
  addDhmcRole(account, { ours: true });
  for (const region of regions) setSetting(account, region, DHMC_VALUE);
}

/** One member in one Region, set up, with what is added to it. */
export function makeOneRegion(add: (account: AccountFile, region: string) => void): {
  snapshot: Snapshot;
  region: string;
} {
  let region = '';
  const snapshot = makeSmallOrganization({
    members: 1,
    regions: 1,
    shape: (account, regions) => {
      makeCompliant(account, regions);
      region = regions[0] ?? '';
      add(account, region);
    },
  });
  return { snapshot, region };
}
