import type { SecurityGroupFacts } from '../../core/network/facts.ts';
import { MANAGED_TAG } from '../../core/tags.ts';
import type { DriverOf } from './driver.ts';
import { driverOf } from './driver.ts';
import { networkAccess } from './network.ts';

export const deleteEndpointSecurityGroup: DriverOf<'DeleteEndpointSecurityGroup'> = (change, context) => {
  const { writer, group, idOf, waitAfter } = networkAccess(change, context);
  const groupId = idOf(change.action.group);
  return driverOf<SecurityGroupFacts[]>({
    readLive: () => group(groupId),
    absent: [],
    isExpected: ([found]) => found?.tags[MANAGED_TAG] === 'true',
    isDone: (groups) => groups.length === 0,
    write: () => writer.deleteSecurityGroup(groupId ?? ''),
    waitAfter,
  });
};
