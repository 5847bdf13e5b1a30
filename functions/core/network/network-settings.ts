/** The part of the configuration that decides about networks. */
import type { Configuration, OverridableSettings } from '../model/configuration.ts';

export type NetworkSettings = Pick<
  OverridableSettings,
  | 'endpoints'
  | 'endpointZones'
  | 'endpointsInDnsHubs'
  | 'ec2messages'
  | 'unknownEgress'
  | 'path'
  | 'endpointPolicy'
  | 'endpointServices'
  | 'enableVpcDns'
  | 'maxMonthlyUsdPerVpc'
  | 'resourceTags'
> & { prices: Configuration['prices'] };

/** Whether VPCs without a path may use the hub of their Region. */
export function usesHubs({
  endpoints,
}: {
  endpoints?: OverridableSettings['endpoints'] | undefined;
}): boolean {
  return endpoints === 'central' || endpoints === 'auto';
}

/** Whether any account's VPCs may. */
export function mayUseHubs(settings: {
  endpoints: OverridableSettings['endpoints'];
  overrides: readonly { endpoints?: OverridableSettings['endpoints'] | undefined }[];
}): boolean {
  return [settings, ...settings.overrides].some(usesHubs);
}
