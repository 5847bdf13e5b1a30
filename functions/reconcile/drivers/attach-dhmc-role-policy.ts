import { attachPolicy } from '../../aws/iam-writer.ts';
import type { DriverOf } from './driver.ts';
import { roleDriver } from './role.ts';

export const attachDhmcRolePolicy: DriverOf<'AttachDhmcRolePolicy'> = (
  { action: { roleName, policyArn } },
  context,
) =>
  roleDriver(context, roleName, {
    isExpected: (role) => role !== null && !role.attachedPolicyArns.includes(policyArn),
    isDone: (role) => role?.attachedPolicyArns.includes(policyArn) ?? false,
    write: () => attachPolicy(context.writer, roleName, policyArn),
  });
