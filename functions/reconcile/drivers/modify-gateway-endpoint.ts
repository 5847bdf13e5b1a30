import type { EndpointFacts } from '../../core/network/facts.ts';
import { hasRouteTables, hasTheseRouteTables } from '../../core/network/live-state.ts';
import type { DriverOf } from './driver.ts';
import { driverOf } from './driver.ts';
import { networkAccess } from './network.ts';

export const modifyGatewayEndpoint: DriverOf<'ModifyGatewayEndpoint'> = (change, context) => {
  const { action, expected } = change;
  const { writer, endpoint: find, waitAfter } = networkAccess(change, context);
  return driverOf<EndpointFacts[]>({
    readLive: () => find(action.endpointId),
    absent: [],
    isExpected: ([endpoint]) =>
      endpoint !== undefined && hasTheseRouteTables(endpoint, expected.routeTableIds),
    isDone: ([endpoint]) => endpoint !== undefined && hasRouteTables(endpoint, action),
    write: () => writer.modifyGatewayEndpoint(action),
    waitAfter,
    isPaced: true,
  });
};
