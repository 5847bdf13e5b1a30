import { holdingOf } from '../network/live-state.ts';
import { exactly, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    RemoveHubEndpoint: {
      action: { vpcId: string; profileId: string; resourceArn: string };
      expected: { exists: true };
      inverse: never;
    };
  }
}

export const removeHubEndpoint: ChangeDefinition<'RemoveHubEndpoint'> = {
  ...NETWORK_CHANGE,
  isPlanned: false,
  words: "take an endpoint out of the hub's Route 53 Profile",
  action: { vpcId: text, profileId: text, resourceArn: text },
  expected: { exists: exactly(true) },
  detail: ({ action: { vpcId, profileId, resourceArn } }) => ({ vpcId, profileId, resourceArn }),
  isMade: ({ action }, { network }) => {
    const holding = holdingOf(network, action.vpcId);
    return holding === null ? null : !holding.resourceArns.includes(action.resourceArn);
  },
  hubVpcId: ({ vpcId }) => vpcId,
  own: ({ action: { resourceArn } }, { ids }) => {
    ids.delete(resourceArn);
  },
  rollback: null,
};
