import { CHANGE_TAG } from '../../core/tags.ts';
import type { DriverOf } from './driver.ts';
import { hubDriver } from './hub.ts';

export const shareHubProfile: DriverOf<'ShareHubProfile'> = (change, context) =>
  hubDriver(
    change,
    context,
    ({ shareArn }) => shareArn !== null,
    (writer) =>
      writer.createShare({ ...change.action, tags: { ...change.action.tags, [CHANGE_TAG]: change.id } }),
  );
