import { createdId, isStanding } from '../network/live-state.ts';
import { valuesOf } from '../network/network.ts';
import { policySetOn } from '../network/policy-comparison.ts';
import { exactly, listOf, optional, tags, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    CreateGatewayEndpoint: {
      action: {
        vpcId: string;
        serviceName: string;
        routeTableIds: string[];
        clientToken: string;
        /** JSON; left out: AWS's default, full access. */
        policy?: string;
        /** Without the change tag, which the writer adds. */
        tags: Record<string, string>;
      };
      expected: { exists: false };
      inverse: 'DeleteGatewayEndpoint';
    };
  }
}

/** "There is no additional charge for using gateway endpoints" (PrivateLink guide). */
export const createGatewayEndpoint: ChangeDefinition<'CreateGatewayEndpoint'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: 'create a gateway endpoint',
  action: {
    vpcId: text,
    serviceName: text,
    routeTableIds: listOf(text),
    clientToken: text,
    policy: optional(text),
    tags,
  },
  expected: { exists: exactly(false) },
  detail: ({ action: { vpcId, serviceName, routeTableIds } }) => ({ vpcId, serviceName, routeTableIds }),
  isMade: ({ changeId }, { network }) =>
    network?.endpoints.kind === 'value' ? createdId(changeId, network) !== null : null,
  isThere: (action, { network }) =>
    valuesOf(network?.endpoints ?? null).some(
      (one) =>
        one.type === 'gateway' &&
        one.vpcId === action.vpcId &&
        one.serviceName === action.serviceName &&
        action.routeTableIds.every((id) => one.routeTableIds.includes(id)) &&
        isStanding(one),
    ),
  own: ({ changeId, madeId, action }, { ids, madeBy }) => {
    if (madeId === null) return;
    ids.add(madeId);
    madeBy.set(changeId, madeId);
    if (action.policy !== undefined) ids.add(policySetOn(madeId, action.policy));
  },
  rollback: { area: 'PATH', undo: (entry, region) => region.deleteGateway(entry) },
};
