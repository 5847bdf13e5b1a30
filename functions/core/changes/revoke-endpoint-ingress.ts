import { admits443, groupIn } from '../network/live-state.ts';
import { exactly, listOf, reference, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    RevokeEndpointIngress: {
      action: { group: ResourceReference; cidrs: string[] };
      expected: { allowed: true };
      inverse: never;
    };
  }
}

export const revokeEndpointIngress: ChangeDefinition<'RevokeEndpointIngress'> = {
  ...NETWORK_CHANGE,
  isPlanned: false,
  words: 'revoke TCP 443 of endpoints',
  action: { group: reference, cidrs: listOf(text) },
  expected: { allowed: exactly(true) },
  detail: ({ action: { cidrs } }) => ({ cidrs }),
  isMade: ({ action }, { network }) => {
    const group = groupIn(network, action.group);
    if (group === null) return null;
    return group === 'absent' || !action.cidrs.some((cidr) => admits443(group, cidr));
  },
  rollback: null,
};
