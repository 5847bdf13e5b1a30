import { isSamePolicy } from '../../core/network/policy-comparison.ts';
import type { DriverOf } from './driver.ts';
import { endpointModification } from './endpoint.ts';

export const setEndpointPolicy: DriverOf<'SetEndpointPolicy'> = (change, context) => {
  const { action, expected } = change;
  return endpointModification(change, context, {
    isExpected: ({ policy }) => isSamePolicy(policy, expected.policy),
    isDone: ({ policy }) => isSamePolicy(policy, action.policy),
    write: ({ writer }) => writer.setEndpointPolicy(action.endpointId, action.policy),
  });
};
