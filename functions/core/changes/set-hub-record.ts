import { endpointOfAlias } from '../network/hub-facts.ts';
import { hubZoneIn } from '../network/live-state.ts';
import { leadsTo } from '../network/ownership.ts';
import { exactly, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    SetHubRecord: {
      action: { vpcId: string; zoneId: string; domain: string; dnsName: string; aliasZoneId: string };
      expected: { exists: false };
      inverse: 'RemoveHubRecord';
    };
  }
}

export const setHubRecord: ChangeDefinition<'SetHubRecord'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: 'point a private hosted zone of the hub to its endpoint',
  action: { vpcId: text, zoneId: text, domain: text, dnsName: text, aliasZoneId: text },
  expected: { exists: exactly(false) },
  detail: ({ action: { vpcId, zoneId, domain, dnsName } }) => ({ vpcId, zoneId, domain, dnsName }),
  isMade: ({ action }, { network }) => {
    const zone = hubZoneIn(network, action);
    return zone === null ? null : zone !== 'absent' && zone.alias?.dnsName === action.dnsName;
  },
  hubZoneVpcId: ({ vpcId }) => vpcId,
  own: ({ action: { zoneId, dnsName, aliasZoneId } }, { ids }) => {
    const endpointId = endpointOfAlias({ dnsName, zoneId: aliasZoneId });
    if (endpointId !== null) ids.add(leadsTo(zoneId, endpointId));
  },
  rollback: { area: 'PATH', undo: (entry, region) => region.undoHubZone(entry) },
};
