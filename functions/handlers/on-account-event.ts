/**
 * OnAccountEvent: an account was created, joined, moved, closed or left. Starts the state machine for that
 * account alone, or closes its records. Delivered at least once, in no order.
 */
import { connectStateMachine, type StartExecution } from '../aws/start-execution.ts';
import { executionNameOf } from '../core/account-events.ts';
import type { RunInput } from '../core/model/primitives.ts';
import { parseAccountEvent } from '../inputs/account-event.ts';
import { readEventEnvironment } from '../platform/environment.ts';
import { lambdaRecords, type Records } from './records.ts';

export interface AccountEvents {
  store: Pick<Records['store'], 'closeAccount'>;
  log: Records['log'];
  startExecution: StartExecution;
  mode: 'assess' | 'enforce';
}

export type OnAccountEventOutput = { outcome: 'started' | 'known-already' | 'closed' | 'nothing-to-close' };

export function createOnAccountEvent({ store, log, startExecution, mode }: AccountEvents) {
  return async (event: unknown): Promise<OnAccountEventOutput> => {
    const { kind, accountId, name, at, ...rest } = parseAccountEvent(event);
    const about = log.about({ accountId, event: name });
    if (kind === 'departed') {
      const closed = await store.closeAccount(accountId, { at, because: name });
      about.info(closed ? 'records closed' : 'no records to close, or newer than the event');
      return { outcome: closed ? 'closed' : 'nothing-to-close' };
    }
    const input: RunInput = { mode, trigger: 'account-event', scope: { accounts: [accountId] } };
    const execution = executionNameOf({ kind, accountId, name, at, ...rest });
    const started = await startExecution({ name: execution, input });
    about.info(started ? 'run started' : 'this event has had its run', { execution });
    return { outcome: started ? 'started' : 'known-already' };
  };
}

let made: ReturnType<typeof createOnAccountEvent> | null = null;

export const handler = (event: unknown) => {
  made ??= makeHandler();
  return made(event);
};

function makeHandler() {
  const { environment, records } = lambdaRecords();
  const { stateMachineArn, mode } = readEventEnvironment();
  const startExecution = connectStateMachine({ region: environment.homeRegion, stateMachineArn });
  return createOnAccountEvent({ ...records, startExecution, mode });
}
