/**
 * Private hosted zones that are made, filled, shared with VPCs of other accounts and deleted. Sources: Route 53 API reference
 * (refusals and their conditions; AssociateVPCWithHostedZone, CreateVPCAssociationAuthorization,
 * DisassociateVPCFromHostedZone), Route 53 developer guide, "Quotas" (300 VPCs and 1,000 authorizations a zone, 500 zones an
 * account), service authorization reference for condition keys. Words of ConflictingDomainExists: terraform-provider-aws
 * #37783, which also shows that the zone of an endpoint's private DNS conflicts. The words of all other refusals are not verified.
 *
 * An association answers names once it is in sync: "Changes generally propagate to all Route 53 name servers within 60 seconds"
 * (GetChange). Not simulated: PriorRequestNotComplete, which only a fault brings about.
 */
import { createHash } from 'node:crypto';
import { AwsError, type Call, type Operations, type Permission, type Piece } from '../contract.ts';
import { paginate } from '../pages.ts';
import { bareId, endpointZones, findZone, onZone, ownZones, showZone, trimDot } from './hosted-zones.ts';
import { noteAssociation } from './zone-sync.ts';

const MOST_ZONES = 500;
const MOST_VPCS = 300;
const MOST_AUTHORIZATIONS = 1000;

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
  CreateVPCAssociationAuthorization: {
    honours: ['HostedZoneId', 'VPC'],
    mutates: true,
    permissions: (input, call) => [onVpc('CreateVPCAssociationAuthorization', input, call)],
    handle: authorize,
  },
  DeleteVPCAssociationAuthorization: {
    honours: ['HostedZoneId', 'VPC'],
    mutates: true,
    permissions: (input, call) => [onVpc('DeleteVPCAssociationAuthorization', input, call)],
    handle: revoke,
  },
  ListVPCAssociationAuthorizations: {
    honours: ['HostedZoneId', 'NextToken', 'MaxResults'],
    mutates: false,
    permissions: ({ HostedZoneId }, call) => [onZone('ListVPCAssociationAuthorizations', HostedZoneId, call)],
    handle: ({ HostedZoneId, NextToken, MaxResults }, call) => {
      const { items, token } = paginate(
        findZone(HostedZoneId, call).VPCAssociationAuthorizations ?? [],
        NextToken,
        MaxResults,
        call,
        { aws: 50, most: 50 },
      );
      return { HostedZoneId: bareId(HostedZoneId), VPCs: items, NextToken: token };
    },
  },
  AssociateVPCWithHostedZone: {
    honours: ['HostedZoneId', 'VPC', 'Comment'],
    mutates: true,
    permissions: (input, call) => [onVpc('AssociateVPCWithHostedZone', input, call)],
    handle: associate,
  },
  DisassociateVPCFromHostedZone: {
    honours: ['HostedZoneId', 'VPC', 'Comment'],
    mutates: true,
    permissions: (input, call) => [onVpc('DisassociateVPCFromHostedZone', input, call)],
    handle: disassociate,
  },
};

function onVpc(action: string, { HostedZoneId, VPC }: Piece, call: Call): Permission {
  return { ...onZone(action, HostedZoneId, call), context: vpcKey(VPC) };
}

function vpcKey({ VPCId, VPCRegion }: Piece): Record<string, string[]> {
  return { 'route53:VPCs': [`VPCId=${VPCId},VPCRegion=${VPCRegion}`] };
}

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

function changeInfo(call: Call, what: string): Piece {
  const id = createHash('sha256').update(`${what}/${call.now.toISOString()}`).digest('hex').slice(0, 14);
  return { Id: `/change/C${id.toUpperCase()}`, Status: 'PENDING', SubmittedAt: call.now };
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

function authorizationsOf(zone: Piece): Piece[] {
  zone.VPCAssociationAuthorizations ??= [];
  return zone.VPCAssociationAuthorizations;
}

function isSame(one: Piece, other: Piece): boolean {
  return one.VPCId === other.VPCId && one.VPCRegion === other.VPCRegion;
}

/** "If you submit the request twice, the second has no effect" is not documented: here an authorization is kept once. */
function authorize({ HostedZoneId, VPC }: Piece, call: Call): Piece {
  const zone = findZone(HostedZoneId, call);
  const all = authorizationsOf(zone);
  if (!ownerOf(VPC, call)) throw noVpc(VPC);
  if (all.length >= MOST_AUTHORIZATIONS) {
    throw new AwsError(
      'TooManyVPCAssociationAuthorizations',
      `Limits Exceeded: MAX_VPC_ASSOCIATION_AUTHORIZATIONS_BY_ZONE - ${MOST_AUTHORIZATIONS}.`,
    );
  }
  if (!all.some((one) => isSame(one, VPC))) all.push({ VPCRegion: VPC.VPCRegion, VPCId: VPC.VPCId });
  return { HostedZoneId: bareId(HostedZoneId), VPC };
}

function revoke({ HostedZoneId, VPC }: Piece, call: Call): Piece {
  const zone = findZone(HostedZoneId, call);
  const all = authorizationsOf(zone);
  const at = all.findIndex((one) => isSame(one, VPC));
  if (at < 0) {
    throw new AwsError(
      'VPCAssociationAuthorizationNotFound',
      `The VPC ${VPC.VPCId} is not authorized to be associated with the hosted zone.`,
      404,
    );
  }
  all.splice(at, 1);
  if (all.length === 0) delete zone.VPCAssociationAuthorizations;
  return {};
}

function associate({ HostedZoneId, VPC }: Piece, call: Call): Piece {
  requireOwnVpc(VPC, call);
  const found = findAnywhere(HostedZoneId, call);
  if (!found) throw noZone(HostedZoneId);
  const { zone, accountId } = found;
  const vpcs: Piece[] = zone.VPCs ?? [];
  if (vpcs.length === 0) {
    throw new AwsError('PublicZoneVPCAssociation', `${bareId(HostedZoneId)} is a public hosted zone.`);
  }
  if (
    accountId !== call.accountId &&
    !((zone.VPCAssociationAuthorizations ?? []) as Piece[]).some((one) => isSame(one, VPC))
  ) {
    throw new AwsError(
      'NotAuthorizedException',
      `The VPC: ${VPC.VPCId} has not authorized to associate with your hosted zone.`,
      401,
    );
  }
  requireFree(String(zone.Name), VPC, call);
  if (vpcs.length >= MOST_VPCS) {
    throw new AwsError('LimitsExceeded', `Limits Exceeded: MAX_VPCS_ASSOCIATED_BY_ZONE - ${MOST_VPCS}.`);
  }
  vpcs.push({ VPCRegion: VPC.VPCRegion, VPCId: VPC.VPCId });
  noteAssociation(call.state, zone, VPC.VPCId);
  return { ChangeInfo: changeInfo(call, `${HostedZoneId}/${VPC.VPCId}`) };
}

/** "Using either the account that created the hosted zone or the account that created the Amazon VPC." */
function disassociate({ HostedZoneId, VPC }: Piece, call: Call): Piece {
  const found = findAnywhere(HostedZoneId, call);
  if (!found || (found.accountId !== call.accountId && ownerOf(VPC, call) !== call.accountId)) {
    throw noZone(HostedZoneId);
  }
  const vpcs: Piece[] = found.zone.VPCs ?? [];
  const at = vpcs.findIndex((one) => isSame(one, VPC));
  if (at < 0) {
    throw new AwsError(
      'VPCAssociationNotFound',
      `The VPC ${VPC.VPCId} is not associated with the hosted zone ${bareId(HostedZoneId)}.`,
      404,
    );
  }
  if (vpcs.length === 1) {
    throw new AwsError(
      'LastVPCAssociation',
      `The VPC ${VPC.VPCId} is the last one that is associated with the hosted zone ${bareId(HostedZoneId)}.`,
    );
  }
  vpcs.splice(at, 1);
  return { ChangeInfo: changeInfo(call, `${HostedZoneId}/${VPC.VPCId}`) };
}

function findAnywhere(id: unknown, call: Call): { zone: Piece; accountId: string } | undefined {
  const wanted = bareId(id);
  for (const [accountId, { Route53 }] of call.state.snapshot.accounts) {
    const zone = (Route53.HostedZones as Piece[]).find((each) => bareId(each.Id) === wanted);
    if (zone) return { zone, accountId: zone.OwningAccount ?? accountId };
  }
  return undefined;
}

function noZone(id: unknown): AwsError {
  return new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${bareId(id)}`, 404);
}

/** The account that owns a VPC; undefined for one that the organization does not have. */
function ownerOf({ VPCId, VPCRegion }: Piece, call: Call): string | undefined {
  for (const [accountId, { Regions }] of call.state.snapshot.accounts) {
    const vpcs: Piece[] = Regions[VPCRegion]?.Ec2?.Vpcs ?? [];
    if (vpcs.some((each) => each.VpcId === VPCId && (each.OwnerId ?? accountId) === accountId))
      return accountId;
  }
  return undefined;
}

/** "The VPC ID that you specified either isn't a valid ID or the current account is not authorized to access this VPC." */
function requireOwnVpc(vpc: Piece, call: Call): void {
  if (ownerOf(vpc, call) !== call.accountId) throw noVpc(vpc);
}

function noVpc({ VPCId, VPCRegion }: Piece): AwsError {
  return new AwsError(
    'InvalidVPCId',
    `The VPC: ${VPCId} in region ${VPCRegion} that you provided is not found.`,
  );
}

/** No other zone of the name is associated with the VPC: that of an endpoint with private DNS is one as well. */
function requireFree(name: string, vpc: Piece, call: Call): void {
  const domain = trimDot(name).toLowerCase();
  const own: Piece[] = call.state.region(call.accountId, vpc.VPCRegion).Ec2.Vpcs ?? [];
  const zones = [...call.state.snapshot.accounts.values()].flatMap(({ Route53 }): Piece[] =>
    (Route53.HostedZones as Piece[])
      .filter((zone) => ((zone.VPCs ?? []) as Piece[]).some((one) => isSame(one, vpc)))
      .map((zone) => ({ HostedZoneId: bareId(zone.Id), Name: zone.Name })),
  );
  const seen = own.find(({ VpcId }) => VpcId === vpc.VPCId);
  const all = [...zones, ...(seen ? endpointZones(seen, vpc.VPCRegion, call) : [])];
  const holder = all.find((each) => trimDot(each.Name).toLowerCase() === domain);
  if (!holder) return;
  throw new AwsError(
    'ConflictingDomainExists',
    `The VPC ${vpc.VPCId} in region ${vpc.VPCRegion} has already been associated with the hosted zone ${holder.HostedZoneId} with the same domain name.`,
  );
}
