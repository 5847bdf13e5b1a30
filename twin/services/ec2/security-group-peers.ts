/** A permission of a security group, taken apart into what AWS calls rules: one for each peer. */
import type { Piece } from '../../contract.ts';

export const MEMBERS = ['IpRanges', 'Ipv6Ranges', 'PrefixListIds', 'UserIdGroupPairs'] as const;

/** One peer of one permission. */
export interface Rule {
  protocol: string;
  from: number | undefined;
  to: number | undefined;
  member: (typeof MEMBERS)[number];
  peer: Piece;
}

export function split(permission: Piece): Rule[] {
  return MEMBERS.flatMap((member) =>
    ((permission[member] ?? []) as Piece[]).map((peer) => ({
      protocol: String(permission.IpProtocol),
      from: permission.FromPort,
      to: permission.ToPort,
      member,
      peer,
    })),
  );
}
