/** What a rollback does to gateway endpoints: what others changed since is kept. */
import type { EntryOf } from '../changes/definition.ts';
import type { ActionOf, ChangeAction } from '../model/change.ts';
import type { EndpointFacts } from '../network/facts.ts';
import { hasRouteTables, hasTheseRouteTables, isStanding } from '../network/live-state.ts';
import type { Undoing } from './undoing.ts';

/** @param since what took effect after it was made */
export function undoCreation(
  endpoint: EndpointFacts,
  created: Pick<ActionOf<'CreateGatewayEndpoint'>, 'routeTableIds'>,
  since: readonly { action: ChangeAction }[],
  runId: string,
): Undoing {
  const { endpointId, routeTableIds } = endpoint;
  const left = new Set(created.routeTableIds);
  for (const { action } of since) {
    if (action.kind !== 'ModifyGatewayEndpoint' || action.endpointId !== endpointId) continue;
    for (const id of action.addRouteTableIds) left.add(id);
    for (const id of action.removeRouteTableIds) left.delete(id);
  }
  if (!hasTheseRouteTables(endpoint, [...left])) {
    return {
      conflict: `The route tables of the endpoint ${endpointId} were changed after ${runId} made it; it is kept.`,
    };
  }
  return {
    undo: {
      action: { kind: 'DeleteGatewayEndpoint', endpoint: { kind: 'existing', id: endpointId } },
      expected: { routeTableIds },
    },
  };
}

export function undoModification(
  endpoint: EndpointFacts,
  { action, runId }: EntryOf<'ModifyGatewayEndpoint'>,
  inverse: ActionOf<'ModifyGatewayEndpoint'>,
): Undoing {
  const { endpointId, routeTableIds } = endpoint;
  if (hasRouteTables(endpoint, inverse)) return null;
  if (!hasRouteTables(endpoint, action)) {
    return {
      conflict: `The endpoint ${endpointId} was changed after ${runId} changed it; it is kept as it is.`,
    };
  }
  return { undo: { action: { ...inverse, endpointId }, expected: { routeTableIds } } };
}

export function undoDeletion(
  endpoints: Iterable<EndpointFacts>,
  resource: string,
  inverse: ActionOf<'CreateGatewayEndpoint'>,
): Undoing {
  const holder = [...endpoints].find(
    (one) =>
      one.type === 'gateway' &&
      one.vpcId === inverse.vpcId &&
      one.serviceName === inverse.serviceName &&
      one.routeTableIds.some((id) => inverse.routeTableIds.includes(id)) &&
      isStanding(one),
  );
  return holder
    ? {
        conflict: `The endpoint ${resource} is not created again: ${holder.endpointId} serves its route tables now.`,
      }
    : { undo: { action: inverse, expected: { exists: false } } };
}
