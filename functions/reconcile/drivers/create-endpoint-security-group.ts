import type { SecurityGroupFacts } from '../../core/network/facts.ts';
import { CHANGE_TAG } from '../../core/tags.ts';
import type { DriverOf } from './driver.ts';
import { driverOf } from './driver.ts';
import { networkAccess } from './network.ts';

export const createEndpointSecurityGroup: DriverOf<'CreateEndpointSecurityGroup'> = (change, context) => {
  const { action, id } = change;
  const { writer, groupsOf, isSeen, waitAfter } = networkAccess(change, context);
  return driverOf<SecurityGroupFacts[]>({
    readLive: () => groupsOf(action.vpcId),
    absent: [],
    isExpected: (groups) =>
      !groups.some(({ groupName, tags }) => groupName === action.groupName || tags[CHANGE_TAG] === id),
    isDone: (groups) => isSeen(groups.find(({ tags }) => tags[CHANGE_TAG] === id)?.groupId),
    write: () => writer.createSecurityGroup({ ...action, tags: { ...action.tags, [CHANGE_TAG]: id } }),
    waitAfter,
  });
};
