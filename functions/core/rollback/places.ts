/** Where a rollback has to read live state. */
import { definitionOf } from '../changes/changes.ts';
import type { Region } from '../model/primitives.ts';
import { isUnset } from '../setting.ts';
import type { RollbackEntry } from './entry.ts';

export interface RollbackPlaces {
  roleNames: string[];
  /** Regions whose setting an entry concerns. */
  settingRegions: Region[];
  /** Roles of others that settings are to name again, as settings name them. */
  formerValues: string[];
  /** VPCs whose DNS attributes count, by Region of which endpoints and groups are listed. */
  vpcsByRegion: Record<Region, string[]>;
  /** Regions whose associations of Route 53 Profiles count. */
  profileRegions: Region[];
  /** Hub VPCs whose Profile and share count. */
  hubVpcsByRegion: Record<Region, string[]>;
  /** Regions whose private hosted zones of a hub count. */
  hubZoneRegions: Region[];
  /** VPCs whose private hosted zones count. */
  zoneVpcsByRegion: Record<Region, string[]>;
  /** Regions whose State Manager associations count. */
  associationRegions: Region[];
}

export function placesOf(entries: readonly RollbackEntry[]): RollbackPlaces {
  const roleNames = new Set<string>();
  const settingRegions = new Set<Region>();
  const formerValues = new Set<string>();
  const vpcs = new Map<Region, Set<string>>();
  const profileRegions = new Set<Region>();
  const hubs = new Map<Region, Set<string>>();
  const hubZoneRegions = new Set<Region>();
  const zoneVpcs = new Map<Region, Set<string>>();
  const associationRegions = new Set<Region>();
  for (const { action, inverse, region } of entries) {
    const definition = definitionOf(action);
    if (definition.area === 'ROLE' && 'roleName' in action) roleNames.add(action.roleName);
    if (region === null) continue;
    if (definition.area === 'SETTING') {
      settingRegions.add(region);
      if (inverse?.kind === 'SetServiceSetting' && !isUnset(inverse.value)) formerValues.add(inverse.value);
    }
    if (definition.area === 'ASSOCIATION') associationRegions.add(region);
    if (definition.area !== 'PATH') continue;
    const ofRegion = vpcs.get(region) ?? new Set<string>();
    vpcs.set(region, ofRegion);
    if (definition.readsProfiles) profileRegions.add(region);
    const hubVpcId = definition.hubVpcId(action);
    if (hubVpcId !== null) hubs.set(region, (hubs.get(region) ?? new Set()).add(hubVpcId));
    if (definition.hubZoneVpcId(action) !== null) hubZoneRegions.add(region);
    const zonesVpcId = definition.zonesVpcId(action);
    if (zonesVpcId !== null) zoneVpcs.set(region, (zoneVpcs.get(region) ?? new Set()).add(zonesVpcId));
    const vpcId = definition.dnsVpcId(action);
    if (vpcId !== null) ofRegion.add(vpcId);
  }
  return {
    roleNames: [...roleNames],
    settingRegions: [...settingRegions],
    formerValues: [...formerValues],
    vpcsByRegion: Object.fromEntries([...vpcs].map(([region, ids]) => [region, [...ids]])),
    profileRegions: [...profileRegions],
    hubVpcsByRegion: Object.fromEntries([...hubs].map(([region, ids]) => [region, [...ids]])),
    hubZoneRegions: [...hubZoneRegions],
    zoneVpcsByRegion: Object.fromEntries([...zoneVpcs].map(([region, ids]) => [region, [...ids]])),
    associationRegions: [...associationRegions],
  };
}
