import { readRoleTags } from '../../aws/iam-reader.ts';
import { createRole } from '../../aws/iam-writer.ts';
import { CHANGE_TAG, MANAGED_TAG } from '../../core/tags.ts';
import { type DriverOf, driverOf } from './driver.ts';

/** Whether the role exists, and whose it is, is all that is asked: its policies are no part of this change. */
export const createDhmcRole: DriverOf<'CreateDhmcRole'> = ({ id, action }, context) =>
  driverOf<Record<string, string> | null>({
    readLive: () => readRoleTags(context.reader, action.roleName),
    absent: null,
    isExpected: (tags) => tags === null,
    isDone: (tags) => tags?.[CHANGE_TAG] === id,
    write: () =>
      createRole(context.writer, {
        ...action,
        tags: { ...context.resourceTags, [MANAGED_TAG]: 'true', [CHANGE_TAG]: id },
      }),
  });
