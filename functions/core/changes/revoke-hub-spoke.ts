import { hubZoneIn } from '../network/live-state.ts';
import { authorizedIn } from '../network/ownership.ts';
import { exactly, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    RevokeHubSpoke: {
      action: { vpcId: string; zoneId: string; domain: string; spokeVpcId: string };
      expected: { exists: true };
      inverse: 'AuthorizeHubSpoke';
    };
  }
}

export const revokeHubSpoke: ChangeDefinition<'RevokeHubSpoke'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: 'delete the authorization of a VPC that no longer needs it',
  action: { vpcId: text, zoneId: text, domain: text, spokeVpcId: text },
  expected: { exists: exactly(true) },
  detail: ({ action: { vpcId, zoneId, domain, spokeVpcId } }) => ({ vpcId, zoneId, domain, spokeVpcId }),
  isMade: ({ action }, { network }) => {
    const zone = hubZoneIn(network, action);
    return zone === null ? null : zone === 'absent' || !zone.authorized.includes(action.spokeVpcId);
  },
  hubZoneVpcId: ({ vpcId }) => vpcId,
  own: ({ action: { zoneId, spokeVpcId } }, { ids }) => {
    ids.delete(authorizedIn(zoneId, spokeVpcId));
  },
  rollback: {
    area: 'PATH',
    // An authorization only lasts until the VPC is associated: nothing of it is to come back.
    undo: () => {},
  },
};
