import { isZoneAssociated } from '../network/live-state.ts';
import { exactly, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    DisassociateHubZone: {
      action: { vpcId: string; zoneId: string; domain: string };
      expected: { exists: true };
      inverse: 'AssociateHubZone';
    };
  }
}

export const disassociateHubZone: ChangeDefinition<'DisassociateHubZone'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: 'end the association of a VPC with a private hosted zone of the hub',
  action: { vpcId: text, zoneId: text, domain: text },
  expected: { exists: exactly(true) },
  detail: ({ action: { vpcId, zoneId, domain } }) => ({ vpcId, zoneId, domain }),
  isMade: ({ action }, { network }) => {
    const associated = isZoneAssociated(action, network);
    return associated === null ? null : !associated;
  },
  zonesVpcId: ({ vpcId }) => vpcId,
  rollback: {
    area: 'PATH',
    // Planned only to give the name back to the VPC's own endpoint.
    undo: () => {},
  },
};
