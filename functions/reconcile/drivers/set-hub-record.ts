import type { DriverOf } from './driver.ts';
import { hubZoneDriver, zoneOf } from './hub-zones.ts';

export const setHubRecord: DriverOf<'SetHubRecord'> = (change, context) =>
  hubZoneDriver(
    change,
    context,
    (zones) => zoneOf(zones, change.action.zoneId)?.alias?.dnsName === change.action.dnsName,
    (writer) => writer.setRecord(change.action),
  );
