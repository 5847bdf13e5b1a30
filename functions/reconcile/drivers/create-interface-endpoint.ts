import type { DriverOf } from './driver.ts';
import { endpointCreation } from './endpoint.ts';

export const createInterfaceEndpoint: DriverOf<'CreateInterfaceEndpoint'> = (change, context) =>
  endpointCreation(change, context, ({ writer, idsOf }, tags) =>
    writer.createInterfaceEndpoint({ ...change.action, groupIds: idsOf(change.action.groups), tags }),
  );
