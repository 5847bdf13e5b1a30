import { readProfileAssociations } from '../../aws/name-reader.ts';
import type { ChangeOf } from '../../core/model/change.ts';
import type { ProfileAssociationFacts } from '../../core/network/facts.ts';
import type { DriverContext, DriverParts } from './driver.ts';

/** How a change of the association of a Profile reads its live state. */
export function associationReads(
  { action, region }: ChangeOf<'AssociateProfile' | 'DisassociateProfile'>,
  context: DriverContext,
): Pick<DriverParts<ProfileAssociationFacts[]>, 'readLive' | 'absent' | 'waitAfter'> & {
  ours(live: ProfileAssociationFacts[]): boolean;
  theirs(live: ProfileAssociationFacts[]): boolean;
} {
  const ofVpc = ({ vpcId, profileId }: ProfileAssociationFacts) =>
    vpcId === action.vpcId && profileId === action.profileId;
  return {
    readLive: () => readProfileAssociations(context.reader, region ?? ''),
    absent: [],
    ours: (live) => live.some((one) => ofVpc(one) && one.name === action.name),
    theirs: (live) => live.some((one) => ofVpc(one) && one.name !== action.name),
    waitAfter: (failure) => (failure.kind === 'THROTTLED' ? context.throttleWait() : null),
  };
}
