import { isStanding, referencedId } from '../network/live-state.ts';
import { listOf, reference, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    DeleteGatewayEndpoint: {
      action: { endpoint: ResourceReference };
      expected: { routeTableIds: string[] };
      inverse: 'CreateGatewayEndpoint';
    };
  }
}

export const deleteGatewayEndpoint: ChangeDefinition<'DeleteGatewayEndpoint'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: 'remove a gateway endpoint that is not needed',
  action: { endpoint: reference },
  expected: { routeTableIds: listOf(text) },
  detail: ({ action: { endpoint } }) => ({ endpoint }),
  isMade: ({ action }, { network }) => {
    if (network?.endpoints.kind !== 'value') return null;
    const id = referencedId(action.endpoint, network);
    return !network.endpoints.value.some((one) => one.endpointId === id && isStanding(one));
  },
  own: ({ action: { endpoint } }, { ids, madeBy }) => {
    ids.delete(endpoint.kind === 'existing' ? endpoint.id : (madeBy.get(endpoint.changeId) ?? ''));
  },
  rollback: { area: 'PATH', undo: (entry, region) => region.recreateGateway(entry) },
};
