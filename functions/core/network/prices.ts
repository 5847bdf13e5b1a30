/**
 * What endpoints and their alternatives cost, in US dollars. List prices, data processing apart; the
 * configuration's `prices` win. Only Regions with a source are listed: for all others the price of
 * us-east-1 is used, and the plan says so (`PRICE_ESTIMATED`).
 */
import type { Configuration } from '../model/configuration.ts';
import type { Region } from '../model/primitives.ts';

export const HOURS_PER_MONTH = 730;

/** Checked in November 2026. */
export const PRICES_AS_OF = '2026-11';

const DEFAULT_ENDPOINT_AZ_HOUR = 0.01;

/**
 * Sources: aws.amazon.com/privatelink/pricing and the AWS Price List (usage types
 * `USE1-VpcEndpoint-Hours`, `USW2-VpcEndpoint-Hours`, read by others in October 2025 and 2026);
 * ap-northeast-1 as this project's first snapshot states it.
 */
const ENDPOINT_AZ_HOUR: Record<Region, number> = {
  'us-east-1': 0.01,
  'us-west-2': 0.01,
  'ap-northeast-1': 0.014,
};

export interface EndpointPrice {
  usdPerAzHour: number;
  estimated: boolean;
}

export function endpointPrice(region: Region, prices: Configuration['prices']): EndpointPrice {
  const known = prices[region]?.endpointAzHour ?? ENDPOINT_AZ_HOUR[region];
  return { usdPerAzHour: known ?? DEFAULT_ENDPOINT_AZ_HOUR, estimated: known === undefined };
}

/** A month of endpoint-zones, rounded to the cent. */
export function monthlyUsd(endpointZones: number, price: EndpointPrice): number {
  return Math.round(endpointZones * price.usdPerAzHour * HOURS_PER_MONTH * 100) / 100;
}

/** us-east-1 list prices (VPC, Transit Gateway and Route 53 price pages), for comparison only. */
const NAT_GATEWAY_HOUR = 0.045;
const TRANSIT_ATTACHMENT_HOUR = 0.05;
const RESOLVER_INTERFACE_HOUR = 0.125;

export interface Alternative {
  what: 'NAT_GATEWAY' | 'CENTRAL_ENDPOINTS' | 'RESOLVER_FORWARDER' | 'HOSTS_FILE';
  /** The fixed part, as an estimate; per VPC but for the shared part of central endpoints. */
  monthlyUsd: number;
  sentence: string;
}

/** What else could be done for a VPC that lacks these services in so many zones. */
export function alternatives(services: number, zones: number, price: EndpointPrice): Alternative[] {
  const month = (hourly: number) => Math.round(hourly * HOURS_PER_MONTH * 100) / 100;
  const central = monthlyUsd(services * zones, price);
  return [
    {
      what: 'NAT_GATEWAY',
      monthlyUsd: month(NAT_GATEWAY_HOUR),
      sentence:
        'One NAT gateway, with data processing by the gigabyte; it opens the whole internet to the VPC.',
    },
    {
      what: 'CENTRAL_ENDPOINTS',
      monthlyUsd: month(TRANSIT_ATTACHMENT_HOUR),
      sentence: `A transit gateway attachment to central endpoints, which cost $${central.toFixed(2)} a month once for the organization; all VPCs then depend on that one.`,
    },
    {
      what: 'RESOLVER_FORWARDER',
      monthlyUsd: month(2 * RESOLVER_INTERFACE_HOUR),
      sentence:
        'A Route 53 Resolver inbound endpoint in two zones, to which custom DNS servers forward the names; endpoints are needed as well.',
    },
    {
      what: 'HOSTS_FILE',
      monthlyUsd: 0,
      sentence:
        'Endpoint addresses in the hosts file of each instance: for tests only, since they change with the endpoint.',
    },
  ];
}
