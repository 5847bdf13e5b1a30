/** Regions of made accounts and their service settings. */
import type { AccountFile, RegionState } from '../contract.ts';
import { completeRegion } from '../snapshot/defaults.ts';
import { DHMC_ROLE } from './iam.ts';
import { isOptIn } from './region-names.ts';

export const DHMC_SETTING = '/ssm/managed-instance/default-ec2-instance-management-role';
/** Value of the setting where it names the DHMC role. */
export const DHMC_VALUE = `service-role/${DHMC_ROLE}`;

/** A Region of the account; the first time with the state that accounts have it in from the start. */
export function regionOf(account: AccountFile, region: string): RegionState {
  account.Regions[region] ??= completeRegion({
    RegionOptStatus: isOptIn(region) ? 'DISABLED' : 'ENABLED_BY_DEFAULT',
  });
  return account.Regions[region];
}

/** Sets default host management to a role, named `path/name`. */
export function setSetting(account: AccountFile, region: string, value: string): void {
  const { AccountId } = account;
  regionOf(account, region).Ssm.ServiceSettings.push({
    SettingId: DHMC_SETTING,
    SettingValue: value,
    LastModifiedDate: '2025-05-01T00:00:00+00:00',
    LastModifiedUser: `arn:aws:iam::${AccountId}:role/someone`,
    ARN: `arn:aws:ssm:${region}:${AccountId}:servicesetting${DHMC_SETTING}`,
    Status: 'Customized',
  });
}

/** The Region does not know the setting: DHMC is not offered there. */
export function withoutDhmc(account: AccountFile, region: string): void {
  regionOf(account, region).Ssm.ServiceSettingsUnsupported = [DHMC_SETTING];
}
