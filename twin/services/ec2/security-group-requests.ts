/**
 * Rules as requests bring them, checked as EC2 checks them. Source: EC2 API reference (IpPermission), and public
 * reports of the words: protocols and ports terraform-provider-aws #1793 and #24475, boto3 #336, ICMP
 * terraform-aws-security-group #7, blocks aws-cli #2846. What is unverified says so.
 */
import { AwsError, type Call, type Piece } from '../../contract.ts';
import { notImplemented } from '../../wire/errors.ts';
import { canonicalIpv4, canonicalIpv6 } from './cidr.ts';
import { notFound } from './not-found.ts';
import { MEMBERS, type Rule, split } from './security-group-peers.ts';
import { find } from './write.ts';

const PROTOCOLS: Record<string, string> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6' };
const NAMES = new Set(['-1', ...Object.values(PROTOCOLS)]);
const MOST_PORT = 65_535;
const MOST_ICMP = 255;

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}

/** Single parameters (CidrIp and such) are EC2-Classic's, and refused. Throws AwsError. */
export function readRules(input: Piece, group: Piece, call: Call): Rule[] {
  const permissions: Piece[] = input.IpPermissions ?? [];
  if (permissions.length === 0) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter ipPermissions');
  }
  return permissions.flatMap((permission) => {
    const protocol = protocolOf(permission);
    const ports = portsOf(protocol, permission);
    return MEMBERS.flatMap((member) =>
      split({
        IpProtocol: protocol,
        ...ports,
        [member]: ((permission[member] ?? []) as Piece[]).map((peer) => readPeer(member, peer, group, call)),
      }),
    );
  });
}

/** "The IP protocol name (tcp, udp, icmp, icmpv6) or number. Use -1 to specify all protocols." */
function protocolOf({ IpProtocol }: Piece): string {
  if (IpProtocol === undefined || IpProtocol === '') {
    throw invalid(
      "Invalid value 'null' for protocol. VPC security group rules must specify protocols explicitly.",
    );
  }
  const asked = String(IpProtocol).toLowerCase();
  const protocol = PROTOCOLS[asked] ?? asked;
  const known = NAMES.has(protocol) || (/^(0|[1-9]\d{0,2})$/.test(protocol) && Number(protocol) <= 255);
  if (!known) throw invalid(`Invalid value '${IpProtocol}' for IP protocol. Unknown protocol.`);
  return protocol;
}

/** "If you specify other protocols, traffic on all ports is allowed, regardless of any ports that you specify." */
function portsOf(protocol: string, { FromPort, ToPort }: Piece): Piece {
  switch (protocol) {
    case 'tcp':
    case 'udp':
      checkBothGiven('TCP/UDP', FromPort, ToPort);
      for (const [name, port] of [
        ['from', FromPort],
        ['to', ToPort],
      ]) {
        if (!isWithin(port, 0, MOST_PORT)) throw invalid(`TCP/UDP (${name}) port (${port}) out of range`);
      }
      // wording unverified
      if (FromPort > ToPort) throw invalid(`Invalid TCP/UDP port range (${FromPort}:${ToPort})`);
      return { FromPort, ToPort };
    case 'icmp':
    case 'icmpv6':
      if (protocol === 'icmpv6' && FromPort === undefined && ToPort === undefined) return {};
      checkBothGiven(protocol === 'icmp' ? 'ICMP' : 'ICMPv6', FromPort, ToPort);
      if (!isWithin(FromPort, -1, MOST_ICMP)) throw invalid(`ICMP type (${FromPort}) out of range`);
      // "If the ICMP type is -1, this must be -1": wording unverified
      if (!isWithin(ToPort, -1, FromPort === -1 ? -1 : MOST_ICMP)) {
        throw invalid(`ICMP code (${ToPort}) out of range`);
      }
      return { FromPort, ToPort };
    default:
      return {};
  }
}

function checkBothGiven(protocol: string, from: unknown, to: unknown): void {
  if (from !== undefined && to !== undefined) return;
  throw invalid(`Invalid value 'Must specify both from and to ports with ${protocol}.' for portRange.`);
}

function isWithin(port: number, least: number, most: number): boolean {
  return port >= least && port <= most;
}

function readPeer(member: Rule['member'], peer: Piece, group: Piece, call: Call): Piece {
  checkDescription(peer.Description);
  switch (member) {
    case 'IpRanges':
      return { ...peer, CidrIp: blockOf(peer.CidrIp, canonicalIpv4) };
    case 'Ipv6Ranges':
      return { ...peer, CidrIpv6: blockOf(peer.CidrIpv6, canonicalIpv6) };
    case 'PrefixListIds':
      if (!find(call, 'ManagedPrefixLists', 'PrefixListId', peer.PrefixListId))
        throw notFound('pl')([String(peer.PrefixListId)]);
      return peer;
    case 'UserIdGroupPairs':
      return readGroup(peer, group, call);
  }
}

function blockOf(text: unknown, canonical: (text: unknown) => string | undefined): string {
  const block = canonical(text);
  if (block === undefined) throw invalid(`CIDR block ${text} is malformed`);
  return block;
}

/** The set is documented with every peer ("Constraints: Up to 255 characters in length"). */
function checkDescription(description: unknown): void {
  if (description === undefined || /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/.test(String(description)))
    return;
  throw invalid(
    'Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*',
  );
}

/**
 * "You can't specify a security group that is in a different AWS Region or VPC than the request" (error codes,
 * InvalidGroup.NotFound), but over a peering connection or transit gateway, which a route to one shows.
 */
function readGroup(peer: Piece, group: Piece, call: Call): Piece {
  if (peer.GroupId === undefined)
    throw notImplemented('a security group rule that names a group by its name');
  const { UserId } = peer;
  // wording unverified
  if (UserId !== undefined && !/^\d{12}$/.test(UserId))
    throw new AwsError('InvalidUserID.Malformed', `Invalid user id: "${UserId}"`);
  const named = findGroup(peer, call);
  if (!named || (named.VpcId !== group.VpcId && !isConnected(group.VpcId, call)))
    throw notFound('sg')([String(peer.GroupId)]);
  return { UserId: named.OwnerId ?? group.OwnerId ?? call.accountId, ...peer };
}

/** Of the account, or of another in the same organization; of the one that `UserId` names. */
function findGroup({ GroupId, UserId }: Piece, { state, accountId, region }: Call): Piece | undefined {
  const accounts =
    UserId === undefined
      ? [accountId, ...state.snapshot.accounts.keys()]
      : [String(UserId), ...(UserId === accountId ? [] : [accountId])];
  for (const id of accounts) {
    const groups: Piece[] = state.account(id)?.Regions[region]?.Ec2.SecurityGroups ?? [];
    const found = groups.find((each) => each.GroupId === GroupId);
    if (found && (UserId === undefined || (found.OwnerId ?? id) === UserId)) return found;
  }
  return undefined;
}

function isConnected(vpcId: unknown, { state, accountId, region }: Call): boolean {
  const tables: Piece[] = state.region(accountId, region).Ec2.RouteTables ?? [];
  return tables.some(
    (table) =>
      table.VpcId === vpcId &&
      ((table.Routes ?? []) as Piece[]).some(
        (route) => route.VpcPeeringConnectionId !== undefined || route.TransitGatewayId !== undefined,
      ),
  );
}
