import type { DriverOf } from './driver.ts';
import { hubZoneDriver, zoneOf } from './hub-zones.ts';

export const revokeHubSpoke: DriverOf<'RevokeHubSpoke'> = (change, context) => {
  const { zoneId, spokeVpcId } = change.action;
  return hubZoneDriver(
    change,
    context,
    (zones) => zoneOf(zones, zoneId)?.authorized.includes(spokeVpcId) !== true,
    (writer) => writer.revoke({ zoneId, vpcId: spokeVpcId }),
  );
};
