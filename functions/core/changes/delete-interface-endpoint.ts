import { isStanding, referencedId } from '../network/live-state.ts';
import { flag, listOf, optional, reference, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    DeleteInterfaceEndpoint: {
      action: { endpoint: ResourceReference };
      expected: { subnetIds: string[]; groupIds: string[]; privateDns?: boolean; state?: string };
      inverse: 'CreateInterfaceEndpoint';
    };
  }
}

export const deleteInterfaceEndpoint: ChangeDefinition<'DeleteInterfaceEndpoint'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: 'remove an interface endpoint that is not needed',
  action: { endpoint: reference },
  expected: {
    subnetIds: listOf(text),
    groupIds: listOf(text),
    privateDns: optional(flag),
    state: optional(text),
  },
  detail: ({ action: { endpoint } }) => ({ endpoint }),
  billedZones: ({ expected: { subnetIds } }) => -subnetIds.length,
  isMade: ({ action }, { network }) => {
    if (network?.endpoints.kind !== 'value') return null;
    const id = referencedId(action.endpoint, network);
    return !network.endpoints.value.some((one) => one.endpointId === id && isStanding(one));
  },
  own: ({ action: { endpoint } }, { ids, madeBy }) => {
    ids.delete(endpoint.kind === 'existing' ? endpoint.id : (madeBy.get(endpoint.changeId) ?? ''));
  },
  rollback: { area: 'PATH', undo: (entry, region) => region.recreateEndpoint(entry) },
};
