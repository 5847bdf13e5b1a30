import { readAssociations } from '../../aws/association-reader.ts';
import { deleteAssociation } from '../../aws/association-writer.ts';
import type { AssociationFacts } from '../../core/associations.ts';
import { type DriverOf, driverOf } from './driver.ts';

export const deleteAgentUpdate: DriverOf<'DeleteAgentUpdate'> = ({ action, region }, context) => {
  let id = '';
  const ours = (live: AssociationFacts[]) =>
    live.find(({ associationName }) => associationName === action.name);
  return driverOf({
    readLive: async () => {
      const live = await readAssociations(context.reader, region ?? '');
      if (live.kind === 'value') id = ours(live.value)?.associationId ?? '';
      return live;
    },
    absent: [],
    isExpected: (live) => ours(live) !== undefined,
    isDone: (live) => ours(live) === undefined,
    write: () => deleteAssociation(context.writer, region ?? '', id),
    waitAfter: (failure) => (failure.kind === 'THROTTLED' ? context.throttleWait() : null),
  });
};
