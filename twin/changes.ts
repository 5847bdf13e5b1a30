import type { Snapshot, TwinState } from './contract.ts';

/** When an account was last changed, and how often: what the agents of its instances may have noticed. */
export interface ChangeCount {
  count: number;
  /** Twin time in ms; the capture's where nothing was changed. */
  at: number;
}

const changesBySnapshot = new WeakMap<Snapshot, Map<string, ChangeCount>>();

/** Notes that something of the account was changed at `at` (twin time, ms). */
export function noteChange(state: TwinState, accountId: string, at: number): void {
  let changes = changesBySnapshot.get(state.snapshot);
  if (!changes) {
    changes = new Map();
    changesBySnapshot.set(state.snapshot, changes);
  }
  const known = changes.get(accountId);
  changes.set(accountId, { count: (known?.count ?? 0) + 1, at: Math.max(at, known?.at ?? 0) });
}

/** The last change of any of the accounts, and the sum of their counts. */
export function changesOf(state: TwinState, accountIds: Iterable<string>): ChangeCount {
  const changes = changesBySnapshot.get(state.snapshot);
  const sum: ChangeCount = { count: 0, at: capturedAt(state) };
  if (!changes) return sum;
  for (const accountId of accountIds) {
    const known = changes.get(accountId);
    if (!known) continue;
    sum.count += known.count;
    sum.at = Math.max(sum.at, known.at);
  }
  return sum;
}

/** Twin time in ms at which the snapshot was taken. */
export function capturedAt(state: TwinState): number {
  return new Date(state.captured.organization.CapturedAt).getTime();
}
