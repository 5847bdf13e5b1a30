/** ReconcileAccount: one account of a batch. Returns nothing: results live in the table and the artifacts. */
import type { RunId } from '../core/model/primitives.ts';
import type { AccountResult } from '../core/model/result.ts';
import { deadlineIn, INVOCATION_MILLISECONDS } from '../platform/deadline.ts';
import { checkInstances } from '../reconcile/check-instances.ts';
import { reconcileAccount } from '../reconcile/reconcile-account.ts';
import type { ManifestEntry } from '../store/contract.ts';
import { memoryOf } from './batch-memory.ts';
import { resourceControlsOf, runContext } from './run-cache.ts';
import {
  type Invocation,
  type LambdaContext,
  lambdaInvocation,
  lambdaService,
  type Service,
} from './service.ts';

export interface ReconcileAccountEvent {
  runId: RunId;
  account: ManifestEntry;
  /** Of the batch (NextStep); left out by executions that began with an older definition. */
  step?: number;
}

export function createReconcileAccount(service: Service, onResult?: (result: AccountResult) => void) {
  return async (event: ReconcileAccountEvent, invocation: Invocation): Promise<Record<string, never>> => {
    const { run, configuration } = await runContext(service, event.runId);
    // A stop was requested: no further account is started, and finish-run reports this one as not reached.
    if (await service.store.getStopRequest(event.runId)) return {};
    const { observeOnly, again, ...account } = event.account;
    const request = {
      run,
      configuration,
      resourceControls: await resourceControlsOf(service, event.runId),
      account,
      memory: memoryOf(service, event.runId, event.step),
      again: again === true,
      invocationId: invocation.id,
      deadline: deadlineIn(
        Math.min(INVOCATION_MILLISECONDS, invocation.remainingMilliseconds?.() ?? INVOCATION_MILLISECONDS),
        service.clock,
      ),
      signal: invocation.signal,
    };
    if (observeOnly) {
      await checkInstances(request, service);
      return {};
    }
    const result = await reconcileAccount(request, service);
    onResult?.(result);
    return {};
  };
}

export const handler = async (event: ReconcileAccountEvent, context: LambdaContext) => {
  const service = lambdaService();
  try {
    return await createReconcileAccount(service)(event, lambdaInvocation(context));
  } finally {
    const throttled = service.pool.takeThrottled();
    if (throttled > 0) await recordThrottledCalls(throttled);
  }
};

/** Loaded only where calls were throttled: most accounts never are. */
async function recordThrottledCalls(calls: number): Promise<void> {
  const { createMetrics } = await import('../platform/metrics.ts');
  createMetrics()([['ThrottledCalls', calls]]);
}
