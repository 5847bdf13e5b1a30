/**
 * Gateway endpoints: a route to the service's prefix list in each associated route table. Sources: EC2 API reference,
 * CreateVpcEndpoint; PrivateLink guide, "Gateway endpoints".
 */
import { createHash } from 'node:crypto';
import { AwsError, type Call, type Piece } from '../../contract.ts';
import { notFound } from './not-found.ts';
import { mirror } from './sharing.ts';
import { add, find } from './write.ts';

/** Parameters that only one type of endpoint has. Words of the second: ansible-collections/amazon.aws #576. */
export function checkTypeOfParameters(type: string, input: Piece): void {
  const { RouteTableIds = [], SubnetIds = [], SecurityGroupIds = [], PrivateDnsEnabled } = input;
  if (type === 'Gateway') {
    // wording unverified
    if (SubnetIds.length + SecurityGroupIds.length > 0) {
      const what = SubnetIds.length > 0 ? 'Subnet IDs' : 'Security group IDs';
      throw invalid(`${what} are only supported for Interface type VPC Endpoint.`);
    }
    if (PrivateDnsEnabled === true) {
      throw invalid('Private DNS can only be enabled for Interface type VPC Endpoint.');
    }
  } else if (RouteTableIds.length > 0) {
    throw invalid('Route table IDs are only supported for Gateway type VPC Endpoint.');
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameter', message);
}

/** Route tables of the VPC without a route to the service. Words of the second: eksctl #4377. */
export function findRouteTables(ids: readonly string[], vpcId: string, service: Piece, call: Call): Piece[] {
  return ids.map((id) => {
    const table = find(call, 'RouteTables', 'RouteTableId', id);
    if (!table) throw notFound('rtb')([id]);
    // wording unverified
    if (table.VpcId !== vpcId) throw invalid(`The route table ${id} does not belong to the VPC ${vpcId}.`);
    const list = prefixListOf(service, call);
    const routes: Piece[] = table.Routes ?? [];
    if (routes.some(({ DestinationPrefixListId }) => DestinationPrefixListId === list)) {
      throw new AwsError(
        'RouteAlreadyExists',
        `route table ${id} already has a route with destination-prefix-list-id ${list}`,
      );
    }
    return table;
  });
}

/** "The destination is a prefix list ... owned by AWS and the target is the gateway endpoint" (PrivateLink guide, in substance). */
export function addRoutes(endpoint: Piece, tables: readonly Piece[], service: Piece, call: Call): void {
  for (const table of tables) {
    const route = {
      DestinationPrefixListId: prefixListOf(service, call),
      GatewayId: endpoint.VpcEndpointId,
      Origin: 'CreateRoute',
      State: 'active',
    };
    table.Routes = [...(table.Routes ?? []), route];
    mirror(call.state, call.accountId, call.region, 'RouteTables', 'RouteTableId', table);
  }
}

/** Routes to the endpoint, of these tables or of all. */
export function removeRoutes(endpoint: Piece, call: Call, ids?: readonly string[]): void {
  const tables: Piece[] = call.state.region(call.accountId, call.region).Ec2.RouteTables ?? [];
  for (const table of tables) {
    if (ids && !ids.includes(table.RouteTableId)) continue;
    const routes: Piece[] = table.Routes ?? [];
    const kept = routes.filter(({ GatewayId }) => GatewayId !== endpoint.VpcEndpointId);
    if (kept.length === routes.length) continue;
    table.Routes = kept;
    mirror(call.state, call.accountId, call.region, 'RouteTables', 'RouteTableId', table);
  }
}

/** A Region has a prefix list of AWS for the service; one that a snapshot does not hold is added. */
function prefixListOf({ ServiceName }: Piece, call: Call): string {
  const lists: Piece[] = call.state.region(call.accountId, call.region).Ec2.ManagedPrefixLists ?? [];
  const known = lists.find(({ PrefixListName }) => PrefixListName === ServiceName);
  if (known) return String(known.PrefixListId);
  const PrefixListId = `pl-${createHash('sha256').update(String(ServiceName)).digest('hex').slice(0, 8)}`;
  add(
    call,
    'ManagedPrefixLists',
    awsPrefixList(PrefixListId, ServiceName, call.region, call.state.partition),
  );
  return PrefixListId;
}

/** As DescribeManagedPrefixLists shows lists of AWS; the addresses are for documentation (RFC 5737). */
export function awsPrefixList(
  PrefixListId: string,
  PrefixListName: string,
  region: string,
  partition = 'aws',
): Piece {
  return {
    PrefixListId,
    PrefixListName,
    AddressFamily: 'IPv4',
    State: 'create-complete',
    PrefixListArn: `arn:${partition}:ec2:${region}:aws:prefix-list/${PrefixListId}`,
    OwnerId: 'AWS',
    Tags: [],
    Entries: [{ Cidr: '198.51.100.0/24' }],
  };
}
