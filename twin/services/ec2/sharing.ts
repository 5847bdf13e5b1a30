/**
 * Shared VPCs. Each account's file lists what that account sees: of a shared VPC the participant sees subnets,
 * route tables and network ACLs with the owner's OwnerId, the owner the participants' network interfaces (VPC
 * user guide, vpc-sharing). What the owner changes is carried over to the participants' lists here.
 */
import type { Call, Piece, Snapshot, TwinState } from '../../contract.ts';

/** `<region>/<vpc id>` -> the accounts that see the VPC and don't own it. */
type Participants = Map<string, string[]>;

const participantsBySnapshot = new WeakMap<Snapshot, Participants>();

/** The accounts that see a VPC of another's. The twin makes and shares no VPCs: found once per snapshot. */
function participantsOf(state: TwinState, region: string, vpcId: string): string[] {
  let participants = participantsBySnapshot.get(state.snapshot);
  if (!participants) {
    participants = findParticipants(state.snapshot);
    participantsBySnapshot.set(state.snapshot, participants);
  }
  return participants.get(`${region}/${vpcId}`) ?? [];
}

function findParticipants({ accounts }: Snapshot): Participants {
  const participants: Participants = new Map();
  for (const [accountId, { Regions }] of accounts) {
    for (const [region, { Ec2 }] of Object.entries(Regions)) {
      const seen: Piece[] = [...(Ec2.Vpcs ?? []), ...(Ec2.Subnets ?? [])];
      for (const { VpcId, OwnerId } of seen) {
        if (OwnerId === undefined || OwnerId === accountId) continue;
        const key = `${region}/${VpcId}`;
        const known = participants.get(key) ?? [];
        if (!known.includes(accountId)) participants.set(key, [...known, accountId]);
      }
    }
  }
  return participants;
}

/** Carries a change of the owner's resource over to who else sees it. Tags are each account's own. */
export function mirror(
  state: TwinState,
  ownerId: string,
  region: string,
  list: string,
  key: string,
  piece: Piece,
): void {
  for (const accountId of participantsOf(state, region, piece.VpcId)) {
    if (accountId === ownerId) continue;
    const pieces: Piece[] = state.account(accountId)?.Regions[region]?.Ec2[list] ?? [];
    const index = pieces.findIndex((each) => each[key] === piece[key]);
    if (index < 0) continue;
    const { Tags: _tags, ...copy } = structuredClone(piece);
    const { Tags } = pieces[index] ?? {};
    pieces[index] = { ...copy, OwnerId: piece.OwnerId ?? ownerId, ...(Tags === undefined ? {} : { Tags }) };
  }
}

/** Network interfaces that the account sees: its own list, and participants' in VPCs that it owns. */
export function visibleInterfaces(call: Call): Piece[] {
  const { state, accountId, region } = call;
  const { Ec2 } = state.region(accountId, region);
  const own: Piece[] = Ec2.NetworkInterfaces ?? [];
  const others = ((Ec2.Vpcs ?? []) as Piece[])
    .filter(({ OwnerId }) => OwnerId === undefined || OwnerId === accountId)
    .flatMap(({ VpcId }) =>
      participantsOf(state, region, VpcId).flatMap((participant) =>
        interfacesIn(state, participant, region, VpcId),
      ),
    );
  if (others.length === 0) return own;
  const known = new Set(own.map((each) => each.NetworkInterfaceId));
  return [...own, ...others.filter((each) => !known.has(each.NetworkInterfaceId))];
}

function interfacesIn(state: TwinState, accountId: string, region: string, vpcId: string): Piece[] {
  const interfaces: Piece[] = state.account(accountId)?.Regions[region]?.Ec2.NetworkInterfaces ?? [];
  return interfaces
    .filter((each) => each.VpcId === vpcId)
    .map((each) => (each.OwnerId === undefined ? { ...each, OwnerId: accountId } : each));
}
