import { hasTheseRouteTables } from '../../core/network/live-state.ts';
import type { DriverOf } from './driver.ts';
import { endpointDeletion } from './endpoint.ts';

export const deleteGatewayEndpoint: DriverOf<'DeleteGatewayEndpoint'> = (change, context) =>
  endpointDeletion(change, context, (endpoint) =>
    hasTheseRouteTables(endpoint, change.expected.routeTableIds),
  );
