import { isZoneAssociated } from '../network/live-state.ts';
import { exactly, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    AssociateHubZone: {
      action: { vpcId: string; zoneId: string; domain: string };
      expected: { exists: false };
      inverse: 'DisassociateHubZone';
    };
  }
}

export const associateHubZone: ChangeDefinition<'AssociateHubZone'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: 'associate a VPC with a private hosted zone of the hub',
  action: { vpcId: text, zoneId: text, domain: text },
  expected: { exists: exactly(false) },
  detail: ({ action: { vpcId, zoneId, domain } }) => ({ vpcId, zoneId, domain }),
  isMade: ({ action }, { network }) => isZoneAssociated(action, network),
  zonesVpcId: ({ vpcId }) => vpcId,
  rollback: { area: 'PATH', undo: (entry, region) => region.disassociateZone(entry) },
};
