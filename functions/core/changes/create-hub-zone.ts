import { callerReferenceOf } from '../network/hub-facts.ts';
import { hubZoneIn } from '../network/live-state.ts';
import { exactly, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    CreateHubZone: {
      action: { vpcId: string; domain: string; comment: string };
      expected: { exists: false };
      inverse: 'DeleteHubZone';
    };
  }
}

export const createHubZone: ChangeDefinition<'CreateHubZone'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: 'create a private hosted zone of the hub',
  action: { vpcId: text, domain: text, comment: text },
  expected: { exists: exactly(false) },
  detail: ({ action: { vpcId, domain } }) => ({ vpcId, domain }),
  isMade: ({ changeId }, { network }) => {
    const zone = hubZoneIn(network, { callerReference: callerReferenceOf(changeId) });
    return zone === null ? null : zone !== 'absent';
  },
  hubZoneVpcId: ({ vpcId }) => vpcId,
  own: ({ changeId, madeId }, { ids, madeBy }) => {
    if (madeId === null) return;
    ids.add(madeId);
    madeBy.set(changeId, madeId);
  },
  rollback: { area: 'PATH', undo: (entry, region) => region.undoHubZone(entry) },
};
