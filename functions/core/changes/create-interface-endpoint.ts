import { createdId, isStanding } from '../network/live-state.ts';
import { valuesOf } from '../network/network.ts';
import { placedIn } from '../network/ownership.ts';
import { policySetOn } from '../network/policy-comparison.ts';
import { exactly, flag, listOf, optional, reference, tags, text } from '../shape.ts';
import { type ChangeDefinition, NETWORK_CHANGE } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    CreateInterfaceEndpoint: {
      action: {
        vpcId: string;
        serviceName: string;
        subnetIds: string[];
        groups: ResourceReference[];
        clientToken: string;
        /** JSON; left out: AWS's default, full access. */
        policy?: string;
        /** Left out: on. */
        privateDns?: boolean;
        /** Without the change tag, which the writer adds. */
        tags: Record<string, string>;
      };
      expected: { exists: false };
      inverse: 'DeleteInterfaceEndpoint';
    };
  }
}

export const createInterfaceEndpoint: ChangeDefinition<'CreateInterfaceEndpoint'> = {
  ...NETWORK_CHANGE,
  isPlanned: true,
  words: 'create an interface endpoint',
  action: {
    vpcId: text,
    serviceName: text,
    subnetIds: listOf(text),
    groups: listOf(reference),
    clientToken: text,
    policy: optional(text),
    privateDns: optional(flag),
    tags,
  },
  expected: { exists: exactly(false) },
  detail: ({ action: { vpcId, serviceName, subnetIds } }) => ({ vpcId, serviceName, subnetIds }),
  billedZones: ({ action: { subnetIds } }) => subnetIds.length,
  isMade: ({ changeId }, { network }) =>
    network?.endpoints.kind === 'value' ? createdId(changeId, network) !== null : null,
  isThere: (action, { network }) =>
    valuesOf(network?.endpoints ?? null).some(
      (one) => one.vpcId === action.vpcId && one.serviceName === action.serviceName && isStanding(one),
    ),
  own: ({ changeId, madeId, action }, { ids, madeBy }) => {
    if (madeId === null) return;
    ids.add(madeId);
    madeBy.set(changeId, madeId);
    for (const subnetId of action.subnetIds) ids.add(placedIn(madeId, subnetId));
    if (action.policy !== undefined) ids.add(policySetOn(madeId, action.policy));
  },
  rollback: { area: 'PATH', undo: (entry, region) => region.deleteEndpoint(entry) },
};
