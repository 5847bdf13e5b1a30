import { hubZoneIn } from '../network/live-state.ts';
import { exactly, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    RemoveHubRecord: {
      action: { vpcId: string; zoneId: string; domain: string; dnsName: string; aliasZoneId: string };
      expected: { exists: true };
      inverse: never;
    };
  }
}

export const removeHubRecord: ChangeDefinition<'RemoveHubRecord'> = {
  ...NETWORK_CHANGE,
  isPlanned: false,
  words: 'remove the record of a private hosted zone of the hub',
  action: { vpcId: text, zoneId: text, domain: text, dnsName: text, aliasZoneId: text },
  expected: { exists: exactly(true) },
  detail: ({ action: { vpcId, zoneId, domain, dnsName } }) => ({ vpcId, zoneId, domain, dnsName }),
  isMade: ({ action }, { network }) => {
    const zone = hubZoneIn(network, action);
    return zone === null ? null : zone === 'absent' || zone.alias?.dnsName !== action.dnsName;
  },
  hubZoneVpcId: ({ vpcId }) => vpcId,
  rollback: null,
};
