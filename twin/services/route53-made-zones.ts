/**
 * Private hosted zones that are made, filled and deleted. Sources: Route 53 API reference (refusals and their conditions), Route 53
 * developer guide, "Quotas" (500 zones an account), service authorization reference for condition keys. The words of refusals
 * are not verified.
 */
import { createHash } from 'node:crypto';
import { AwsError, type Call, type Operations, type Piece } from '../contract.ts';
import { bareId, changeInfo, findZone, onZone, ownZones, showZone, trimDot } from './hosted-zones.ts';
import { requireFree, requireOwnVpc, vpcKey } from './route53-zone-associations.ts';
import { noteAssociation } from './zone-sync.ts';

const MOST_ZONES = 500;

export const MADE_ZONES: Operations = {
  ListHostedZonesByName: {
    honours: ['DNSName', 'HostedZoneId', 'MaxItems'],
    mutates: false,
    permissions: () => [{ action: 'route53:ListHostedZonesByName', resource: '*' }],
    handle: listByName,
  },
  CreateHostedZone: {
    honours: ['Name', 'VPC', 'CallerReference', 'HostedZoneConfig'],
    mutates: true,
    permissions: ({ VPC }) => [
      { action: 'route53:CreateHostedZone', resource: '*', ...(VPC ? { context: vpcKey(VPC) } : {}) },
    ],
    handle: create,
  },
  DeleteHostedZone: {
    honours: ['Id'],
    mutates: true,
    permissions: ({ Id }, call) => [onZone('DeleteHostedZone', Id, call)],
    handle: remove,
  },
  ChangeResourceRecordSets: {
    honours: ['HostedZoneId', 'ChangeBatch'],
    mutates: true,
    permissions: ({ HostedZoneId, ChangeBatch }, call) => [
      {
        ...onZone('ChangeResourceRecordSets', HostedZoneId, call),
        context: recordKeys(ChangeBatch?.Changes ?? []),
      },
    ],
    handle: changeRecords,
  },
};

/** "All letters must be lowercase; the DNS name must be without the trailing dot" (Route 53 guide, IAM policy conditions). */
function recordKeys(changes: readonly Piece[]): Record<string, string[]> {
  const of = (read: (change: Piece) => unknown) => [...new Set(changes.map((one) => String(read(one))))];
  return {
    'route53:ChangeResourceRecordSetsActions': of(({ Action }) => Action),
    'route53:ChangeResourceRecordSetsNormalizedRecordNames': of(({ ResourceRecordSet }) =>
      trimDot(ResourceRecordSet.Name).toLowerCase(),
    ),
    'route53:ChangeResourceRecordSetsRecordTypes': of(({ ResourceRecordSet }) => ResourceRecordSet.Type),
  };
}

function zonesOf(call: Call): Piece[] {
  const file: Piece = call.state.account(call.accountId)?.Route53 ?? {};
  file.HostedZones ??= [];
  return file.HostedZones;
}

/** "In ASCII order by their labels reversed: com.example.www"; of the account's own. */
function listByName({ DNSName, HostedZoneId, MaxItems }: Piece, call: Call): Piece {
  const keyOf = (name: unknown) => trimDot(name).toLowerCase().split('.').reverse().join('.');
  const from = DNSName === undefined ? '' : keyOf(DNSName);
  const sorted = ownZones(call)
    .map((zone) => ({ zone, key: keyOf(zone.Name), id: bareId(zone.Id) }))
    .sort((one, other) => (one.key < other.key || (one.key === other.key && one.id < other.id) ? -1 : 1))
    .filter(({ key, id }) => key > from || (key === from && id >= bareId(HostedZoneId ?? '')));
  const most = Number(MaxItems ?? 100);
  const size = call.pages === 'small' ? Math.min(most, 2) : most;
  const next = sorted[size];
  return {
    HostedZones: sorted.slice(0, size).map(({ zone }) => showZone(zone)),
    IsTruncated: next !== undefined,
    MaxItems: most,
    ...(DNSName === undefined ? {} : { DNSName }),
    ...(next === undefined ? {} : { NextDNSName: next.zone.Name, NextHostedZoneId: next.id }),
  };
}

function create({ Name, VPC, CallerReference, HostedZoneConfig }: Piece, call: Call): Piece {
  const zones = zonesOf(call);
  if (!VPC) throw new AwsError('InvalidInput', 'The twin makes private hosted zones only: VPC is missing.');
  if (zones.some((zone) => zone.CallerReference === CallerReference)) {
    throw new AwsError(
      'HostedZoneAlreadyExists',
      `A hosted zone has already been created with the specified caller reference: ${CallerReference}`,
      409,
    );
  }
  if (ownZones(call).length >= MOST_ZONES) {
    throw new AwsError('TooManyHostedZones', 'Limits Exceeded: MAX_HOSTED_ZONES_BY_OWNER');
  }
  requireOwnVpc(VPC, call);
  requireFree(String(Name), VPC, call);
  const id = `Z${createHash('sha256').update(`${call.accountId}/${CallerReference}`).digest('hex').slice(0, 20).toUpperCase()}`;
  const name = `${trimDot(Name).toLowerCase()}.`;
  const zone: Piece = {
    Id: `/hostedzone/${id}`,
    Name: name,
    CallerReference,
    Config: { ...HostedZoneConfig, PrivateZone: true },
    VPCs: [{ VPCRegion: VPC.VPCRegion, VPCId: VPC.VPCId }],
    ResourceRecordSets: [
      {
        Name: name,
        Type: 'NS',
        TTL: 172800,
        ResourceRecords: [0, 1, 2, 3].map((at) => ({ Value: `ns-${at * 512}.awsdns-00.com.` })),
      },
      {
        Name: name,
        Type: 'SOA',
        TTL: 900,
        ResourceRecords: [
          { Value: 'ns-0.awsdns-00.com. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400' },
        ],
      },
    ],
  };
  zones.push(zone);
  noteAssociation(call.state, zone, VPC.VPCId);
  return {
    HostedZone: showZone(zone),
    ChangeInfo: changeInfo(call, id),
    VPC,
    Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${id}`,
  };
}

function remove({ Id }: Piece, call: Call): Piece {
  const zone = findZone(Id, call);
  if (((zone.ResourceRecordSets ?? []) as Piece[]).some(({ Type }) => Type !== 'NS' && Type !== 'SOA')) {
    throw new AwsError(
      'HostedZoneNotEmpty',
      'The specified hosted zone contains non-required resource record sets and so cannot be deleted.',
    );
  }
  const zones = zonesOf(call);
  zones.splice(zones.indexOf(zone), 1);
  return { ChangeInfo: changeInfo(call, bareId(Id)) };
}

/** All changes of a batch or none. */
function changeRecords({ HostedZoneId, ChangeBatch }: Piece, call: Call): Piece {
  const zone = findZone(HostedZoneId, call);
  const records: Piece[] = [...(zone.ResourceRecordSets ?? [])];
  for (const { Action, ResourceRecordSet } of (ChangeBatch?.Changes ?? []) as Piece[]) {
    const record: Piece = withoutEmpty({
      ...ResourceRecordSet,
      Name: `${trimDot(ResourceRecordSet.Name).toLowerCase()}.`,
    });
    const named = (what: string) =>
      `[Tried to ${what} resource record set [name='${record.Name}', type='${record.Type}']`;
    if (!`.${record.Name}`.endsWith(`.${zone.Name}`)) {
      throw batchError(`[RRSet with DNS name ${record.Name} is not permitted in zone ${zone.Name}]`);
    }
    const at = records.findIndex(({ Name, Type }) => Name === record.Name && Type === record.Type);
    if (Action === 'CREATE' && at >= 0) throw batchError(`${named('create')} but it already exists]`);
    if (Action === 'DELETE') {
      if (at < 0) throw batchError(`${named('delete')} but it was not found]`);
      if (!isSameRecord(records[at] ?? {}, record)) {
        throw batchError(`${named('delete')} but the values provided do not match the current values]`);
      }
    }
    if (at >= 0) records.splice(at, 1);
    if (Action !== 'DELETE') records.push(record);
  }
  zone.ResourceRecordSets = records;
  return { ChangeInfo: changeInfo(call, bareId(HostedZoneId)) };
}

/** An alias target's name is kept with a dot at its end, as an answer shows it. */
function withoutEmpty(record: Piece): Piece {
  const { AliasTarget } = record;
  const kept = Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
  if (!AliasTarget) return kept;
  return { ...kept, AliasTarget: { ...AliasTarget, DNSName: `${trimDot(AliasTarget.DNSName)}.` } };
}

function isSameRecord(one: Piece, other: Piece): boolean {
  const keyOf = ({ TTL, ResourceRecords, AliasTarget }: Piece) =>
    JSON.stringify([TTL, ResourceRecords, AliasTarget?.HostedZoneId, AliasTarget?.DNSName]);
  return keyOf(one) === keyOf(other);
}

function batchError(message: string): AwsError {
  return new AwsError('InvalidChangeBatch', message);
}
