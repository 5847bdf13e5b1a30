import { setTrustPolicy } from '../../aws/iam-writer.ts';
import type { DriverOf } from './driver.ts';
import { roleDriver } from './role.ts';

export const setDhmcRoleTrust: DriverOf<'SetDhmcRoleTrust'> = ({ action, expected }, context) => {
  const before = JSON.stringify(expected.trustPolicy);
  const after = JSON.stringify(action.trustPolicy);
  return roleDriver(context, action.roleName, {
    isExpected: (role) => role !== null && JSON.stringify(role.trustPolicy) === before,
    isDone: (role) => JSON.stringify(role?.trustPolicy) === after,
    write: () => setTrustPolicy(context.writer, action.roleName, action.trustPolicy),
  });
};
