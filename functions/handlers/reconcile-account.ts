/** ReconcileAccount: one account of a batch. Returns nothing: results live in the table and the artifacts. */
import type { Account, AccountResult, RunId } from '../core/model.ts';
import { reconcileAccount } from '../reconcile/reconcile-account.ts';
import { deadlineIn, INVOCATION_MILLISECONDS } from '../runtime/deadline.ts';
import { runContext } from './run-cache.ts';
import {
  type Invocation,
  type LambdaContext,
  lambdaInvocation,
  lambdaService,
  type Service,
} from './service.ts';

export interface ReconcileAccountEvent {
  runId: RunId;
  account: Account;
}

export function createReconcileAccount(service: Service, onResult?: (result: AccountResult) => void) {
  return async (event: ReconcileAccountEvent, invocation: Invocation): Promise<Record<string, never>> => {
    const { run, configuration } = await runContext(service, event.runId);
    const result = await reconcileAccount(
      {
        run,
        configuration,
        account: event.account,
        invocationId: invocation.id,
        deadline: deadlineIn(
          Math.min(INVOCATION_MILLISECONDS, invocation.remainingMilliseconds?.() ?? INVOCATION_MILLISECONDS),
          service.clock,
        ),
        signal: invocation.signal,
      },
      service,
    );
    onResult?.(result);
    return {};
  };
}

export const handler = (event: ReconcileAccountEvent, context: LambdaContext) =>
  createReconcileAccount(lambdaService())(event, lambdaInvocation(context));
