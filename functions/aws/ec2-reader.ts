import { paginateDescribeInstances } from '@aws-sdk/client-ec2';
import type { InstanceCounts, Read, Region } from '../core/model.ts';
import type { SessionClients } from './client-pool.ts';
import { read } from './reads.ts';
import { readOnlineInstances } from './ssm-reader.ts';

/** Page size of DescribeInstances (5 to 1,000); unpaginated calls have a smaller token bucket. */
const PAGE = 1000;

interface InstanceIds {
  running: Set<string>;
  stopped: number;
}

/**
 * Counts a Region's instances. Systems Manager is asked only where something runs, so that an idle
 * Region costs one call.
 */
export async function readInstanceCounts(
  clients: SessionClients,
  region: Region,
): Promise<Read<InstanceCounts>> {
  const instances = await read('ec2:DescribeInstances', () => listInstances(clients, region));
  if (instances.kind !== 'value') return instances;
  const { running, stopped } = instances.value;
  if (running.size === 0) return { kind: 'value', value: { running: 0, stopped, managed: 0 } };
  const online = await readOnlineInstances(clients, region);
  if (online.kind !== 'value') return online;
  const managed = [...running].filter((id) => online.value.has(id)).length;
  return { kind: 'value', value: { running: running.size, stopped, managed } };
}

async function listInstances(clients: SessionClients, region: Region): Promise<InstanceIds> {
  const running = new Set<string>();
  let stopped = 0;
  const pages = paginateDescribeInstances({ client: clients.ec2(region, 'read') }, { MaxResults: PAGE });
  for await (const page of pages) {
    for (const instance of (page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? [])) {
      const state = instance.State?.Name;
      if (state === 'running' && instance.InstanceId) running.add(instance.InstanceId);
      else if (state === 'stopped' || state === 'stopping') stopped += 1;
    }
  }
  return { running, stopped };
}
