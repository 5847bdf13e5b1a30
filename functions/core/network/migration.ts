/**
 * A VPC with endpoints of ours moves to the hub of its Region, make before break: the Profile is associated while the VPC's own
 * endpoints still hold the names, their private DNS goes off once the way to the hub is shown to be open, and they are
 * deleted once every instance was seen Online by the hub. Each step is planned from live state, a pass after another, so an
 * interrupted move continues where it is; where the way is lost in between, private DNS comes back.
 *
 * That the VPC's own endpoint wins over an endpoint of a Profile: "if there is a conflict, the local VPC's settings are
 * used" is general knowledge of Route 53 Profiles, not verified for endpoints (docs/spec/aws-facts.md, "Network path").
 */
import type { Change } from '../model/change.ts';
import type { Finding } from '../model/result.ts';
import { changePlace } from './change-maker.ts';
import type { EndpointNeed } from './endpoint-need.ts';
import { type PlanContext, planSpoke } from './endpoint-plan.ts';
import type { EndpointFacts, HubObservation, VpcDnsAttributes, VpcFacts } from './facts.ts';
import { type ClientPath, judgeClients } from './instance-path.ts';
import { SERVICE_NAMES, type ServiceName } from './needed-names.ts';
import type { Network } from './network.ts';
import { withoutOurs } from './ownership.ts';
import { pruneChanges } from './prune.ts';
import { judgeSpoke, usesProfile } from './spoke.ts';

export interface Move {
  network: Network;
  vpc: VpcFacts;
  hub: HubObservation;
  /** Endpoints of ours in the VPC. */
  ours: EndpointFacts[];
  paths: ClientPath[];
  dns: VpcDnsAttributes;
  planContext: PlanContext;
  /** Every step that is left, for a plan that is only shown; else the next one. */
  isShown: boolean;
}

export interface MoveStep {
  changes: Change[];
  findings: Finding[];
  /** Why it is not moved; null while it is. */
  obstacle: string | null;
  /** So long, at most, a needed name is unreachable meanwhile; left out: no time at all. */
  windowSeconds?: number;
}

export function planMove(move: Move): MoveStep {
  const { network, vpc, hub, ours, paths, dns, planContext, isShown } = move;
  const isAssociated = usesProfile(network, vpc.vpcId, hub.profileId);
  const on = ours.filter(({ privateDns }) => privateDns);
  const off = ours.filter(({ privateDns }) => !privateDns);
  const bare = withoutOurs(network, planContext.journalled);
  const clients = paths.map(({ client }) => client);
  // What others hold stays held without ours; what the Profile holds already is what is wanted.
  const beside = isAssociated ? [] : judgeClients(bare, vpc, clients);
  const { obstacle, pending } = judgeSpoke(bare, vpc, needOf(namesServedBy(ours), clients), beside, dns);
  if (obstacle) {
    const restored = off.map((endpoint) => setPrivateDns(move, endpoint, true));
    return { changes: restored, findings: [], obstacle: obstacle.sentence };
  }
  if (pending !== undefined || hub.profileId === null)
    return waitingMove(vpc, pending ?? 'The hub is made first.');
  const associate = isAssociated ? [] : planSpoke(network, vpc, hub.profileId, planContext);
  const turnOff = on.map((endpoint) => setPrivateDns(move, endpoint, false));
  const remove = removeOurs(move);
  if (isShown) return { changes: [...associate, ...turnOff, ...remove], findings: [], obstacle: null };
  if (associate.length > 0)
    return { ...waitingMove(vpc, 'Its Profile is associated first.'), changes: associate };
  if (turnOff.length > 0) {
    return { ...waitingMove(vpc, 'Private DNS of its endpoints is turned off.'), changes: turnOff };
  }
  return endMove(move, remove, {
    changes: off.map((endpoint) => setPrivateDns(move, endpoint, true)),
    sentence: "private DNS of the VPC's own endpoints is turned on again",
  });
}

/** Once the hub has all names: the VPC's own endpoints go where every instance was seen Online by it; `back` where the way is lost. */
export function endMove(
  { vpc, paths }: Move,
  remove: Change[],
  back: { changes: Change[]; sentence: string },
): MoveStep {
  const isProven = paths.every(({ path, reasons }) => path === 'PROVEN' && reasons.length === 0);
  if (isProven) return { ...waitingMove(vpc, 'Its own endpoints are deleted.'), changes: remove };
  const blocked = paths.find(({ reasons }) => reasons.length > 0);
  if (!blocked)
    return waitingMove(vpc, 'Not all of its instances have been seen Online through the hub yet.');
  const why = `${blocked.client.id} has no path through the hub (${blocked.reasons.join(', ')}); ${back.sentence}.`;
  return { changes: back.changes, findings: [], obstacle: why };
}

export function removeOurs({
  network,
  vpc,
  ours,
  planContext: { runId, journalled, price },
}: Move): Change[] {
  const ids = ours.map(({ endpointId }) => endpointId);
  return pruneChanges(network, vpc, runId, journalled, price, ids);
}

export function waitingMove({ vpcId }: VpcFacts, why: string): MoveStep {
  const sentence = `The VPC moves to the hub. ${why}`;
  return {
    changes: [],
    findings: [{ code: 'CENTRAL_MOVING', subject: vpcId, sentence }],
    obstacle: null,
  };
}

function namesServedBy(ours: EndpointFacts[]): ServiceName[] {
  return SERVICE_NAMES.filter((name) => ours.some(({ serviceName }) => serviceName.endsWith(`.${name}`)));
}

/** The names that the hub has to serve, for whoever uses them. */
export function needOf(names: readonly ServiceName[], clients: EndpointNeed['affected']): EndpointNeed {
  return {
    wanted: names.map((name) => ({ name, serviceName: name, subnets: [] })),
    ec2messagesOnSuspicion: false,
    affected: clients,
    stops: [],
    notes: [],
  };
}

export function setPrivateDns({ network, planContext }: Move, endpoint: EndpointFacts, on: boolean): Change {
  const { endpointId, subnetIds, groupIds, privateDns } = endpoint;
  const nothing = { addSubnetIds: [], removeSubnetIds: [], addGroups: [], removeGroups: [] };
  return {
    ...changePlace(network, planContext.runId, 'ModifyInterfaceEndpoint', `${endpointId} dns ${on}`),
    resource: endpointId,
    action: { kind: 'ModifyInterfaceEndpoint', endpointId, ...nothing, privateDns: on },
    expected: { subnetIds: [...subnetIds].sort(), groupIds: [...groupIds].sort(), privateDns },
    inverse: { kind: 'ModifyInterfaceEndpoint', endpointId, ...nothing, privateDns },
    monthlyCostUsd: 0,
  };
}
