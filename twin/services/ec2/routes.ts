/** Routes, and the end of a NAT gateway: as much as breaks and repairs a path. Source: EC2 API reference. */
import { AwsError, type Call, type Operation, type Operations, type Piece } from '../../contract.ts';
import { canonicalIpv4, canonicalIpv6 } from './cidr.ts';
import { type IdPrefix, isWellFormed, notFound } from './not-found.ts';
import { mirror } from './sharing.ts';
import { find, onResource, refuseForeign, writeOperation } from './write.ts';

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
    const route = routeOf(input, table, call);
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
    const route = routeOf(input, table, call);
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
      return [onResource(action, 'route-table', table, id, call)];
    },
    (input, call) => {
      const table = find(call, 'RouteTables', 'RouteTableId', input.RouteTableId);
      if (!table) throw notFound('rtb')([String(input.RouteTableId)]);
      refuseForeign(table, call);
      const answer = handle(input, table, call);
      mirror(call.state, call.accountId, call.region, 'RouteTables', 'RouteTableId', table);
      return answer;
    },
  );
}

/** Blocks lose their host bits. Throws for a block that is none (words: public reports), and for two destinations. */
function destinationOf(input: Piece): string {
  const [member, ...more] = DESTINATIONS.filter((name) => input[name] !== undefined);
  if (member === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter destinationCidrBlock');
  }
  // wording unverified
  if (more.length > 0) {
    throw new AwsError('InvalidParameterCombination', `Only one of ${DESTINATIONS.join(', ')} may be given.`);
  }
  const given = String(input[member]);
  if (member === 'DestinationPrefixListId') return given;
  const block = member === 'DestinationCidrBlock' ? canonicalIpv4(given) : canonicalIpv6(given);
  if (block !== undefined) return block;
  const parameter = `${member.charAt(0).toLowerCase()}${member.slice(1)}`;
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${given}) for parameter ${parameter} is invalid. This is not a valid CIDR block.`,
  );
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

function routeOf(input: Piece, table: Piece, call: Call): Piece {
  const [target, ...more] = TARGETS.filter((name) => input[name] !== undefined);
  if (target === undefined || more.length > 0) {
    throw new AwsError(
      'InvalidParameterCombination',
      'The request must name exactly one target of the route.',
    );
  }
  const id = String(input[target]);
  // what is malformed is refused before what is not there
  const destination = destinationOf(input);
  checkTarget(target, id, table, call);
  if (input.DestinationPrefixListId !== undefined) {
    const list = find(call, 'ManagedPrefixLists', 'PrefixListId', input.DestinationPrefixListId);
    if (!list) throw notFound('pl')([String(input.DestinationPrefixListId)]);
  }
  const member = DESTINATIONS.find((name) => input[name] !== undefined) ?? 'DestinationCidrBlock';
  // a gateway endpoint's or firewall's id comes back as GatewayId
  const shown = target === 'VpcEndpointId' ? 'GatewayId' : target;
  return { [member]: destination, [shown]: id, Origin: 'CreateRoute', State: 'active' };
}

/** Of what the format holds, by the member of a route: its list, the key of its id, and the ids' prefix. */
const HELD: Record<string, [list: string, key: string, prefix: IdPrefix]> = {
  NatGatewayId: ['NatGateways', 'NatGatewayId', 'nat'],
  NetworkInterfaceId: ['NetworkInterfaces', 'NetworkInterfaceId', 'eni'],
  InstanceId: ['Instances', 'InstanceId', 'i'],
  EgressOnlyInternetGatewayId: ['EgressOnlyInternetGateways', 'EgressOnlyInternetGatewayId', 'eigw'],
  VpcEndpointId: ['VpcEndpoints', 'VpcEndpointId', 'vpce'],
};
const INTERNET_GATEWAY: [string, string, IdPrefix] = ['InternetGateways', 'InternetGatewayId', 'igw'];

/** Other targets (transit gateways, peering connections ...) are in no list of the format, and taken as they are. */
function checkTarget(target: string, id: string, table: Piece, call: Call): void {
  // the codes' only one besides: EC2 error codes
  if (target === 'VpcPeeringConnectionId' && !isWellFormed(id, 'pcx')) {
    throw new AwsError(
      'InvalidVpcPeeringConnectionId.Malformed',
      `Invalid id: "${id}" (expecting "pcx-...")`,
    );
  }
  const held = target === 'GatewayId' && id.startsWith('igw-') ? INTERNET_GATEWAY : HELD[target];
  if (!held) return;
  const [list, key, prefix] = held;
  const found = find(call, list, key, id);
  if (!found) throw notFound(prefix)([id]);
  const attached: Piece[] = found.Attachments ?? [];
  if (prefix !== 'igw' || attached.some(({ VpcId }) => VpcId === table.VpcId)) return;
  // words: public reports
  throw new AwsError(
    'InvalidParameterValue',
    `route table ${table.RouteTableId} and network gateway ${id} belong to different networks`,
  );
}

/** At once, where AWS takes a minute. "The routes ... have a status of blackhole" (VPC user guide, NAT gateways). */
function deleteNatGateway(input: Piece, call: Call): Piece {
  const gateway = find(call, 'NatGateways', 'NatGatewayId', input.NatGatewayId);
  if (!gateway) throw notFound('nat')([String(input.NatGatewayId)]);
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
