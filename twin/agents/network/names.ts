/**
 * What a name resolves to for an instance. Source: VPC user guide (vpc-dns, VPC_DHCP_Options), Route 53 developer
 * guide (resolver-overview-forward-vpc-to-network-domain-name-matches, hosted-zone-private-considerations,
 * profiles). The most specific of rules, private hosted zones and endpoints' names wins; at the same name a
 * Resolver rule beats a zone, and the VPC's own settings those of a Route 53 Profile.
 */
import type { Piece } from '../../contract.ts';
import { dnsServersOf } from './dns-servers.ts';
import { profileResources } from './profiles.ts';
import type { World } from './world.ts';
import { answerOfZone } from './zones.ts';

/** `label` distinguishes paths. */
export type Answer =
  | { kind: 'nothing' | 'public' | 'unknown'; label: string }
  | { kind: 'endpoint'; label: string; accountId: string; endpoint: Piece }
  | { kind: 'addresses'; label: string; addresses: number[] };

const DEEPEST = 3;

/** What asks: an instance in a VPC of the account `ownerId`. */
export interface Asker {
  ownerId: string;
  vpc: Piece;
  xen: boolean;
}

/** `name` without a dot at its end. */
export function resolveName(world: World, { ownerId, vpc, xen }: Asker, name: string): Answer {
  const servers = dnsServersOf(world, ownerId, vpc, xen);
  if (servers === 'none') return { kind: 'nothing', label: 'no DNS server is handed out' };
  if (servers === 'amazon') return resolveByAmazon(world, ownerId, vpc, name, 0);
  const through = resolveThrough(world, servers, name, 0);
  // someone else's server: what it answers for AWS's names is most likely the public address
  return through ?? { kind: 'public', label: `DNS of ${servers[0]}` };
}

/** Where the servers are a Resolver inbound endpoint of the organization: as the VPC in which it is. */
function resolveThrough(
  world: World,
  servers: readonly string[],
  name: string,
  depth: number,
): Answer | undefined {
  if (depth >= DEEPEST) return undefined;
  for (const [accountId, account] of world.snapshot.accounts) {
    const endpoints: Piece[] = account.Regions[world.region]?.Route53Resolver.ResolverEndpoints ?? [];
    for (const endpoint of endpoints) {
      if (endpoint.Direction !== 'INBOUND') continue;
      const addresses = ((endpoint.IpAddresses ?? []) as Piece[]).map(({ Ip }) => String(Ip));
      if (!servers.some((server) => addresses.includes(server))) continue;
      const vpc = world.find(accountId, 'Vpcs', 'VpcId', endpoint.HostVPCId);
      if (vpc) return resolveByAmazon(world, accountId, vpc, name, depth + 1);
    }
  }
  return undefined;
}

interface Candidate {
  domain: string;
  /** At the same domain the lowest wins. */
  rank: number;
  answer: () => Answer;
}

/**
 * "enableDnsSupport: if false, the Amazon-provided DNS server is not enabled"; private hosted zones, and private
 * DNS of endpoints with them, need enableDnsHostnames as well.
 */
function resolveByAmazon(world: World, ownerId: string, vpc: Piece, name: string, depth: number): Answer {
  const attributes: Piece = world.ec2(ownerId).VpcAttributes?.[vpc.VpcId] ?? {};
  if (!(attributes.EnableDnsSupport ?? true)) return { kind: 'nothing', label: 'enableDnsSupport is off' };
  const privateNames = attributes.EnableDnsHostnames ?? vpc.IsDefault ?? false;
  const candidates = [
    ...ruleCandidates(world, ownerId, vpc.VpcId, depth),
    ...(privateNames
      ? [...endpointCandidates(world, ownerId, vpc), ...zoneCandidates(world, vpc.VpcId)]
      : []),
    ...profileCandidates(world, ownerId, vpc.VpcId, privateNames, depth),
  ].filter(({ domain }) => covers(domain, name));
  candidates.sort((a, b) => b.domain.length - a.domain.length || a.rank - b.rank);
  const [best] = candidates;
  return best ? best.answer() : { kind: 'public', label: 'public DNS' };

  function ruleCandidates(view: World, account: string, vpcId: string, deep: number): Candidate[] {
    const resolver: Piece = view.snapshot.accounts.get(account)?.Regions[view.region]?.Route53Resolver ?? {};
    const associations: Piece[] = resolver.ResolverRuleAssociations ?? [];
    return associations
      .filter(({ VPCId, Status }) => VPCId === vpcId && (Status ?? 'COMPLETE') === 'COMPLETE')
      .flatMap(({ ResolverRuleId }) => findRule(view, account, ResolverRuleId) ?? [])
      .map((rule) => ruleCandidate(view, rule, name, 0, deep, () => resolveWithoutRules()));
  }

  function profileCandidates(
    view: World,
    account: string,
    vpcId: string,
    usesNames: boolean,
    deep: number,
  ): Candidate[] {
    // "in priority order, starting with the lowest value": the first Profile that holds the name
    for (const { rules, zones, endpoints } of profileResources(view, account, vpcId)) {
      const held = [
        ...rules.map((rule) => ruleCandidate(view, rule, name, 2, deep, () => resolveWithoutRules())),
        ...(usesNames ? zones.map((zone) => zoneCandidate(view, zone, name, 3)) : []),
        ...(usesNames
          ? endpoints.flatMap(({ accountId, endpoint }) => endpointCandidate(view, accountId, endpoint, 3))
          : []),
      ].filter(({ domain }) => covers(domain, name));
      if (held.length > 0) return held;
    }
    return [];
  }

  function zoneCandidates(view: World, vpcId: string): Candidate[] {
    return view.zonesOf(vpcId).map((zone) => zoneCandidate(view, zone, name, 1));
  }

  /** A SYSTEM rule: "Resolver ... processes queries as if there were no forwarding rule". */
  function resolveWithoutRules(): Answer {
    const others = candidates.filter(({ rank }) => rank % 2 === 1);
    return others[0]?.answer() ?? { kind: 'public', label: 'public DNS' };
  }
}

function ruleCandidate(
  world: World,
  rule: Piece,
  name: string,
  rank: number,
  depth: number,
  system: () => Answer,
): Candidate {
  const answer = (): Answer => {
    if (rule.RuleType !== 'FORWARD') return system();
    const targets = ((rule.TargetIps ?? []) as Piece[]).map(({ Ip }) => String(Ip));
    const through = resolveThrough(world, targets, name, depth);
    return (
      through ?? { kind: 'unknown', label: `Resolver rule ${rule.Id} forwards to ${targets.join(', ')}` }
    );
  };
  return { domain: domainOf(rule.DomainName), rank, answer };
}

/** Shared rules are in the account's own list too; else in the sharer's. */
function findRule(world: World, accountId: string, id: string): Piece | undefined {
  const own = world.snapshot.accounts.get(accountId);
  for (const account of [...(own ? [own] : []), ...world.snapshot.accounts.values()]) {
    const rules: Piece[] = account.Regions[world.region]?.Route53Resolver.ResolverRules ?? [];
    const rule = rules.find((each) => each.Id === id);
    if (rule) return rule;
  }
  return undefined;
}

function zoneCandidate(world: World, zone: Piece, name: string, rank: number): Candidate {
  return { domain: domainOf(zone.Name), rank, answer: () => answerOfZone(world, zone, name) };
}

function endpointCandidates(world: World, ownerId: string, vpc: Piece): Candidate[] {
  return world
    .list(ownerId, 'VpcEndpoints')
    .filter((endpoint) => endpoint.VpcId === vpc.VpcId)
    .flatMap((endpoint) => endpointCandidate(world, ownerId, endpoint, 1));
}

/** The private names come with `available` and go with the deletion. */
function endpointCandidate(world: World, accountId: string, endpoint: Piece, rank: number): Candidate[] {
  const state = String(endpoint.State ?? 'available').toLowerCase();
  const isInterface = (endpoint.VpcEndpointType ?? 'Interface') === 'Interface';
  if (!endpoint.PrivateDnsEnabled || state !== 'available' || !isInterface) return [];
  const label = `endpoint ${endpoint.VpcEndpointId}`;
  return [
    {
      domain: serviceName(world, accountId, endpoint),
      rank,
      answer: () => ({ kind: 'endpoint', label, accountId, endpoint }),
    },
  ];
}

function serviceName(world: World, accountId: string, { ServiceName }: Piece): string {
  // one name may be a gateway service too, which has no private DNS name
  const service = world
    .list(accountId, 'VpcEndpointServices')
    .find((each) => each.ServiceName === ServiceName && typeof each.PrivateDnsName === 'string');
  if (service) return domainOf(service.PrivateDnsName);
  // com.amazonaws.<region>.<service>, cn.com.amazonaws.<region>.<service>
  const parts = String(ServiceName).split('.');
  const [suffix, skip] = parts[0] === 'cn' ? ['amazonaws.com.cn', 4] : ['amazonaws.com', 3];
  return `${parts.slice(skip).join('.')}.${world.region}.${suffix}`;
}

/** `.` stands for every name. */
function covers(domain: string, name: string): boolean {
  return domain === '' || name === domain || name.endsWith(`.${domain}`);
}

function domainOf(text: unknown): string {
  return String(text).toLowerCase().replace(/\.$/, '');
}
