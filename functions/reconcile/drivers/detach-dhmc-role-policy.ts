import { detachPolicy } from '../../aws/iam-writer.ts';
import type { DriverOf } from './driver.ts';
import { roleDriver } from './role.ts';

export const detachDhmcRolePolicy: DriverOf<'DetachDhmcRolePolicy'> = (
  { action: { roleName, policyArn } },
  context,
) =>
  roleDriver(context, roleName, {
    isExpected: (role) => role?.attachedPolicyArns.includes(policyArn) ?? false,
    isDone: (role) => !role?.attachedPolicyArns.includes(policyArn),
    write: () => detachPolicy(context.writer, roleName, policyArn),
  });
