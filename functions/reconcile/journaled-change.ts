/**
 * One change, safe in every order of failure (docs/spec/decisions.md, "Journal"): journal, read again, write, and
 * after a lost answer read before anything is sent again.
 */
import { describeFailure, mayHaveHappened } from '../core/failures.ts';
import type { Change } from '../core/model/change.ts';
import type { RunId } from '../core/model/primitives.ts';
import type { Failure } from '../core/model/reads.ts';
import type { Clock } from '../platform/clock.ts';
import type { Store } from '../store/contract.ts';
import type { ChangeDriver } from './drivers/driver.ts';

export type ChangeEnd =
  | { kind: 'applied' }
  /** AWS accepted the write, but reading shows something else: another writer, or a slow reader. */
  | { kind: 'not-seen' }
  /** Someone else changed it since the plan; nothing was written. */
  | { kind: 'state-changed' }
  | { kind: 'failed'; failure: Failure }
  /** The wait for a failure to pass took longer than there is time. */
  | { kind: 'still-waiting'; failure: Failure };

export interface ChangeContext {
  store: Store;
  clock: Clock;
  runId: RunId;
  nextSeq(): number;
  signal: AbortSignal | undefined;
  /** Called with the number that the journal gives the change. */
  journaled?(changeId: string, seq: number): void;
  /** Id of what a change made, as its driver saw it. */
  createdId?(changeId: string): string | null;
}

/** Sendings of one change whose answer got lost each time. */
const SENDINGS = 4;
/** IAM and service settings are eventually consistent: a write is read back this often. */
const READ_BACKS = 6;
const READ_BACK_MILLISECONDS = 1_000;

export async function applyJournaled(
  change: Change,
  driver: ChangeDriver,
  context: ChangeContext,
): Promise<ChangeEnd> {
  const seq = context.nextSeq();
  context.journaled?.(change.id, seq);
  await context.store.putJournal({
    runId: context.runId,
    seq,
    changeId: change.id,
    accountId: change.accountId,
    region: change.region,
    kind: change.action.kind,
    resource: change.resource,
    action: change.action,
    expected: change.expected,
    inverse: change.inverse,
    status: 'PENDING',
    writtenAt: context.clock.now().toISOString(),
    settledAt: null,
    error: null,
    ...(change.rollsBack ? { rollsBack: change.rollsBack } : {}),
  });
  const { end, mayBeMade } = await send(driver, context);
  // A write that AWS accepted is done, whatever is read after it: rollback must know of it.
  const done = end.kind === 'applied' || end.kind === 'not-seen';
  // Neither made nor not made as far as was seen: whoever looks next settles it, a rollback above all.
  if (!done && mayBeMade) return end;
  await context.store.settleJournal(
    change.accountId,
    context.runId,
    seq,
    done ? 'DONE' : 'FAILED',
    context.clock.now(),
    end.kind === 'state-changed' ? 'state changed' : 'failure' in end ? describeFailure(end.failure) : null,
    context.createdId?.(change.id) ?? null,
  );
  return end;
}

interface Sent {
  end: ChangeEnd;
  /** An answer got lost, and no read has shown the change since: it may have been carried out and appear later. */
  mayBeMade: boolean;
}

async function send(driver: ChangeDriver, context: ChangeContext): Promise<Sent> {
  let lostAnswer: Failure | null = null;
  const ended = (end: ChangeEnd): Sent => ({ end, mayBeMade: lostAnswer !== null });
  for (let sending = 0; sending < SENDINGS; ) {
    const before = await driver.readLive();
    if (before.kind === 'failed') return ended({ kind: 'failed', failure: before.failure });
    if (lostAnswer && before.isDone) return ended({ kind: 'applied' });
    if (!before.isExpected) return ended({ kind: 'state-changed' });

    const failure = await driver.write();
    if (failure === null) return ended(await readBack(driver, context));
    const wait = driver.waitAfter(failure);
    if (wait !== null) {
      if (wait <= 0) return ended({ kind: 'still-waiting', failure });
      await context.clock.sleep(wait, context.signal);
      continue;
    }
    if (failure.kind === 'CONFLICT') return ended({ kind: 'state-changed' });
    if (!mayHaveHappened(failure)) return ended({ kind: 'failed', failure });
    lostAnswer = failure;
    sending += 1;
  }
  const last = await driver.readLive();
  if (last.kind === 'live' && last.isDone) return ended({ kind: 'applied' });
  return ended(lostAnswer ? { kind: 'failed', failure: lostAnswer } : { kind: 'state-changed' });
}

async function readBack(driver: ChangeDriver, context: ChangeContext): Promise<ChangeEnd> {
  for (let attempt = 0; attempt < READ_BACKS; attempt += 1) {
    const after = await driver.readLive();
    // The write was answered; a failing read takes nothing back, and the next pass looks again.
    if (after.kind === 'failed' || after.isDone) return { kind: 'applied' };
    await context.clock.sleep(READ_BACK_MILLISECONDS, context.signal);
  }
  return { kind: 'not-seen' };
}
