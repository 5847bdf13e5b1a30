/**
 * Packets between two VPCs of the organization, by a transit gateway or a peering connection: there and back. Source:
 * Transit Gateway guide (tgw-vpc-attachments, how-transit-gateways-work, tgw-nacls), VPC peering guide. What no file
 * holds (a transit gateway outside the organization) stays unknown.
 */
import type { Piece } from '../../contract.ts';
import { isWithin, parseCidr } from '../../ipv4.ts';
import { aclLets, EPHEMERAL, type Let } from './firewall.ts';
import { type Route, routesOf, routeTo, tableOf } from './routes.ts';
import { blocked, reaches, unknown, type Verdict } from './verdict.ts';
import type { Place, World } from './world.ts';

export interface FarEnd {
  address: number;
  accountId: string;
  subnet: Piece;
}

const PORT = 443;

/** Whether a packet that took `route` arrives at the far end, and its answer at the place. */
export function crossTransit(world: World, place: Place, route: Route, far: FarEnd): Verdict {
  const way = `private address by ${route.target}`;
  const vpc = world.find(far.accountId, 'Vpcs', 'VpcId', far.subnet.VpcId);
  const self = place.address;
  if (!vpc || self === undefined) return unknown(way, `what is behind ${route.target} is not known`);
  const there: Place = {
    ...place,
    accountId: far.accountId,
    ownerId: far.accountId,
    vpc,
    subnet: far.subnet,
  };
  // A file without route tables says nothing about them.
  if (!tableOf(world, there)) return unknown(way, `what is behind ${route.target} is not known`);
  const back = routeTo(routesOf(world, there), self);
  if (!back?.active || back.target === 'local')
    return blocked(way, `${far.subnet.SubnetId} has no route back`);
  if (back.target !== route.target) {
    const leadsTo = back.target.slice(0, 4);
    return /^(tgw-|pcx-|igw-|nat-)/.test(leadsTo)
      ? blocked(way, `answers leave by ${back.target}`)
      : unknown(way, `what is behind ${back.target} is not known`);
  }
  if (route.target.startsWith('pcx-')) return reaches(way, 'by a peering connection');
  if (!route.target.startsWith('tgw-')) return unknown(way, `what is behind ${route.target} is not known`);
  return byGateway(world, place, route.target, far, self);
}

function byGateway(world: World, place: Place, gateway: string, far: FarEnd, self: number): Verdict {
  const way = `private address by ${gateway}`;
  if (!isKnown(world, gateway)) return unknown(way, `what is behind ${gateway} is not known`);
  const near = attachment(world, place.ownerId, place.vpc.VpcId, gateway);
  const other = attachment(world, far.accountId, far.subnet.VpcId, gateway);
  if (!near || !other) return blocked(way, `a VPC is not attached to ${gateway}`);
  const doors = [
    door(world, place.ownerId, near, place.subnet),
    door(world, far.accountId, other, far.subnet),
  ];
  if (doors.some((subnet) => subnet === undefined)) return blocked(way, `${gateway} is not in the zone`);
  const legs = [leg(world, near, other, far.address), leg(world, other, near, self)];
  const wrong = legs.find((answer) => answer !== 'yes');
  if (wrong !== undefined) {
    return wrong === 'no'
      ? blocked(way, `the route tables of ${gateway} do not join the VPCs`)
      : unknown(way, `the route tables of ${gateway} are not known`);
  }
  // Packets leave the gateway by any of its subnets in the VPC: all of them have to let them pass.
  const checks = [
    ...entrances(world, place.ownerId, near, place.subnet).map(
      (subnet): Let =>
        both(
          aclLets(world, place.ownerId, subnet, false, self, { from: PORT, to: PORT }),
          aclLets(world, place.ownerId, subnet, true, self, ephemeral(place)),
        ),
    ),
    ...entrances(world, far.accountId, other, far.subnet).map(
      (subnet): Let =>
        both(
          aclLets(world, far.accountId, subnet, true, far.address, { from: PORT, to: PORT }),
          aclLets(world, far.accountId, subnet, false, far.address, ephemeral(place)),
        ),
    ),
    aclLets(world, far.accountId, far.subnet, false, self, { from: PORT, to: PORT }),
    aclLets(world, far.accountId, far.subnet, true, self, ephemeral(place)),
  ];
  if (checks.includes('no')) return blocked(way, `a network ACL on the way by ${gateway}`);
  if (checks.includes('maybe')) return unknown(way, `a network ACL on the way by ${gateway}`);
  return reaches(way, `by ${gateway}`);
}

/** Some account of the organization has its route tables. */
function isKnown(world: World, gateway: string): boolean {
  return [...world.snapshot.accounts.keys()].some((accountId) =>
    world
      .list(accountId, 'TransitGatewayRouteTables')
      .some(({ TransitGatewayId }) => TransitGatewayId === gateway),
  );
}

function ephemeral({ windows }: Place) {
  return windows ? EPHEMERAL.windows : EPHEMERAL.linux;
}

function both(one: Let, other: Let): Let {
  if (one === 'no' || other === 'no') return 'no';
  return one === 'maybe' || other === 'maybe' ? 'maybe' : 'yes';
}

function attachment(world: World, accountId: string, vpcId: unknown, gateway: string): Piece | undefined {
  return world
    .list(accountId, 'TransitGatewayVpcAttachments')
    .find((each) => each.VpcId === vpcId && each.TransitGatewayId === gateway && each.State === 'available');
}

/** "only when the transit gateway has an attachment in a subnet in the same Availability Zone" */
function door(world: World, accountId: string, { SubnetIds }: Piece, subnet: Piece): Piece | undefined {
  return ((SubnetIds ?? []) as string[])
    .flatMap((id) => world.find(accountId, 'Subnets', 'SubnetId', id) ?? [])
    .find((each) => each.AvailabilityZone === subnet.AvailabilityZone);
}

/** Subnets of the attachment but for the one that is passed anyway. */
function entrances(world: World, accountId: string, { SubnetIds }: Piece, passed: Piece): Piece[] {
  return ((SubnetIds ?? []) as string[])
    .filter((id) => id !== passed.SubnetId)
    .flatMap((id) => world.find(accountId, 'Subnets', 'SubnetId', id) ?? []);
}

/** By the route table that the sender's attachment is associated with: the longest prefix decides. */
function leg(world: World, from: Piece, to: Piece, address: number): Let {
  const id = from.TransitGatewayAttachmentId;
  const tables = [...world.snapshot.accounts.keys()].flatMap((accountId) =>
    world.list(accountId, 'TransitGatewayRouteTables'),
  );
  const own = tables.filter(({ TransitGatewayId }) => TransitGatewayId === from.TransitGatewayId);
  if (own.length === 0) return 'maybe';
  const table = own.find((each) =>
    ((each.Associations ?? []) as Piece[]).some((one) => one.TransitGatewayAttachmentId === id),
  );
  let best: { length: number; route: Piece } | undefined;
  for (const route of (table?.Routes ?? []) as Piece[]) {
    const block = parseCidr(String(route.DestinationCidrBlock));
    if (block && isWithin(block, address) && block.length > (best?.length ?? -1)) {
      best = { length: block.length, route };
    }
  }
  if (best?.route.State !== 'active') return 'no';
  const next: Piece[] = best.route.TransitGatewayAttachments ?? [];
  return next.some((one) => one.TransitGatewayAttachmentId === to.TransitGatewayAttachmentId) ? 'yes' : 'no';
}
