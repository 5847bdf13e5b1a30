/** Reads what a rollback is conditional on, and nothing else. */
import { readAssociations } from '../aws/association-reader.ts';
import type { SessionClients } from '../aws/client-pool.ts';
import { readHubHolding } from '../aws/hub-holding-reader.ts';
import { readHubZones } from '../aws/hub-zone-reader.ts';
import { readForeignRole, readRole } from '../aws/iam-reader.ts';
import { readHostedZones, readProfileAssociations } from '../aws/name-reader.ts';
import { NetworkLists } from '../aws/network-lists.ts';
import { readRegionStates } from '../aws/region-reader.ts';
import { readServiceSetting } from '../aws/ssm-reader.ts';
import type { Region } from '../core/model/primitives.ts';
import type { NetworkTraces } from '../core/network/live-state.ts';
import type { RollbackLive } from '../core/rollback/live.ts';
import type { RollbackPlaces } from '../core/rollback/places.ts';
import type { Clock } from '../platform/clock.ts';

const AT_ONCE = 20;

export async function readRollbackLive(
  clients: SessionClients,
  places: RollbackPlaces,
  run: { homeRegion: Region; regions: Region[] },
  clock: Clock,
): Promise<RollbackLive> {
  const { roleNames, settingRegions, formerValues, vpcsByRegion, profileRegions, hubVpcsByRegion } = places;
  const { associationRegions, hubZoneRegions, zoneVpcsByRegion } = places;
  // A setting in any Region may name the role, also where this run or its scope never was.
  const regions = roleNames.length > 0 ? await enabledRegions(clients, run) : settingRegions;
  const settings = await clock.together(
    AT_ONCE,
    [...new Set([...regions, ...settingRegions])].map(
      (region) => async () => [region, await readServiceSetting(clients, region)] as const,
    ),
  );
  const networks = await clock.together(
    AT_ONCE,
    Object.entries(vpcsByRegion).map(
      ([region, vpcIds]) =>
        async () =>
          [
            region,
            await readTraces(clients, region, {
              vpcIds,
              profiles: profileRegions.includes(region),
              hubs: hubVpcsByRegion[region] ?? [],
              hubZones: hubZoneRegions.includes(region),
              zoneVpcs: zoneVpcsByRegion[region] ?? [],
            }),
          ] as const,
    ),
  );
  const associations = await clock.together(
    AT_ONCE,
    associationRegions.map(
      (region) => async () => [region, await readAssociations(clients, region)] as const,
    ),
  );
  const roles = await Promise.all(
    roleNames.map(async (name) => [name, await readRole(clients, name)] as const),
  );
  const formerRoles = await Promise.all(
    formerValues.map(async (value) => [value, (await readForeignRole(clients, value)).role] as const),
  );
  return {
    settings: Object.fromEntries(settings),
    networks: Object.fromEntries(networks),
    associations: Object.fromEntries(associations),
    roles: Object.fromEntries(roles),
    formerRoles: Object.fromEntries(formerRoles),
  };
}

async function enabledRegions(
  clients: SessionClients,
  { homeRegion, regions }: { homeRegion: Region; regions: Region[] },
): Promise<Region[]> {
  const states = await readRegionStates(clients, homeRegion, regions);
  if (states.kind !== 'value') return regions;
  return Object.entries(states.value)
    .filter(([, state]) => state === 'ENABLED' || state === 'ENABLED_BY_DEFAULT')
    .map(([region]) => region);
}

interface TracesWanted {
  vpcIds: string[];
  profiles: boolean;
  hubs: string[];
  hubZones: boolean;
  zoneVpcs: string[];
}

async function readTraces(
  clients: SessionClients,
  region: Region,
  { vpcIds, profiles, hubs, hubZones, zoneVpcs }: TracesWanted,
): Promise<NetworkTraces> {
  const ec2 = new NetworkLists(clients, region);
  const [endpoints, securityGroups, ...attributes] = await Promise.all([
    ec2.endpoints(),
    ec2.securityGroups(),
    ...vpcIds.map(async (vpcId) => [vpcId, await ec2.dnsAttributes(vpcId)] as const),
  ]);
  const profileAssociations = profiles ? await readProfileAssociations(clients, region) : null;
  const holdings = await Promise.all(
    hubs.map(async (vpcId) => [vpcId, await readHubHolding(clients, region, vpcId)] as const),
  );
  const hostedZones: NetworkTraces['hostedZones'] = {};
  for (const vpcId of zoneVpcs) hostedZones[vpcId] = await readHostedZones(clients, region, vpcId);
  return {
    hubZones: hubZones ? await readHubZones(clients, region) : null,
    hostedZones,
    hubHoldings: Object.fromEntries(holdings),
    endpoints,
    securityGroups,
    dnsAttributes: Object.fromEntries(attributes),
    profileAssociations,
  };
}
