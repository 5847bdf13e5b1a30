import { hubZoneIn } from '../network/live-state.ts';
import { exactly, nullable, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    DeleteHubZone: {
      action: { vpcId: string; zoneId: string | null; domain: string };
      expected: { exists: true };
      inverse: never;
    };
  }
}

export const deleteHubZone: ChangeDefinition<'DeleteHubZone'> = {
  ...NETWORK_CHANGE,
  isPlanned: false,
  words: 'delete a private hosted zone of the hub',
  action: { vpcId: text, zoneId: nullable(text), domain: text },
  expected: { exists: exactly(true) },
  detail: ({ action: { vpcId, zoneId, domain } }) => ({ vpcId, zoneId, domain }),
  isMade: ({ action }, { network }) => {
    const zone = hubZoneIn(network, action);
    return zone === null ? null : zone === 'absent';
  },
  hubZoneVpcId: ({ vpcId }) => vpcId,
  rollback: null,
};
