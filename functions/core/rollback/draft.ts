/** What the parts of a rollback's plan share. */

import { changeId } from '../change-id.ts';
import type { RollbackChange } from '../changes/definition.ts';
import type { UnknownEntry } from '../changes/recognize.ts';
import type { Change } from '../model/change.ts';
import type { RoleObservation } from '../model/observation.ts';
import type { AccountId, Region, RunId } from '../model/primitives.ts';
import type { Read } from '../model/reads.ts';
import type { Finding } from '../model/result.ts';
import type { NoteCode } from '../reasons.ts';
import type { RollbackScope } from './entries.ts';
import type { RollbackEntry } from './entry.ts';
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
  /** In the order of time, settled as far as live state shows. */
  journal: readonly RollbackEntry[];
  /** Entries that are not recognized. */
  unknown: readonly UnknownEntry<RollbackEntry>[];
  live: RollbackLive;
}

/** What the parts of the plan write to. */
export interface RollbackDraft extends RollbackPlan {
  /** Settings as they will be; null where that is not known. */
  settings: Map<Region, SettingAfter | null>;
}

export interface SettingAfter {
  value: string;
  /** When it was set; null where that is not known, or by this very rollback. */
  since: string | null;
}

/** The change that rolls an entry back. */
export function inverseChange(
  entry: RollbackEntry,
  change: RollbackChange,
  resource: string,
  { runId }: RollbackFacts,
): Change {
  const { accountId, region } = entry;
  return {
    id: changeId(runId, 'rollback', entry.runId, String(entry.seq)),
    accountId,
    region,
    resource,
    ...change,
    inverse: null,
    monthlyCostUsd: 0,
    rollsBack: { runId: entry.runId, seq: entry.seq },
  };
}

export function liveRole(role: Read<RoleObservation> | undefined): RoleObservation | null {
  return role?.kind === 'value' ? role.value : null;
}
