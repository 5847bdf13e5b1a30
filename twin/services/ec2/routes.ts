/** Routes, and the end of a NAT gateway: as much as breaks and mends a path. Source: EC2 API reference. */
import { AwsError, type Call, type Operation, type Operations, type Piece } from '../../contract.ts';
import { formatCidr, parseCidr } from '../../ipv4.ts';
import { notFound } from './not-found.ts';
import { mirror } from './sharing.ts';
import { find, onResource, refuseForeign, vpcContext, writeOperation } from './write.ts';

const DESTINATIONS = ['DestinationCidrBlock', 'DestinationIpv6CidrBlock', 'DestinationPrefixListId'];
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
  'VpcEndpointId',
];

export const ROUTES: Operations = {
  CreateRoute: onTable('CreateRoute', TARGETS, (input, table, call) => {
    const route = routeOf(input, call);
    if (findRoute(table, input)) {
      throw new AwsError(
        'RouteAlreadyExists',
        `The route identified by ${destinationOf(input)} already exists.`,
      );
    }
    table.Routes = [...(table.Routes ?? []), route];
    return { Return: true };
  }),
  ReplaceRoute: onTable('ReplaceRoute', TARGETS, (input, table, call) => {
    const present = requireRoute(table, input);
    const route = routeOf(input, call);
    table.Routes = (table.Routes as Piece[]).map((each) => (each === present ? route : each));
    return {};
  }),
  DeleteRoute: onTable('DeleteRoute', [], (input, table) => {
    const present = requireRoute(table, input);
    if (present.GatewayId === 'local') {
      throw new AwsError(
        'InvalidParameterValue',
        `cannot remove local route ${destinationOf(input)} in route table ${table.RouteTableId}`,
      );
    }
    table.Routes = (table.Routes as Piece[]).filter((each) => each !== present);
    return {};
  }),
  DeleteNatGateway: writeOperation(
    ['NatGatewayId'],
    (input, call) => {
      const id = String(input.NatGatewayId);
      const gateway = find(call, 'NatGateways', 'NatGatewayId', id);
      // a NAT gateway's own account owns it: its shape has no OwnerId
      return [onResource('DeleteNatGateway', 'natgateway', gateway, id, call)];
    },
    deleteNatGateway,
  ),
};

function onTable(
  action: string,
  targets: string[],
  handle: (input: Piece, table: Piece, call: Call) => Piece,
): Operation {
  return writeOperation(
    ['RouteTableId', ...DESTINATIONS, ...targets],
    (input, call) => {
      const id = String(input.RouteTableId);
      const table = find(call, 'RouteTables', 'RouteTableId', id);
      return [onResource(action, 'route-table', table, id, call, vpcContext(table, call))];
    },
    (input, call) => {
      const table = find(call, 'RouteTables', 'RouteTableId', input.RouteTableId);
      if (!table)
        throw notFound('InvalidRouteTableID.NotFound', 'routeTable ID')([String(input.RouteTableId)]);
      refuseForeign(table, call);
      const answer = handle(input, table, call);
      mirror(call.state, call.accountId, call.region, 'RouteTables', 'RouteTableId', table);
      return answer;
    },
  );
}

/** IPv4 blocks lose their host bits: "100.68.0.18/18 becomes 100.68.0.0/18" (CreateRoute). */
function destinationOf(input: Piece): string {
  const block = parseCidr(String(input.DestinationCidrBlock ?? ''));
  if (block) return formatCidr(block);
  const destination =
    input.DestinationCidrBlock ?? input.DestinationIpv6CidrBlock ?? input.DestinationPrefixListId;
  if (destination === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter destinationCidrBlock');
  }
  return String(destination);
}

function findRoute(table: Piece, input: Piece): Piece | undefined {
  const destination = destinationOf(input);
  return ((table.Routes ?? []) as Piece[]).find((route) =>
    DESTINATIONS.some((member) => route[member] === destination),
  );
}

/** Words: public reports of InvalidRoute.NotFound. */
function requireRoute(table: Piece, input: Piece): Piece {
  const route = findRoute(table, input);
  if (route) return route;
  throw new AwsError(
    'InvalidRoute.NotFound',
    `no route with destination-cidr-block ${destinationOf(input)} in route table ${table.RouteTableId}`,
  );
}

function routeOf(input: Piece, call: Call): Piece {
  const [target, ...more] = TARGETS.filter((name) => input[name] !== undefined);
  if (target === undefined || more.length > 0) {
    throw new AwsError(
      'InvalidParameterCombination',
      'The request must name exactly one target of the route.',
    );
  }
  const id = String(input[target]);
  if (target === 'NatGatewayId' && !find(call, 'NatGateways', 'NatGatewayId', id)) {
    throw new AwsError('NatGatewayNotFound', `NAT gateway ${id} was not found`);
  }
  if (/^igw-/.test(id) && !find(call, 'InternetGateways', 'InternetGatewayId', id)) {
    throw notFound('InvalidInternetGatewayID.NotFound', 'internetGateway ID')([id]);
  }
  const member = DESTINATIONS.find((name) => input[name] !== undefined) ?? 'DestinationCidrBlock';
  // a gateway endpoint's or firewall's id comes back as GatewayId
  const shown = target === 'VpcEndpointId' ? 'GatewayId' : target;
  return { [member]: destinationOf(input), [shown]: id, Origin: 'CreateRoute', State: 'active' };
}

/** At once, where AWS takes a minute. "The routes ... have a status of blackhole" (VPC user guide, NAT gateways). */
function deleteNatGateway(input: Piece, call: Call): Piece {
  const gateway = find(call, 'NatGateways', 'NatGatewayId', input.NatGatewayId);
  if (!gateway) throw new AwsError('NatGatewayNotFound', `NAT gateway ${input.NatGatewayId} was not found`);
  gateway.State = 'deleted';
  gateway.DeleteTime = call.now.toISOString();
  const tables: Piece[] = call.state.region(call.accountId, call.region).Ec2.RouteTables ?? [];
  for (const table of tables) {
    const lost = ((table.Routes ?? []) as Piece[]).filter(
      (route) => route.NatGatewayId === input.NatGatewayId,
    );
    for (const route of lost) route.State = 'blackhole';
    if (lost.length > 0)
      mirror(call.state, call.accountId, call.region, 'RouteTables', 'RouteTableId', table);
  }
  return { NatGatewayId: input.NatGatewayId };
}
