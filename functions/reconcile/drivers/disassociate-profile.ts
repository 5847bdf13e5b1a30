import { disassociateProfile as disassociate } from '../../aws/profile-writer.ts';
import type { DriverOf } from './driver.ts';
import { driverOf } from './driver.ts';
import { associationReads } from './profile-association.ts';

export const disassociateProfile: DriverOf<'DisassociateProfile'> = (change, context) => {
  const { ours, theirs, ...reads } = associationReads(change, context);
  return driverOf({
    ...reads,
    isExpected: (live) => ours(live) && !theirs(live),
    isDone: (live) => !ours(live),
    write: () => disassociate(context.writer, change.region ?? '', change.action),
  });
};
