/** Which route carries a packet. Source: VPC user guide, VPC_Route_Tables ("Route priority"). */
import type { Piece } from '../../contract.ts';
import { isWithin, parseCidr, type Range } from '../../ipv4.ts';
import { coverPublic, findIn, prefixesOf } from './firewall.ts';
import type { Place, World } from './world.ts';

export interface Route {
  block: Range & { length: number };
  /** `local`, or the id of the gateway, interface, connection ... */
  target: string;
  active: boolean;
}

const TARGETS = [
  'GatewayId',
  'NatGatewayId',
  'TransitGatewayId',
  'VpcPeeringConnectionId',
  'NetworkInterfaceId',
  'InstanceId',
  'EgressOnlyInternetGatewayId',
  'LocalGatewayId',
  'CarrierGatewayId',
  'CoreNetworkArn',
  'OdbNetworkArn',
];

/**
 * IPv4 routes of the subnet's table, else of the VPC's main one. Prefix lists are taken apart but for AWS's own
 * (S3, DynamoDB), which hold no address of Systems Manager.
 */
export function routesOf(
  world: World,
  place: Pick<Place, 'ownerId' | 'accountId' | 'vpc' | 'subnet'>,
): Route[] {
  return routesOfTable(world, place, tableOf(world, place));
}

/** The subnet's own table, else the VPC's main one. */
export function tableOf(
  world: World,
  place: Pick<Place, 'ownerId' | 'accountId' | 'vpc' | 'subnet'>,
): Piece | undefined {
  const tables = world.list(place.ownerId, 'RouteTables').filter((table) => table.VpcId === place.vpc.VpcId);
  const associated = (table: Piece, test: (association: Piece) => boolean) =>
    ((table.Associations ?? []) as Piece[]).some(test);
  return (
    tables.find((each) => associated(each, ({ SubnetId }) => SubnetId === place.subnet.SubnetId)) ??
    tables.find((each) => associated(each, ({ Main }) => Main === true))
  );
}

/** Routes of one table, with the VPC's own ones that every table has. */
export function routesOfTable(
  world: World,
  place: Pick<Place, 'ownerId' | 'accountId' | 'vpc'>,
  table: Piece | undefined,
): Route[] {
  const routes = ((table?.Routes ?? []) as Piece[]).flatMap((route) => readRoute(route, world, place));
  const local = cidrsOf(place.vpc).map((block) => ({ block, target: 'local', active: true }));
  return [...local, ...routes];
}

/** IPv4 blocks of a VPC. */
export function cidrsOf(vpc: Piece): (Range & { length: number })[] {
  const associated = ((vpc.CidrBlockAssociationSet ?? []) as Piece[])
    .filter(({ CidrBlockState }) => (CidrBlockState?.State ?? 'associated') === 'associated')
    .map(({ CidrBlock }) => String(CidrBlock));
  return [...new Set([String(vpc.CidrBlock), ...associated])].flatMap((cidr) => parseCidr(cidr) ?? []);
}

function readRoute(route: Piece, world: World, place: Pick<Place, 'ownerId' | 'accountId'>): Route[] {
  const name = TARGETS.find((member) => route[member] !== undefined);
  const target = name === undefined ? 'nothing' : String(route[name]);
  const active = String(route.State ?? 'active').toLowerCase() === 'active';
  return destinationsOf(route, world, place).flatMap((cidr) => {
    const block = parseCidr(cidr);
    return block ? [{ block, target, active }] : [];
  });
}

function destinationsOf(
  route: Piece,
  world: World,
  { ownerId, accountId }: Pick<Place, 'ownerId' | 'accountId'>,
): string[] {
  if (route.DestinationCidrBlock !== undefined) return [String(route.DestinationCidrBlock)];
  if (route.DestinationPrefixListId === undefined) return [];
  const accounts = [ownerId, accountId];
  const list = findIn(world, accounts, 'ManagedPrefixLists', 'PrefixListId', route.DestinationPrefixListId);
  return list?.OwnerId === 'AWS' ? [] : prefixesOf(world, accounts, route.DestinationPrefixListId);
}

/** The route to an address: longest prefix, a static one before a later one of the same length. */
export function routeTo(routes: readonly Route[], address: number): Route | undefined {
  return longest(routes.filter(({ block }) => isWithin(block, address)));
}

/**
 * The routes that carry what goes to the internet: one for each half of the address space. More specific public
 * routes beside a default are taken to lead elsewhere than to AWS's services. `specific`: there is no default,
 * and routes to public prefixes might hold the service or not.
 */
export function defaultRoutes(routes: readonly Route[]): { routes: Route[]; specific: boolean } {
  const wide = routes.filter(({ block }) => block.length <= 1);
  const halves = [0, 2 ** 31].map((address) => routeTo(wide, address));
  const found = halves.filter((route) => route !== undefined);
  if (found.length === halves.length) return { routes: [...new Set(found)], specific: false };
  const specific = routes.some(
    ({ block, target, active }) => active && target !== 'local' && coverPublic([block]) !== 'no',
  );
  return { routes: [], specific };
}

/** A later route of the same length doesn't win: AWS has one route for each destination, lists apart. */
function longest(routes: readonly Route[]): Route | undefined {
  let best: Route | undefined;
  for (const route of routes) if (!best || route.block.length > best.block.length) best = route;
  return best;
}
