/** What administrators of single accounts change while a run is under way: not by API, so that no permission is in their way. */
import type { AccountFile, Piece, Snapshot } from '../../twin/contract.ts';
import { DHMC_ROLE } from '../../twin/make/iam.ts';
import type { Random } from '../../twin/make/random.ts';
import { DHMC_SETTING } from '../../twin/make/region.ts';
import { FOREIGN_ROLE } from './foreign-resources.ts';

const OPTING_IN: Record<string, 'ENABLING' | 'ENABLED'> = { DISABLED: 'ENABLING', ENABLING: 'ENABLED' };

/** What another administrator does to one account; the answer says what. */
export function interfere(random: Random, account: AccountFile, member: Piece): string {
  const regions = Object.entries(account.Regions);
  const [region, state] = regions[random.below(regions.length)] ?? ['', undefined];
  const roles: Piece[] = account.Iam.RoleDetailList;
  const dhmc = roles.find(({ RoleName }) => RoleName === DHMC_ROLE);
  switch (random.below(6)) {
    case 0: {
      const setting = state?.Ssm.ServiceSettings.find(({ SettingId }: Piece) => SettingId === DHMC_SETTING);
      if (setting) Object.assign(setting, { SettingValue: `ops/${FOREIGN_ROLE}`, LastModifiedUser: 'admin' });
      return `sets the service setting in ${region}`;
    }
    case 1:
      if (dhmc) dhmc.AttachedManagedPolicies = [];
      return 'detaches the policies of the DHMC role';
    case 2:
      if (dhmc) dhmc.Tags = [{ Key: 'team', Value: 'other' }];
      return 'takes our tags from the DHMC role';
    case 3:
      if (state) deleteEndpoints(state.Ec2);
      return `deletes the endpoints in ${region}`;
    case 4:
      Object.assign(member, { State: 'SUSPENDED', Status: 'SUSPENDED' });
      return 'suspends it';
    default: {
      const off = regions.find(([, { RegionOptStatus }]) => RegionOptStatus in OPTING_IN);
      if (!off) return 'looks around';
      off[1].RegionOptStatus = OPTING_IN[off[1].RegionOptStatus] ?? 'ENABLED';
      return `opts in to ${off[0]}: ${off[1].RegionOptStatus}`;
    }
  }
}

/** With their interfaces, as EC2 does. */
function deleteEndpoints(ec2: Piece): void {
  const endpoints: Piece[] = ec2.VpcEndpoints ?? [];
  const gone = new Set(endpoints.flatMap(({ NetworkInterfaceIds = [] }) => NetworkInterfaceIds as string[]));
  const interfaces: Piece[] = ec2.NetworkInterfaces ?? [];
  ec2.VpcEndpoints = [];
  ec2.NetworkInterfaces = interfaces.filter(({ NetworkInterfaceId }) => !gone.has(NetworkInterfaceId));
}

/** Some accounts have a Region that is off, to be opted in later. */
export function turnRegionsOff(random: Random, snapshot: Snapshot): void {
  for (const account of snapshot.accounts.values()) {
    const names = Object.keys(account.Regions);
    const state = account.Regions[names.at(-1) ?? ''];
    if (names.length > 1 && state && random.chance(0.3)) state.RegionOptStatus = 'DISABLED';
  }
}

/** AWS completes what was begun. */
export function completeOptIns(snapshot: Snapshot): void {
  for (const { Regions } of snapshot.accounts.values()) {
    for (const state of Object.values(Regions)) {
      if (state.RegionOptStatus === 'ENABLING') state.RegionOptStatus = 'ENABLED';
    }
  }
}
