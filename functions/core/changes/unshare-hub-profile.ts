import { holdingOf } from '../network/live-state.ts';
import { exactly, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    UnshareHubProfile: {
      action: { vpcId: string; name: string };
      expected: { exists: true };
      inverse: never;
    };
  }
}

export const unshareHubProfile: ChangeDefinition<'UnshareHubProfile'> = {
  ...NETWORK_CHANGE,
  isPlanned: false,
  words: "end the share of the hub's Route 53 Profile",
  action: { vpcId: text, name: text },
  expected: { exists: exactly(true) },
  detail: ({ action: { vpcId, name } }) => ({ vpcId, name }),
  isMade: ({ action }, { network }) => {
    const holding = holdingOf(network, action.vpcId);
    return holding === null ? null : holding.shareArn === null;
  },
  hubVpcId: ({ vpcId }) => vpcId,
  rollback: null,
};
