/** A journal entry as a rollback reads it. */
import type { ChangeAction, ChangeKind, ExpectedOf, JournalReference } from '../model/change.ts';
import type { AccountId, Region, RunId } from '../model/primitives.ts';

export interface RollbackEntry {
  runId: RunId;
  seq: number;
  changeId: string;
  accountId: AccountId;
  region: Region | null;
  resource: string;
  action: ChangeAction;
  expected: ExpectedOf<ChangeKind>;
  inverse: ChangeAction | null;
  status: 'PENDING' | 'DONE' | 'FAILED';
  writtenAt: string;
  createdId?: string | null;
  rollsBack?: JournalReference;
}
