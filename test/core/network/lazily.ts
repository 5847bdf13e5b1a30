/** The reader's rounds over an observation that holds everything: what they ask for, and what they leave unread. */
import type { NetworkObservation } from '../../../functions/core/network/facts.ts';
import {
  isNothingWanted,
  type LookupSettings,
  type WantedLookups,
  wantedLookups,
} from '../../../functions/core/network/lookups.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';

export interface Lazily {
  observation: NetworkObservation;
  /** Calls of each kind, without those that every Region with clients costs. */
  asked: string[];
}

/** Nothing but the lists of the Region. */
export function listsOf(full: NetworkObservation): NetworkObservation {
  return {
    ...full,
    natGateways: null,
    endpointServices: null,
    prefixLists: null,
    blockPublicAccess: null,
    exclusions: null,
    networkInterfaces: null,
    resolverRules: null,
    resolverRuleIds: null,
    resolverEndpoints: null,
    profileAssociations: null,
    profileResources: {},
    foreignResources: {},
    dnsAttributes: {},
    hostedZones: {},
    ownerViews: {},
  };
}

export function readLazily(full: NetworkObservation, settings: LookupSettings): Lazily {
  let observation = listsOf(full);
  const asked: string[] = [];
  for (let round = 0; round < 20; round += 1) {
    const wanted = wantedLookups(joinNetwork(observation), settings);
    if (isNothingWanted(wanted)) return { observation, asked };
    asked.push(...namesOf(wanted));
    observation = answer(observation, wanted, full);
  }
  throw new Error(`the rounds do not end: ${asked.slice(-20).join(', ')}`);
}

const ABSENT = { kind: 'absent' as const };

function answer(
  known: NetworkObservation,
  wanted: WantedLookups,
  full: NetworkObservation,
): NetworkObservation {
  const given = <K extends keyof NetworkObservation>(key: K, isWanted: boolean) =>
    isWanted ? (full[key] ?? (ABSENT as NetworkObservation[K])) : known[key];
  const byId = <T>(from: Record<string, T>, to: Record<string, T>, ids: string[]) => ({
    ...to,
    ...Object.fromEntries(ids.map((id) => [id, from[id] ?? (ABSENT as T)])),
  });
  return {
    ...known,
    natGateways: given('natGateways', wanted.natGateways),
    prefixLists: given('prefixLists', wanted.prefixLists),
    blockPublicAccess: given('blockPublicAccess', wanted.blockPublicAccess),
    exclusions: given('exclusions', wanted.exclusions),
    networkInterfaces: given('networkInterfaces', wanted.networkInterfaces.length > 0),
    endpointServices: given('endpointServices', wanted.endpointServices),
    resolverEndpoints: given('resolverEndpoints', wanted.resolverEndpoints),
    resolverRuleIds: given('resolverRuleIds', wanted.resolverRuleIds),
    resolverRules: given('resolverRules', wanted.resolverRules),
    profileAssociations: given('profileAssociations', wanted.profileAssociations),
    profileResources: byId(full.profileResources, known.profileResources, wanted.profileResources),
    foreignResources: byId(
      full.foreignResources,
      known.foreignResources,
      wanted.foreignResources.map(({ resourceArn }) => resourceArn),
    ),
    dnsAttributes: byId(full.dnsAttributes, known.dnsAttributes, wanted.dnsAttributes),
    hostedZones: byId(full.hostedZones, known.hostedZones, wanted.hostedZones),
    ownerViews: byId(
      full.ownerViews,
      known.ownerViews,
      wanted.ownerViews.map(({ vpcId }) => vpcId),
    ),
  };
}

function namesOf(wanted: WantedLookups): string[] {
  return Object.entries(wanted).flatMap(([name, value]) =>
    Array.isArray(value) ? value.map(() => name) : value === true ? [name] : [],
  );
}
