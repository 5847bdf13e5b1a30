import { isAssociated } from '../network/live-state.ts';
import { exactly, nullable, number, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    AssociateProfile: {
      /** `name` carries the change's id: associations are listed without their tags. */
      action: { vpcId: string; profileId: string; name: string; priority: number | null };
      expected: { exists: false };
      inverse: 'DisassociateProfile';
    };
  }
}

export const associateProfile: ChangeDefinition<'AssociateProfile'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: "associate the hub's Route 53 Profile with a VPC",
  action: { vpcId: text, profileId: text, name: text, priority: nullable(number) },
  expected: { exists: exactly(false) },
  detail: ({ action: { vpcId, profileId } }) => ({ vpcId, profileId }),
  isMade: ({ action }, { network }) => isAssociated(action, network),
  readsProfiles: true,
  rollback: { area: 'PATH', undo: (entry, region) => region.disassociateProfile(entry) },
};
