/** Session logging of a Region, asked where something runs and its setting names a role: one call, two where sessions are logged. */
import type { SessionClients } from '../aws/client-pool.ts';
import { readGrants, readSessionPreferences } from '../aws/session-reader.ts';
import {
  type LoggingPlace,
  type SessionLoggingObservation,
  servicesOf,
  wantedGrants,
} from '../core/instances/session-logging.ts';
import type { SettingObservation } from '../core/model/observation.ts';
import { iamRoleArn } from '../core/partition.ts';
import { settingValue } from '../core/setting.ts';

/** null where sessions are to be logged nowhere, or nothing could be read of it. */
export async function observeSessionLogging(
  clients: SessionClients,
  setting: SettingObservation,
  place: LoggingPlace,
): Promise<SessionLoggingObservation | null> {
  const role = settingValue(setting);
  if (role === null) return null;
  const preferences = await readSessionPreferences(clients, place.region);
  if (preferences.kind !== 'value' || servicesOf(preferences.value).length === 0) return null;
  const roleArn = iamRoleArn(place.partition, place.accountId, '/', role);
  const granted = await readGrants(clients, roleArn, wantedGrants(preferences.value, place));
  return { preferences: preferences.value, roleArn, granted };
}
