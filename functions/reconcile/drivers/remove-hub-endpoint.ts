import type { DriverOf } from './driver.ts';
import { hubDriver } from './hub.ts';

export const removeHubEndpoint: DriverOf<'RemoveHubEndpoint'> = (change, context) =>
  hubDriver(
    change,
    context,
    ({ resourceArns }) => !resourceArns.includes(change.action.resourceArn),
    (writer) => writer.removeResource(change.action),
  );
