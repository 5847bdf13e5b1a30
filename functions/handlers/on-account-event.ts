/**
 * OnAccountEvent: accounts were created, joined, updated, moved, closed or left, units were registered, or others
 * changed in a member what the service keeps. Events are collected for a minute (infra/account-events.ts) and start one
 * run over all accounts that they are about, one over those with such changes, and one over all units; records of
 * accounts that left are closed. Delivered at least once, in no order.
 */
import { connectStateMachine, type StartExecution } from '../aws/start-execution.ts';
import {
  type DriftEvent,
  type EventRun,
  eventRunsOf,
  type OrganizationEvent,
} from '../core/account-events.ts';
import { ENDPOINT_CHANGES, isOwnWrite, ownEndpoints } from '../core/drift.ts';
import type { RunInput } from '../core/model/primitives.ts';
import { parseAccountEvent } from '../inputs/account-event.ts';
import { parseDriftEvent } from '../inputs/drift-event.ts';
import { readEventEnvironment } from '../platform/environment.ts';
import { lambdaRecords, type Records } from './records.ts';

export interface AccountEvents {
  store: Pick<Records['store'], 'closeAccount' | 'listJournal'>;
  log: Records['log'];
  startExecution: StartExecution;
  mode: 'assess' | 'enforce';
  /** Name of the members' writer role, by which our own writes are known; null: events of members are not taken. */
  writerRole: string | null;
}

/** As Lambda hands over messages of a queue (Lambda developer guide, "Using Lambda with Amazon SQS"). */
export interface QueueEvent {
  Records: { messageId: string; body: string }[];
}

export interface CollectedEvents {
  /** Names of executions. */
  started: string[];
  /** Executions that these events had before. */
  knownAlready: string[];
  closed: string[];
  nothingToClose: string[];
  /** Messages about our own writes, and about endpoints that no run has made: they start nothing. */
  ignored: string[];
  /** Messages to deliver again, and at last to the dead-letter queue. */
  failed: string[];
}

type Message = { messageId: string; event: OrganizationEvent };

export function createOnAccountEvents({ store, log, startExecution, mode, writerRole }: AccountEvents) {
  const parse = (event: unknown): OrganizationEvent =>
    (writerRole === null ? null : parseDriftEvent(event)) ?? parseAccountEvent(event);

  async function isOthers(event: DriftEvent): Promise<boolean> {
    const { accountId, caller, endpointIds, name } = event;
    if (isOwnWrite(caller, accountId, writerRole ?? '')) return false;
    if (!ENDPOINT_CHANGES.some((one) => one === name)) return true;
    // The event has ids only, and which of them are ours the journal says.
    return endpointIds.length > 0 && ownEndpoints(endpointIds, await store.listJournal(accountId)).length > 0;
  }

  return async ({ Records: records }: QueueEvent): Promise<CollectedEvents> => {
    const outcome: CollectedEvents = {
      started: [],
      knownAlready: [],
      closed: [],
      nothingToClose: [],
      ignored: [],
      failed: [],
    };
    const messages: Message[] = [];
    const attempt = async (messageIds: string[], work: () => Promise<void> | void) => {
      try {
        await work();
      } catch (error) {
        outcome.failed.push(...messageIds);
        const { name, message } = error instanceof Error ? error : new Error(String(error));
        log.error('account events failed', { events: messageIds.length, error: `${name}: ${message}` });
      }
    };
    for (const { messageId, body } of records) {
      await attempt([messageId], async () => {
        const event = parse(parseBody(body));
        if (event.kind === 'drifted' && !(await isOthers(event))) outcome.ignored.push(messageId);
        else messages.push({ messageId, event });
      });
    }
    for (const { messageId, event } of messages) {
      if (event.kind !== 'departed') continue;
      await attempt([messageId], async () => {
        const { accountId, at, name } = event;
        const closed = await store.closeAccount(accountId, { at, because: name });
        (closed ? outcome.closed : outcome.nothingToClose).push(accountId);
      });
    }
    const start = async ({ name, scope, drift }: EventRun) => {
      const input: RunInput = { mode, trigger: 'account-event', scope, ...(drift ? { drift } : {}) };
      const started = await startExecution({ name, input });
      (started ? outcome.started : outcome.knownAlready).push(name);
    };
    for (const run of eventRunsOf(messages.map(({ event }) => event))) {
      const about = messages.filter(({ event }) => run.events.includes(event));
      await attempt(
        about.map(({ messageId }) => messageId),
        () => start(run),
      );
    }
    log.info('account events collected', {
      events: records.length,
      started: outcome.started.join(' '),
      knownAlready: outcome.knownAlready.join(' '),
      closed: outcome.closed.length,
      ignored: outcome.ignored.length,
      failed: outcome.failed.length,
    });
    return outcome;
  };
}

/** What is no JSON is no event either, and parseAccountEvent says so. */
function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

let made: ReturnType<typeof createOnAccountEvents> | null = null;

export const handler = async (event: QueueEvent) => {
  made ??= makeHandler();
  const { failed } = await made(event);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};

function makeHandler() {
  const { environment, records } = lambdaRecords();
  const { stateMachineArn, mode, writerRole } = readEventEnvironment();
  const startExecution = connectStateMachine({ region: environment.homeRegion, stateMachineArn });
  return createOnAccountEvents({ ...records, startExecution, mode, writerRole });
}
