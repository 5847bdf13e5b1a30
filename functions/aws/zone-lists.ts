/**
 * Lists of Route 53 that the SDK has no paginators for, as the wire has them: zones of every account that are associated with a
 * VPC, records of a zone, and VPCs of other accounts that may associate themselves with it.
 */
import {
  type HostedZoneSummary,
  ListHostedZonesByVPCCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandOutput,
  ListVPCAssociationAuthorizationsCommand,
  type ResourceRecordSet,
  type VPC,
  type VPCRegion,
} from '@aws-sdk/client-route-53';
import type { Region } from '../core/model/primitives.ts';
import type { SessionClients } from './client-pool.ts';

export async function listZonesOfVpc(
  clients: SessionClients,
  region: Region,
  VPCId: string,
): Promise<HostedZoneSummary[]> {
  const zones: HostedZoneSummary[] = [];
  let NextToken: string | undefined;
  do {
    const page = await clients.route53().send(
      new ListHostedZonesByVPCCommand({
        VPCId,
        VPCRegion: region as VPCRegion,
        MaxItems: 100,
        ...(NextToken ? { NextToken } : {}),
      }),
    );
    zones.push(...(page.HostedZoneSummaries ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return zones;
}

/** The next page begins at a record. */
export async function listRecords(
  clients: SessionClients,
  HostedZoneId: string,
): Promise<ResourceRecordSet[]> {
  const records: ResourceRecordSet[] = [];
  let page: Partial<ListResourceRecordSetsCommandOutput> = {};
  do {
    page = await clients.route53().send(
      new ListResourceRecordSetsCommand({
        HostedZoneId,
        StartRecordName: page.NextRecordName,
        StartRecordType: page.NextRecordType,
        StartRecordIdentifier: page.NextRecordIdentifier,
      }),
    );
    records.push(...(page.ResourceRecordSets ?? []));
  } while (page.IsTruncated);
  return records;
}

export async function listAuthorizedVpcs(clients: SessionClients, HostedZoneId: string): Promise<VPC[]> {
  const vpcs: VPC[] = [];
  let NextToken: string | undefined;
  do {
    const page = await clients
      .route53()
      .send(
        new ListVPCAssociationAuthorizationsCommand({ HostedZoneId, ...(NextToken ? { NextToken } : {}) }),
      );
    vpcs.push(...(page.VPCs ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return vpcs;
}
