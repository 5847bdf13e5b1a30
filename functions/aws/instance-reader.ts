import { type Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { paginateDescribeInstanceInformation } from '@aws-sdk/client-ssm';
import type { InstanceCounts, Read, Region } from '../core/model.ts';
import type { InstanceFacts } from '../core/network/facts.ts';
import type { SessionClients } from './client-pool.ts';
import { type AgentFacts, instanceFrom } from './network-facts.ts';
import { read } from './reads.ts';

/** Page size of DescribeInstances (5 to 1,000); unpaginated calls have a smaller token bucket. */
const EC2_PAGE = 1000;
/** Page size of DescribeInstanceInformation (5 to 50). */
const SSM_PAGE = 50;

export interface RegionInstances {
  counts: InstanceCounts;
  instances: InstanceFacts[];
}

/**
 * A Region's instances. Systems Manager is asked only where something runs, so that an idle Region costs
 * one call.
 */
export async function readInstances(clients: SessionClients, region: Region): Promise<Read<RegionInstances>> {
  const listed = await read('ec2:DescribeInstances', () => listInstances(clients, region));
  if (listed.kind !== 'value') return listed;
  const busy = listed.value.some((instance) => instance.State?.Name === 'running');
  const agents = busy ? await readAgents(clients, region) : { kind: 'value' as const, value: new Map() };
  if (agents.kind !== 'value') return agents;
  const instances = listed.value.map((one) => instanceFrom(one, agents.value.get(one.InstanceId ?? '')));
  const running = instances.filter(({ state }) => state === 'running');
  const counts = {
    running: running.length,
    stopped: instances.filter(({ state }) => state === 'stopped').length,
    managed: running.filter(({ online }) => online).length,
  };
  return { kind: 'value', value: { counts, instances } };
}

async function listInstances(clients: SessionClients, region: Region): Promise<Instance[]> {
  const instances: Instance[] = [];
  const pages = paginateDescribeInstances({ client: clients.ec2(region, 'read') }, { MaxResults: EC2_PAGE });
  for await (const page of pages) {
    instances.push(...(page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []));
  }
  return instances;
}

/** By instance id. DescribeInstanceInformation leaves stopped instances out. */
function readAgents(clients: SessionClients, region: Region): Promise<Read<Map<string, AgentFacts>>> {
  return read('ssm:DescribeInstanceInformation', async () => {
    const agents = new Map<string, AgentFacts>();
    const client = clients.ssm(region, 'read');
    for await (const page of paginateDescribeInstanceInformation({ client }, { MaxResults: SSM_PAGE })) {
      for (const { InstanceId, AgentVersion, PingStatus } of page.InstanceInformationList ?? []) {
        if (!InstanceId) continue;
        agents.set(InstanceId, { version: AgentVersion ?? null, online: PingStatus === 'Online' });
      }
    }
    return agents;
  });
}
