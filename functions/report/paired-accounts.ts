/** The accounts of two runs side by side. */
import type { AccountResult } from '../core/model/result.ts';
import type { ReportSource } from './source.ts';

export interface PairedAccount {
  /** null: gone since. */
  now: AccountResult | null;
  /** null: not in the compared run; undefined: there is no compared run. */
  before: AccountResult | null | undefined;
}

/** In the order of their ids. Both runs come in that order, so that one account of each is held at a time. */
export async function* pairedAccounts({ accounts, since }: ReportSource): AsyncGenerator<PairedAccount> {
  if (since === null) {
    for await (const now of accounts()) yield { now, before: undefined };
    return;
  }
  const earlier = since.accounts()[Symbol.asyncIterator]();
  try {
    let before = await nextOf(earlier);
    for await (const now of accounts()) {
      for (; before !== null && before.accountId < now.accountId; before = await nextOf(earlier)) {
        yield { now: null, before };
      }
      const same = before !== null && before.accountId === now.accountId;
      yield { now, before: same ? before : null };
      if (same) before = await nextOf(earlier);
    }
    for (; before !== null; before = await nextOf(earlier)) yield { now: null, before };
  } finally {
    await earlier.return?.();
  }
}

async function nextOf(accounts: AsyncIterator<AccountResult>): Promise<AccountResult | null> {
  const { done, value } = await accounts.next();
  return done ? null : value;
}
