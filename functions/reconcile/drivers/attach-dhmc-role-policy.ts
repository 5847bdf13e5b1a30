import { readAttachedPolicies } from '../../aws/iam-reader.ts';
import { attachPolicy } from '../../aws/iam-writer.ts';
import { type DriverOf, driverOf } from './driver.ts';

/** One call says whether the role is there and what is attached to it; null where it is not there. */
export const attachDhmcRolePolicy: DriverOf<'AttachDhmcRolePolicy'> = (
  { action: { roleName, policyArn } },
  context,
) =>
  driverOf<string[] | null>({
    readLive: () => readAttachedPolicies(context.reader, roleName),
    absent: null,
    isExpected: (attached) => attached !== null && !attached.includes(policyArn),
    isDone: (attached) => attached?.includes(policyArn) ?? false,
    write: () => attachPolicy(context.writer, roleName, policyArn),
  });
