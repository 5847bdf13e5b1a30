/**
 * From what Route 53, its Resolver and its Profiles answer to the facts of functions/core/network. The
 * last two are called by signed fetch, so their shapes stand here (botocore's models route53resolver and
 * route53profiles), as far as they are used.
 */
import type { HostedZoneSummary } from '@aws-sdk/client-route-53';
import type {
  EndpointFacts,
  HostedZoneFacts,
  ProfileResourceFacts,
  ResolverEndpointFacts,
  ResolverRuleFacts,
} from '../core/network/facts.ts';

export interface ResolverRule {
  Id?: string;
  Arn?: string;
  DomainName?: string;
  RuleType?: string;
}

export interface ResolverRuleAssociation {
  ResolverRuleId?: string;
  VPCId?: string;
  Status?: string;
}

export interface ResolverEndpoint {
  Id?: string;
  Direction?: string;
  HostVPCId?: string;
}

export interface ProfileAssociation {
  ProfileId?: string;
  /** Id of the VPC. */
  ResourceId?: string;
  Status?: string;
}

export interface ProfileResourceAssociation {
  ProfileId?: string;
  ResourceArn?: string;
  ResourceType?: string;
  Status?: string;
}

/** Names are compared without the trailing dot and in lower case. */
export function domainFrom(name: string): string {
  return name.replace(/\.$/, '').toLowerCase();
}

export function hostedZoneFrom(zone: HostedZoneSummary): HostedZoneFacts {
  return {
    hostedZoneId: (zone.HostedZoneId ?? '').replace(/^\/hostedzone\//, ''),
    name: domainFrom(zone.Name ?? ''),
    owningAccount: zone.Owner?.OwningAccount ?? null,
    owningService: zone.Owner?.OwningService ?? null,
  };
}

export function resolverRuleFrom(rule: ResolverRule): ResolverRuleFacts {
  const types: Record<string, ResolverRuleFacts['type']> = {
    SYSTEM: 'SYSTEM',
    RECURSIVE: 'RECURSIVE',
    DELEGATE: 'DELEGATE',
  };
  return {
    ruleId: rule.Id ?? '',
    domain: domainFrom(rule.DomainName ?? ''),
    type: types[rule.RuleType ?? ''] ?? 'FORWARD',
  };
}

/** VPC id to the rules associated with it; associations that are being made count, gone ones do not. */
export function resolverRuleIdsFrom(associations: ResolverRuleAssociation[]): Record<string, string[]> {
  const byVpc: Record<string, string[]> = {};
  for (const { ResolverRuleId, VPCId, Status } of associations) {
    if (ResolverRuleId === undefined || VPCId === undefined) continue;
    if (['DELETING', 'FAILED', 'OVERRIDDEN'].includes(Status ?? 'COMPLETE')) continue;
    byVpc[VPCId] = [...(byVpc[VPCId] ?? []), ResolverRuleId];
  }
  return byVpc;
}

export function resolverEndpointFrom(endpoint: ResolverEndpoint): ResolverEndpointFacts {
  const { Direction } = endpoint;
  return {
    resolverEndpointId: endpoint.Id ?? '',
    vpcId: endpoint.HostVPCId ?? '',
    direction: Direction === 'INBOUND' || Direction === 'OUTBOUND' ? Direction : 'OTHER',
  };
}

/** What tells the names that a Profile's resources answer for; ids as in their ARNs. */
export interface KnownNames {
  /** Hosted zone id to name. */
  hostedZones: Record<string, string>;
  endpoints: EndpointFacts[];
  resolverRules: ResolverRuleFacts[];
  /** DNS name of an endpoint service, e.g. `ssm.eu-west-1.amazonaws.com`. */
  dnsNameOf: (serviceName: string) => string;
}

/**
 * VPC id to what the Profile associated with it holds. An association tells the ARN of a resource, not
 * the names that it answers for, so a resource of another account may stay without a domain.
 */
export function profileResourcesFrom(
  associations: ProfileAssociation[],
  resources: ProfileResourceAssociation[],
  names: KnownNames,
): Record<string, ProfileResourceFacts[]> {
  const gone = (status: string | undefined) =>
    ['DELETING', 'DELETED', 'FAILED'].includes(status ?? 'COMPLETE');
  const byVpc: Record<string, ProfileResourceFacts[]> = {};
  for (const { ProfileId, ResourceId, Status } of associations) {
    if (ProfileId === undefined || ResourceId === undefined || gone(Status)) continue;
    byVpc[ResourceId] = resources
      .filter((resource) => resource.ProfileId === ProfileId && !gone(resource.Status))
      .map((resource) => profileResourceFrom(ProfileId, resource, names));
  }
  return byVpc;
}

function profileResourceFrom(
  profileId: string,
  { ResourceArn = '' }: ProfileResourceAssociation,
  names: KnownNames,
): ProfileResourceFacts {
  const id = ResourceArn.split('/').at(-1) ?? '';
  const held = { profileId, resourceArn: ResourceArn };
  if (ResourceArn.includes(':hostedzone/')) {
    const name = names.hostedZones[id];
    return { ...held, kind: 'hosted-zone', domain: name === undefined ? null : domainFrom(name) };
  }
  if (ResourceArn.includes(':vpc-endpoint/')) {
    const endpoint = names.endpoints.find(({ endpointId }) => endpointId === id);
    return {
      ...held,
      kind: 'endpoint',
      domain: endpoint ? domainFrom(names.dnsNameOf(endpoint.serviceName)) : null,
    };
  }
  if (ResourceArn.includes(':resolver-rule/')) {
    const rule = names.resolverRules.find(({ ruleId }) => ruleId === id);
    // A rule of another account stays without a domain; one that takes names back forwards nothing.
    if (!rule || rule.type === 'FORWARD')
      return { ...held, kind: 'resolver-rule', domain: rule?.domain ?? null };
  }
  return { ...held, kind: 'other', domain: null };
}
