/** The part of the configuration that decides about networks. */
import type { Configuration, OverridableSettings } from '../model/configuration.ts';

export type NetworkSettings = Pick<
  OverridableSettings,
  | 'endpoints'
  | 'endpointZones'
  | 'endpointsInDnsHubs'
  | 'ec2messages'
  | 'unknownEgress'
  | 'enableVpcDns'
  | 'maxMonthlyUsdPerVpc'
  | 'resourceTags'
> & { prices: Configuration['prices'] };
