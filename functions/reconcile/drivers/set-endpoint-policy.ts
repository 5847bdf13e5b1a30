import type { EndpointFacts } from '../../core/network/facts.ts';
import { isSamePolicy } from '../../core/network/policy-comparison.ts';
import type { DriverOf } from './driver.ts';
import { driverOf } from './driver.ts';
import { networkAccess } from './network.ts';

export const setEndpointPolicy: DriverOf<'SetEndpointPolicy'> = (change, context) => {
  const { action, expected } = change;
  const { writer, endpoint: find, waitAfter } = networkAccess(change, context);
  return driverOf<EndpointFacts[]>({
    readLive: () => find(action.endpointId),
    absent: [],
    isExpected: ([endpoint]) => endpoint !== undefined && isSamePolicy(endpoint.policy, expected.policy),
    isDone: ([endpoint]) => endpoint !== undefined && isSamePolicy(endpoint.policy, action.policy),
    write: () => writer.setEndpointPolicy(action.endpointId, action.policy),
    waitAfter,
    isPaced: true,
  });
};
