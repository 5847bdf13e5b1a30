import { holdingOf } from '../network/live-state.ts';
import { exactly, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    AddHubEndpoint: {
      action: { vpcId: string; profileId: string; resourceArn: string; name: string };
      expected: { exists: false };
      inverse: 'RemoveHubEndpoint';
    };
  }
}

export const addHubEndpoint: ChangeDefinition<'AddHubEndpoint'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: "put an endpoint into the hub's Route 53 Profile",
  action: { vpcId: text, profileId: text, resourceArn: text, name: text },
  expected: { exists: exactly(false) },
  detail: ({ action: { vpcId, profileId, resourceArn } }) => ({ vpcId, profileId, resourceArn }),
  isMade: ({ action }, { network }) => {
    const holding = holdingOf(network, action.vpcId);
    return holding === null ? null : holding.resourceArns.includes(action.resourceArn);
  },
  hubVpcId: ({ vpcId }) => vpcId,
  own: ({ action: { resourceArn } }, { ids }) => {
    ids.add(resourceArn);
  },
  rollback: { area: 'PATH', undo: (entry, region) => region.undoHub(entry) },
};
