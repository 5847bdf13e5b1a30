import { holdingOf } from '../network/live-state.ts';
import { exactly, tags, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    ShareHubProfile: {
      action: {
        vpcId: string;
        name: string;
        profileArn: string;
        principal: string;
        clientToken: string;
        tags: Record<string, string>;
      };
      expected: { exists: false };
      inverse: 'UnshareHubProfile';
    };
  }
}

export const shareHubProfile: ChangeDefinition<'ShareHubProfile'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: "share the hub's Route 53 Profile with the organization",
  action: { vpcId: text, name: text, profileArn: text, principal: text, clientToken: text, tags },
  expected: { exists: exactly(false) },
  detail: ({ action: { vpcId, profileArn, principal } }) => ({ vpcId, profileArn, principal }),
  isMade: ({ action }, { network }) => {
    const holding = holdingOf(network, action.vpcId);
    return holding === null ? null : holding.shareArn !== null;
  },
  hubVpcId: ({ vpcId }) => vpcId,
  rollback: { area: 'PATH', undo: (entry, region) => region.undoHub(entry) },
};
