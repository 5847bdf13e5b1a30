/**
 * A Region's networks as packets find them, whatever account may look: twin/agents asks here, and nowhere in
 * functions/ (the two readings of AWS's documentation are kept apart, so that they can disagree in a test).
 */
import type { Piece, Snapshot } from '../../contract.ts';
import { parseAddress } from '../../ipv4.ts';
import { isInSync } from '../../services/zone-sync.ts';
import { runsOnXen } from './dns-servers.ts';

/** Looks things up in one Region of a snapshot; each index is made when first asked for. */
export interface World {
  snapshot: Snapshot;
  region: string;
  /** Accounts whose state was looked at by name: a change of any may matter. */
  asked: Set<string>;
  list(accountId: string, list: string): Piece[];
  find(accountId: string, list: string, key: string, id: unknown): Piece | undefined;
  ec2(accountId: string): Piece;
  /** With the account that holds it. */
  findAnywhere(list: string, key: string, id: string): { accountId: string; piece: Piece } | undefined;
  /** Private hosted zones of every account that are associated with the VPC. */
  zonesOf(vpcId: string): Piece[];
}

/** Where a network interface is. */
export interface Place {
  /** The account of the instance, and that of the VPC. */
  accountId: string;
  ownerId: string;
  vpc: Piece;
  subnet: Piece;
  /** undefined in an IPv6-only subnet. */
  address: number | undefined;
  /** undefined where the interface has none. */
  ipv6: string | undefined;
  hasPublicAddress: boolean;
  /** Built on the Xen hypervisor. */
  xen: boolean;
  groups: string[];
  windows: boolean;
}

/** @param now Twin time (ms); associations with private hosted zones count once they are in sync. */
export function createWorld(snapshot: Snapshot, region: string, now: number): World {
  const asked = new Set<string>();
  const indexes = new Map<string, Map<unknown, Piece>>();
  let zones: Map<string, Piece[]> | undefined;
  const ec2 = (accountId: string): Piece => {
    asked.add(accountId);
    return snapshot.accounts.get(accountId)?.Regions[region]?.Ec2 ?? {};
  };
  const list = (accountId: string, name: string): Piece[] => ec2(accountId)[name] ?? [];
  return {
    snapshot,
    region,
    asked,
    ec2,
    list,
    find(accountId, name, key, id) {
      const indexKey = `${accountId}/${name}/${key}`;
      let index = indexes.get(indexKey);
      if (!index) {
        index = new Map(list(accountId, name).map((piece) => [piece[key], piece]));
        indexes.set(indexKey, index);
      }
      return index.get(id);
    },
    findAnywhere(name, key, id) {
      for (const [accountId, account] of snapshot.accounts) {
        const pieces: Piece[] = account.Regions[region]?.Ec2[name] ?? [];
        const piece = pieces.find((each) => each[key] === id);
        if (!piece) continue;
        asked.add(accountId);
        return { accountId, piece };
      }
      return undefined;
    },
    zonesOf(vpcId) {
      zones ??= indexZones(snapshot, region, now);
      return zones.get(vpcId) ?? [];
    },
  };
}

function indexZones(snapshot: Snapshot, region: string, now: number): Map<string, Piece[]> {
  const zones = new Map<string, Piece[]>();
  for (const { Route53 } of snapshot.accounts.values()) {
    for (const zone of Route53.HostedZones as Piece[]) {
      for (const { VPCId, VPCRegion } of (zone.VPCs ?? []) as Piece[]) {
        if (VPCRegion === region && isInSync(zone, VPCId, now))
          zones.set(VPCId, [...(zones.get(VPCId) ?? []), zone]);
      }
    }
  }
  return zones;
}

/** Where an instance's primary interface is; undefined where the snapshot lacks its subnet. */
export function placeOf(world: World, accountId: string, instance: Piece): Place | undefined {
  const interfaces: Piece[] = instance.NetworkInterfaces ?? [];
  const primary: Piece =
    interfaces.find((each) => (each.Attachment?.DeviceIndex ?? 0) === 0) ?? interfaces[0] ?? {};
  const subnetId = primary.SubnetId ?? instance.SubnetId;
  const vpcId = primary.VpcId ?? instance.VpcId;
  const seen = world.find(accountId, 'Vpcs', 'VpcId', vpcId);
  const seenSubnet = world.find(accountId, 'Subnets', 'SubnetId', subnetId);
  const named = seen?.OwnerId ?? seenSubnet?.OwnerId ?? accountId;
  const owned = world.find(named, 'Vpcs', 'VpcId', vpcId);
  // an owner outside the organization: the participant's view is all there is
  const ownerId = owned ? named : accountId;
  const vpc = owned ?? seen;
  const subnet = world.find(ownerId, 'Subnets', 'SubnetId', subnetId) ?? seenSubnet;
  if (!vpc || !subnet) return undefined;
  const groups: Piece[] = primary.Groups ?? instance.SecurityGroups ?? [];
  const address = String(primary.PrivateIpAddress ?? instance.PrivateIpAddress ?? '');
  return {
    accountId,
    ownerId,
    vpc,
    subnet,
    address: subnet.Ipv6Native === true ? undefined : parseAddress(address),
    ipv6: primary.Ipv6Addresses?.[0]?.Ipv6Address ?? instance.Ipv6Address,
    xen: runsOnXen(instance.InstanceType),
    hasPublicAddress: (primary.Association?.PublicIp ?? instance.PublicIpAddress) !== undefined,
    groups: groups.map(({ GroupId }) => String(GroupId)),
    windows: String(instance.Platform ?? instance.PlatformDetails ?? '')
      .toLowerCase()
      .includes('windows'),
  };
}
