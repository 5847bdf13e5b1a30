import { AwsError, type Piece } from '../../contract.ts';

/**
 * Roles under AWS's paths are changed by AWS alone: UnmodifiableEntity, with these words in users' reports of
 * service-linked roles; that roles of IAM Identity Center answer alike is from reports too.
 */
export function checkModifiable(role: Piece): void {
  if (/^\/(?:aws-service-role|aws-reserved)\//.test(String(role.Path))) {
    throw new AwsError(
      'UnmodifiableEntity',
      `Cannot perform the operation on the protected role '${role.RoleName}' - this role is only modifiable by AWS`,
      400,
    );
  }
}
