/** Clears the hold that a wave gate left, and records who did so and why. */
import { userInfo } from 'node:os';
import type { Store } from '../../functions/store/contract.ts';
import { UsageError } from '../exit.ts';

export type HoldStore = Pick<Store, 'getEnforceHold' | 'clearEnforceHold' | 'getRun'>;

/** @throws {UsageError} */
export function refusePlanToResume(runId: string | undefined, plan: object | null): void {
  if (runId !== undefined && plan !== null) {
    throw new UsageError('--resume plans anew, so it cannot apply a plan; leave --plan out');
  }
}

/**
 * Clears the hold in force. With a run's id only where the hold is that run's.
 *
 * @throws {UsageError} where there is none, or the run is another one
 */
export async function clearHold(store: HoldStore, runId: string | undefined, why: string | undefined) {
  if (runId !== undefined && (await store.getRun(runId)) === null) {
    throw new UsageError(
      `--resume ${runId}: there is no such run; without --resume, the hold of any run is cleared`,
    );
  }
  const hold = await store.getEnforceHold();
  if (hold === null) throw new UsageError('there is no hold, so there is nothing to resume; run enforce');
  if (runId !== undefined && hold.runId !== runId) {
    throw new UsageError(`--resume ${runId}: the hold is that of ${hold.runId} (${hold.why})`);
  }
  const resumption = {
    who: userInfo().username,
    why: why?.trim() || 'no reason given',
    at: new Date().toISOString(),
  };
  if (!(await store.clearEnforceHold(hold, resumption))) {
    throw new UsageError('the hold was cleared by someone else meanwhile; look at it again');
  }
  return { hold, ...resumption };
}
