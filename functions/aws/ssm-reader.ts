import { GetServiceSettingCommand, paginateDescribeInstanceInformation } from '@aws-sdk/client-ssm';
import type { Read, Region, SettingObservation } from '../core/model.ts';
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

/** Ids of EC2 instances that are Online. DescribeInstanceInformation leaves stopped instances out. */
export function readOnlineInstances(clients: SessionClients, region: Region): Promise<Read<Set<string>>> {
  return read('ssm:DescribeInstanceInformation', async () => {
    const online = new Set<string>();
    const pages = paginateDescribeInstanceInformation(
      { client: clients.ssm(region, 'read') },
      { MaxResults: 50 },
    );
    for await (const page of pages) {
      for (const instance of page.InstanceInformationList ?? []) {
        if (instance.PingStatus === 'Online' && instance.InstanceId) online.add(instance.InstanceId);
      }
    }
    return online;
  });
}
