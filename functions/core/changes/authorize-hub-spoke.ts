import { hubZoneIn } from '../network/live-state.ts';
import { authorizedIn } from '../network/ownership.ts';
import { exactly, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    AuthorizeHubSpoke: {
      action: { vpcId: string; zoneId: string; domain: string; spokeVpcId: string };
      expected: { exists: false };
      inverse: 'RevokeHubSpoke';
    };
  }
}

export const authorizeHubSpoke: ChangeDefinition<'AuthorizeHubSpoke'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: 'authorize a VPC of another account for a private hosted zone of the hub',
  action: { vpcId: text, zoneId: text, domain: text, spokeVpcId: text },
  expected: { exists: exactly(false) },
  detail: ({ action: { vpcId, zoneId, domain, spokeVpcId } }) => ({ vpcId, zoneId, domain, spokeVpcId }),
  isMade: ({ action }, { network }) => {
    const zone = hubZoneIn(network, action);
    return zone === null ? null : zone !== 'absent' && zone.authorized.includes(action.spokeVpcId);
  },
  hubZoneVpcId: ({ vpcId }) => vpcId,
  own: ({ action: { zoneId, spokeVpcId } }, { ids }) => {
    ids.add(authorizedIn(zoneId, spokeVpcId));
  },
  rollback: { area: 'PATH', undo: (entry, region) => region.undoHubZone(entry) },
};
