import type { DriverOf } from './driver.ts';
import { hubZoneDriver, zoneOf } from './hub-zones.ts';

export const removeHubRecord: DriverOf<'RemoveHubRecord'> = (change, context) =>
  hubZoneDriver(
    change,
    context,
    (zones) => zoneOf(zones, change.action.zoneId)?.alias?.dnsName !== change.action.dnsName,
    (writer) => writer.removeRecord(change.action),
  );
