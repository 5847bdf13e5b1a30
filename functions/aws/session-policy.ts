/**
 * Session policy of an enforce run's writer: what the plan's changes need and nothing that only a rollback does, so
 * that such a session deletes nothing (but prunes, where that is configured) and turns no DNS off. It narrows any writer, also one with more permissions.
 *
 * A session may do what both its role's policies and this one allow (IAM user guide, "Session policies"); at most
 * 2,048 characters (STS API reference, AssumeRole).
 */
import { VPC_DNS_ATTRIBUTES } from '../core/network/vpc-dns-attributes.ts';

const CHANGES = [
  'ec2:AuthorizeSecurityGroupIngress',
  'ec2:CreateSecurityGroup',
  'ec2:CreateTags',
  'ec2:CreateVpcEndpoint',
  'ec2:DescribeVpcs',
  'ec2:ModifyVpcEndpoint',
  'iam:AttachRolePolicy',
  'iam:CreateRole',
  'iam:PassRole',
  'iam:TagRole',
  'iam:UpdateAssumeRolePolicy',
  'route53:AssociateVPCWithHostedZone',
  'ssm:UpdateServiceSetting',
];

const HUB_CHANGES = [
  'ram:CreateResourceShare',
  'route53profiles:AssociateResourceToProfile',
  'route53profiles:CreateProfile',
  'route53profiles:PutProfilePolicy',
  'route53profiles:TagResource',
];

/** Of a hub by private hosted zones; deleting zones and records is a rollback's. */
const ZONE_CHANGES = [
  'route53:ChangeResourceRecordSets',
  'route53:CreateHostedZone',
  'route53:CreateVPCAssociationAuthorization',
  'route53:DeleteVPCAssociationAuthorization',
];

/** So many VPC ids fit beside the rest; beyond it the role's own policy alone decides on VPCs. */
const MOST_SPOKES = 20;

/** Likewise; a VPC leaves a zone only where a move fails. */
const MOST_LEAVING = 4;

export interface EnforceSession {
  /** The one change of an enforce run that deletes something: endpoints that carry our tag. */
  prune: boolean;
  /** VPCs that the plan associates with a Profile: only with these, and with none where there are none. */
  spokes: readonly string[];
  /** The plan makes a hub. */
  hub: boolean;
  /** The plan makes private hosted zones of a hub, or authorizes VPCs for them. */
  zones: boolean;
  /** VPCs to whose own endpoints the plan gives names back from a zone of the hub. */
  leaving: readonly string[];
  /** Whether the plan creates an association that updates agents. */
  agentUpdates: boolean;
}

export function enforceSessionPolicy({
  prune,
  spokes,
  hub,
  zones,
  leaving,
  agentUpdates,
}: EnforceSession): string {
  const actions = [
    ...CHANGES,
    ...(prune ? ['ec2:DeleteVpcEndpoints'] : []),
    ...(hub ? HUB_CHANGES : []),
    ...(zones ? ZONE_CHANGES : []),
    ...(agentUpdates ? ['ssm:CreateAssociation'] : []),
  ];
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: actions, Resource: '*' },
      ...VPC_DNS_ATTRIBUTES.map((attribute) => ({
        Effect: 'Allow',
        Action: 'ec2:ModifyVpcAttribute',
        Resource: '*',
        Condition: { StringEqualsIgnoreCase: { [`ec2:Attribute/${attribute}`]: 'true' } },
      })),
      ...(spokes.length === 0 ? [] : [associations(spokes)]),
      ...(leaving.length === 0 ? [] : [disassociations(leaving)]),
    ],
  });
}

/** The key has a list of VPC ids, in their own case (Route 53 guide, "Using IAM policy conditions"). */
function associations(spokes: readonly string[]): Record<string, unknown> {
  return {
    Effect: 'Allow',
    Action: 'route53profiles:AssociateProfile',
    Resource: '*',
    ...(spokes.length > MOST_SPOKES
      ? {}
      : { Condition: { 'ForAnyValue:StringEquals': { 'route53profiles:ResourceIds': spokes } } }),
  };
}

/** `VPCId=vpc-...,VPCRegion=...` (service authorization reference, route53:VPCs). */
function disassociations(leaving: readonly string[]): Record<string, unknown> {
  const vpcs = [...new Set(leaving)].map((vpcId) => `VPCId=${vpcId},VPCRegion=*`);
  return {
    Effect: 'Allow',
    Action: 'route53:DisassociateVPCFromHostedZone',
    Resource: '*',
    ...(vpcs.length > MOST_LEAVING
      ? {}
      : { Condition: { 'ForAnyValue:StringLike': { 'route53:VPCs': vpcs } } }),
  };
}
