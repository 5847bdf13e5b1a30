/**
 * What a journal entry that a crash left PENDING turned out to be: live state decides (docs/spec/decisions.md,
 * "Journal"). Only the next pass that observes the place can say. And what the journal knows as ours.
 */
import type { ChangeAction } from './model/change.ts';
import type { AccountObservation, RegionObservation } from './model/observation.ts';
import type { NetworkObservation } from './network/facts.ts';
import { createdId, isMade, type NetworkTraces } from './network/live-state.ts';
import { placedIn } from './network/ownership.ts';
import { CHANGE_TAG } from './role.ts';

export interface PendingEntry {
  changeId: string;
  runId: string;
  region: string | null;
  action: ChangeAction;
}

/** What of an account's live state settles its journal. */
export interface SettlingObservation {
  role: AccountObservation['role'];
  regions: (Pick<RegionObservation, 'region' | 'setting'> & { network: NetworkTraces | null })[];
}

/** DONE or FAILED, or null where the place was not observed this time. */
export function settlePending(
  entry: PendingEntry,
  observation: SettlingObservation,
): 'DONE' | 'FAILED' | null {
  const { action } = entry;
  const seen = observation.regions.find((region) => region.region === entry.region);
  switch (action.kind) {
    case 'SetServiceSetting':
    case 'ResetServiceSetting':
      return settleSetting(entry, action, seen);
    case 'CreateDhmcRole':
    case 'SetDhmcRoleTrust':
    case 'AttachDhmcRolePolicy':
    case 'DetachDhmcRolePolicy':
    case 'DeleteDhmcRole':
      return settleRole(entry, action, observation);
    default: {
      const made = seen?.network ? isMade(entry.changeId, action, seen.network) : null;
      return made === null ? null : made ? 'DONE' : 'FAILED';
    }
  }
}

type SettingAction = Extract<ChangeAction, { kind: 'SetServiceSetting' | 'ResetServiceSetting' }>;
type RoleAction = Extract<
  ChangeAction,
  {
    kind:
      | 'CreateDhmcRole'
      | 'SetDhmcRoleTrust'
      | 'AttachDhmcRolePolicy'
      | 'DetachDhmcRolePolicy'
      | 'DeleteDhmcRole';
  }
>;

function settleSetting(
  entry: PendingEntry,
  action: SettingAction,
  seen: SettlingObservation['regions'][number] | undefined,
): 'DONE' | 'FAILED' | null {
  if (seen?.setting.kind !== 'value') return null;
  const { value, lastModifiedUser } = seen.setting.value;
  if (action.kind === 'ResetServiceSetting') return value === '' || value === '$None' ? 'DONE' : 'FAILED';
  // The session's name is the run's id, so LastModifiedUser tells our write from another's.
  const byUs = lastModifiedUser === null || lastModifiedUser.endsWith(`/${entry.runId}`);
  return value === action.value && byUs ? 'DONE' : 'FAILED';
}

function settleRole(
  entry: PendingEntry,
  action: RoleAction,
  { role }: SettlingObservation,
): 'DONE' | 'FAILED' | null {
  if (role.kind === 'failed') return null;
  const live = role.kind === 'value' ? role.value : null;
  switch (action.kind) {
    case 'CreateDhmcRole':
      return live?.tags[CHANGE_TAG] === entry.changeId ? 'DONE' : 'FAILED';
    case 'SetDhmcRoleTrust':
      return JSON.stringify(live?.trustPolicy) === JSON.stringify(action.trustPolicy) ? 'DONE' : 'FAILED';
    case 'AttachDhmcRolePolicy':
      return live?.attachedPolicyArns.includes(action.policyArn) ? 'DONE' : 'FAILED';
    case 'DetachDhmcRolePolicy':
      return live?.attachedPolicyArns.includes(action.policyArn) ? 'FAILED' : 'DONE';
    case 'DeleteDhmcRole':
      return live === null ? 'DONE' : 'FAILED';
  }
}

/** What of a journal tells which resources are ours. */
export interface OwnershipEntry {
  changeId: string;
  region: string | null;
  action: ChangeAction;
  status: 'PENDING' | 'DONE' | 'FAILED';
  /** Id of what the change made, noted when it was settled. */
  createdId?: string | null;
}

/**
 * Ids of endpoints and groups that we made, and the subnets that we put endpoints into, in the journal's
 * order. An entry that a crash left open counts by the tag that it carries.
 */
export function ownResourcesOf(journal: OwnershipEntry[], networks: (NetworkObservation | null)[]): string[] {
  const own = new Set<string>();
  const madeBy = new Map<string, string>();
  const seenId = (entry: OwnershipEntry) =>
    networks.map((network) => network && createdId(entry.changeId, network)).find((id) => id) ?? null;
  for (const entry of journal) {
    const { action, status } = entry;
    if (status === 'FAILED') continue;
    if (action.kind === 'CreateEndpointSecurityGroup' || action.kind === 'CreateInterfaceEndpoint') {
      const id = status === 'DONE' ? entry.createdId : seenId(entry);
      if (!id) continue;
      own.add(id);
      madeBy.set(entry.changeId, id);
      if (action.kind === 'CreateInterfaceEndpoint') {
        for (const subnetId of action.subnetIds) own.add(placedIn(id, subnetId));
      }
    } else if (status === 'DONE' && action.kind === 'ModifyInterfaceEndpoint') {
      for (const subnetId of action.addSubnetIds) own.add(placedIn(action.endpointId, subnetId));
      for (const subnetId of action.removeSubnetIds) own.delete(placedIn(action.endpointId, subnetId));
    } else if (status === 'DONE' && action.kind === 'DeleteInterfaceEndpoint') {
      const { endpoint } = action;
      own.delete(endpoint.kind === 'existing' ? endpoint.id : (madeBy.get(endpoint.changeId) ?? ''));
    }
  }
  return [...own].sort();
}
