import { deleteRole } from '../../aws/iam-writer.ts';
import { CHANGE_TAG, MANAGED_TAG } from '../../core/tags.ts';
import type { DriverOf } from './driver.ts';
import { roleDriver } from './role.ts';

export const deleteDhmcRole: DriverOf<'DeleteDhmcRole'> = ({ action, expected }, context) =>
  roleDriver(context, action.roleName, {
    isExpected: (role) => role?.tags[MANAGED_TAG] === 'true' && role.tags[CHANGE_TAG] === expected.changeTag,
    isDone: (role) => role === null,
    write: () => deleteRole(context.writer, action.roleName),
  });
