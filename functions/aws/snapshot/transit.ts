/**
 * Transit gateways and peering connections of a Region where a hub is configured: attachments of the account's VPCs, and
 * of the transit gateways that it owns, the route tables that hub and spokes are associated with. An account without either is
 * asked one call. Source: EC2's service model; SearchTransitGatewayRoutes has no pages (`functions/aws/hub-reader.ts`).
 */
import {
  paginateDescribeTransitGatewayAttachments,
  paginateDescribeTransitGatewayVpcAttachments,
  paginateDescribeVpcPeeringConnections,
  paginateGetTransitGatewayRouteTablePropagations,
  SearchTransitGatewayRoutesCommand,
} from '@aws-sdk/client-ec2';
import type { Region } from '../../core/model/primitives.ts';
import type { SessionClients } from '../client-pool.ts';
import { MOST_ROUTES } from '../hub-reader.ts';
import { few, many } from '../page-sizes.ts';
import { type Gathering, itemsOf, type Piece, plain } from './gather.ts';

interface TransitRequest {
  clients: SessionClients;
  accountId: string;
  region: Region;
  gathering: Gathering;
  /** Whether the account has VPCs that a run looks at. */
  hasNetwork: boolean;
}

/** Lists that were read are there even where they are empty: what could not be read is left out, and in `Unread`. */
export async function readTransit(request: TransitRequest): Promise<Piece> {
  const { clients, accountId, region, gathering, hasNetwork } = request;
  const config = { client: clients.ec2(region, 'read') };
  const seen = await gathering.read('ec2:DescribeTransitGatewayAttachments', () =>
    itemsOf(
      paginateDescribeTransitGatewayAttachments(config, many()),
      (page) => page.TransitGatewayAttachments,
    ),
  );
  const tables = seen?.some(({ TransitGatewayOwnerId }) => TransitGatewayOwnerId === accountId)
    ? { TransitGatewayRouteTables: await readTables(request, seen) }
    : {};
  if (!hasNetwork) return tables;
  const [attachments, peerings] = await Promise.all([
    gathering.read('ec2:DescribeTransitGatewayVpcAttachments', () =>
      itemsOf(
        paginateDescribeTransitGatewayVpcAttachments(config, many()),
        (page) => page.TransitGatewayVpcAttachments,
      ),
    ),
    gathering.read('ec2:DescribeVpcPeeringConnections', () =>
      itemsOf(paginateDescribeVpcPeeringConnections(config, many()), (page) => page.VpcPeeringConnections),
    ),
  ]);
  const ownerOf = new Map(
    seen?.map((one) => [one.TransitGatewayAttachmentId, one.TransitGatewayOwnerId]) ?? [],
  );
  const owned = attachments?.map((one) => {
    const TransitGatewayOwnerId = ownerOf.get(one.TransitGatewayAttachmentId);
    return TransitGatewayOwnerId === undefined ? one : { ...one, TransitGatewayOwnerId };
  });
  return {
    ...tables,
    ...(owned ? { TransitGatewayVpcAttachments: owned } : {}),
    ...(peerings ? { VpcPeeringConnections: peerings } : {}),
  };
}

/** Those that some attachment is associated with: no other decides on what an attachment sends. */
async function readTables(
  { clients, accountId, region, gathering }: TransitRequest,
  seen: Piece[],
): Promise<Piece[]> {
  const client = clients.ec2(region, 'read');
  const tables = new Map<string, Piece & { Associations: Piece[] }>();
  for (const attachment of seen) {
    const { TransitGatewayRouteTableId: id, State } = (attachment.Association ?? {}) as Piece;
    if (attachment.TransitGatewayOwnerId !== accountId || id === undefined) continue;
    const { TransitGatewayId, TransitGatewayAttachmentId } = attachment;
    const table = tables.get(String(id)) ?? {
      TransitGatewayRouteTableId: id,
      TransitGatewayId,
      Associations: [],
    };
    table.Associations.push({ TransitGatewayAttachmentId, State });
    tables.set(String(id), table);
  }
  const read: Piece[] = [];
  for (const [TransitGatewayRouteTableId, table] of tables) {
    const propagations = await gathering.read('ec2:GetTransitGatewayRouteTablePropagations', () =>
      itemsOf(
        paginateGetTransitGatewayRouteTablePropagations({ client }, { ...few(), TransitGatewayRouteTableId }),
        (page) => page.TransitGatewayRouteTablePropagations,
      ),
    );
    const routes = await gathering.read('ec2:SearchTransitGatewayRoutes', () =>
      client.send(
        new SearchTransitGatewayRoutesCommand({
          TransitGatewayRouteTableId,
          Filters: [{ Name: 'state', Values: ['active', 'blackhole'] }],
          MaxResults: MOST_ROUTES,
        }),
      ),
    );
    read.push({
      ...table,
      ...(propagations ? { Propagations: propagations } : {}),
      ...(routes ? { Routes: (routes.Routes ?? []).map(plain) } : {}),
      // One answer does not hold all: then none is taken for the whole, here and there.
      ...(routes?.AdditionalRoutesAvailable ? { AdditionalRoutesAvailable: true } : {}),
    });
  }
  return read;
}
