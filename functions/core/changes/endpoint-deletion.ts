import type { ResourceReference } from '../model/change.ts';
import { isStanding, referencedId } from '../network/live-state.ts';
import { reference } from '../shape.ts';
import { type LiveState, NETWORK_CHANGE, type OwnResources } from './definition.ts';

interface Deletion {
  action: { endpoint: ResourceReference };
}

/** Defaults of the deletion of an endpoint, whatever its type. */
export const ENDPOINT_DELETION = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  action: { endpoint: reference },
  detail: ({ action: { endpoint } }: Deletion) => ({ endpoint }),
  isMade: ({ action }: Deletion, { network }: LiveState) => {
    if (network?.endpoints.kind !== 'value') return null;
    const id = referencedId(action.endpoint, network);
    return !network.endpoints.value.some((one) => one.endpointId === id && isStanding(one));
  },
  own: ({ action: { endpoint } }: Deletion, { ids, madeBy }: OwnResources) => {
    ids.delete(endpoint.kind === 'existing' ? endpoint.id : (madeBy.get(endpoint.changeId) ?? ''));
  },
} as const;
