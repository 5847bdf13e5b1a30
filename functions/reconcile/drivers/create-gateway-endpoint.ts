import type { DriverOf } from './driver.ts';
import { endpointCreation } from './endpoint.ts';

export const createGatewayEndpoint: DriverOf<'CreateGatewayEndpoint'> = (change, context) =>
  endpointCreation(change, context, ({ writer }, tags) =>
    writer.createGatewayEndpoint({ ...change.action, tags }),
  );
