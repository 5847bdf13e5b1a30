/**
 * From what Route 53, its Resolver and its Profiles answer to the facts of functions/core/network. The
 * last two are called by signed fetch, so their shapes are here (botocore's models route53resolver and
 * route53profiles), as far as they are used.
 */
import type { HostedZoneSummary } from '@aws-sdk/client-route-53';
import type {
  HostedZoneFacts,
  ProfileAssociationFacts,
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
  Name?: string;
  /** Id of the VPC; the model calls it its ARN. */
  ResourceId?: string;
  Status?: string;
  /** "Associations created without a priority have priority 100." */
  Priority?: number;
}

export interface ProfileResourceAssociation {
  ProfileId?: string;
  OwnerId?: string;
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

const FIRST_PRIORITY = 100;

function isGone(status: string | undefined): boolean {
  return ['DELETING', 'DELETED', 'FAILED'].includes(status ?? 'COMPLETE');
}

export function profileAssociationsFrom(associations: ProfileAssociation[]): ProfileAssociationFacts[] {
  return associations.flatMap(({ ProfileId, ResourceId, Status, Priority, Name }) =>
    ProfileId === undefined || ResourceId === undefined || isGone(Status)
      ? []
      : [
          {
            profileId: ProfileId,
            vpcId: ResourceId.split('/').at(-1) ?? '',
            priority: Priority ?? FIRST_PRIORITY,
            name: Name ?? null,
          },
        ],
  );
}

/** An association names the ARN of a resource, not the names that it answers for. */
export function profileResourcesFrom(resources: ProfileResourceAssociation[]): ProfileResourceFacts[] {
  return resources
    .filter(({ Status }) => !isGone(Status))
    .map(({ ProfileId = '', ResourceArn = '', OwnerId }) => {
      const kinds: [string, ProfileResourceFacts['kind']][] = [
        [':hostedzone/', 'hosted-zone'],
        [':vpc-endpoint/', 'endpoint'],
        [':resolver-rule/', 'resolver-rule'],
      ];
      const account = ResourceArn.split(':')[4] ?? '';
      return {
        profileId: ProfileId,
        resourceArn: ResourceArn,
        kind: kinds.find(([part]) => ResourceArn.includes(part))?.[1] ?? 'other',
        resourceId: ResourceArn.split('/').at(-1) ?? '',
        ownerId: account === '' ? (OwnerId ?? null) : account,
      };
    });
}
