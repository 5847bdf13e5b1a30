/**
 * What the service reads of Organizations, and the statement that lets the operator account do so without being a
 * delegated administrator of a service.
 *
 * Source: Organizations user guide, "Resource-based policy examples" ("it's possible to delegate any Organizations
 * read-only action using this policy"; the principal is the account's root, the resource all). An organization has one
 * such policy, so the statement is merged into an existing one.
 */
export const ORGANIZATION_READS: readonly string[] = [
  'organizations:DescribeAccount',
  'organizations:DescribeOrganization',
  'organizations:DescribePolicy',
  'organizations:ListAccounts',
  'organizations:ListAccountsForParent',
  'organizations:ListOrganizationalUnitsForParent',
  'organizations:ListParents',
  'organizations:ListPolicies',
  'organizations:ListRoots',
  'organizations:ListTagsForResource',
  'organizations:ListTargetsForPolicy',
];

export function delegationPolicy(partition: string, operatorAccountId: string): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'DhmcRolloutReadsTheOrganization',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${operatorAccountId}:root` },
        Action: ORGANIZATION_READS,
        Resource: '*',
      },
    ],
  };
}
