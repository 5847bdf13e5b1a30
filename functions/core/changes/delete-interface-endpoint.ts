import { flag, listOf, optional, text } from '../shape.ts';
import type { ChangeDefinition } from './definition.ts';
import { ENDPOINT_DELETION } from './endpoint-deletion.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    DeleteInterfaceEndpoint: {
      action: { endpoint: ResourceReference };
      expected: { subnetIds: string[]; groupIds: string[]; privateDns?: boolean; state?: string };
      inverse: 'CreateInterfaceEndpoint';
    };
  }
}

export const deleteInterfaceEndpoint: ChangeDefinition<'DeleteInterfaceEndpoint'> = {
  ...ENDPOINT_DELETION,
  words: 'remove an interface endpoint that is not needed',
  expected: {
    subnetIds: listOf(text),
    groupIds: listOf(text),
    privateDns: optional(flag),
    state: optional(text),
  },
  billedZones: ({ expected: { subnetIds } }) => -subnetIds.length,
  rollback: { area: 'PATH', undo: (entry, region) => region.recreateEndpoint(entry) },
};
