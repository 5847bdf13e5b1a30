/**
 * Whether TCP 443 passes from an instance's subnet to a subnet of the hub, and its answers back: route tables of both
 * VPCs, the attachments and route tables of the transit gateway, and the network ACLs of every subnet on the way.
 *
 * Sources: Transit Gateway guide, "VPC attachments" ("any resources in Availability Zones where there is no transit
 * gateway attachment cannot reach the transit gateway"; "doesn't support routing between VPCs with identical CIDRs").
 * Not verified (general knowledge): inbound rules of an attachment's subnet see what instances send, outbound rules
 * what they receive. A VPC peering connection needs the routes of both sides alone (VPC peering guide).
 */
import type { Client } from './clients.ts';
import type { HubObservation, SubnetFacts } from './facts.ts';
import type { TransitAttachmentFacts } from './hub-facts.ts';
import { cidrSet, type Ipv4Set, intersect, parseCidr, sizeOf, subtract } from './ipv4.ts';
import { failureOf, type Network, valuesOf } from './network.ts';
import { aclAdmitsAsking, aclAdmitsAtEndpoint } from './network-acls.ts';
import { routedParts } from './routes.ts';
import type { Admission } from './verdict.ts';

/** Why it does not pass; `unknown`: what decides could not be read. null: it passes. */
export type Obstacle = { unknown: boolean; sentence: string; hubAdmits?: false } | null;

export interface Way {
  spoke: Network;
  hub: Network;
  seen: HubObservation;
  client: Client & { addresses: Ipv4Set };
  from: SubnetFacts;
  to: SubnetFacts & { cidr: string };
}

export function obstacleBetween(way: Way): Obstacle {
  const { spoke, hub, client, from, to } = way;
  const there = cidrSet(to.cidr);
  const out = nextHop(spoke, from, there);
  if ('sentence' in out) return out;
  const back = nextHop(hub, to, client.addresses);
  if ('sentence' in back) return back;
  if (out.id !== back.id) {
    return blocked(
      `Routes of ${from.subnetId} lead to ${out.id}, those of ${to.subnetId} back to ${back.id}.`,
    );
  }
  const transit = out.kind === 'tgw' ? obstacleInTransit(way, out.id) : null;
  return transit ?? obstacleOfAcls(way, there);
}

type Hop = { kind: 'tgw' | 'pcx'; id: string };

/** The one gateway that carries all of these addresses. */
function nextHop(network: Network, subnet: SubnetFacts, towards: Ipv4Set): Hop | NonNullable<Obstacle> {
  const table = network.routeTableOf(subnet);
  if (!table) return unknown(`The route table of ${subnet.subnetId} was not read.`);
  const { parts, unreadable } = routedParts(network, table, towards);
  if (unreadable.length > 0)
    return unknown(`A route of ${table.routeTableId} names a prefix list that was not read.`);
  const ids = new Set(parts.map(({ route }) => (route?.state === 'active' ? route.target.id : null)));
  const [route] = parts.map((part) => part.route);
  if (ids.size !== 1 || !route || route.state !== 'active') {
    return blocked(
      `No active route of ${table.routeTableId} (${subnet.subnetId}) covers all of the destination.`,
    );
  }
  const { kind, id } = route.target;
  if (kind === 'tgw' || kind === 'pcx') return { kind, id };
  if (kind === 'local' || kind === 'igw' || kind === 'eigw' || kind === 'cagw') {
    return blocked(`The route of ${subnet.subnetId} leads to ${id}, not to the other VPC.`);
  }
  return unknown(`The route of ${subnet.subnetId} leads to ${id}; what is behind it is not read.`);
}

/** "Traffic is forwarded to the transit gateway only when it has an attachment in a subnet in the same Availability Zone." */
function obstacleInTransit(way: Way, gatewayId: string): Obstacle {
  const { spoke, hub, seen, client, from, to } = way;
  const mine = attachmentOf(seen.spokeAttachments, from.vpcId, gatewayId);
  if (isObstacle(mine)) return mine;
  const theirs = attachmentOf(seen.hubAttachments, to.vpcId, gatewayId);
  if (isObstacle(theirs)) return theirs;
  return (
    obstacleOfZone(spoke, mine, from) ??
    obstacleOfZone(hub, theirs, to) ??
    obstacleOfTable(seen, { from: mine, to: theirs, addresses: cidrSet(to.cidr) }) ??
    obstacleOfTable(seen, { from: theirs, to: mine, addresses: client.addresses }) ??
    obstacleAtAttachments(way, mine, theirs)
  );
}

function attachmentOf(
  read: HubObservation['hubAttachments'],
  vpcId: string,
  gatewayId: string,
): TransitAttachmentFacts | NonNullable<Obstacle> {
  const failure = failureOf(read);
  if (failure) return unknown(`${failure.action} failed with ${failure.code}.`);
  const found = valuesOf(read).find((one) => one.vpcId === vpcId && one.transitGatewayId === gatewayId);
  if (!found) return blocked(`${vpcId} has no attachment to ${gatewayId}.`);
  return found.state === 'available'
    ? found
    : blocked(`The attachment ${found.attachmentId} is ${found.state}.`);
}

function isObstacle(one: TransitAttachmentFacts | NonNullable<Obstacle>): one is NonNullable<Obstacle> {
  return 'sentence' in one;
}

function obstacleOfZone(
  network: Network,
  { attachmentId, subnetIds }: TransitAttachmentFacts,
  subnet: SubnetFacts,
): Obstacle {
  const zones = subnetIds.map((id) => network.subnets.get(id)?.zone);
  return zones.includes(subnet.zone)
    ? null
    : blocked(`The attachment ${attachmentId} has no subnet in ${subnet.zone}, where ${subnet.subnetId} is.`);
}

/** The most specific route of the sender's route table decides; a blackhole carries too, and ends there. */
function obstacleOfTable(
  { associations, transitRoutes, closedOwners }: HubObservation,
  leg: { from: TransitAttachmentFacts; to: TransitAttachmentFacts; addresses: Ipv4Set },
): Obstacle {
  const failure = failureOf(associations);
  if (failure) return unknown(`${failure.action} failed with ${failure.code}.`);
  const table = valuesOf(associations).find(({ attachmentId }) => attachmentId === leg.from.attachmentId);
  if (!table) {
    const why = closedOwners.length > 0 ? `: ${closedOwners.join(', ')}, the owner, is out of scope` : '';
    return unknown(`The route table of ${leg.from.attachmentId} was not read${why}.`);
  }
  if (table.routeTableId === null) {
    return blocked(`The attachment ${leg.from.attachmentId} is associated with no route table.`);
  }
  const read = transitRoutes[table.routeTableId];
  const unread = failureOf(read);
  if (unread) return unknown(`${unread.action} failed with ${unread.code}.`);
  if (read?.kind !== 'value') return unknown(`The routes of ${table.routeTableId} were not read.`);
  const routes = read.value
    .map((route) => ({ ...route, block: parseCidr(route.cidr) }))
    .sort((one, other) => other.block.prefixLength - one.block.prefixLength);
  let rest = leg.addresses;
  for (const { block, state, attachmentIds, cidr } of routes) {
    if (sizeOf(intersect(rest, block.set)) === 0) continue;
    if (state !== 'active') return blocked(`The route ${cidr} of ${table.routeTableId} is a blackhole.`);
    if (!attachmentIds.includes(leg.to.attachmentId) || attachmentIds.length > 1) {
      return blocked(
        `The route ${cidr} of ${table.routeTableId} leads to ${attachmentIds.join(', ') || 'no attachment'}, not to ${leg.to.attachmentId}.`,
      );
    }
    rest = subtract(rest, block.set);
  }
  return sizeOf(rest) === 0
    ? null
    : blocked(`${table.routeTableId} has no route from ${leg.from.attachmentId} to ${leg.to.attachmentId}.`);
}

/** The transit gateway may enter the hub by any of its subnets, and leaves the spoke by the one in the sender's zone. */
function obstacleAtAttachments(
  { spoke, hub, client, from, to }: Way,
  mine: TransitAttachmentFacts,
  theirs: TransitAttachmentFacts,
): Obstacle {
  const asking = { subnetId: from.subnetId, addresses: client.addresses, platform: client.platform };
  for (const id of mine.subnetIds) {
    const problem = aclObstacle(id, aclAdmitsAtEndpoint(spoke, asking, id));
    if (problem) return problem;
  }
  for (const id of theirs.subnetIds.filter((subnetId) => subnetId !== to.subnetId)) {
    const entering = { ...asking, subnetId: id };
    const problem = aclObstacle(id, aclAdmitsAsking(hub, entering, cidrSet(to.cidr), 1));
    if (problem) return problem;
  }
  return null;
}

function obstacleOfAcls({ spoke, hub, client, from, to }: Way, there: Ipv4Set): Obstacle {
  const asking = { subnetId: from.subnetId, addresses: client.addresses, platform: client.platform };
  return (
    aclObstacle(from.subnetId, aclAdmitsAsking(spoke, asking, there, 1)) ??
    aclObstacle(to.subnetId, aclAdmitsAtEndpoint(hub, asking, to.subnetId))
  );
}

function aclObstacle(subnetId: string, admission: Admission): Obstacle {
  if (admission === 'ADMITTED') return null;
  return {
    unknown: admission === 'UNDECIDED',
    sentence: `The network ACL of ${subnetId} ${admission === 'BLOCKED' ? 'blocks' : 'lets only a part of'} 443 or its answers${admission === 'BLOCKED' ? '' : ' through'}.`,
  };
}

function blocked(sentence: string): NonNullable<Obstacle> {
  return { unknown: false, sentence };
}

function unknown(sentence: string): NonNullable<Obstacle> {
  return { unknown: true, sentence };
}
