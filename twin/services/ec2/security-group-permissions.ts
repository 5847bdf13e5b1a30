/** Rules of security groups: authorized and revoked. Source: EC2 API reference and error codes. */
import { AwsError, type Call, type Operation, type Operations, type Piece } from '../../contract.ts';
import { formatCidr, parseCidr } from '../../ipv4.ts';
import { notImplemented } from '../../wire/errors.ts';
import { notFound } from './not-found.ts';
import { rulesOfPermission } from './security-group-rules.ts';
import { findGroup, onGroup } from './security-groups.ts';
import { writeOperation } from './write.ts';

/** "Inbound or outbound rules per security group: 60" (VPC quotas). */
const MOST_RULES = 60;

const MEMBERS = ['IpRanges', 'Ipv6Ranges', 'PrefixListIds', 'UserIdGroupPairs'] as const;

export const SECURITY_GROUP_PERMISSIONS: Operations = {
  AuthorizeSecurityGroupIngress: authorize('AuthorizeSecurityGroupIngress', 'IpPermissions'),
  AuthorizeSecurityGroupEgress: authorize('AuthorizeSecurityGroupEgress', 'IpPermissionsEgress'),
  RevokeSecurityGroupIngress: revoke('RevokeSecurityGroupIngress', 'IpPermissions'),
  RevokeSecurityGroupEgress: revoke('RevokeSecurityGroupEgress', 'IpPermissionsEgress'),
};

/** One peer of one permission: what AWS calls a rule. */
interface Rule {
  protocol: string;
  from: number | undefined;
  to: number | undefined;
  member: (typeof MEMBERS)[number];
  peer: Piece;
}

function authorize(action: string, side: 'IpPermissions' | 'IpPermissionsEgress'): Operation {
  return writeOperation(
    ['GroupId', 'IpPermissions'],
    (input, call) => [onGroup(action, String(input.GroupId), call)],
    (input, call) => {
      const group = findGroup(input, call);
      const rules = readRules(input, group, call);
      const present = rulesOf(group, side);
      for (const rule of rules) {
        if (present.some((other) => isSame(rule, other))) {
          throw new AwsError(
            'InvalidPermission.Duplicate',
            `the specified rule "${describeRule(rule)}" already exists`,
          );
        }
      }
      if (rules.some((rule, index) => rules.slice(0, index).some((other) => isSame(rule, other)))) {
        throw new AwsError('InvalidParameterValue', 'The same permission must not appear multiple times');
      }
      if (present.length + rules.length > MOST_RULES) {
        throw new AwsError(
          'RulesPerSecurityGroupLimitExceeded',
          'The maximum number of rules per security group has been reached.',
        );
      }
      for (const rule of rules) addRule(group, side, rule);
      return { Return: true, SecurityGroupRules: rules.flatMap((rule) => shown(group, side, rule)) };
    },
  );
}

/**
 * In a default VPC a rule that isn't there is no error ("[Default VPC] If the values you specify do not match
 * the existing rule's values, no error is returned, and the output describes the security group rules that
 * were not revoked"), in others InvalidPermission.NotFound.
 */
function revoke(action: string, side: 'IpPermissions' | 'IpPermissionsEgress'): Operation {
  return writeOperation(
    ['GroupId', 'IpPermissions', 'SecurityGroupRuleIds'],
    (input, call) => [onGroup(action, String(input.GroupId), call)],
    (input, call) => {
      const group = findGroup(input, call);
      const present = rulesOf(group, side);
      const byIds = input.SecurityGroupRuleIds?.length > 0;
      const asked = byIds
        ? byId(input.SecurityGroupRuleIds, group, side, present)
        : readRules(input, group, call);
      const gone = asked.map((rule) => present.find((other) => isSame(rule, other)));
      const missing = asked.filter((_, index) => gone[index] === undefined);
      if (missing.length > 0 && !isInDefaultVpc(group, call)) {
        throw new AwsError(
          'InvalidPermission.NotFound',
          'The specified rule does not exist in this security group.',
        );
      }
      const found = gone.filter((rule) => rule !== undefined);
      const RevokedSecurityGroupRules = found.flatMap((rule) => shown(group, side, rule));
      for (const rule of found) removeRule(group, side, rule);
      return { Return: true, RevokedSecurityGroupRules, UnknownIpPermissions: missing.map(permissionOf) };
    },
  );
}

function isInDefaultVpc(group: Piece, call: Call): boolean {
  const vpcs: Piece[] = call.state.region(call.accountId, call.region).Ec2.Vpcs ?? [];
  return vpcs.find(({ VpcId }) => VpcId === group.VpcId)?.IsDefault === true;
}

function byId(ids: string[], group: Piece, side: string, present: Rule[]): Rule[] {
  return ids.map((id) => {
    const rule = present.find((each) => shown(group, side, each)[0]?.SecurityGroupRuleId === id);
    if (!rule) throw notFound('InvalidSecurityGroupRuleId.NotFound', 'security group rule ID')([id]);
    return rule;
  });
}

function shown(group: Piece, side: string, rule: Rule): Piece[] {
  return rulesOfPermission(group, permissionOf(rule), side === 'IpPermissionsEgress');
}

function rulesOf(group: Piece, side: string): Rule[] {
  return ((group[side] ?? []) as Piece[]).flatMap(split);
}

function split(permission: Piece): Rule[] {
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

function permissionOf(rule: Rule): Piece {
  return {
    IpProtocol: rule.protocol,
    ...(rule.from === undefined ? {} : { FromPort: rule.from, ToPort: rule.to }),
    IpRanges: [],
    Ipv6Ranges: [],
    PrefixListIds: [],
    UserIdGroupPairs: [],
    [rule.member]: [rule.peer],
  };
}

/** A description doesn't tell rules apart. */
function isSame(a: Rule, b: Rule): boolean {
  return holdsPorts(a, b) && a.member === b.member && peerOf(a) === peerOf(b);
}

function holdsPorts(a: Rule, b: Rule): boolean {
  return a.protocol === b.protocol && (a.protocol === '-1' || (a.from === b.from && a.to === b.to));
}

function peerOf({ peer }: Rule): string {
  return String(peer.CidrIp ?? peer.CidrIpv6 ?? peer.PrefixListId ?? peer.GroupId);
}

function addRule(group: Piece, side: string, rule: Rule): void {
  group[side] ??= [];
  const permissions: Piece[] = group[side];
  const holder = permissions.find((permission) =>
    holdsPorts(rule, {
      ...rule,
      protocol: String(permission.IpProtocol),
      from: permission.FromPort,
      to: permission.ToPort,
    }),
  );
  if (!holder) permissions.push(permissionOf(rule));
  else {
    holder[rule.member] ??= [];
    holder[rule.member].push(rule.peer);
  }
}

function removeRule(group: Piece, side: string, rule: Rule): void {
  for (const permission of group[side] as Piece[]) {
    const peers: Piece[] | undefined = permission[rule.member];
    if (peers?.includes(rule.peer)) permission[rule.member] = peers.filter((peer) => peer !== rule.peer);
  }
  group[side] = (group[side] as Piece[]).filter((permission) => split(permission).length > 0);
}

const PROTOCOLS: Record<string, string> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6', all: '-1' };

/** Rules of a request; single parameters (CidrIp and such) are EC2-Classic's, and refused. Throws AwsError. */
function readRules(input: Piece, group: Piece, call: Call): Rule[] {
  const permissions: Piece[] = input.IpPermissions ?? [];
  if (permissions.length === 0) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter ipPermissions');
  }
  return permissions.flatMap((permission) => {
    const asked = String(permission.IpProtocol ?? '').toLowerCase();
    const protocol = PROTOCOLS[asked] ?? asked;
    const hasPorts = protocol === 'tcp' || protocol === 'udp';
    if (hasPorts && (permission.FromPort === undefined || permission.ToPort === undefined)) {
      throw new AwsError(
        'InvalidParameterValue',
        "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
      );
    }
    const ports = protocol === '-1' ? {} : { FromPort: permission.FromPort, ToPort: permission.ToPort };
    return MEMBERS.flatMap((member) =>
      split({
        IpProtocol: protocol,
        ...ports,
        [member]: ((permission[member] ?? []) as Piece[]).map((peer) => readPeer(member, peer, group, call)),
      }),
    );
  });
}

function readPeer(member: Rule['member'], peer: Piece, group: Piece, call: Call): Piece {
  switch (member) {
    case 'IpRanges': {
      const block = parseCidr(String(peer.CidrIp));
      if (!block) throw new AwsError('InvalidParameterValue', `CIDR block ${peer.CidrIp} is malformed`);
      return { ...peer, CidrIp: formatCidr(block) };
    }
    case 'UserIdGroupPairs':
      if (peer.GroupId === undefined)
        throw notImplemented('a security group rule that names a group by its name');
      if (!isKnownGroup(peer.GroupId, call))
        throw notFound('InvalidGroup.NotFound', 'security group')([peer.GroupId]);
      return { UserId: group.OwnerId ?? call.accountId, ...peer };
    default:
      return peer;
  }
}

/** Of the account, or of another in the same organization (shared and peered VPCs). */
function isKnownGroup(groupId: string, { state, accountId, region }: Call): boolean {
  const has = (groups: Piece[] | undefined) => groups?.some((each) => each.GroupId === groupId) ?? false;
  if (has(state.region(accountId, region).Ec2.SecurityGroups)) return true;
  return [...state.snapshot.accounts.values()].some(({ Regions }) =>
    has(Regions[region]?.Ec2.SecurityGroups),
  );
}

/** `peer: 10.0.0.0/16, TCP, from port: 443, to port: 443, ALLOW`, as AWS words it. */
function describeRule(rule: Rule): string {
  const ports = rule.protocol === '-1' ? '' : `, from port: ${rule.from}, to port: ${rule.to}`;
  return `peer: ${peerOf(rule)}, ${rule.protocol === '-1' ? 'ALL' : rule.protocol.toUpperCase()}${ports}, ALLOW`;
}
