/** Rules of security groups: authorized and revoked. Source: EC2 API reference and error codes. */
import { AwsError, type Call, type Operation, type Operations, type Piece } from '../../contract.ts';
import { notFound } from './not-found.ts';
import { type Rule, split } from './security-group-peers.ts';
import { readRules } from './security-group-requests.ts';
import { rulesOfPermission } from './security-group-rules.ts';
import { findGroup, onGroup } from './security-groups.ts';
import { find, writeOperation } from './write.ts';

/**
 * "Inbound or outbound rules per security group: 60", "enforced separately for inbound and outbound rules, and for
 * IPv4 and IPv6" (VPC quotas).
 */
const MOST_RULES = 60;

export const SECURITY_GROUP_PERMISSIONS: Operations = {
  AuthorizeSecurityGroupIngress: authorize('AuthorizeSecurityGroupIngress', 'IpPermissions'),
  AuthorizeSecurityGroupEgress: authorize('AuthorizeSecurityGroupEgress', 'IpPermissionsEgress'),
  RevokeSecurityGroupIngress: revoke('RevokeSecurityGroupIngress', 'IpPermissions'),
  RevokeSecurityGroupEgress: revoke('RevokeSecurityGroupEgress', 'IpPermissionsEgress'),
};

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
      const after = [...present, ...rules];
      if (countRules(after, 'IPv4', call) > MOST_RULES || countRules(after, 'IPv6', call) > MOST_RULES) {
        throw new AwsError(
          'RulesPerSecurityGroupLimitExceeded',
          'The maximum number of rules per security group has been reached.',
        );
      }
      for (const rule of rules) addRule(group, side, rule);
      return { Return: true, SecurityGroupRules: rules.flatMap((rule) => shown(group, side, rule, call)) };
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
        ? byId(input.SecurityGroupRuleIds, group, side, present, call)
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
      const RevokedSecurityGroupRules = found.flatMap((rule) => shown(group, side, rule, call));
      for (const rule of found) removeRule(group, side, rule);
      return { Return: true, RevokedSecurityGroupRules, UnknownIpPermissions: missing.map(permissionOf) };
    },
  );
}

/**
 * Of one address family. A group counts in both; "a prefix list counts as its maximum number of entries" (VPC user
 * guide, managed prefix lists).
 */
function countRules(rules: Rule[], family: 'IPv4' | 'IPv6', call: Call): number {
  return rules.reduce((sum, { member, peer }) => {
    if (member === 'IpRanges') return sum + (family === 'IPv4' ? 1 : 0);
    if (member === 'Ipv6Ranges') return sum + (family === 'IPv6' ? 1 : 0);
    if (member === 'UserIdGroupPairs') return sum + 1;
    const list = find(call, 'ManagedPrefixLists', 'PrefixListId', peer.PrefixListId);
    return sum + ((list?.AddressFamily ?? 'IPv4') === family ? (list?.MaxEntries ?? 1) : 0);
  }, 0);
}

function isInDefaultVpc(group: Piece, call: Call): boolean {
  const vpcs: Piece[] = call.state.region(call.accountId, call.region).Ec2.Vpcs ?? [];
  return vpcs.find(({ VpcId }) => VpcId === group.VpcId)?.IsDefault === true;
}

function byId(ids: string[], group: Piece, side: string, present: Rule[], call: Call): Rule[] {
  return ids.map((id) => {
    const rule = present.find((each) => shown(group, side, each, call)[0]?.SecurityGroupRuleId === id);
    if (!rule) throw notFound('sgr')([id]);
    return rule;
  });
}

function shown(group: Piece, side: string, rule: Rule, call: Call): Piece[] {
  return rulesOfPermission(group, permissionOf(rule), side === 'IpPermissionsEgress', call);
}

function rulesOf(group: Piece, side: string): Rule[] {
  return ((group[side] ?? []) as Piece[]).flatMap(split);
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

/** A description doesn't distinguish rules. */
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

/** `peer: 10.0.0.0/16, TCP, from port: 443, to port: 443, ALLOW`, as AWS words it. */
function describeRule(rule: Rule): string {
  const ports = rule.protocol === '-1' ? '' : `, from port: ${rule.from}, to port: ${rule.to}`;
  return `peer: ${peerOf(rule)}, ${rule.protocol === '-1' ? 'ALL' : rule.protocol.toUpperCase()}${ports}, ALLOW`;
}
