/**
 * VPCs of private hosted zones, those of other accounts by an authorization. Sources: Route 53 API reference
 * (AssociateVPCWithHostedZone, CreateVPCAssociationAuthorization, DisassociateVPCFromHostedZone), Route 53 developer guide,
 * "Quotas" (300 VPCs and 1,000 authorizations a zone). Words of ConflictingDomainExists: terraform-provider-aws #37783, which
 * also shows that the zone of an endpoint's private DNS conflicts. The words of all other refusals are not verified.
 *
 * An association answers names once it is in sync: "Changes generally propagate to all Route 53 name servers within 60 seconds"
 * (GetChange). Not simulated: PriorRequestNotComplete, which only a fault brings about.
 */
import { AwsError, type Call, type Operations, type Permission, type Piece } from '../contract.ts';
import { paginate } from '../pages.ts';
import { bareId, changeInfo, endpointZones, findZone, onZone, trimDot } from './hosted-zones.ts';
import { noteAssociation } from './zone-sync.ts';

const MOST_VPCS = 300;
const MOST_AUTHORIZATIONS = 1000;

export const ZONE_ASSOCIATIONS: Operations = {
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

export function vpcKey({ VPCId, VPCRegion }: Piece): Record<string, string[]> {
  return { 'route53:VPCs': [`VPCId=${VPCId},VPCRegion=${VPCRegion}`] };
}

function authorizationsOf(zone: Piece): Piece[] {
  return zone.VPCAssociationAuthorizations ?? [];
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
  if (!all.some((one) => isSame(one, VPC))) {
    zone.VPCAssociationAuthorizations = [...all, { VPCRegion: VPC.VPCRegion, VPCId: VPC.VPCId }];
  }
  return { HostedZoneId: bareId(HostedZoneId), VPC };
}

function revoke({ HostedZoneId, VPC }: Piece, call: Call): Piece {
  const zone = findZone(HostedZoneId, call);
  const all = authorizationsOf(zone);
  const left = all.filter((one) => !isSame(one, VPC));
  if (left.length === all.length) {
    throw new AwsError(
      'VPCAssociationAuthorizationNotFound',
      `The VPC ${VPC.VPCId} is not authorized to be associated with the hosted zone.`,
      404,
    );
  }
  if (left.length > 0) zone.VPCAssociationAuthorizations = left;
  else delete zone.VPCAssociationAuthorizations;
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
  if (accountId !== call.accountId && !authorizationsOf(zone).some((one) => isSame(one, VPC))) {
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
export function requireOwnVpc(vpc: Piece, call: Call): void {
  if (ownerOf(vpc, call) !== call.accountId) throw noVpc(vpc);
}

function noVpc({ VPCId, VPCRegion }: Piece): AwsError {
  return new AwsError(
    'InvalidVPCId',
    `The VPC: ${VPCId} in region ${VPCRegion} that you provided is not found.`,
  );
}

/** No other zone of the name is associated with the VPC: that of an endpoint with private DNS is one as well. */
export function requireFree(name: string, vpc: Piece, call: Call): void {
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
