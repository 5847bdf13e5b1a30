/**
 * Private zones whose owner no file shows: the account of the VPC gets them among its zones, with their `OwningAccount`, so
 * that they hold their names here as they do there. What they hold is not known.
 */
import type { AccountFile, Piece } from '../contract.ts';

export function addForeignZones(accounts: Iterable<AccountFile>): void {
  const all = [...accounts];
  const known = new Set(
    all.flatMap(({ Route53 }) => (Route53.HostedZones as Piece[]).map(({ Id }) => bareId(Id))),
  );
  const added = new Map<string, Piece>();
  for (const account of all) {
    for (const [VPCRegion, { HostedZonesByVPC = {} }] of Object.entries<Piece>(account.Regions)) {
      for (const [VPCId, zones] of Object.entries<Piece[]>(HostedZonesByVPC)) {
        for (const { HostedZoneId, Name, Owner } of zones) {
          if (known.has(bareId(HostedZoneId))) continue;
          const key = `${account.AccountId} ${bareId(HostedZoneId)}`;
          const zone = added.get(key) ?? {
            Id: `/hostedzone/${bareId(HostedZoneId)}`,
            Name,
            OwningAccount: Owner.OwningAccount,
            Config: { PrivateZone: true },
            VPCs: [],
            ResourceRecordSets: [],
          };
          if (!added.has(key)) account.Route53.HostedZones.push(zone);
          zone.VPCs.push({ VPCRegion, VPCId });
          added.set(key, zone);
        }
      }
    }
  }
}

function bareId(id: unknown): string {
  return String(id).replace(/^\/?hostedzone\//, '');
}
