/** Whether an instance reaches a name of AWS on port 443, and how. */
import type { Piece } from '../../contract.ts';
import { parseAddress, parseCidr } from '../../ipv4.ts';
import { aclLets, EPHEMERAL, groupsLet, isPrivate, type Let } from './firewall.ts';
import { narrow, reachInternet } from './internet.ts';
import { reachInterface6, reachInternet6 } from './ipv6.ts';
import { type Answer, resolveName } from './names.ts';
import { routesOf, routeTo } from './routes.ts';
import { crossTransit } from './transit.ts';
import { best, blocked, reaches, unknown, type Verdict } from './verdict.ts';
import type { Place, World } from './world.ts';

const HTTPS = 443;

/** Whether an endpoint's policy lets the agent's calls to the service through. */
export type PolicyCheck = (endpoint: Piece) => boolean;

export function reachName(
  world: World,
  place: Place,
  name: string,
  policyLets: PolicyCheck,
  dualStackNames = false,
): Verdict {
  const answer = resolveName(world, place, name);
  const verdict = reachAnswer(world, place, answer, policyLets, dualStackNames);
  return { ...verdict, way: `${answer.label} > ${verdict.way}` };
}

function reachAnswer(
  world: World,
  place: Place,
  answer: Answer,
  policyLets: PolicyCheck,
  dualStackNames: boolean,
): Verdict {
  switch (answer.kind) {
    case 'nothing':
      return blocked('nowhere', `the name does not resolve: ${answer.label}`);
    case 'unknown':
      return unknown('elsewhere', `the name resolves elsewhere: ${answer.label}`);
    case 'public':
      return place.address === undefined
        ? reachInternet6(world, place, dualStackNames)
        : reachInternet(world, place, HTTPS);
    case 'endpoint':
      return reachEndpoint(world, place, answer.accountId, answer.endpoint, policyLets);
    case 'addresses':
      return best(
        answer.addresses.map((address) => reachAddress(world, place, address)),
        answer.label,
      );
  }
}

/** An address in a record or in an agent's proxy setting. */
export function reachAddress(world: World, place: Place, address: number, port = HTTPS): Verdict {
  if (!isPrivate(address)) return reachInternet(world, place, port);
  for (const accountId of new Set([place.ownerId, place.accountId])) {
    const found = world
      .list(accountId, 'NetworkInterfaces')
      .find(
        (each) => each.VpcId === place.vpc.VpcId && parseAddress(String(each.PrivateIpAddress)) === address,
      );
    const subnet = found && world.find(place.ownerId, 'Subnets', 'SubnetId', found.SubnetId);
    if (found && subnet) {
      return reachInterface(world, place, { address, subnet, groups: groupIds(found), accountId }, port);
    }
  }
  return byTransit(world, place, address, { groups: [], accountId: place.ownerId }, port);
}

function reachEndpoint(
  world: World,
  place: Place,
  accountId: string,
  endpoint: Piece,
  policyLets: PolicyCheck,
): Verdict {
  const way = String(endpoint.VpcEndpointId);
  const state = String(endpoint.State ?? 'available').toLowerCase();
  if (state !== 'available') return blocked(way, `the endpoint ${way} is ${state}`);
  const groups = ((endpoint.Groups ?? []) as Piece[]).map(({ GroupId }) => String(GroupId));
  const isHere = accountId === place.ownerId && endpoint.VpcId === place.vpc.VpcId;
  const kind = String(endpoint.IpAddressType ?? 'ipv4');
  const addresses = addressesOf(world, accountId, endpoint);
  const byIpv4 =
    kind === 'ipv6'
      ? []
      : addresses.map(({ address, subnet }) =>
          isHere
            ? reachInterface(world, place, { address, subnet, groups, accountId }, HTTPS)
            : byTransit(world, place, address, { groups, accountId, subnet }, HTTPS),
        );
  const byIpv6 =
    kind === 'ipv4' || place.ipv6 === undefined || !isHere
      ? []
      : addresses.map(({ subnet }) => reachInterface6(world, place, { subnet, groups, accountId }));
  const network = best([...byIpv4, ...byIpv6], way);
  if (network.verdict === 'blocked') return blocked(way, network.why);
  if (!policyLets(endpoint)) return blocked(way, `the policy of ${way} denies it`);
  return { ...network, way: network.verdict === 'reaches' ? way : `${way} by ${network.way}` };
}

/**
 * An endpoint's addresses by its interfaces; where the snapshot lacks them, one inside each of its subnets
 * stands for it.
 */
function addressesOf(world: World, accountId: string, endpoint: Piece): { address: number; subnet: Piece }[] {
  const interfaces = ((endpoint.NetworkInterfaceIds ?? []) as string[]).flatMap(
    (id) => world.find(accountId, 'NetworkInterfaces', 'NetworkInterfaceId', id) ?? [],
  );
  const subnetIds: string[] = endpoint.SubnetIds ?? [];
  return subnetIds.flatMap((subnetId) => {
    const subnet = world.find(accountId, 'Subnets', 'SubnetId', subnetId);
    if (!subnet) return [];
    const made = interfaces.find((each) => each.SubnetId === subnetId);
    const address = made
      ? parseAddress(String(made.PrivateIpAddress))
      : (parseCidr(String(subnet.CidrBlock))?.first ?? -5) + 5;
    return address === undefined || address < 0 ? [] : [{ address, subnet }];
  });
}

interface Target {
  address: number;
  subnet: Piece;
  groups: string[];
  /** Of the groups. */
  accountId: string;
}

/** An interface in the same VPC: both security groups, and both network ACLs where the subnets differ. */
function reachInterface(world: World, place: Place, target: Target, port: number): Verdict {
  const way = `interface in ${target.subnet.SubnetId}`;
  if (place.address === undefined) return blocked(way, 'no IPv4 address: the subnet is IPv6-only');
  const route = routeTo(routesOf(world, place), target.address);
  const path =
    !route || route.target === 'local'
      ? reaches(way, 'in the VPC')
      : route.active
        ? unknown(`${way} by ${route.target}`, `what is at ${route.target} is not known`)
        : blocked(way, `the route to ${route.target} is not active`);
  if (path.verdict === 'blocked') return path;
  const there =
    target.subnet.SubnetId === place.subnet.SubnetId ? [] : aclsBetween(world, place, target, port);
  return narrow(path, [
    groupOut(world, place, target.address, target.groups, port),
    groupIn(world, place, target, port),
    ...there,
  ]);
}

function groupOut(
  world: World,
  place: Place,
  address: number,
  groups: readonly string[],
  port: number,
): [Let, string] {
  const accounts = [place.accountId, place.ownerId];
  const answer = groupsLet(
    world,
    accounts,
    place.groups,
    'IpPermissionsEgress',
    { target: address, groups },
    port,
  );
  return [answer, `the instance's security group lets no ${port} out`];
}

function groupIn(
  world: World,
  place: Place,
  { groups, accountId }: Pick<Target, 'groups' | 'accountId'>,
  port: number,
): [Let, string] {
  const peer = { target: place.address ?? 0, groups: place.groups };
  const accounts = [accountId, place.accountId];
  return [
    groupsLet(world, accounts, groups, 'IpPermissions', peer, port),
    `the security group ${groups.join(', ')} lets no ${port} in from the instance`,
  ];
}

function aclsBetween(world: World, place: Place, { address, subnet }: Target, port: number): [Let, string][] {
  const self = place.address ?? 0;
  const ports = { from: port, to: port };
  const back = place.windows ? EPHEMERAL.windows : EPHEMERAL.linux;
  const owner = place.ownerId;
  const here = `the network ACL of ${place.subnet.SubnetId}`;
  const there = `the network ACL of ${subnet.SubnetId}`;
  return [
    [aclLets(world, owner, place.subnet, true, address, ports), `${here} lets no ${port} out`],
    [aclLets(world, owner, subnet, false, self, ports), `${there} lets no ${port} in`],
    [aclLets(world, owner, subnet, true, self, back), `${there} lets no answers out`],
    [aclLets(world, owner, place.subnet, false, address, back), `${here} lets no answers in`],
  ];
}

/**
 * A private address outside the VPC. Where its route leads to a transit gateway, a peering connection or the
 * like, transit.ts follows it as far as the snapshot shows it; the rest is unknown at best.
 */
function byTransit(
  world: World,
  place: Place,
  address: number,
  behind: { groups: string[]; accountId: string; subnet?: Piece },
  port: number,
): Verdict {
  if (place.address === undefined)
    return blocked('private address', 'no IPv4 address: the subnet is IPv6-only');
  const route = routeTo(routesOf(world, place), address);
  if (!route) return blocked('private address', 'no route to the private address');
  const way = `private address by ${route.target}`;
  if (!route.active) return blocked(way, `the route to ${route.target} is not active`);
  if (route.target === 'local') return blocked(way, 'nothing has that address in the VPC');
  if (/^(igw-|eigw-)/.test(route.target))
    return blocked(way, 'an internet gateway carries no private addresses');
  if (isDeadNat(world, place, route.target, address))
    return blocked(way, 'behind the NAT gateway no private address is found');
  const { subnet, accountId } = behind;
  const path = subnet
    ? crossTransit(world, place, route, { address, accountId, subnet })
    : unknown(way, `what is behind ${route.target} is not known`);
  const self = place.windows ? EPHEMERAL.windows : EPHEMERAL.linux;
  const here = `the network ACL of ${place.subnet.SubnetId}`;
  const owner = place.ownerId;
  return narrow(path, [
    groupOut(world, place, address, behind.groups, port),
    ...(behind.subnet ? [groupIn(world, place, behind, port)] : []),
    [
      aclLets(world, owner, place.subnet, true, address, { from: port, to: port }),
      `${here} lets no ${port} out`,
    ],
    [aclLets(world, owner, place.subnet, false, address, self), `${here} lets no answers in`],
  ]);
}

/** A public NAT gateway reaches private addresses by its subnet's routes alone, an internet gateway drops them. */
function isDeadNat(world: World, place: Place, target: string, address: number): boolean {
  if (!target.startsWith('nat-')) return false;
  const gateway = world.find(place.ownerId, 'NatGateways', 'NatGatewayId', target);
  if (!gateway) return false;
  if (String(gateway.State).toLowerCase() !== 'available') return true;
  const subnet = world.find(place.ownerId, 'Subnets', 'SubnetId', gateway.SubnetId);
  if (!subnet) return true;
  const route = routeTo(routesOf(world, { ...place, subnet }), address);
  return !route?.active || /^(igw-|eigw-|local)/.test(route.target);
}

function groupIds(piece: Piece): string[] {
  return ((piece.Groups ?? []) as Piece[]).map(({ GroupId }) => String(GroupId));
}
