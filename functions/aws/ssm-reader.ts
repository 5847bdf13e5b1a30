import { GetServiceSettingCommand } from '@aws-sdk/client-ssm';
import type { SettingObservation } from '../core/model/observation.ts';
import type { Region } from '../core/model/primitives.ts';
import type { Read } from '../core/model/reads.ts';
import { DHMC_SETTING_ID } from '../core/setting.ts';
import type { SessionClients } from './client-pool.ts';
import { read } from './reads.ts';

/** ServiceSettingNotFound stays a failure: it means that the Region has no DHMC, not that nothing is set. */
export function readServiceSetting(
  clients: SessionClients,
  region: Region,
): Promise<Read<SettingObservation>> {
  return read('ssm:GetServiceSetting', async () => {
    const { ServiceSetting: setting } = await clients
      .ssm(region, 'read')
      .send(new GetServiceSettingCommand({ SettingId: DHMC_SETTING_ID }));
    return {
      value: setting?.SettingValue ?? '',
      lastModifiedUser: setting?.LastModifiedUser ?? null,
      lastModifiedDate: setting?.LastModifiedDate?.toISOString() ?? null,
    };
  });
}
