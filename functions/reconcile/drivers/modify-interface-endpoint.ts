import type { EndpointFacts } from '../../core/network/facts.ts';
import { isModified } from '../../core/network/live-state.ts';
import type { DriverOf } from './driver.ts';
import { driverOf } from './driver.ts';
import { isAsPlanned, networkAccess } from './network.ts';

export const modifyInterfaceEndpoint: DriverOf<'ModifyInterfaceEndpoint'> = (change, context) => {
  const { action, expected } = change;
  const { writer, endpoint: find, idOf, idsOf, waitAfter } = networkAccess(change, context);
  return driverOf<EndpointFacts[]>({
    readLive: () => find(action.endpointId),
    absent: [],
    isExpected: ([endpoint]) => endpoint !== undefined && isAsPlanned(endpoint, expected),
    isDone: ([endpoint]) => endpoint !== undefined && isModified(endpoint, action, idOf),
    write: () =>
      writer.modifyInterfaceEndpoint({
        ...action,
        addGroupIds: idsOf(action.addGroups),
        removeGroupIds: idsOf(action.removeGroups),
      }),
    waitAfter,
    isPaced: true,
  });
};
