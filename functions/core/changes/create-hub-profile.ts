import { holdingOf } from '../network/live-state.ts';
import { exactly, tags, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    CreateHubProfile: {
      action: { vpcId: string; name: string; clientToken: string; tags: Record<string, string> };
      expected: { exists: false };
      inverse: 'DeleteHubProfile';
    };
  }
}

export const createHubProfile: ChangeDefinition<'CreateHubProfile'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: 'create the Route 53 Profile of the hub',
  action: { vpcId: text, name: text, clientToken: text, tags },
  expected: { exists: exactly(false) },
  detail: ({ action: { vpcId, name } }) => ({ vpcId, name }),
  isMade: ({ action }, { network }) => {
    const holding = holdingOf(network, action.vpcId);
    return holding === null ? null : holding.profile !== null;
  },
  hubVpcId: ({ vpcId }) => vpcId,
  rollback: { area: 'PATH', undo: (entry, region) => region.undoHub(entry) },
};
