import type { EndpointFacts } from '../../core/network/facts.ts';
import { hasTheseRouteTables, isStanding } from '../../core/network/live-state.ts';
import { MANAGED_TAG } from '../../core/tags.ts';
import type { DriverOf } from './driver.ts';
import { driverOf } from './driver.ts';
import { networkAccess } from './network.ts';

export const deleteGatewayEndpoint: DriverOf<'DeleteGatewayEndpoint'> = (change, context) => {
  const { writer, endpoint: find, idOf, waitAfter } = networkAccess(change, context);
  const endpointId = idOf(change.action.endpoint);
  return driverOf<EndpointFacts[]>({
    readLive: () => find(endpointId),
    absent: [],
    // The tag besides the journal, by which the plan chose it: deleting needs both.
    isExpected: ([endpoint]) =>
      endpoint?.tags[MANAGED_TAG] === 'true' &&
      isStanding(endpoint) &&
      hasTheseRouteTables(endpoint, change.expected.routeTableIds),
    isDone: ([endpoint]) => endpoint === undefined || !isStanding(endpoint),
    write: () => writer.deleteEndpoint(endpointId ?? ''),
    waitAfter,
    isPaced: true,
  });
};
