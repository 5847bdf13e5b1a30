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
  'route53profiles:AssociateProfile',
  'ssm:UpdateServiceSetting',
];

/** `prune` is the one change of an enforce run that deletes something: endpoints that carry our tag. */
export function enforceSessionPolicy({ prune }: { prune: boolean }): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: prune ? [...CHANGES, 'ec2:DeleteVpcEndpoints'] : CHANGES, Resource: '*' },
      ...VPC_DNS_ATTRIBUTES.map((attribute) => ({
        Effect: 'Allow',
        Action: 'ec2:ModifyVpcAttribute',
        Resource: '*',
        Condition: { StringEqualsIgnoreCase: { [`ec2:Attribute/${attribute}`]: 'true' } },
      })),
    ],
  });
}
