/**
 * What central endpoints cost in a Region beside own endpoints in each VPC, US dollars a month. List prices of us-east-1;
 * an endpoint's own price is the Region's. Sources: the price pages of Route 53 (read in September 2026: "$0.75 per AWS
 * account for up to 100 Profile-VPC associations" an hour, $0.0014 an hour for each more; $0.50 a month for each of
 * the first 25 hosted zones of an account, $0.10 for each more),
 * Transit Gateway ($0.02 a gigabyte that a VPC sends) and EC2 ($0.01 a gigabyte and direction across zones). Attachments are not counted:
 * a VPC is only a spoke where it has a route already. Processing by the endpoint costs the same both ways.
 */
import type { SpokeResult } from './hub-facts.ts';
import { HOURS_PER_MONTH } from './prices.ts';

const PROFILE_HOUR = 0.75;
const PROFILE_INCLUDES = 100;
const MORE_ASSOCIATIONS_HOUR = 0.0014;
const FIRST_ZONES = 25;
const ZONE_MONTH = 0.5;
const MORE_ZONES_MONTH = 0.1;
const TRANSIT_GB = 0.02;
const CROSS_ZONE_GB = 0.01;

/** A VPC that uses the hub, or could. */
export type SpokePrice = Pick<SpokeResult, 'ownMonthlyUsd' | 'instances' | 'hub' | 'services'>;

export interface CentralPrice {
  spokes: number;
  /** Own endpoints in each of these VPCs. */
  ownMonthlyUsd: number;
  /** Profile, or hosted zones. */
  namesMonthlyUsd: number;
  /** Transit gateway and cross-zone traffic, by the gigabytes an instance that the configuration assumes. */
  dataMonthlyUsd: number;
  /** Endpoints of the hub. */
  hubMonthlyUsd: number;
  centralMonthlyUsd: number;
  /** Own less central; negative where central endpoints cost more. */
  savedMonthlyUsd: number;
}

/** Of VPCs of one Region, so of one hub. */
export function centralPrice(spokes: readonly SpokePrice[]): CentralPrice {
  const sum = (of: (spoke: SpokePrice) => number) => spokes.reduce((total, spoke) => total + of(spoke), 0);
  // Who has not read the hub does not know its price.
  const hub = Math.max(0, ...spokes.map((spoke) => spoke.hub.monthlyUsd ?? 0));
  const own = sum(({ ownMonthlyUsd }) => ownMonthlyUsd);
  const isByZones = spokes.some((spoke) => spoke.hub.names === 'zones');
  const services = new Set(spokes.flatMap((spoke) => spoke.services));
  const names = isByZones ? zonesMonth(services.size) : profileMonth(spokes.length);
  // Sent by transit gateway; in the worst case from another zone and back.
  const data =
    sum(({ instances, hub: { gigabytesPerInstance } }) => instances * gigabytesPerInstance) *
    (TRANSIT_GB + 2 * CROSS_ZONE_GB);
  const central = hub + names + data;
  return {
    spokes: spokes.length,
    ownMonthlyUsd: cents(own),
    namesMonthlyUsd: cents(names),
    dataMonthlyUsd: cents(data),
    hubMonthlyUsd: cents(hub),
    centralMonthlyUsd: cents(central),
    savedMonthlyUsd: cents(own - central),
  };
}

function profileMonth(associations: number): number {
  if (associations === 0) return 0;
  const more = Math.max(0, associations - PROFILE_INCLUDES);
  return (PROFILE_HOUR + more * MORE_ASSOCIATIONS_HOUR) * HOURS_PER_MONTH;
}

/** Queries for an alias to an interface endpoint are free, as are associations (Route 53 pricing page). */
function zonesMonth(zones: number): number {
  return Math.min(zones, FIRST_ZONES) * ZONE_MONTH + Math.max(0, zones - FIRST_ZONES) * MORE_ZONES_MONTH;
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}
