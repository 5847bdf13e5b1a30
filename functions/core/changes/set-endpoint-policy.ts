import { isSamePolicy, policySetOn } from '../network/policy-comparison.ts';
import { nullable, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    SetEndpointPolicy: {
      action: {
        endpointId: string;
        /** JSON. */
        policy: string;
      };
      /** JSON; null: the endpoint has none, which is full access. */
      expected: { policy: string | null };
      inverse: 'SetEndpointPolicy';
    };
  }
}

export const setEndpointPolicy: ChangeDefinition<'SetEndpointPolicy'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: 'set the policy of an endpoint',
  action: { endpointId: text, policy: text },
  expected: { policy: nullable(text) },
  detail: ({ action: { endpointId, policy }, expected }) => ({
    endpointId,
    policy,
    previousPolicy: expected.policy,
  }),
  isMade: ({ action: { endpointId, policy } }, { network }) => {
    if (network?.endpoints.kind !== 'value') return null;
    const endpoint = network.endpoints.value.find((one) => one.endpointId === endpointId);
    return endpoint !== undefined && isSamePolicy(endpoint.policy, policy);
  },
  own: ({ action: { endpointId, policy } }, { ids }) => {
    ids.add(policySetOn(endpointId, policy));
  },
  rollback: { area: 'PATH', undo: (entry, region) => region.restorePolicy(entry) },
};
