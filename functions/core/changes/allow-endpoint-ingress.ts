import { admits443, groupIn } from '../network/live-state.ts';
import { exactly, listOf, reference, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    AllowEndpointIngress: {
      action: { group: ResourceReference; cidrs: string[] };
      expected: { allowed: false };
      inverse: 'RevokeEndpointIngress';
    };
  }
}

export const allowEndpointIngress: ChangeDefinition<'AllowEndpointIngress'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: 'admit TCP 443 to endpoints',
  action: { group: reference, cidrs: listOf(text) },
  expected: { allowed: exactly(false) },
  detail: ({ action: { cidrs } }) => ({ cidrs }),
  isMade: ({ action }, { network }) => {
    const group = groupIn(network, action.group);
    if (group === null) return null;
    return group !== 'absent' && action.cidrs.every((cidr) => admits443(group, cidr));
  },
  isThere: ({ group, cidrs }, { network }, isMakerThere) => {
    // A rule of a group that the plan makes exists or lacks with the group.
    const byMaker = group.kind === 'created' ? isMakerThere(group.changeId) : null;
    if (byMaker !== null) return byMaker;
    const found = groupIn(network, group);
    return found !== null && found !== 'absent' && cidrs.every((cidr) => admits443(found, cidr));
  },
  rollback: { area: 'PATH', undo: (entry, region) => region.revokeIngress(entry) },
};
