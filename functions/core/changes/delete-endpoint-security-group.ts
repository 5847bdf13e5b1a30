import { groupIn } from '../network/live-state.ts';
import { exactly, reference } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    DeleteEndpointSecurityGroup: {
      action: { group: ResourceReference };
      expected: { exists: true };
      inverse: never;
    };
  }
}

export const deleteEndpointSecurityGroup: ChangeDefinition<'DeleteEndpointSecurityGroup'> = {
  ...NETWORK_CHANGE,
  isPlanned: false,
  words: 'delete the security group of endpoints',
  action: { group: reference },
  expected: { exists: exactly(true) },
  detail: ({ action: { group } }) => ({ group }),
  isMade: ({ action }, { network }) => {
    const group = groupIn(network, action.group);
    return group === null ? null : group === 'absent';
  },
  rollback: null,
};
