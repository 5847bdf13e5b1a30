/**
 * A VPC with endpoints of ours moves to a hub by private hosted zones. A zone cannot be associated while an endpoint holds its name
 * (`ConflictingDomainExists`), so between private DNS off and the zone in sync a name is unreachable: the plan states for how long at
 * most. Name after name: private DNS off, zone associated, and where AWS refuses the zone, private DNS on again at once (`undoes`).
 * The endpoints are deleted once every instance was seen Online by the hub; where the way is lost before, the zones go and private
 * DNS comes back. Each pass plans from live state, so an interrupted move continues where it is.
 */
import type { Change } from '../model/change.ts';
import type { HubZoneFacts } from './hub-facts.ts';
import { associationOf, disassociationOf, zoneFor, zonesHeld } from './hub-zones.ts';
import { judgeClients } from './instance-path.ts';
import {
  endMove,
  type Move,
  type MoveStep,
  needOf,
  removeOurs,
  setPrivateDns,
  waitingMove,
} from './migration.ts';
import { dnsNameOf, isService, type ServiceName } from './needed-names.ts';
import type { Network } from './network.ts';
import { withoutOurs } from './ownership.ts';
import { judgeSpoke } from './spoke.ts';

/** "Changes generally propagate to all Route 53 name servers within 60 seconds" (Route 53 API reference, GetChange). */
const SYNC_SECONDS = 60;
/** Calls of one name, and the wait for AWS to give the name up, which is not documented: the driver tries no longer. */
const NAME_SECONDS = 30;

/** The longest time that a needed name of a VPC is unreachable while it moves. */
export function moveWindowSeconds(names: number): number {
  return names === 0 ? 0 : SYNC_SECONDS + names * NAME_SECONDS;
}

export function planZoneMove(move: Move): MoveStep {
  const { network, vpc, hub, ours, paths, dns, planContext, isShown } = move;
  const names = [...new Set(paths.flatMap((path) => path.names.map(({ name }) => name)))];
  const held = zonesHeld(network, vpc.vpcId, hub);
  const isHeld = (name: ServiceName) => held.some(({ domain }) => domain === dnsNameOf(network, name));
  const bare = withoutOurs(network, planContext.journalled);
  const clients = paths.map(({ client }) => client);
  // What others hold stays held without ours; what a zone of the hub holds already is what is wanted.
  const beside = judgeClients(bare, vpc, clients).map((path) => ({
    ...path,
    names: path.names.filter(({ name }) => !isHeld(name)),
  }));
  const { obstacle, pending } = judgeSpoke(bare, vpc, needOf(names, clients), beside, dns);
  // What could not be read gives nothing back: that would be a second gap.
  if (obstacle) {
    return {
      changes: obstacle.unknown ? [] : giveBack(move, held),
      findings: [],
      obstacle: obstacle.sentence,
    };
  }
  const left = names.filter((name) => !isHeld(name));
  const windowSeconds = moveWindowSeconds(left.length);
  // Interrupted between the two steps: private DNS comes back first, so that each try of the zone has what undoes it.
  const dark = ours.filter(
    ({ privateDns, serviceName }) =>
      !privateDns && left.some((name) => isService(network, serviceName, name)),
  );
  if (pending !== undefined || (dark.length > 0 && !isShown)) {
    const changes = dark
      .filter(({ state }) => state === 'available')
      .map((endpoint) => setPrivateDns(move, endpoint, true));
    const why = pending ?? 'Private DNS, which an interrupted step left off, is turned on first.';
    return { ...waitingMove(vpc, why), changes, windowSeconds };
  }
  const steps = left.flatMap((name) => take(move, name));
  const remove = removeOurs(move).map((change) => withoutPrivateDns(network, change, names));
  if (isShown) return { changes: [...steps, ...remove], findings: [], obstacle: null, windowSeconds };
  if (steps.length > 0) {
    const gap = `Private DNS of its endpoints is turned off and the zones of the hub take over the names, which are unreachable for up to ${windowSeconds} s.`;
    return { ...waitingMove(vpc, gap), changes: steps, windowSeconds };
  }
  return endMove(move, remove, {
    changes: giveBack(move, held),
    sentence: "it leaves the hub's zones, and private DNS of the VPC's endpoints is turned on again",
  });
}

/** Off, then associated: the second undoes the first where it fails. */
function take(move: Move, name: ServiceName): Change[] {
  const { network, vpc, hub, ours, planContext } = move;
  const zone = zoneFor(network, hub, name);
  if (zone === null) return [];
  const off = ours
    .filter(({ privateDns, serviceName }) => privateDns && isService(network, serviceName, name))
    .map((endpoint) => setPrivateDns(move, endpoint, false));
  const associate: Change = associationOf(network, vpc.vpcId, zone, planContext.runId);
  return [
    ...off,
    ...off.slice(0, 1).map(({ id }) => ({ ...associate, undoes: id })),
    ...(off.length === 0 ? [associate] : []),
  ];
}

/** For each name that an endpoint of ours can hold again: its zone goes, then private DNS comes back. */
function giveBack(move: Move, held: readonly HubZoneFacts[]): Change[] {
  const { network, vpc, ours, planContext } = move;
  return ours
    .filter(({ privateDns, state }) => !privateDns && state === 'available')
    .flatMap((endpoint) => {
      const zone = held.find(({ domain }) => domain.startsWith(`${endpoint.serviceName.split('.').at(-1)}.`));
      const on = setPrivateDns(move, endpoint, true);
      if (!zone) return [on];
      return [disassociationOf(network, vpc.vpcId, zone, planContext.runId), on];
    });
}

/** Brought back, an endpoint whose name moved cannot hold it before the zone is gone. */
function withoutPrivateDns(network: Network, change: Change, names: readonly ServiceName[]): Change {
  const { inverse } = change;
  if (inverse?.kind !== 'CreateInterfaceEndpoint') return change;
  const hasMoved = names.some((name) => isService(network, inverse.serviceName, name));
  return hasMoved ? ({ ...change, inverse: { ...inverse, privateDns: false } } as Change) : change;
}
