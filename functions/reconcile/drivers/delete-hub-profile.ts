import type { DriverOf } from './driver.ts';
import { hubDriver } from './hub.ts';

export const deleteHubProfile: DriverOf<'DeleteHubProfile'> = (change, context) =>
  hubDriver(
    change,
    context,
    ({ profile }) => profile === null,
    (writer, { profile }) => writer.deleteProfile(profile?.profileId ?? ''),
  );
