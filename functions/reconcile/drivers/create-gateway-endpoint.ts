import type { EndpointFacts } from '../../core/network/facts.ts';
import { isStanding } from '../../core/network/live-state.ts';
import { CHANGE_TAG } from '../../core/tags.ts';
import type { DriverOf } from './driver.ts';
import { driverOf } from './driver.ts';
import { networkAccess } from './network.ts';

export const createGatewayEndpoint: DriverOf<'CreateGatewayEndpoint'> = (change, context) => {
  const { action, id } = change;
  const { writer, endpointsOf, isSeen, waitAfter } = networkAccess(change, context);
  const made = (endpoints: EndpointFacts[]) =>
    endpoints.find((endpoint) => endpoint.tags[CHANGE_TAG] === id && isStanding(endpoint));
  return driverOf<EndpointFacts[]>({
    readLive: () => endpointsOf(action.vpcId),
    absent: [],
    isExpected: (endpoints) => made(endpoints) === undefined,
    isDone: (endpoints) => isSeen(made(endpoints)?.endpointId),
    write: () => writer.createGatewayEndpoint({ ...action, tags: { ...action.tags, [CHANGE_TAG]: id } }),
    waitAfter,
    isPaced: true,
  });
};
