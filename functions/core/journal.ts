/**
 * What a journal entry that a crash left PENDING turned out to be: the live state tells (decisions.md,
 * section 7). Only the next pass that observes the place can say.
 */
import type { AccountObservation, ChangeAction } from './model.ts';
import { CHANGE_TAG } from './role.ts';

export interface PendingEntry {
  changeId: string;
  runId: string;
  region: string | null;
  action: ChangeAction;
}

/** DONE or FAILED, or null where the place was not observed this time. */
export function settlePending(
  entry: PendingEntry,
  observation: AccountObservation,
): 'DONE' | 'FAILED' | null {
  const { action } = entry;
  if (action.kind === 'SetServiceSetting' || action.kind === 'ResetServiceSetting') {
    const seen = observation.regions.find((region) => region.region === entry.region);
    if (seen?.setting.kind !== 'value') return null;
    const { value, lastModifiedUser } = seen.setting.value;
    if (action.kind === 'ResetServiceSetting') return value === '' || value === '$None' ? 'DONE' : 'FAILED';
    // The session's name is the run's id, so LastModifiedUser tells our write from another's.
    const byUs = lastModifiedUser === null || lastModifiedUser.endsWith(`/${entry.runId}`);
    return value === action.value && byUs ? 'DONE' : 'FAILED';
  }
  const { role } = observation;
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
