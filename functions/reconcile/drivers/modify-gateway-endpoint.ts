import { hasRouteTables, hasTheseRouteTables } from '../../core/network/live-state.ts';
import type { DriverOf } from './driver.ts';
import { endpointModification } from './endpoint.ts';

export const modifyGatewayEndpoint: DriverOf<'ModifyGatewayEndpoint'> = (change, context) => {
  const { action, expected } = change;
  return endpointModification(change, context, {
    isExpected: (endpoint) => hasTheseRouteTables(endpoint, expected.routeTableIds),
    isDone: (endpoint) => hasRouteTables(endpoint, action),
    write: ({ writer }) => writer.modifyGatewayEndpoint(action),
  });
};
