import { endpointOfAlias } from '../network/hub-facts.ts';
import { hubZoneIn } from '../network/live-state.ts';
import { leadsTo } from '../network/ownership.ts';
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
  own: ({ action: { zoneId, dnsName, aliasZoneId } }, { ids }) => {
    const endpointId = endpointOfAlias({ dnsName, zoneId: aliasZoneId });
    if (endpointId !== null) ids.delete(leadsTo(zoneId, endpointId));
  },
  rollback: null,
};
