/** Longest prefix match over a set of destinations: which part of it each route carries. */
import type { RouteFacts, RouteTableFacts } from './facts.ts';
import { type Ipv4Cidr, type Ipv4Set, intersect, parseCidr, sizeOf, subtract } from './ipv4.ts';
import type { Network } from './network.ts';

export interface RoutedPart {
  /** null: no route carries this part. */
  route: RouteFacts | null;
  part: Ipv4Set;
}

/**
 * Splits `destinations` by the routes that carry them. A blackhole or filtered route carries too: it is
 * matched, and ends there. Of routes with the same prefix the local one wins, then static ones, then
 * prefix lists, then propagated ones (VPC user guide, route priority). Prefix lists of AWS itself hold
 * S3 and the like and are left out; `unreadable` names customer lists whose entries are not known.
 */
export function routedParts(
  network: Network,
  table: RouteTableFacts,
  destinations: Ipv4Set,
): { parts: RoutedPart[]; unreadable: RouteFacts[] } {
  const unreadable: RouteFacts[] = [];
  const entries = table.routes.flatMap((route) => {
    const blocks = blocksOf(network, route);
    if (blocks === null) unreadable.push(route);
    return (blocks ?? []).map((block) => ({ route, block }));
  });
  entries.sort(
    (one, other) =>
      other.block.prefixLength - one.block.prefixLength || priorityOf(one.route) - priorityOf(other.route),
  );
  const parts: RoutedPart[] = [];
  let rest = destinations;
  for (const { route, block } of entries) {
    const part = intersect(rest, block.set);
    if (sizeOf(part) === 0) continue;
    parts.push({ route, part });
    rest = subtract(rest, block.set);
  }
  if (sizeOf(rest) > 0) parts.push({ route: null, part: rest });
  return { parts, unreadable };
}

function blocksOf(network: Network, route: RouteFacts): Ipv4Cidr[] | null {
  switch (route.destination.kind) {
    case 'ipv4':
      return [parseCidr(route.destination.cidr)];
    case 'ipv6':
      return [];
    case 'prefix-list': {
      const list = network.prefixLists.get(route.destination.prefixListId);
      if (list?.awsManaged) return [];
      if (list?.cidrs) return list.cidrs.map((cidr) => parseCidr(cidr));
      // A gateway endpoint's list (S3, DynamoDB) where AWS's own lists were not read.
      return list === undefined && isGatewayEndpoint(network, route) ? [] : null;
    }
  }
}

function isGatewayEndpoint(network: Network, route: RouteFacts): boolean {
  return [...network.endpointsByVpc.values()]
    .flat()
    .some((endpoint) => endpoint.endpointId === route.target.id && endpoint.type === 'gateway');
}

function priorityOf(route: RouteFacts): number {
  if (route.target.kind === 'local') return 0;
  if (route.propagated) return 3;
  return route.destination.kind === 'prefix-list' ? 2 : 1;
}

/** The destination as the table shows it. */
export function destinationOf(route: RouteFacts): string {
  return route.destination.kind === 'prefix-list' ? route.destination.prefixListId : route.destination.cidr;
}
