import { createdId } from '../network/live-state.ts';
import { valuesOf } from '../network/network.ts';
import { exactly, tags, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    CreateEndpointSecurityGroup: {
      action: {
        vpcId: string;
        groupName: string;
        description: string;
        tags: Record<string, string>;
      };
      expected: { exists: false };
      inverse: 'DeleteEndpointSecurityGroup';
    };
  }
}

export const createEndpointSecurityGroup: ChangeDefinition<'CreateEndpointSecurityGroup'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: 'create the security group of endpoints',
  action: { vpcId: text, groupName: text, description: text, tags },
  expected: { exists: exactly(false) },
  detail: ({ action: { vpcId, groupName } }) => ({ vpcId, groupName }),
  isMade: ({ changeId }, { network }) =>
    network?.securityGroups.kind === 'value' ? createdId(changeId, network) !== null : null,
  isThere: (action, { network }) =>
    valuesOf(network?.securityGroups ?? null).some(
      (one) => one.vpcId === action.vpcId && one.groupName === action.groupName,
    ),
  own: ({ changeId, madeId }, { ids, madeBy }) => {
    if (madeId === null) return;
    ids.add(madeId);
    madeBy.set(changeId, madeId);
  },
  rollback: { area: 'PATH', undo: (entry, region) => region.deleteGroup(entry) },
};
