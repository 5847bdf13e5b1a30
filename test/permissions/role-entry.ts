import type { Piece } from '../../twin/contract.ts';
import { makeUniqueId } from '../../twin/make/ids.ts';

export interface Place {
  partition: string;
  /** Where both stacks are deployed. */
  region: string;
  operatorId: string;
  managementId: string;
  organizationId: string;
}

/** As get-account-authorization-details shows a role that CloudFormation made. */
export function roleEntry(accountId: string, properties: Piece, partition: string): Piece {
  const { RoleName, Path = '/', AssumeRolePolicyDocument, Policies, Tags = [] } = properties;
  return {
    Path,
    RoleName,
    RoleId: makeUniqueId('AROA', accountId, RoleName),
    Arn: `arn:${partition}:iam::${accountId}:role${Path}${RoleName}`,
    CreateDate: '2025-01-01T00:00:00+00:00',
    InstanceProfileList: [],
    AttachedManagedPolicies: [],
    AssumeRolePolicyDocument,
    RolePolicyList: Policies,
    Tags,
  };
}
