/** What a rollback does to gateway endpoints: what others changed since is kept. */
import type { EntryOf } from '../changes/definition.ts';
import type { ActionOf } from '../model/change.ts';
import type { EndpointFacts } from '../network/facts.ts';
import { hasRouteTables, hasTheseRouteTables, isStanding } from '../network/live-state.ts';
import type { History } from './entries.ts';
import type { RollbackEntry } from './entry.ts';
import type { Undoing } from './undoing.ts';

export function undoCreation(
  endpoint: EndpointFacts,
  histories: readonly History<RollbackEntry>[],
  runId: string,
): Undoing {
  const { endpointId, routeTableIds } = endpoint;
  const isAsLeft = histories.some(({ creation, changes }) => {
    if (creation.action.kind !== 'CreateGatewayEndpoint') return false;
    const left = new Set(creation.action.routeTableIds);
    for (const { action } of changes) {
      if (action.kind !== 'ModifyGatewayEndpoint') continue;
      for (const id of action.addRouteTableIds) left.add(id);
      for (const id of action.removeRouteTableIds) left.delete(id);
    }
    return hasTheseRouteTables(endpoint, [...left]);
  });
  if (!isAsLeft) {
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
