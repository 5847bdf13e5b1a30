/**
 * The private hosted zones that this service made for a hub, from the account that owns them. Source: Route 53 API
 * reference: ListHostedZonesByName (own zones in the order of their reversed labels, so those of a Region are neighbors),
 * GetHostedZone (its VPCs), ListResourceRecordSets and ListVPCAssociationAuthorizations.
 */
import {
  GetHostedZoneCommand,
  type HostedZone,
  ListHostedZonesByNameCommand,
  type ListHostedZonesByNameCommandOutput,
} from '@aws-sdk/client-route-53';
import type { Region } from '../core/model/primitives.ts';
import type { Read } from '../core/model/reads.ts';
import { type HubZoneFacts, isCallerOurs } from '../core/network/hub-facts.ts';
import { partitionSuffix } from '../core/network/needed-names.ts';
import type { SessionClients } from './client-pool.ts';
import { domainFrom } from './name-facts.ts';
import { read } from './reads.ts';
import { listAuthorizedVpcs, listRecords } from './zone-lists.ts';

/** Of the Region. */
export async function readHubZones(clients: SessionClients, region: Region): Promise<Read<HubZoneFacts[]>> {
  const listed = await read('route53:ListHostedZonesByName', () => listZones(clients, region));
  if (listed.kind !== 'value') return listed;
  const zones: HubZoneFacts[] = [];
  // One after another: Route 53 takes five requests a second of an account.
  for (const zone of listed.value) {
    const facts = await readZone(clients, zone);
    // One that was deleted since the list.
    if (facts.kind === 'absent') continue;
    if (facts.kind === 'failed') return facts;
    zones.push(facts.value);
  }
  return { kind: 'value', value: zones };
}

async function listZones(clients: SessionClients, region: Region): Promise<HostedZone[]> {
  const domain = `${region}.${partitionSuffix(region)}`;
  const found: HostedZone[] = [];
  let from: { DNSName?: string | undefined; HostedZoneId?: string | undefined } = { DNSName: domain };
  for (;;) {
    const page: ListHostedZonesByNameCommandOutput = await clients
      .route53()
      .send(new ListHostedZonesByNameCommand({ ...from, MaxItems: 100 }));
    const zones = page.HostedZones ?? [];
    const ofRegion = zones.filter(({ Name }) => `.${domainFrom(Name ?? '')}`.endsWith(`.${domain}`));
    found.push(...ofRegion.filter(isOurs));
    if (!page.IsTruncated || ofRegion.length < zones.length) return found;
    from = { DNSName: page.NextDNSName, HostedZoneId: page.NextHostedZoneId };
  }
}

function isOurs({ CallerReference, Config }: HostedZone): boolean {
  return Config?.PrivateZone === true && isCallerOurs(CallerReference ?? '');
}

async function readZone(clients: SessionClients, zone: HostedZone): Promise<Read<HubZoneFacts>> {
  const zoneId = (zone.Id ?? '').replace(/^\/hostedzone\//, '');
  const domain = domainFrom(zone.Name ?? '');
  const absent = ['NoSuchHostedZone'];
  const vpcs = await read(
    'route53:GetHostedZone',
    async () => (await clients.route53().send(new GetHostedZoneCommand({ Id: zoneId }))).VPCs ?? [],
    absent,
  );
  if (vpcs.kind !== 'value') return vpcs;
  const records = await read('route53:ListResourceRecordSets', () => listRecords(clients, zoneId), absent);
  if (records.kind !== 'value') return records;
  const authorized = await read(
    'route53:ListVPCAssociationAuthorizations',
    () => listAuthorizedVpcs(clients, zoneId),
    absent,
  );
  if (authorized.kind !== 'value') return authorized;
  const own = records.value.filter(({ Type }) => Type !== 'NS' && Type !== 'SOA');
  const alias = own.find(
    ({ Name, Type, AliasTarget }) => Type === 'A' && AliasTarget && domainFrom(Name ?? '') === domain,
  );
  return {
    kind: 'value',
    value: {
      zoneId,
      domain,
      callerReference: zone.CallerReference ?? '',
      alias: alias?.AliasTarget
        ? {
            dnsName: domainFrom(alias.AliasTarget.DNSName ?? ''),
            zoneId: alias.AliasTarget.HostedZoneId ?? '',
          }
        : null,
      otherRecords: own.length - (alias ? 1 : 0),
      vpcIds: vpcs.value.flatMap(({ VPCId }) => VPCId ?? []),
      authorized: authorized.value.flatMap(({ VPCId }) => VPCId ?? []),
    },
  };
}
