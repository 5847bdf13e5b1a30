/**
 * Whether an interface in a subnet reaches public IPv4 addresses: docs/spec/aws-facts.md, "Egress".
 * INTERNET and NONE are said only where the routes prove it; everything whose end cannot be seen from
 * here is UNKNOWN, which is never taken for "no egress".
 */

import { blockPublicAccess, type WayOut } from './block-public-access.ts';
import type { NatGatewayFacts, RouteFacts, RouteTableFacts, SubnetFacts, VpcFacts } from './facts.ts';
import { CARRIES_PUBLIC, PUBLIC, shareOf } from './ipv4.ts';
import { failureOf, type Network } from './network.ts';
import { destinationOf, routedParts } from './routes.ts';
import { type Fact, fact, unreadable } from './verdict.ts';

export interface Egress {
  path: 'INTERNET' | 'NONE' | 'UNKNOWN';
  facts: Fact[];
  /** Egress is by IPv6 alone, which the agent does not use by default. */
  ipv6Only: boolean;
  /** UNKNOWN because a read failed: then `unknownEgress: provision` does not apply either. */
  unread: boolean;
  /** Subnets of NAT gateways that traffic passes: their network ACLs filter it too. */
  natSubnetIds: string[];
}

type Verdict = Omit<Egress, 'ipv6Only'>;

/** What asks: an interface with or without a public address, or a NAT gateway on behalf of others. */
interface Sender {
  hasPublicIp: boolean;
  way: WayOut;
  /** NAT gateways passed already. */
  passed: string[];
}

export function egressOf(network: Network, subnetId: string, hasPublicIp: boolean): Egress {
  const subnet = network.subnets.get(subnetId);
  const vpc = subnet && network.vpcs.get(subnet.vpcId);
  if (!subnet || !vpc) return { ...notSeen(network, subnetId), ipv6Only: false };
  const verdict = egressOfSubnet(network, vpc, subnet, { hasPublicIp, way: 'direct', passed: [] });
  const eigw = network.routeTableOf(subnet)?.routes.find(carriesAllIpv6);
  if (verdict.path !== 'NONE' || !eigw) return { ...verdict, ipv6Only: false };
  const seen = fact(`IPv6 leaves by ${eigw.target.id}; the agent asks for IPv4 by default.`, eigw.target.id);
  return { ...verdict, facts: [...verdict.facts, seen], ipv6Only: true };
}

/** What a NAT gateway reaches, whatever route leads to it (NAT64 has its own). */
export function egressByNatGateway(network: Network, vpc: VpcFacts, natId: string): Omit<Egress, 'ipv6Only'> {
  return egressByNat(network, vpc, 'The route leads there', natId, {
    hasPublicIp: false,
    way: 'direct',
    passed: [],
  });
}

function carriesAllIpv6(route: RouteFacts): boolean {
  const { destination, target } = route;
  const wayOut = target.kind === 'eigw' || target.kind === 'igw';
  return destination.kind === 'ipv6' && destination.cidr === '::/0' && wayOut && route.state === 'active';
}

function notSeen(network: Network, resource: string): Verdict {
  const failure = failureOf(network.observation.subnets) ?? failureOf(network.observation.vpcs);
  return unknown(failure ? unreadable(failure) : fact(`${resource} was not seen.`, resource), true);
}

function egressOfSubnet(network: Network, vpc: VpcFacts, subnet: SubnetFacts, sender: Sender): Verdict {
  const failure = failureOf(network.observation.routeTables) ?? failureOf(network.observation.prefixLists);
  if (failure) return unknown(unreadable(failure), true);
  const table = network.routeTableOf(subnet);
  if (!table)
    return unknown(fact(`The route table of ${subnet.subnetId} was not seen.`, subnet.subnetId), true);
  return egressOfTable(network, vpc, subnet, table, sender);
}

/**
 * INTERNET where that carries the public space; NONE where nothing of it leads anywhere; UNKNOWN else,
 * so also where only some public prefixes have a route (Direct Connect, a proxy).
 */
function egressOfTable(
  network: Network,
  vpc: VpcFacts,
  subnet: SubnetFacts | null,
  table: RouteTableFacts,
  sender: Sender,
): Verdict {
  const { parts, unreadable: lists } = routedParts(network, table, PUBLIC);
  const judged = parts.map(({ route, part }) => ({
    share: shareOf(PUBLIC, part),
    verdict: route
      ? egressByRoute(network, vpc, subnet, table, route, sender)
      : none(unrouted(table, parts.length === 1)),
  }));
  const facts = judged.flatMap(({ verdict }) => verdict.facts);
  const internet = judged.filter(({ verdict }) => verdict.path === 'INTERNET');
  const natSubnetIds = [...new Set(internet.flatMap(({ verdict }) => verdict.natSubnetIds))];
  if (internet.reduce((sum, { share }) => sum + share, 0) >= CARRIES_PUBLIC) {
    return { path: 'INTERNET', facts, unread: false, natSubnetIds };
  }
  const listFacts = lists.map((route) =>
    fact(
      `The entries of ${destinationOf(route)}, routed to ${route.target.id}, are not known.`,
      table.routeTableId,
    ),
  );
  const nowhere = judged.every(({ verdict }) => verdict.path === 'NONE') && lists.length === 0;
  return {
    path: nowhere ? 'NONE' : 'UNKNOWN',
    facts: [...facts, ...listFacts],
    unread: judged.some(({ verdict }) => verdict.unread) || lists.length > 0,
    natSubnetIds: [],
  };
}

function unrouted({ routeTableId }: RouteTableFacts, wholly: boolean): Fact {
  return fact(
    `${routeTableId} has no route for ${wholly ? 'public addresses' : 'all other public addresses'}.`,
    routeTableId,
  );
}

function egressByRoute(
  network: Network,
  vpc: VpcFacts,
  subnet: SubnetFacts | null,
  table: RouteTableFacts,
  route: RouteFacts,
  sender: Sender,
): Verdict {
  const { target } = route;
  const where = `${table.routeTableId} sends ${destinationOf(route)} to ${target.id}`;
  if (target.kind === 'local') return none();
  if (route.state !== 'active')
    return none(fact(`${where}, but that route is ${route.state}.`, table.routeTableId));
  switch (target.kind) {
    case 'igw': {
      if (!sender.hasPublicIp) {
        return none(fact(`${where}, but the interface has no public IPv4 address.`, target.id));
      }
      return guarded(network, vpc, subnet, sender.way, internet(fact(`${where}.`, target.id)));
    }
    case 'nat':
      return egressByNat(network, vpc, where, target.id, sender);
    case 'vpce':
      return guarded(
        network,
        vpc,
        subnet,
        'firewall',
        unknown(
          fact(`${where}, a firewall or load balancer endpoint: what is behind it is not seen.`, target.id),
        ),
      );
    case 'pcx':
      return none(fact(`${where}, and a peering connection never leads to the internet.`, target.id));
    case 'eigw':
      return none(fact(`${where}, which carries IPv6 only.`, target.id));
    case 'eni':
    case 'instance':
      return unknown(fact(`${where}, perhaps a NAT instance: what it does is not seen.`, target.id));
    case 'tgw':
    case 'vgw':
    case 'core-network':
    case 'lgw':
    case 'cagw':
    case 'other':
      return unknown(fact(`${where}: what is behind it is not seen.`, target.id));
  }
}

function egressByNat(network: Network, vpc: VpcFacts, where: string, natId: string, sender: Sender): Verdict {
  const failure = failureOf(network.observation.natGateways);
  if (failure) return unknown(unreadable(failure), true);
  const nat = network.natGateways.get(natId);
  // A participant of a shared VPC does not see the owner's NAT gateways.
  if (!nat) return unknown(fact(`${where}, a NAT gateway that is not visible from this account.`, natId));
  if (nat.connectivity === 'private') {
    return unknown(fact(`${where}, a private NAT gateway: what is behind it is not seen.`, natId));
  }
  if (nat.state === 'pending') return unknown(fact(`${where}, a NAT gateway that is still pending.`, natId));
  if (nat.state !== 'available') return none(fact(`${where}, a NAT gateway in state ${nat.state}.`, natId));
  if (sender.passed.includes(natId)) return none(fact(`${where}, which leads back to itself.`, natId));
  const seen = fact(`${where}, a public NAT gateway that is available.`, natId);
  const behind = behindNat(network, vpc, nat, {
    hasPublicIp: true,
    way: 'nat',
    passed: [...sender.passed, natId],
  });
  return {
    ...behind,
    facts: [seen, ...behind.facts],
    natSubnetIds: nat.subnetId === null ? behind.natSubnetIds : [nat.subnetId, ...behind.natSubnetIds],
  };
}

/** A zonal one leaves by the routes of its subnet; a regional one has none and brings its own way. */
function behindNat(network: Network, vpc: VpcFacts, nat: NatGatewayFacts, sender: Sender): Verdict {
  if (nat.subnetId !== null) {
    const subnet = network.subnets.get(nat.subnetId);
    return subnet ? egressOfSubnet(network, vpc, subnet, sender) : notSeen(network, nat.subnetId);
  }
  const table = nat.routeTableId === null ? null : network.routeTables.get(nat.routeTableId);
  if (table) return egressOfTable(network, vpc, null, table, sender);
  return guarded(
    network,
    vpc,
    null,
    'nat',
    internet(fact('A regional NAT gateway needs no subnet.', nat.natGatewayId)),
  );
}

function guarded(
  network: Network,
  vpc: VpcFacts,
  subnet: SubnetFacts | null,
  way: WayOut,
  open: Verdict,
): Verdict {
  const block = blockPublicAccess(network, vpc, subnet, way);
  switch (block.kind) {
    case 'open':
      return open;
    case 'blocked':
      return { ...none(block.fact), facts: [...open.facts, block.fact] };
    case 'unknown':
      return { ...unknown(block.fact, true), facts: [...open.facts, block.fact] };
  }
}

function internet(seen: Fact): Verdict {
  return { path: 'INTERNET', facts: [seen], unread: false, natSubnetIds: [] };
}

function none(seen?: Fact): Verdict {
  return { path: 'NONE', facts: seen ? [seen] : [], unread: false, natSubnetIds: [] };
}

function unknown(seen: Fact, unread = false): Verdict {
  return { path: 'UNKNOWN', facts: [seen], unread, natSubnetIds: [] };
}
