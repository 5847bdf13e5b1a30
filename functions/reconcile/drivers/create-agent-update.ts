import { readAssociations } from '../../aws/association-reader.ts';
import { createUpdateAssociation } from '../../aws/association-writer.ts';
import { isOurs } from '../../core/agent-updates.ts';
import { type DriverOf, driverOf } from './driver.ts';

export const createAgentUpdate: DriverOf<'CreateAgentUpdate'> = ({ action, region }, context) =>
  driverOf({
    readLive: () => readAssociations(context.reader, region ?? ''),
    absent: [],
    isExpected: (live) => !live.some(isOurs),
    isDone: (live) => live.some(({ associationName }) => associationName === action.name),
    write: () =>
      createUpdateAssociation(context.writer, region ?? '', { ...action, tags: context.resourceTags }),
    waitAfter: (failure) => (failure.kind === 'THROTTLED' ? context.throttleWait() : null),
  });
