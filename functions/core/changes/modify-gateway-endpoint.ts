import { hasRouteTables } from '../network/live-state.ts';
import { listOf, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    ModifyGatewayEndpoint: {
      action: { endpointId: string; addRouteTableIds: string[]; removeRouteTableIds: string[] };
      expected: { routeTableIds: string[] };
      inverse: 'ModifyGatewayEndpoint';
    };
  }
}

export const modifyGatewayEndpoint: ChangeDefinition<'ModifyGatewayEndpoint'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: 'add route tables to a gateway endpoint',
  action: { endpointId: text, addRouteTableIds: listOf(text), removeRouteTableIds: listOf(text) },
  expected: { routeTableIds: listOf(text) },
  detail: ({ action: { endpointId, addRouteTableIds, removeRouteTableIds } }) => ({
    endpointId,
    addRouteTableIds,
    removeRouteTableIds,
  }),
  isMade: ({ action }, { network }) => {
    if (network?.endpoints.kind !== 'value') return null;
    const endpoint = network.endpoints.value.find(({ endpointId }) => endpointId === action.endpointId);
    return endpoint !== undefined && hasRouteTables(endpoint, action);
  },
  rollback: { area: 'PATH', undo: (entry, region) => region.restoreRouteTables(entry) },
};
