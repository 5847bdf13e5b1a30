/** The observation as applied changes left it: of the network only what they touch is read again. */
import type { SessionClients } from '../aws/client-pool.ts';
import { readHubHolding } from '../aws/hub-holding-reader.ts';
import { readHubZones } from '../aws/hub-zone-reader.ts';
import { readHostedZones, readProfileAssociations } from '../aws/name-reader.ts';
import { NetworkLists } from '../aws/network-lists.ts';
import { areaOf, definitionOf } from '../core/changes/changes.ts';
import { recognize } from '../core/changes/recognize.ts';
import { awaitedOf } from '../core/instances/recent-changes.ts';
import { ownResourcesOf } from '../core/journal.ts';
import type { Change } from '../core/model/change.ts';
import type { AccountObservation, RegionObservation } from '../core/model/observation.ts';
import { withHubProfile } from '../core/network/spoke.ts';
import type { JournalEntry } from '../store/contract.ts';
import type { ApplyOutcome } from './apply.ts';

export async function refreshNetworks(
  observation: AccountObservation,
  applied: Change[],
  clients: SessionClients,
  listJournal: () => Promise<JournalEntry[]>,
): Promise<AccountObservation> {
  const changes = applied.filter(({ action }) => areaOf(action) === 'PATH');
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
  return {
    ...observation,
    regions,
    ownResources: ownResourcesOf(recognize(await listJournal()).known, networks),
  };
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
  const hubHoldings = { ...seen.network.hubHoldings };
  const hostedZones = { ...seen.network.hostedZones };
  let { hubZones } = seen.network;
  for (const { action } of changes) {
    const vpcId = definitionOf(action).dnsVpcId(action);
    if (vpcId !== null) dnsAttributes[vpcId] = await ec2.dnsAttributes(vpcId);
    const hubVpcId = definitionOf(action).hubVpcId(action);
    if (hubVpcId !== null) hubHoldings[hubVpcId] = await readHubHolding(clients, seen.region, hubVpcId);
  }
  const definitions = changes.map(({ action }) => [definitionOf(action), action] as const);
  for (const vpcId of new Set(definitions.map(([definition, action]) => definition.zonesVpcId(action)))) {
    if (vpcId !== null) hostedZones[vpcId] = await readHostedZones(clients, seen.region, vpcId);
  }
  if (definitions.some(([definition, action]) => definition.hubZoneVpcId(action) !== null)) {
    hubZones = await readHubZones(clients, seen.region);
  }
  const lists = { endpoints, securityGroups, dnsAttributes, hubHoldings, hostedZones, hubZones };
  const network = { ...seen.network, ...lists };
  if (!changes.some(({ action }) => definitionOf(action).readsProfiles)) return { ...seen, network };
  const profileAssociations = await readProfileAssociations(clients, seen.region);
  return { ...seen, network: withHubProfile({ ...network, profileAssociations }) };
}

/** Settings as read back, the role as answered; agents have not picked up the changes yet. */
export function afterwards(
  observation: AccountObservation,
  applied: Change[],
  outcome: Pick<ApplyOutcome, 'settings'>,
  now: Date,
): AccountObservation {
  const changes = applied.flatMap(({ region, action }) => {
    const what = awaitedOf(action);
    return what === null ? [] : [{ region, what, at: now.toISOString() }];
  });
  return {
    ...observation,
    recentChanges: [...observation.recentChanges, ...changes],
    role: applied.reduce(roleAfter, observation.role),
    regions: observation.regions.map((region) => {
      const value = outcome.settings.get(region.region);
      return value === undefined || region.setting.kind !== 'value'
        ? region
        : { ...region, setting: { kind: 'value', value: { ...region.setting.value, value } } };
    }),
  };
}

function roleAfter(role: AccountObservation['role'], change: Change): AccountObservation['role'] {
  const { roleAfter: after } = definitionOf(change.action);
  if (after === null || role.kind === 'failed') return role;
  const value = after(role.kind === 'value' ? role.value : null, change);
  return value === null ? { kind: 'absent' } : { kind: 'value', value };
}
