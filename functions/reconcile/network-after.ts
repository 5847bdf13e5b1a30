/** The network as applied changes left it: only what they touch is read again. */
import type { SessionClients } from '../aws/client-pool.ts';
import { NetworkLists } from '../aws/network-lists.ts';
import { ownResourcesOf } from '../core/journal.ts';
import type { AccountObservation, Change, RegionObservation } from '../core/model.ts';
import type { JournalEntry } from '../store/contract.ts';
import { isEndpointChange } from './endpoint-drivers.ts';

export async function refreshNetworks(
  observation: AccountObservation,
  applied: Change[],
  clients: SessionClients,
  listJournal: () => Promise<JournalEntry[]>,
): Promise<AccountObservation> {
  const changes = applied.filter(isEndpointChange);
  if (changes.length === 0) return observation;
  const regions = await Promise.all(
    observation.regions.map((region) =>
      refresh(
        region,
        changes.filter((change) => change.region === region.region),
        clients,
      ),
    ),
  );
  const networks = regions.map(({ network }) => network);
  return { ...observation, regions, ownResources: ownResourcesOf(await listJournal(), networks) };
}

async function refresh(
  seen: RegionObservation,
  changes: Change[],
  clients: SessionClients,
): Promise<RegionObservation> {
  if (seen.network === null || changes.length === 0) return seen;
  const ec2 = new NetworkLists(clients, seen.region);
  const [endpoints, securityGroups] = await Promise.all([ec2.endpoints(), ec2.securityGroups()]);
  const dnsAttributes = { ...seen.network.dnsAttributes };
  for (const { action } of changes) {
    if (action.kind !== 'EnableVpcDns') continue;
    dnsAttributes[action.vpcId] = await ec2.dnsAttributes(action.vpcId);
  }
  return { ...seen, network: { ...seen.network, endpoints, securityGroups, dnsAttributes } };
}
