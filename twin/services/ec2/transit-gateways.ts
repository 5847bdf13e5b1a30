/**
 * Transit gateways, read only: attachments of VPCs as their owner sees them, with the association as the owner of the
 * transit gateway does, and the routes of its route tables. Source: botocore's model ec2 2016-11-15. That the owner of a
 * VPC sees no association of another account's transit gateway is general knowledge (unverified).
 */
import type { Call, Operations, Piece } from '../../contract.ts';
import { AwsError } from '../../contract.ts';
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
  SearchTransitGatewayRoutes: readOperation(
    'SearchTransitGatewayRoutes',
    ['TransitGatewayRouteTableId', 'Filters', 'MaxResults'],
    (input, call) => {
      const table = tables(call, call.accountId).find(
        (each) => each.TransitGatewayRouteTableId === input.TransitGatewayRouteTableId,
      );
      if (!table) throw notFound('tgw-rtb')([String(input.TransitGatewayRouteTableId)]);
      const most = input.MaxResults ?? 1000;
      if (most < 5 || most > 1000) {
        // wording unverified
        throw new AwsError('InvalidParameterValue', `Value ( ${most} ) for parameter MaxResults is invalid.`);
      }
      const found = applyFilters(table.Routes ?? [], input.Filters, {
        state: ({ State }) => State,
        type: ({ Type }) => Type,
      });
      return { Routes: found.slice(0, most), AdditionalRoutesAvailable: found.length > most };
    },
    ({ TransitGatewayRouteTableId: id }, call) => {
      const table = tables(call, call.accountId).find((each) => each.TransitGatewayRouteTableId === id);
      return [
        onResource('SearchTransitGatewayRoutes', 'transit-gateway-route-table', table, String(id), call),
      ];
    },
  ),
};

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
      const table = tables(call, ownerId).find((each) =>
        ((each.Associations ?? []) as Piece[]).some(
          ({ TransitGatewayAttachmentId }) => TransitGatewayAttachmentId === one.TransitGatewayAttachmentId,
        ),
      );
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
                State: 'associated',
              },
            }
          : {}),
      });
    }
  }
  return seen;
}
