import { isModified } from '../../core/network/live-state.ts';
import type { DriverOf } from './driver.ts';
import { endpointModification } from './endpoint.ts';
import { isAsPlanned } from './network.ts';

export const modifyInterfaceEndpoint: DriverOf<'ModifyInterfaceEndpoint'> = (change, context) => {
  const { action, expected } = change;
  return endpointModification(change, context, {
    isExpected: (endpoint) => isAsPlanned(endpoint, expected),
    isDone: (endpoint, { idOf }) => isModified(endpoint, action, idOf),
    write: ({ writer, idsOf }) =>
      writer.modifyInterfaceEndpoint({
        ...action,
        addGroupIds: idsOf(action.addGroups),
        removeGroupIds: idsOf(action.removeGroups),
      }),
  });
};
