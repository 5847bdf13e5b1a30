/**
 * Interface endpoints go `pending` -> `available` and `deleting` -> gone, by the twin's clock, each within 120 s
 * (docs/spec/twin.md, "Clock"). Nothing runs in the background: who looks brings them up to date first.
 */
import { createHash } from 'node:crypto';
import { capturedAt, noteChange } from '../../changes.ts';
import type { Piece, RegionState, TwinState } from '../../contract.ts';
import { remove, takeAddresses } from './write.ts';

/** Endpoints of a Region that are on their way. */
const moving = new WeakMap<RegionState, Set<Piece>>();
const deletedAt = new WeakMap<Piece, number>();

const LEAST_SECONDS = 20;
const MOST_SECONDS = 110;

/** Brings the endpoints of an account's Region up to the twin's time; cheap where none is on its way. */
export function settleEndpoints(state: TwinState, accountId: string, region: string): void {
  const regionState = state.region(accountId, region);
  const endpoints = movingOf(regionState);
  if (endpoints.size === 0) return;
  const now = state.clock.now().getTime();
  for (const endpoint of [...endpoints]) {
    const due = dueAt(endpoint, state);
    if (due > now) continue;
    endpoints.delete(endpoint);
    if (endpoint.State === 'pending') endpoint.State = 'available';
    else takeAway(endpoint, state, accountId, region);
    noteChange(state, accountId, due);
  }
}

/** Twin time (ms) at which the next endpoint of the Region changes by itself; infinity where none will. */
export function nextEndpointChange(state: TwinState, accountId: string, region: string): number {
  let next = Number.POSITIVE_INFINITY;
  for (const endpoint of movingOf(state.region(accountId, region)))
    next = Math.min(next, dueAt(endpoint, state));
  return next;
}

/** A new endpoint, `pending`. */
export function startEndpoint(endpoint: Piece, region: RegionState): void {
  movingOf(region).add(endpoint);
}

/** From here on it is `deleting`; at `at` (ms) the request came. */
export function endEndpoint(endpoint: Piece, region: RegionState, at: number): void {
  endpoint.State = 'deleting';
  deletedAt.set(endpoint, at);
  movingOf(region).add(endpoint);
}

/** Lower case: the model's enum capitalises states, real answers don't. */
export function stateOf(endpoint: Piece): string {
  return String(endpoint.State ?? 'available').toLowerCase();
}

function movingOf(region: RegionState): Set<Piece> {
  let endpoints = moving.get(region);
  if (!endpoints) {
    const all: Piece[] = region.Ec2.VpcEndpoints ?? [];
    endpoints = new Set(
      all.filter((endpoint) => endpoint.State === 'pending' || endpoint.State === 'deleting'),
    );
    moving.set(region, endpoints);
  }
  return endpoints;
}

function dueAt(endpoint: Piece, state: TwinState): number {
  const started =
    endpoint.State === 'deleting'
      ? deletedAt.get(endpoint)
      : endpoint.CreationTimestamp && new Date(endpoint.CreationTimestamp).getTime();
  const spread = createHash('sha256')
    .update(`${endpoint.VpcEndpointId}/${endpoint.State}`)
    .digest()
    .readUInt16BE(0);
  const seconds = LEAST_SECONDS + (spread % (MOST_SECONDS - LEAST_SECONDS));
  return (started ?? capturedAt(state)) + seconds * 1000;
}

function takeAway(endpoint: Piece, state: TwinState, accountId: string, region: string): void {
  removeInterfaces(state, accountId, region, new Set(endpoint.NetworkInterfaceIds ?? []));
  remove(state, accountId, region, 'VpcEndpoints', new Set([endpoint]));
}

/** Their addresses go back to the subnets. */
export function removeInterfaces(
  state: TwinState,
  accountId: string,
  region: string,
  ids: ReadonlySet<string>,
): void {
  const all: Piece[] = state.region(accountId, region).Ec2.NetworkInterfaces ?? [];
  const gone = new Set(all.filter((each) => ids.has(each.NetworkInterfaceId)));
  if (gone.size === 0) return;
  remove(state, accountId, region, 'NetworkInterfaces', gone);
  for (const { SubnetId } of gone) takeAddresses(state, accountId, region, SubnetId, -1);
}
