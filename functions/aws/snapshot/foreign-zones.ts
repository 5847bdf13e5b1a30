/**
 * Private zones of other accounts that are associated with VPCs of this one, where a hub is configured: their owner may be
 * in no file (outside of the organization, out of scope, closed to us), and a zone that holds a name decides on a spoke.
 */
import type { Region } from '../../core/model/primitives.ts';
import type { SessionClients } from '../client-pool.ts';
import { listZonesOfVpc } from '../zone-lists.ts';
import { type Gathering, type Piece, plain } from './gather.ts';

interface ZoneRequest {
  clients: SessionClients;
  accountId: string;
  region: Region;
  gathering: Gathering;
}

/** `HostedZonesByVPC`, by VPC; VPCs without such zones are left out. */
export async function readForeignZones(
  { clients, accountId, region, gathering }: ZoneRequest,
  { Vpcs = [] }: { Vpcs?: Piece[] },
): Promise<Piece> {
  const byVpc: Record<string, Piece[]> = {};
  for (const { VpcId, OwnerId } of Vpcs) {
    if (OwnerId !== accountId) continue;
    const zones = await gathering.read('route53:ListHostedZonesByVPC', () =>
      listZonesOfVpc(clients, region, String(VpcId)),
    );
    const foreign = (zones ?? []).filter(
      ({ Owner }) => Owner?.OwningAccount !== undefined && Owner.OwningAccount !== accountId,
    );
    if (foreign.length > 0) byVpc[String(VpcId)] = foreign.map((zone) => plain(zone) as Piece);
  }
  return Object.keys(byVpc).length > 0 ? { HostedZonesByVPC: byVpc } : {};
}
