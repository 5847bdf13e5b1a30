import { associateProfile as associate } from '../../aws/profile-writer.ts';
import type { DriverOf } from './driver.ts';
import { driverOf } from './driver.ts';
import { associationReads } from './profile-association.ts';

export const associateProfile: DriverOf<'AssociateProfile'> = (change, context) => {
  const { ours, theirs, ...reads } = associationReads(change, context);
  return driverOf({
    ...reads,
    isExpected: (live) => !ours(live) && !theirs(live),
    isDone: ours,
    write: () => associate(context.writer, change.region ?? '', change.action),
  });
};
