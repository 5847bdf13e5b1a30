import type { DriverOf } from './driver.ts';
import { hubDriver } from './hub.ts';

export const unshareHubProfile: DriverOf<'UnshareHubProfile'> = (change, context) =>
  hubDriver(
    change,
    context,
    ({ shareArn }) => shareArn === null,
    (writer, { shareArn }) => writer.deleteShare(shareArn ?? ''),
  );
