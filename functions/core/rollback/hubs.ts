/**
 * What a rollback does to a hub: its Profile and share, or its zones, their records and authorizations. While other VPCs use
 * it, it stays as a whole.
 */
import type { EntryOf, HubKind, HubZoneKind } from '../changes/definition.ts';
import type { ActionOf } from '../model/change.ts';
import type { Finding } from '../model/result.ts';
import { callerReferenceOf, type HubHolding, type HubZoneFacts } from '../network/hub-facts.ts';
import { hubZoneIn, type NetworkTraces } from '../network/live-state.ts';
import type { RollbackEntry } from './entry.ts';
import type { Undoing } from './undoing.ts';

/** VPCs beside its own that use a hub, until a later pass or for good. */
export interface HubUsers {
  vpcId: string;
  users: string[];
  by: 'Profile' | 'private hosted zones';
}

/** Hubs of these entries that have users. */
export function hubUsers(entries: readonly RollbackEntry[], traces: NetworkTraces): HubUsers[] {
  const ofProfiles = Object.entries(traces.hubHoldings).map(
    ([vpcId, read]): HubUsers => ({
      vpcId,
      users: read.kind === 'value' ? read.value.users : [],
      by: 'Profile',
    }),
  );
  const made = entries.flatMap(({ action, changeId }) =>
    action.kind === 'CreateHubZone'
      ? [{ vpcId: action.vpcId, zone: hubZoneIn(traces, { callerReference: callerReferenceOf(changeId) }) }]
      : [],
  );
  const ofZones = [...Map.groupBy(made, ({ vpcId }) => vpcId)].map(([vpcId, zones]): HubUsers => {
    const all = zones.flatMap(({ zone }) => (zone === null || zone === 'absent' ? [] : zone.vpcIds));
    return { vpcId, users: [...new Set(all)].filter((id) => id !== vpcId), by: 'private hosted zones' };
  });
  return [...ofProfiles, ...ofZones].filter(({ users }) => users.length > 0);
}

export function inUseFinding({ vpcId, users, by }: HubUsers): Finding {
  const few = users.slice(0, 3).join(', ') + (users.length > 3 ? ` and ${users.length - 3} more` : '');
  return {
    code: 'ROLLBACK_HUB_IN_USE',
    subject: vpcId,
    sentence: `The hub ${vpcId} is kept: ${few} ${users.length === 1 ? 'uses' : 'use'} its ${by}.`,
  };
}

/** Named as it was, so nothing else is taken for it; the order of the entries is the reverse of how it was made. */
export function undoOfHub({ action, inverse }: EntryOf<HubKind>, holding: HubHolding | null): Undoing {
  if (holding === null || !isHeld(action, holding)) return null;
  const expected = { exists: true } as const;
  switch (inverse?.kind) {
    case 'UnshareHubProfile':
      return { undo: { action: inverse, expected } };
    case 'RemoveHubEndpoint':
      return { undo: { action: inverse, expected } };
    case 'DeleteHubProfile':
      return { undo: { action: inverse, expected } };
    default:
      return 'irreversible';
  }
}

function isHeld(action: ActionOf<HubKind>, { profile, shareArn, resourceArns }: HubHolding): boolean {
  switch (action.kind) {
    case 'ShareHubProfile':
      return shareArn !== null;
    case 'AddHubEndpoint':
      return resourceArns.includes(action.resourceArn);
    case 'CreateHubProfile':
      return profile !== null;
  }
}

/** By the id that it got, or as it was named: a zone of others is never taken for ours. */
export function zoneOfEntry(
  { action, changeId }: EntryOf<HubZoneKind>,
  traces: NetworkTraces,
): HubZoneFacts | null {
  const wanted =
    action.kind === 'CreateHubZone'
      ? { callerReference: callerReferenceOf(changeId) }
      : { zoneId: action.zoneId };
  const zone = hubZoneIn(traces, wanted);
  return zone === 'absent' ? null : zone;
}

/** @param isRecordRemoved by this rollback, before */
export function undoOfHubZone(
  { action, inverse, runId }: EntryOf<HubZoneKind>,
  zone: HubZoneFacts,
  isRecordRemoved: boolean,
): Undoing {
  if (!isInZone(action, zone)) return null;
  const { zoneId, domain, alias, otherRecords } = zone;
  const expected = { exists: true } as const;
  switch (inverse?.kind) {
    case 'RevokeHubSpoke':
      return { undo: { action: inverse, expected } };
    case 'RemoveHubRecord':
      return { undo: { action: inverse, expected } };
    case 'DeleteHubZone':
      return otherRecords > 0 || (alias !== null && !isRecordRemoved)
        ? {
            conflict: `The private hosted zone ${zoneId} (${domain}) got other records after ${runId} made it; it is kept.`,
          }
        : { undo: { action: { ...inverse, zoneId }, expected } };
    default:
      return 'irreversible';
  }
}

/** A record that leads elsewhere now is another's. */
function isInZone(action: ActionOf<HubZoneKind>, { authorized, alias }: HubZoneFacts): boolean {
  switch (action.kind) {
    case 'AuthorizeHubSpoke':
      return authorized.includes(action.spokeVpcId);
    case 'SetHubRecord':
      return alias?.dnsName === action.dnsName;
    case 'CreateHubZone':
      return true;
  }
}
