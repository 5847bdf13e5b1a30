import { createRole } from '../../aws/iam-writer.ts';
import { CHANGE_TAG, MANAGED_TAG } from '../../core/tags.ts';
import type { DriverOf } from './driver.ts';
import { roleDriver } from './role.ts';

export const createDhmcRole: DriverOf<'CreateDhmcRole'> = ({ id, action }, context) =>
  roleDriver(context, action.roleName, {
    isExpected: (role) => role === null,
    isDone: (role) => role?.tags[CHANGE_TAG] === id,
    write: () =>
      createRole(context.writer, {
        ...action,
        tags: { ...context.resourceTags, [MANAGED_TAG]: 'true', [CHANGE_TAG]: id },
      }),
  });
