/**
 * Transit gateways and peering connections, read only: attachments of VPCs as their owner sees them, with the association
 * as the owner of the transit gateway does, and what its route tables hold. Source: botocore's model ec2 2016-11-15. That
 * the owner of a VPC sees no association of another account's transit gateway is general knowledge (unverified).
 */
import type { Call, Operations, Piece } from '../../contract.ts';
import { AwsError } from '../../contract.ts';
import { paginate } from '../../pages.ts';
import type { FilterTable } from './filters.ts';
import { applyFilters } from './filters.ts';
import { type Listing, listOperation, readOperation, resources } from './list.ts';
import { notFound } from './not-found.ts';
import { onResource } from './write.ts';

const ATTACHMENT_FILTERS: FilterTable = {
  state: ({ State }) => State,
  'transit-gateway-attachment-id': ({ TransitGatewayAttachmentId }) => TransitGatewayAttachmentId,
  'transit-gateway-id': ({ TransitGatewayId }) => TransitGatewayId,
  'vpc-id': ({ VpcId }) => VpcId,
};

const RESOURCE_FILTERS: FilterTable = {
  state: ({ State }) => State,
  'resource-id': ({ ResourceId }) => ResourceId,
  'resource-type': ({ ResourceType }) => ResourceType,
  'resource-owner-id': ({ ResourceOwnerId }) => ResourceOwnerId,
  'transit-gateway-attachment-id': ({ TransitGatewayAttachmentId }) => TransitGatewayAttachmentId,
  'transit-gateway-id': ({ TransitGatewayId }) => TransitGatewayId,
  'transit-gateway-owner-id': ({ TransitGatewayOwnerId }) => TransitGatewayOwnerId,
  'association.state': ({ Association }) => Association?.State,
  'association.transit-gateway-route-table-id': ({ Association }) => Association?.TransitGatewayRouteTableId,
};

const PAGES = { least: 5, most: 1000 };

const ids = {
  input: 'TransitGatewayAttachmentIds',
  key: 'TransitGatewayAttachmentId',
  notFound: notFound('tgw-attach'),
};

const VPC_ATTACHMENTS: Listing = {
  output: 'TransitGatewayVpcAttachments',
  from: resources('TransitGatewayVpcAttachments'),
  filters: ATTACHMENT_FILTERS,
  ids,
  pages: PAGES,
  show: ({ TransitGatewayOwnerId: _owner, ...attachment }) => attachment,
};

export const TRANSIT_GATEWAYS: Operations = {
  DescribeTransitGatewayVpcAttachments: listOperation(
    'DescribeTransitGatewayVpcAttachments',
    VPC_ATTACHMENTS,
  ),
  DescribeTransitGatewayAttachments: listOperation('DescribeTransitGatewayAttachments', {
    output: 'TransitGatewayAttachments',
    from: attachmentsSeen,
    filters: RESOURCE_FILTERS,
    ids,
    pages: PAGES,
  }),
  DescribeVpcPeeringConnections: listOperation('DescribeVpcPeeringConnections', {
    output: 'VpcPeeringConnections',
    from: resources('VpcPeeringConnections'),
    filters: {
      'vpc-peering-connection-id': ({ VpcPeeringConnectionId }) => VpcPeeringConnectionId,
      'status-code': ({ Status }) => Status?.Code,
    },
    ids: {
      input: 'VpcPeeringConnectionIds',
      key: 'VpcPeeringConnectionId',
      notFound: notFound('pcx'),
    },
    pages: PAGES,
  }),
  GetTransitGatewayRouteTablePropagations: readOperation(
    'GetTransitGatewayRouteTablePropagations',
    ['TransitGatewayRouteTableId', 'MaxResults', 'NextToken'],
    (input, call) => {
      const found: Piece[] = tableNamed(input, call).Propagations ?? [];
      const { items, token } = paginate(found, input.NextToken, input.MaxResults, call, {
        aws: 1000,
        ...PAGES,
      });
      return { TransitGatewayRouteTablePropagations: items, NextToken: token };
    },
  ),
  SearchTransitGatewayRoutes: readOperation(
    'SearchTransitGatewayRoutes',
    ['TransitGatewayRouteTableId', 'Filters', 'MaxResults'],
    (input, call) => {
      const table = tableNamed(input, call);
      const most = input.MaxResults ?? 1000;
      if (most < 5 || most > 1000) {
        // wording unverified
        throw new AwsError('InvalidParameterValue', `Value ( ${most} ) for parameter MaxResults is invalid.`);
      }
      const found = applyFilters(table.Routes ?? [], input.Filters, {
        state: ({ State }) => State,
        type: ({ Type }) => Type,
      });
      const isCut = table.AdditionalRoutesAvailable === true || found.length > most;
      return { Routes: found.slice(0, most), AdditionalRoutesAvailable: isCut };
    },
    ({ TransitGatewayRouteTableId: id }, call) => {
      const table = tables(call, call.accountId).find((each) => each.TransitGatewayRouteTableId === id);
      return [
        onResource('SearchTransitGatewayRoutes', 'transit-gateway-route-table', table, String(id), call),
      ];
    },
  ),
};

function tableNamed({ TransitGatewayRouteTableId: id }: Piece, call: Call): Piece {
  const table = tables(call, call.accountId).find((each) => each.TransitGatewayRouteTableId === id);
  if (!table) throw notFound('tgw-rtb')([String(id)]);
  return table;
}

function tables(call: Call, accountId: string): Piece[] {
  return call.state.account(accountId)?.Regions[call.region]?.Ec2.TransitGatewayRouteTables ?? [];
}

/** VPCs and transit gateways of the account itself. */
function attachmentsSeen(call: Call): Piece[] {
  const seen: Piece[] = [];
  for (const [accountId, account] of call.state.snapshot.accounts) {
    const attachments: Piece[] = account.Regions[call.region]?.Ec2.TransitGatewayVpcAttachments ?? [];
    for (const one of attachments) {
      const ownerId = one.TransitGatewayOwnerId ?? accountId;
      if (accountId !== call.accountId && ownerId !== call.accountId) continue;
      const isOf = ({ TransitGatewayAttachmentId: id }: Piece) => id === one.TransitGatewayAttachmentId;
      const table = tables(call, ownerId).find((each) => ((each.Associations ?? []) as Piece[]).some(isOf));
      seen.push({
        TransitGatewayAttachmentId: one.TransitGatewayAttachmentId,
        TransitGatewayId: one.TransitGatewayId,
        TransitGatewayOwnerId: ownerId,
        ResourceOwnerId: accountId,
        ResourceType: 'vpc',
        ResourceId: one.VpcId,
        State: one.State,
        ...(table && ownerId === call.accountId
          ? {
              Association: {
                TransitGatewayRouteTableId: table.TransitGatewayRouteTableId,
                State: (table.Associations as Piece[]).find(isOf)?.State ?? 'associated',
              },
            }
          : {}),
      });
    }
  }
  return seen;
}
