import { ResetServiceSettingCommand, UpdateServiceSettingCommand } from '@aws-sdk/client-ssm';
import type { Region } from '../core/model/primitives.ts';
import type { Failure } from '../core/model/reads.ts';
import { DHMC_SETTING_ID } from '../core/setting.ts';
import type { SessionClients } from './client-pool.ts';
import { attempt } from './reads.ts';

export function setServiceSetting(
  clients: SessionClients,
  region: Region,
  value: string,
): Promise<Failure | null> {
  return attempt('ssm:UpdateServiceSetting', () =>
    clients
      .ssm(region, 'write')
      .send(new UpdateServiceSettingCommand({ SettingId: DHMC_SETTING_ID, SettingValue: value })),
  );
}

/** Back to AWS's default, which is unset. */
export function resetServiceSetting(clients: SessionClients, region: Region): Promise<Failure | null> {
  return attempt('ssm:ResetServiceSetting', () =>
    clients.ssm(region, 'write').send(new ResetServiceSettingCommand({ SettingId: DHMC_SETTING_ID })),
  );
}
