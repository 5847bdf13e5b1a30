import { holdingOf } from '../network/live-state.ts';
import { exactly, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    DeleteHubProfile: {
      action: { vpcId: string; name: string };
      expected: { exists: true };
      inverse: never;
    };
  }
}

export const deleteHubProfile: ChangeDefinition<'DeleteHubProfile'> = {
  ...NETWORK_CHANGE,
  isPlanned: false,
  words: 'delete the Route 53 Profile of the hub',
  action: { vpcId: text, name: text },
  expected: { exists: exactly(true) },
  detail: ({ action: { vpcId, name } }) => ({ vpcId, name }),
  isMade: ({ action }, { network }) => {
    const holding = holdingOf(network, action.vpcId);
    return holding === null ? null : holding.profile === null;
  },
  hubVpcId: ({ vpcId }) => vpcId,
  rollback: null,
};
