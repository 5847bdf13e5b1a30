import { readHubZones } from '../../aws/hub-zone-reader.ts';
import { HubZoneWriter } from '../../aws/hub-zone-writer.ts';
import { readHostedZones } from '../../aws/name-reader.ts';
import type { ChangeOf } from '../../core/model/change.ts';
import type { Failure } from '../../core/model/reads.ts';
import type { HostedZoneFacts } from '../../core/network/facts.ts';
import type { HubZoneFacts } from '../../core/network/hub-facts.ts';
import type { ChangeDriver, DriverContext } from './driver.ts';
import { driverOf } from './driver.ts';

type HubZoneChange = ChangeOf<
  | 'CreateHubZone'
  | 'DeleteHubZone'
  | 'SetHubRecord'
  | 'RemoveHubRecord'
  | 'AuthorizeHubSpoke'
  | 'RevokeHubSpoke'
>;

/** A change of the hub's zones: `is` is the state that it leads to, its opposite the one that the plan saw. */
export function hubZoneDriver(
  { region }: HubZoneChange,
  context: DriverContext,
  is: (zones: HubZoneFacts[]) => boolean,
  write: (writer: HubZoneWriter) => Promise<Failure | null>,
): ChangeDriver {
  return driverOf<HubZoneFacts[]>({
    readLive: () => readHubZones(context.reader, region ?? ''),
    absent: [],
    isExpected: (zones) => !is(zones),
    isDone: is,
    write: () => write(new HubZoneWriter(context.writer, region ?? '')),
    waitAfter: (failure) => (failure.kind === 'THROTTLED' ? context.throttleWait() : null),
  });
}

/** Within the gap that the plan states for a name (core/network/zone-migration.ts). */
const MOST_TRIES = 5;
const TRY_MILLISECONDS = 5_000;

/** Of a zone of the hub and a VPC of this account. */
export function spokeZoneDriver(
  { action, region, undoes }: ChangeOf<'AssociateHubZone' | 'DisassociateHubZone'>,
  context: DriverContext,
  isWanted: boolean,
): ChangeDriver {
  const writer = new HubZoneWriter(context.writer, region ?? '');
  let tries = 0;
  const is = (zones: HostedZoneFacts[]) =>
    zones.some(({ hostedZoneId }) => hostedZoneId === action.zoneId) === isWanted;
  return driverOf<HostedZoneFacts[]>({
    readLive: () => readHostedZones(context.reader, region ?? '', action.vpcId),
    absent: [],
    isExpected: (zones) => !is(zones),
    isDone: is,
    write: () => (isWanted ? writer.associate(action) : writer.disassociate(action)),
    waitAfter: (failure) => {
      if (failure.kind === 'THROTTLED') return context.throttleWait();
      // How long the zone of an endpoint's private DNS remains after it is switched off is not documented.
      const isHeld = undoes !== undefined && failure.code === 'ConflictingDomainExists';
      if (!isHeld || tries >= MOST_TRIES) return null;
      tries += 1;
      return TRY_MILLISECONDS;
    },
  });
}

/** The zone with this id, as it is. */
export function zoneOf(zones: readonly HubZoneFacts[], zoneId: string | null): HubZoneFacts | undefined {
  return zones.find((zone) => zone.zoneId === zoneId);
}
