import { exactly, listOf, text } from '../shape.ts';
import { ASSOCIATION_CHANGE, type ChangeDefinition, isUpdateThere } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    CreateAgentUpdate: {
      /** `name` carries the change's id. `instanceIds`: ids, or `*` for all managed nodes. */
      action: { name: string; schedule: string; instanceIds: string[] };
      expected: { exists: false };
      inverse: 'DeleteAgentUpdate';
    };
  }
}

export const createAgentUpdate: ChangeDefinition<'CreateAgentUpdate'> = {
  ...ASSOCIATION_CHANGE,
  isPlanned: true,
  words: 'create the association that updates agents',
  action: { name: text, schedule: text, instanceIds: listOf(text) },
  expected: { exists: exactly(false) },
  detail: ({ action: { name, schedule, instanceIds } }) => ({ name, schedule, instanceIds }),
  isMade: ({ action }, live) => isUpdateThere(action.name, live),
  rollback: { area: 'ASSOCIATION', name: ({ name }) => name },
};
