import type { DriverOf } from './driver.ts';
import { hubDriver } from './hub.ts';

export const addHubEndpoint: DriverOf<'AddHubEndpoint'> = (change, context) =>
  hubDriver(
    change,
    context,
    ({ resourceArns }) => resourceArns.includes(change.action.resourceArn),
    (writer) => writer.addResource(change.action),
  );
