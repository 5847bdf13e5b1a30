import type { DriverOf } from './driver.ts';
import { hubZoneDriver, zoneOf } from './hub-zones.ts';

export const deleteHubZone: DriverOf<'DeleteHubZone'> = (change, context) =>
  hubZoneDriver(
    change,
    context,
    (zones) => zoneOf(zones, change.action.zoneId) === undefined,
    (writer) => writer.deleteZone(change.action.zoneId ?? ''),
  );
