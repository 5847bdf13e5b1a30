import { listOf, text } from '../shape.ts';
import type { ChangeDefinition } from './definition.ts';
import { ENDPOINT_DELETION } from './endpoint-deletion.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    DeleteGatewayEndpoint: {
      action: { endpoint: ResourceReference };
      expected: { routeTableIds: string[] };
      inverse: 'CreateGatewayEndpoint';
    };
  }
}

export const deleteGatewayEndpoint: ChangeDefinition<'DeleteGatewayEndpoint'> = {
  ...ENDPOINT_DELETION,
  words: 'remove a gateway endpoint that is not needed',
  expected: { routeTableIds: listOf(text) },
  rollback: { area: 'PATH', undo: (entry, region) => region.recreateGateway(entry) },
};
