/** Journal entries that a crash left PENDING. */
import type { JournalEntry } from '../store/contract.ts';

export function pendingOf(journal: readonly JournalEntry[]): JournalEntry[] {
  return journal.filter((entry) => entry.status === 'PENDING');
}
