/**
 * Ways to a public address: the table "Egress by the route that carries 0.0.0.0/0" of AWS's documentation (VPC
 * user guide: route table options, NAT gateways, internet gateways, VPC Block Public Access).
 */
import type { Piece } from '../../contract.ts';
import { aclLets, EPHEMERAL, groupsLet, type Let } from './firewall.ts';
import { defaultRoutes, type Route, routesOf, routesOfTable } from './routes.ts';
import { blocked, reaches, unknown, type Verdict, worst } from './verdict.ts';
import type { Place, World } from './world.ts';

/** From the interface to an AWS service's public address, TCP `port`. */
export function reachInternet(world: World, place: Place, port: number): Verdict {
  if (place.address === undefined) return blocked('public', 'no IPv4 address: the subnet is IPv6-only');
  const { routes, specific } = defaultRoutes(routesOf(world, place));
  const verdicts = routes.map((route) => byRoute(world, place, route, port));
  const same = verdicts.every(({ verdict }) => verdict === verdicts[0]?.verdict);
  const path = same
    ? worst(verdicts)
    : unknown('public, halves', 'the halves of the address space take different ways');
  if (!path) {
    return specific
      ? withFirewalls(world, place, unknown('public prefixes', 'routes to public prefixes alone'), port)
      : blocked('public', 'no default route');
  }
  return withFirewalls(world, place, path, port);
}

/** The interface's own group and its subnet's network ACL, whatever comes behind. */
function withFirewalls(world: World, place: Place, path: Verdict, port: number): Verdict {
  if (path.verdict === 'blocked') return path;
  const accounts = [place.accountId, place.ownerId];
  const group = groupsLet(
    world,
    accounts,
    place.groups,
    'IpPermissionsEgress',
    { target: 'public', groups: [] },
    port,
  );
  const out = aclLets(world, place.ownerId, place.subnet, true, 'public', { from: port, to: port });
  const ephemeral = place.windows ? EPHEMERAL.windows : EPHEMERAL.linux;
  const back = aclLets(world, place.ownerId, place.subnet, false, 'public', ephemeral);
  return narrow(path, [
    [group, `the instance's security group lets no ${port} out`],
    [out, `the network ACL of ${place.subnet.SubnetId} lets no ${port} out`],
    [back, `the network ACL of ${place.subnet.SubnetId} lets no answers in`],
  ]);
}

/** A `no` blocks; a `maybe` makes a way that reaches unknown. */
export function narrow(path: Verdict, checks: readonly (readonly [Let, string])[]): Verdict {
  const no = checks.find(([answer]) => answer === 'no');
  if (no) return blocked(path.way, no[1]);
  const maybe = checks.find(([answer]) => answer === 'maybe');
  if (maybe && path.verdict === 'reaches')
    return unknown(`${path.way}, in part`, `for some addresses ${maybe[1]}`);
  return path;
}

function byRoute(world: World, place: Place, route: Route, port: number): Verdict {
  const { target } = route;
  const way = `public by ${target}`;
  if (!route.active) return blocked(way, `the route to ${target} is not active`);
  if (target.startsWith('igw-')) return byInternetGateway(world, place, way);
  if (target.startsWith('nat-')) return byNatGateway(world, place, target, way, port);
  if (target.startsWith('eigw-')) return blocked(way, 'an egress-only internet gateway carries no IPv4');
  if (target.startsWith('pcx-')) return blocked(way, 'a peering connection leads to no internet');
  if (target === 'local') return blocked(way, 'the route is local');
  if (
    target.startsWith('vpce-') &&
    blockMode(world, place.ownerId, place.vpc, place.subnet) === 'block-bidirectional'
  ) {
    // "... NAT gateways and firewall endpoints included" under block-bidirectional
    return blocked(way, 'VPC Block Public Access');
  }
  return unknown(way, `what is behind ${target} is not known`);
}

function byInternetGateway(world: World, place: Place, way: string): Verdict {
  if (!place.hasPublicAddress) return blocked(way, 'no public IPv4 address');
  const mode = blockMode(world, place.ownerId, place.vpc, place.subnet);
  if (mode !== 'off') return blocked(way, `VPC Block Public Access (${mode})`);
  return isAttached(world, place.ownerId, place.vpc, way)
    ? reaches(way, 'internet gateway')
    : blocked(way, 'the internet gateway is not attached to the VPC');
}

function isAttached(world: World, ownerId: string, vpc: Piece, way: string): boolean {
  const id = way.split(' ').at(-1);
  const gateway = world.find(ownerId, 'InternetGateways', 'InternetGatewayId', id);
  // a participant doesn't see the owner's: the active route is the evidence
  if (!gateway) return true;
  return ((gateway.Attachments ?? []) as Piece[]).some(
    ({ VpcId, State }) => VpcId === vpc.VpcId && ['available', 'attached', undefined].includes(State),
  );
}

/**
 * A zonal one's own subnet must lead to an internet gateway ("public NAT gateway in a public subnet"). A
 * regional one has no subnet but its own route table: "AWS automatically creates a route table for it, which
 * comes with a pre-configured route to the internet gateway" (VPC user guide, nat-gateways-regional).
 */
export function byNatGateway(world: World, place: Place, id: string, way: string, port: number): Verdict {
  const gateway = world.find(place.ownerId, 'NatGateways', 'NatGatewayId', id);
  if (!gateway) return unknown(way, `${id} cannot be seen`);
  if (String(gateway.State).toLowerCase() !== 'available') return blocked(way, `${id} is ${gateway.State}`);
  if ((gateway.ConnectivityType ?? 'public') !== 'public') return unknown(way, `${id} is private`);
  const subnet = world.find(place.ownerId, 'Subnets', 'SubnetId', gateway.SubnetId);
  if (!subnet) return byRegionalNatGateway(world, place, gateway, way);
  const [route] = defaultRoutes(routesOf(world, { ...place, subnet })).routes;
  if (!route?.active) return blocked(way, `the subnet of ${id} has no default route`);
  if (!route.target.startsWith('igw-')) {
    const dead = /^(nat-|eigw-|pcx-|local)/.test(route.target);
    return dead
      ? blocked(way, `the subnet of ${id} leads to ${route.target}`)
      : unknown(way, `behind ${id}: ${route.target}`);
  }
  if (!isAttached(world, place.ownerId, place.vpc, `by ${route.target}`)) {
    return blocked(way, `${route.target} is not attached to the VPC`);
  }
  const mode = blockMode(world, place.ownerId, place.vpc, subnet);
  if (mode === 'block-bidirectional') return blocked(way, `VPC Block Public Access (${mode})`);
  return narrow(
    reaches(way, `NAT gateway ${id}`),
    subnet === place.subnet ? [] : aclsOfNat(world, place, subnet, port),
  );
}

function byRegionalNatGateway(world: World, place: Place, gateway: Piece, way: string): Verdict {
  const table = world.find(place.ownerId, 'RouteTables', 'RouteTableId', gateway.RouteTableId);
  if (table) {
    const [route] = defaultRoutes(routesOfTable(world, place, table)).routes;
    if (!route?.active || !route.target.startsWith('igw-')) {
      return blocked(way, `the route table of ${gateway.NatGatewayId} leads to no internet gateway`);
    }
    if (!isAttached(world, place.ownerId, place.vpc, `by ${route.target}`)) {
      return blocked(way, `${route.target} is not attached to the VPC`);
    }
  }
  const mode = blockMode(world, place.ownerId, place.vpc, {});
  if (mode === 'block-bidirectional') return blocked(way, `VPC Block Public Access (${mode})`);
  return reaches(way, 'regional NAT gateway');
}

/** In from the instance, out to the internet, the answers in on 1024-65535, and back to the instance. */
function aclsOfNat(world: World, place: Place, subnet: Piece, port: number): [Let, string][] {
  const address = place.address ?? 0;
  const owner = place.ownerId;
  const ports = { from: port, to: port };
  const back = place.windows ? EPHEMERAL.windows : EPHEMERAL.linux;
  const why = `the network ACL of the NAT gateway's subnet ${subnet.SubnetId}`;
  return [
    [aclLets(world, owner, subnet, false, address, ports), `${why} lets no ${port} in from the instance`],
    [aclLets(world, owner, subnet, true, 'public', ports), `${why} lets no ${port} out`],
    [aclLets(world, owner, subnet, false, 'public', EPHEMERAL.nat), `${why} lets no answers in`],
    [aclLets(world, owner, subnet, true, address, back), `${why} lets no answers back to the instance`],
  ];
}

/**
 * The mode of VPC Block Public Access that holds in a subnet. `allow-bidirectional` exempts from both modes;
 * `allow-egress` "only applies when VPC Block Public Access is set to Bidirectional" (VpcBlockPublicAccessExclusion).
 */
function blockMode(world: World, ownerId: string, vpc: Piece, subnet: Piece): string {
  const options: Piece | undefined = world.ec2(ownerId).VpcBlockPublicAccessOptions;
  // a declarative policy of the organization shows in the states of VPC and subnet alone
  const states = [vpc, subnet].map(
    ({ BlockPublicAccessStates }) => BlockPublicAccessStates?.InternetGatewayBlockMode,
  );
  const said = [options?.InternetGatewayBlockMode, ...states];
  const mode = ['block-bidirectional', 'block-ingress'].find((each) => said.includes(each)) ?? 'off';
  if (mode === 'off') return 'off';
  const exempt = world.list(ownerId, 'VpcBlockPublicAccessExclusions').some((exclusion) => {
    const state = String(exclusion.State ?? 'create-complete');
    if (/^(create-failed|create-in-progress|delete-complete|disable-complete)$/.test(state)) return false;
    const id = String(exclusion.ResourceArn).split('/').at(-1);
    if (id !== vpc.VpcId && id !== subnet.SubnetId) return false;
    const allows = exclusion.InternetGatewayExclusionMode;
    return allows === 'allow-bidirectional' || (allows === 'allow-egress' && mode === 'block-bidirectional');
  });
  return exempt ? 'off' : mode;
}
