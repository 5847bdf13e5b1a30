import { exactly, text } from '../shape.ts';
import { ASSOCIATION_CHANGE, type ChangeDefinition, isUpdateThere } from './definition.ts';

declare module '../model/change.ts' {
  interface ChangeKinds {
    DeleteAgentUpdate: {
      action: { name: string };
      expected: { exists: true };
      inverse: never;
    };
  }
}

export const deleteAgentUpdate: ChangeDefinition<'DeleteAgentUpdate'> = {
  ...ASSOCIATION_CHANGE,
  isPlanned: false,
  words: 'delete the association that updates agents',
  action: { name: text },
  expected: { exists: exactly(true) },
  detail: ({ action: { name } }) => ({ name }),
  isMade: ({ action }, live) => {
    const isThere = isUpdateThere(action.name, live);
    return isThere === null ? null : !isThere;
  },
  rollback: null,
};
