import { CHANGE_TAG } from '../../core/tags.ts';
import type { DriverOf } from './driver.ts';
import { hubDriver } from './hub.ts';

export const createHubProfile: DriverOf<'CreateHubProfile'> = (change, context) =>
  hubDriver(
    change,
    context,
    ({ profile }) => profile !== null,
    (writer) =>
      writer.createProfile({ ...change.action, tags: { ...change.action.tags, [CHANGE_TAG]: change.id } }),
  );
