import type { DriverOf } from './driver.ts';
import { spokeZoneDriver } from './hub-zones.ts';

export const disassociateHubZone: DriverOf<'DisassociateHubZone'> = (change, context) =>
  spokeZoneDriver(change, context, false);
