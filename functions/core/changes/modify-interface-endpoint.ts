import { isModified, referencedId } from '../network/live-state.ts';
import { placedIn } from '../network/ownership.ts';
import { flag, listOf, nullable, reference, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    ModifyInterfaceEndpoint: {
      action: {
        endpointId: string;
        addSubnetIds: string[];
        removeSubnetIds: string[];
        addGroups: ResourceReference[];
        removeGroups: ResourceReference[];
        privateDns: boolean | null;
      };
      expected: { subnetIds: string[]; groupIds: string[]; privateDns: boolean };
      inverse: 'ModifyInterfaceEndpoint';
    };
  }
}

export const modifyInterfaceEndpoint: ChangeDefinition<'ModifyInterfaceEndpoint'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: 'repair an interface endpoint',
  action: {
    endpointId: text,
    addSubnetIds: listOf(text),
    removeSubnetIds: listOf(text),
    addGroups: listOf(reference),
    removeGroups: listOf(reference),
    privateDns: nullable(flag),
  },
  expected: { subnetIds: listOf(text), groupIds: listOf(text), privateDns: flag },
  detail: ({ action: { endpointId, addSubnetIds, removeSubnetIds, privateDns } }) => ({
    endpointId,
    addSubnetIds,
    removeSubnetIds,
    privateDns,
  }),
  billedZones: ({ action: { addSubnetIds, removeSubnetIds } }) =>
    addSubnetIds.length - removeSubnetIds.length,
  isMade: ({ action }, { network }) => {
    if (network?.endpoints.kind !== 'value') return null;
    const endpoint = network.endpoints.value.find(({ endpointId }) => endpointId === action.endpointId);
    return endpoint !== undefined && isModified(endpoint, action, (one) => referencedId(one, network));
  },
  own: ({ action }, { ids }) => {
    for (const subnetId of action.addSubnetIds) ids.add(placedIn(action.endpointId, subnetId));
    for (const subnetId of action.removeSubnetIds) ids.delete(placedIn(action.endpointId, subnetId));
  },
  rollback: { area: 'PATH', undo: (entry, region) => region.restoreEndpoint(entry) },
};
