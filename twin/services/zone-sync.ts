/**
 * When a VPC that was associated with a private hosted zone resolves by it. An association that was captured is in sync; one that
 * the twin makes is within 60 s ("Changes generally propagate to all Route 53 name servers within 60 seconds", Route 53 API
 * reference, GetChange), by the twin's clock.
 */
import { createHash } from 'node:crypto';
import type { Piece, TwinState } from '../contract.ts';

/** Twin time (ms) of being in sync, by zone and VPC. */
const inSyncAt = new WeakMap<Piece, Map<string, number>>();

const LEAST_SECONDS = 5;
const MOST_SECONDS = 55;

export function noteAssociation(state: TwinState, zone: Piece, vpcId: string): void {
  const times = inSyncAt.get(zone) ?? new Map<string, number>();
  inSyncAt.set(zone, times);
  const spread = createHash('sha256').update(`${zone.Id}/${vpcId}`).digest().readUInt16BE(0);
  const seconds = LEAST_SECONDS + (spread % (MOST_SECONDS - LEAST_SECONDS));
  times.set(vpcId, state.clock.now().getTime() + seconds * 1000);
}

export function isInSync(zone: Piece, vpcId: string, now: number): boolean {
  return (inSyncAt.get(zone)?.get(vpcId) ?? 0) <= now;
}
