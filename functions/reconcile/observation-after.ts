/** The observation as applied changes left it: of the network only what they touch is read again. */
import type { SessionClients } from '../aws/client-pool.ts';
import { NetworkLists } from '../aws/network-lists.ts';
import { whatOf } from '../core/instances/recent-changes.ts';
import { ownResourcesOf } from '../core/journal.ts';
import type { Change } from '../core/model/change.ts';
import type { AccountObservation, RegionObservation } from '../core/model/observation.ts';
import type { JournalEntry } from '../store/contract.ts';
import type { ApplyOutcome } from './apply.ts';
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

/** Settings as read back, the role as answered; agents have yet to feel what was changed. */
export function afterwards(
  observation: AccountObservation,
  applied: Change[],
  outcome: Pick<ApplyOutcome, 'settings'>,
  now: Date,
): AccountObservation {
  const changes = applied.map(({ region, action }) => ({
    region,
    what: whatOf(action),
    at: now.toISOString(),
  }));
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
  const { action } = change;
  if (action.kind === 'CreateDhmcRole') {
    return {
      kind: 'value',
      value: {
        roleName: action.roleName,
        path: action.path,
        arn: change.resource,
        trustPolicy: action.trustPolicy,
        attachedPolicyArns: [],
        inlinePolicyNames: [],
        permissionsBoundaryArn: action.permissionsBoundaryArn,
        tags: { 'dhmc-rollout:managed': 'true' },
        createdAt: null,
      },
    };
  }
  if (role.kind !== 'value') return role;
  if (action.kind === 'SetDhmcRoleTrust') {
    return { kind: 'value', value: { ...role.value, trustPolicy: action.trustPolicy } };
  }
  if (action.kind === 'AttachDhmcRolePolicy') {
    const attachedPolicyArns = [...role.value.attachedPolicyArns, action.policyArn].sort();
    return { kind: 'value', value: { ...role.value, attachedPolicyArns } };
  }
  return role;
}
