/** What Route 53's operations share: a zone by its id, as answers show it, and the zones that endpoints bring. */
import { createHash } from 'node:crypto';
import { AwsError, type Call, type Permission, type Piece } from '../contract.ts';
import { privateZoneIdOf } from './ec2/endpoint-interfaces.ts';
import { settleEndpoints } from './ec2/endpoint-life.ts';
import { servicesNamed } from './ec2/endpoint-services.ts';

export function onZone(action: string, id: unknown, call: Call): Permission {
  return {
    action: `route53:${action}`,
    resource: `arn:${call.state.partition}:route53:::hostedzone/${bareId(id)}`,
  };
}

export function showZone({
  ResourceRecordSets = [],
  VPCs = [],
  VPCAssociationAuthorizations: _hidden,
  ...zone
}: Piece): Piece {
  return {
    CallerReference: '',
    ResourceRecordSetCount: ResourceRecordSets.length,
    ...zone,
    Config: { PrivateZone: VPCs.length > 0, ...zone.Config },
    Id: `/hostedzone/${bareId(zone.Id)}`,
  };
}

export function bareId(id: unknown): string {
  return String(id).replace(/^\/?hostedzone\//, '');
}

export function endpointZones(vpc: Piece, region: string, call: Call): Piece[] {
  const ownerId: string = vpc.OwnerId ?? call.accountId;
  if (!call.state.member(ownerId)) return [];
  settleEndpoints(call.state, ownerId, region);
  const { VpcEndpoints = [], VpcEndpointServices = [] } = call.state.region(ownerId, region).Ec2;
  return (VpcEndpoints as Piece[])
    .filter((endpoint) => endpoint.VpcId === vpc.VpcId && endpoint.PrivateDnsEnabled)
    .flatMap((endpoint) => {
      const [service] = servicesNamed(VpcEndpointServices, endpoint.ServiceName, 'Interface');
      if (service?.PrivateDnsName === undefined) return [];
      const Owner = { OwningService: 'vpce.amazonaws.com' };
      return [{ HostedZoneId: privateZoneIdOf(endpoint), Name: `${service.PrivateDnsName}.`, Owner }];
    });
}

/** Without those of owners that no file shows, which are among the zones of the account of their VPC (snapshot/foreign-zones.ts). */
export function ownZones(call: Call): Piece[] {
  const zones: Piece[] = call.state.account(call.accountId)?.Route53.HostedZones ?? [];
  return zones.filter(({ OwningAccount }) => OwningAccount === undefined);
}

/** Throws NoSuchHostedZone; AccessDenied for another account's (public reports). */
export function findZone(id: unknown, call: Call): Piece {
  const wanted = bareId(id);
  const zone = ownZones(call).find((each) => bareId(each.Id) === wanted);
  if (zone) return zone;
  for (const { Route53 } of call.state.snapshot.accounts.values()) {
    if ((Route53.HostedZones as Piece[]).some((each) => bareId(each.Id) === wanted)) {
      throw new AwsError(
        'AccessDenied',
        `User: ${call.principal.arn} is not authorized to access this resource`,
        403,
      );
    }
  }
  throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${wanted}`, 404);
}

export function trimDot(name: unknown): string {
  return String(name).replace(/\.$/, '');
}

export function changeInfo(call: Call, what: string): Piece {
  const id = createHash('sha256').update(`${what}/${call.now.toISOString()}`).digest('hex').slice(0, 14);
  return { Id: `/change/C${id.toUpperCase()}`, Status: 'PENDING', SubmittedAt: call.now };
}
