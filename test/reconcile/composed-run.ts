/**
 * A run whose invocations of reconcile-account a test takes in hand: it may hand them on, with another
 * time limit or in another process, or let them die.
 */
import { readFile } from 'node:fs/promises';
import { runStateMachine } from '../../cli/engine/run-state-machine.ts';
import { createTwinClock } from '../../cli/twin-clock.ts';
import { createClientPool } from '../../functions/aws/client-pool.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import { createFinishRun, type FinishRunEvent } from '../../functions/handlers/finish-run.ts';
import { createNextBatch, type NextBatchEvent } from '../../functions/handlers/next-batch.ts';
import {
  createReconcileAccount,
  type ReconcileAccountEvent,
} from '../../functions/handlers/reconcile-account.ts';
import type { Service } from '../../functions/handlers/service.ts';
import { createStartRun, type StartRunEvent } from '../../functions/handlers/start-run.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import type { Clock } from '../../functions/platform/clock.ts';
import { createLog } from '../../functions/platform/log.ts';
import { artifactKeys } from '../../functions/store/contract.ts';
import type { Organization } from './organization.ts';

/** Hands an invocation on; `remaining` is Lambda's time limit, left out: none. */
export type HandOn = (event: ReconcileAccountEvent, remaining?: number) => Promise<unknown>;

export type Invoke = (event: ReconcileAccountEvent, handOn: HandOn, clock: Clock) => Promise<unknown>;

export async function enforceThrough(organization: Organization, invoke: Invoke): Promise<RunResult> {
  const { twin, state, connection } = organization;
  const pool = createClientPool(connection);
  const service: Service = {
    pool,
    store: state.store,
    artifacts: state.artifacts,
    clock: createTwinClock({
      now: () => twin.state.clock.now(),
      advance: (seconds) => twin.state.clock.advance(seconds),
      idle: () => twin.requestsInFlight() === 0,
    }),
    log: createLog({ level: 'SILENT', stream: 'stderr' }),
    reports: null,
    allowedModes: ['enforce'],
    loadConfiguration: async () => defaultConfiguration(),
    isExecutionRunning: async () => null,
    readConcurrencyQuota: async () => null,
  };
  const reconcile = createReconcileAccount(service);
  let invocations = 0;
  const handOn: HandOn = (event, remaining) => {
    invocations += 1;
    const remainingMilliseconds = remaining === undefined ? null : () => remaining;
    return reconcile(event, { id: `invocation-${invocations}`, remainingMilliseconds, signal: undefined });
  };
  let runId = '';
  try {
    await runStateMachine({
      definition: await readFile('statemachine/rollout.asl.json', 'utf8'),
      handlers: {
        startRun: async (payload) => {
          const started = await createStartRun(service)(payload as StartRunEvent);
          runId = started.runId;
          return started;
        },
        nextBatch: (payload) => createNextBatch(service)(payload as NextBatchEvent),
        finishRun: (payload) => createFinishRun(service)(payload as FinishRunEvent),
        reconcileAccount: (payload) => invoke(payload as ReconcileAccountEvent, handOn, service.clock),
      },
      artifacts: state.artifacts,
      client: state.client,
      tableName: state.tableName,
      clock: service.clock,
      input: { mode: 'enforce', trigger: 'on-demand' },
      executionName: `composed-${performance.now()}`,
    });
  } finally {
    pool.destroy();
  }
  return JSON.parse((await state.artifacts.getText(artifactKeys.result(runId))) ?? '{}') as RunResult;
}
