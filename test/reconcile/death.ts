/** A process that ends in the middle of its writing: from then on nothing reaches the table any more. */
import type { Store } from '../../functions/store/contract.ts';

export interface Death {
  /** The n-th journal entry of all accounts that is the last. */
  atEntry: number;
  /** `journalled`: before the call that it announces; `written`: after it, before it is marked done. */
  when: 'journalled' | 'written';
}

class ProcessEnded extends Error {
  override readonly name = 'Runtime.ExitError';
}

/**
 * Returns what brings the store back to life.
 *
 * @param onEnd for what has to stop besides, e.g. the state machine, which would continue with the next account
 */
export function endProcessAt(
  store: Store,
  { atEntry, when }: Death,
  onEnd: () => void = () => {},
): () => boolean {
  const alive = { ...store };
  let entries = 0;
  let ended = false;
  const end = () => {
    if (!ended) onEnd();
    ended = true;
  };
  /** The entry at whose end the process goes. */
  let last = '';
  const refuse = () => {
    if (ended) throw new ProcessEnded('the process has ended');
  };
  store.putJournal = async (entry) => {
    refuse();
    entries += 1;
    const atEnd = entries === atEntry;
    if (atEnd) last = `${entry.accountId} ${entry.seq}`;
    await alive.putJournal(entry);
    if (atEnd && when === 'journalled') end();
    refuse();
  };
  store.settleJournal = async (accountId, runId, seq, ...rest) => {
    refuse();
    if (last === `${accountId} ${seq}`) end();
    refuse();
    await alive.settleJournal(accountId, runId, seq, ...rest);
  };
  store.updateRun = async (run) => {
    refuse();
    return alive.updateRun(run);
  };
  store.takeLease = async (...lease) => {
    refuse();
    return alive.takeLease(...lease);
  };
  store.recordAccount = async (...record) => {
    refuse();
    return alive.recordAccount(...record);
  };
  return () => {
    Object.assign(store, alive);
    return ended;
  };
}
