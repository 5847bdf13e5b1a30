import { isAssociated } from '../network/live-state.ts';
import { exactly, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    DisassociateProfile: {
      action: { vpcId: string; profileId: string; name: string };
      expected: { exists: true };
      inverse: never;
    };
  }
}

export const disassociateProfile: ChangeDefinition<'DisassociateProfile'> = {
  ...NETWORK_CHANGE,
  isPlanned: false,
  words: "end the association of the hub's Route 53 Profile with a VPC",
  action: { vpcId: text, profileId: text, name: text },
  expected: { exists: exactly(true) },
  detail: ({ action: { vpcId, profileId } }) => ({ vpcId, profileId }),
  isMade: ({ action }, { network }) => {
    const associated = isAssociated(action, network);
    return associated === null ? null : !associated;
  },
  readsProfiles: true,
  rollback: null,
};
