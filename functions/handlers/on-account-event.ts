/**
 * OnAccountEvent: an account was created, joined, updated, moved, closed or left, or its unit was registered. Starts
 * the state machine for that account or unit alone, or closes its records. Delivered at least once, in no order.
 */
import { connectStateMachine, type StartExecution } from '../aws/start-execution.ts';
import { executionNameOf, scopeOf } from '../core/account-events.ts';
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
    const parsed = parseAccountEvent(event);
    const { name, at } = parsed;
    const about = log.about(
      parsed.kind === 'registered'
        ? { organizationalUnitId: parsed.organizationalUnitId, event: name }
        : { accountId: parsed.accountId, event: name },
    );
    if (parsed.kind === 'departed') {
      const { accountId } = parsed;
      const closed = await store.closeAccount(accountId, { at, because: name });
      about.info(closed ? 'records closed' : 'no records to close, or newer than the event');
      return { outcome: closed ? 'closed' : 'nothing-to-close' };
    }
    const input: RunInput = { mode, trigger: 'account-event', scope: scopeOf(parsed) };
    const execution = executionNameOf(parsed);
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
