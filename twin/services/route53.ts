/** Route 53: private hosted zones. Source: Route 53 API reference. */
import { AwsError, type Call, type Operations, type Piece } from '../contract.ts';
import { paginate } from '../pages.ts';
import { bareId, endpointZones, findZone, onZone, ownZones, showZone, trimDot } from './hosted-zones.ts';
import { MADE_ZONES } from './route53-made-zones.ts';
import { ZONE_ASSOCIATIONS } from './route53-zone-associations.ts';

const MOST_ZONES = 100;
const MOST_RECORDS = 300;
const SMALL_PAGE = 3;

export const operations: Operations = {
  ListHostedZonesByVPC: {
    honours: ['VPCId', 'VPCRegion', 'MaxItems', 'NextToken'],
    mutates: false,
    permissions: (input) => [
      {
        action: 'route53:ListHostedZonesByVPC',
        resource: '*',
        context: { 'route53:VPCs': [`VPCId=${input.VPCId},VPCRegion=${input.VPCRegion}`] },
      },
    ],
    handle: listZonesByVpc,
  },
  ListHostedZones: {
    honours: ['Marker', 'MaxItems'],
    mutates: false,
    permissions: () => [{ action: 'route53:ListHostedZones', resource: '*' }],
    handle: (input, call) => {
      const { items, token } = paginate(ownZones(call), input.Marker, input.MaxItems, call, {
        aws: MOST_ZONES,
        most: MOST_ZONES,
      });
      return {
        HostedZones: items.map(showZone),
        Marker: input.Marker,
        IsTruncated: token !== undefined,
        NextMarker: token,
        MaxItems: input.MaxItems ?? MOST_ZONES,
      };
    },
  },
  GetHostedZone: {
    honours: ['Id'],
    mutates: false,
    permissions: (input, call) => [onZone('GetHostedZone', input.Id, call)],
    handle: (input, call) => {
      const zone = findZone(input.Id, call);
      return { HostedZone: showZone(zone), VPCs: zone.VPCs ?? [] };
    },
  },
  ListResourceRecordSets: {
    honours: ['HostedZoneId', 'StartRecordName', 'StartRecordType', 'MaxItems'],
    mutates: false,
    permissions: (input, call) => [onZone('ListResourceRecordSets', input.HostedZoneId, call)],
    handle: listRecords,
  },
  ...MADE_ZONES,
  ...ZONE_ASSOCIATIONS,
};

/**
 * Zones of every account that are associated with the VPC, each with its owner, and those that AWS keeps for the
 * private DNS of endpoints (`OwningService: vpce.amazonaws.com`, as seen in public reports).
 */
function listZonesByVpc(input: Piece, call: Call): Piece {
  const { VPCId, VPCRegion } = input;
  const own = call.state.regions.includes(VPCRegion)
    ? call.state.region(call.accountId, VPCRegion).Ec2
    : { Vpcs: [] };
  const vpc = ((own.Vpcs ?? []) as Piece[]).find((each) => each.VpcId === VPCId);
  // code from the operation's errors; wording unverified
  if (!vpc)
    throw new AwsError(
      'InvalidInput',
      `The VPC ${VPCId} in ${VPCRegion} is not one of account ${call.accountId}.`,
    );
  const zones = [...call.state.snapshot.accounts].flatMap(([accountId, { Route53 }]) =>
    (Route53.HostedZones as Piece[])
      .filter((zone) =>
        ((zone.VPCs ?? []) as Piece[]).some((each) => each.VPCId === VPCId && each.VPCRegion === VPCRegion),
      )
      .map((zone) => summary(zone, accountId)),
  );
  const items = [...zones, ...endpointZones(vpc, VPCRegion, call)];
  const { items: HostedZoneSummaries, token } = paginate(items, input.NextToken, input.MaxItems, call, {
    aws: MOST_ZONES,
    most: MOST_ZONES,
  });
  return { HostedZoneSummaries, MaxItems: input.MaxItems ?? MOST_ZONES, NextToken: token };
}

function summary(zone: Piece, accountId: string): Piece {
  const service: string | undefined = zone.LinkedService?.ServicePrincipal;
  return {
    HostedZoneId: bareId(zone.Id),
    Name: zone.Name,
    Owner:
      service === undefined ? { OwningAccount: zone.OwningAccount ?? accountId } : { OwningService: service },
  };
}

function listRecords(input: Piece, call: Call): Piece {
  const records: Piece[] = findZone(input.HostedZoneId, call).ResourceRecordSets ?? [];
  const name: unknown = input.StartRecordName;
  const from =
    name === undefined
      ? 0
      : records.findIndex(
          (each) =>
            trimDot(each.Name) === trimDot(name) &&
            (input.StartRecordType === undefined || each.Type === input.StartRecordType),
        );
  const size = Math.min(input.MaxItems ?? MOST_RECORDS, call.pages === 'small' ? SMALL_PAGE : MOST_RECORDS);
  const start = from < 0 ? records.length : from;
  const next = records[start + size];
  return {
    ResourceRecordSets: records.slice(start, start + size),
    IsTruncated: next !== undefined,
    MaxItems: size,
    ...(next === undefined ? {} : { NextRecordName: next.Name, NextRecordType: next.Type }),
  };
}
