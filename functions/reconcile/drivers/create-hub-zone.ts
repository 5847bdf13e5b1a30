import { callerReferenceOf } from '../../core/network/hub-facts.ts';
import type { DriverOf } from './driver.ts';
import { hubZoneDriver } from './hub-zones.ts';

export const createHubZone: DriverOf<'CreateHubZone'> = (change, context) => {
  const callerReference = callerReferenceOf(change.id);
  return hubZoneDriver(
    change,
    context,
    (zones) => {
      const made = zones.find((zone) => zone.callerReference === callerReference);
      if (made) context.sawCreated(change.id, made.zoneId);
      return made !== undefined;
    },
    (writer) => writer.createZone({ ...change.action, callerReference }),
  );
};
