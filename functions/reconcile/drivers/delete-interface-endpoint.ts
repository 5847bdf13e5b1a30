import type { DriverOf } from './driver.ts';
import { endpointDeletion } from './endpoint.ts';
import { isAsPlanned } from './network.ts';

export const deleteInterfaceEndpoint: DriverOf<'DeleteInterfaceEndpoint'> = (change, context) =>
  endpointDeletion(change, context, (endpoint) => isAsPlanned(endpoint, change.expected));
