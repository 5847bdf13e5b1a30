/** What the parts of a rollback's plan have in common. */
import type { Change, ChangeAction } from '../model/change.ts';
import type { RoleObservation } from '../model/observation.ts';
import type { AccountId, Region, RunId } from '../model/primitives.ts';
import type { Read } from '../model/reads.ts';
import type { Finding } from '../model/result.ts';
import { changeId } from '../plan.ts';
import type { NoteCode } from '../reasons.ts';
import type { RollbackEntry, RollbackScope } from './entries.ts';
import type { RollbackLive } from './live.ts';

export interface RollbackPlan {
  /** Newest first; within a Region in the order in which they are made. */
  regional: Change[];
  /** After all Regions. */
  role: Change[];
  /** VPC of each change of the network, by the change's id. */
  vpcOf: Record<string, string>;
  findings: { region: Region | null; finding: Finding }[];
  notes: { region: Region; note: NoteCode }[];
}

export interface RollbackFacts {
  accountId: AccountId;
  /** Of the rollback. */
  runId: RunId;
  scope: RollbackScope;
  /** In the order of time, settled as far as live state tells. */
  journal: readonly RollbackEntry[];
  live: RollbackLive;
}

/** What the parts of the plan write to. */
export interface RollbackDraft extends RollbackPlan {
  /** Settings as they will stand; null where that is not known. */
  settings: Map<Region, SettingAfter | null>;
}

export interface SettingAfter {
  value: string;
  /** When it was set; null where that is not known, or by this very rollback. */
  since: string | null;
}

/** A change that takes an entry back. */
export function inverseChange(
  entry: RollbackEntry,
  action: ChangeAction,
  expected: unknown,
  resource: string,
  { runId }: RollbackFacts,
): Change {
  const { accountId, region } = entry;
  return {
    id: changeId(runId, 'rollback', entry.runId, String(entry.seq)),
    accountId,
    region,
    resource,
    action,
    expected,
    inverse: null,
    monthlyCostUsd: 0,
    rollsBack: { runId: entry.runId, seq: entry.seq },
  };
}

export function conflict(subject: string, sentence: string): Finding {
  return { code: 'ROLLBACK_CONFLICT', subject, sentence };
}

export function notReversible(entry: RollbackEntry): Finding {
  return {
    code: 'NOT_REVERSIBLE',
    subject: entry.resource,
    sentence: `${entry.action.kind} of ${entry.resource} by ${entry.runId} has no way back.`,
  };
}

export function liveRole(role: Read<RoleObservation> | undefined): RoleObservation | null {
  return role?.kind === 'value' ? role.value : null;
}
