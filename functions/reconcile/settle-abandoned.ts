import { settlePending } from '../core/journal.ts';
import type { AccountObservation } from '../core/model/observation.ts';
import { createdId } from '../core/network/live-state.ts';
import type { Clock } from '../platform/clock.ts';
import type { JournalEntry, Store } from '../store/contract.ts';

/** Journal entries that a crash left PENDING are settled from what is there now. */
export async function settleAbandoned(
  pending: JournalEntry[],
  observation: AccountObservation,
  { store, clock }: { store: Store; clock: Clock },
): Promise<void> {
  for (const entry of pending) {
    const end = settlePending(entry, observation);
    if (end === null) continue;
    const why = end === 'FAILED' ? 'not found in live state after a crash' : null;
    const network = observation.regions.find(({ region }) => region === entry.region)?.network;
    const made = network ? createdId(entry.changeId, network) : null;
    const { accountId, runId, seq } = entry;
    await store.settleJournal(accountId, runId, seq, end, clock.now(), why, made);
  }
}
