import type { DriverOf } from './driver.ts';
import { spokeZoneDriver } from './hub-zones.ts';

export const associateHubZone: DriverOf<'AssociateHubZone'> = (change, context) =>
  spokeZoneDriver(change, context, true);
