/**
 * The whole service in this process: the same state machine file, the same handlers, the same AWS SDK;
 * only the table is embedded and the artifacts lie in a folder.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type AwsConnection, createClientPool } from '../../functions/aws/client-pool.ts';
import { describeOrganization } from '../../functions/aws/organization-reader.ts';
import { settleWaitSeconds } from '../../functions/core/batches.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RunInput } from '../../functions/core/model/primitives.ts';
import type { AccountResult } from '../../functions/core/model/result.ts';
import { createFinishRun, type FinishRunEvent } from '../../functions/handlers/finish-run.ts';
import { createNextBatch, type NextBatchEvent } from '../../functions/handlers/next-batch.ts';
import {
  createReconcileAccount,
  type ReconcileAccountEvent,
} from '../../functions/handlers/reconcile-account.ts';
import type { Service } from '../../functions/handlers/service.ts';
import { createStartRun, type StartRunEvent } from '../../functions/handlers/start-run.ts';
import type { Clock } from '../../functions/platform/clock.ts';
import type { Log } from '../../functions/platform/log.ts';
import { readRun } from '../../functions/report/read-run.ts';
import type { ReportedRun } from '../../functions/report/source.ts';
import type { RunRecord } from '../../functions/store/contract.ts';
import { runStateMachine } from '../engine/run-state-machine.ts';
import type { StateFolder } from '../state-folder.ts';
import { stopSentence } from './stopped.ts';

const DEFINITION = fileURLToPath(new URL('../../statemachine/rollout.asl.json', import.meta.url));

export interface LocalRunOptions {
  input: RunInput;
  configuration: Configuration;
  connection: AwsConnection;
  state: StateFolder;
  clock: Clock;
  log: Log;
  signal: AbortSignal | undefined;
  onProgress(progress: Progress): void;
  /** As Lambda refuses what is above the account's concurrency. Left out: it refuses nothing. */
  lambda?: LambdaConcurrency;
}

export interface LambdaConcurrency {
  quota: number;
  /** Whether start-run may ask for the quota; where it may not, it caps nothing. */
  isKnown: boolean;
}

export type Progress =
  | { kind: 'started'; runId: string; accounts: number; regions: number }
  | { kind: 'batch'; name: string; accounts: number }
  | { kind: 'waiting'; seconds: number; settle: SettleWait | null }
  | { kind: 'account'; result: AccountResult }
  /** Where only numbers are known. */
  | { kind: 'counted'; done: number; total: number };

/** What a wait leads to; null for a soak between waves. */
export interface SettleWait {
  /** From 1. */
  pass: number;
  passes: number;
  /** All waits that can still come, this one included. */
  secondsAtMost: number;
}

/** Which organization answers at this connection; fails when nothing does, before anything is written. */
export async function findOrganization(connection: AwsConnection): Promise<string> {
  const pool = createClientPool(connection);
  try {
    return (await describeOrganization(pool.operator)).organizationId;
  } finally {
    pool.destroy();
  }
}

/** The run as its artifacts hold it, account by account. */
export async function runLocally(options: LocalRunOptions): Promise<ReportedRun> {
  const { state, clock, log, onProgress } = options;
  const pool = createClientPool(options.connection);
  const service: Service = {
    pool,
    store: state.store,
    artifacts: state.artifacts,
    clock,
    log,
    reports: null,
    allowedModes: ['assess', 'enforce', 'rollback'],
    loadConfiguration: async () => options.configuration,
    // The lock of the state folder lets no other process in, so an execution that is not here has ended.
    isExecutionRunning: async (executionArn) => executing.has(executionArn),
    readConcurrencyQuota: async () => (options.lambda?.isKnown ? options.lambda.quota : null),
  };
  const startRun = createStartRun(service);
  const nextBatch = createNextBatch(service);
  const finishRun = createFinishRun(service);
  const reconcile = createReconcileAccount(service, (result) => onProgress({ kind: 'account', result }));
  let runId = '';
  let invocations = 0;
  let waitUntil: string | null = null;
  executions += 1;
  const executionName = `local-${process.pid}-${Date.now()}-${executions}`;
  executing.add(`local:${executionName}`);
  try {
    await runStateMachine({
      definition: await readFile(DEFINITION, 'utf8'),
      handlers: {
        startRun: async (payload) => {
          const started = await startRun(payload as StartRunEvent);
          runId = started.runId;
          const run = await state.store.getRun(runId);
          const accounts = run?.batches.reduce((sum, batch) => sum + batch.accounts, 0) ?? 0;
          onProgress({ kind: 'started', runId, accounts, regions: run?.regions.length ?? 0 });
          return started;
        },
        nextBatch: async (payload) => {
          const next = await nextBatch(payload as NextBatchEvent);
          const run = next.action === 'done' ? null : await state.store.getRun(runId);
          // A wait comes in pieces; it is reported once.
          if (next.action === 'wait' && (waitUntil === null || run?.waitUntil !== waitUntil)) {
            waitUntil = run?.waitUntil ?? null;
            const seconds = secondsUntil(waitUntil, clock) ?? next.waitSeconds;
            const settle = run ? settleWaitOf(run, seconds, options.configuration.settle) : null;
            onProgress({ kind: 'waiting', seconds, settle });
          }
          if (next.action === 'reconcile') {
            const batch = run?.batches.find((b) => b.manifest === next.manifest.key);
            onProgress({ kind: 'batch', name: batch?.name ?? '', accounts: batch?.accounts ?? 0 });
          }
          return next;
        },
        reconcileAccount: (payload, { signal }) => {
          invocations += 1;
          const id = `${state.leaseOwner}${runId}-${invocations}`;
          return reconcile(payload as ReconcileAccountEvent, { id, remainingMilliseconds: null, signal });
        },
        finishRun: (payload) => finishRun(payload as FinishRunEvent),
      },
      artifacts: state.artifacts,
      client: state.client,
      tableName: state.tableName,
      clock,
      input: options.input,
      executionName,
      ...(options.signal ? { signal: options.signal } : {}),
      ...(options.lambda ? { invocationQuota: options.lambda.quota } : {}),
    });
    const run = await readRun(state.artifacts, runId);
    if (!run) throw new Error(`run ${runId} ended without a result; see its log`);
    return run;
  } catch (error) {
    if (!options.signal?.aborted || runId === '') throw error;
    await closeStopped(service, runId);
    const run = await readRun(state.artifacts, runId);
    if (!run) throw error;
    return run;
  } finally {
    executing.delete(`local:${executionName}`);
    pool.destroy();
  }
}

function settleWaitOf(
  { batches }: RunRecord,
  seconds: number,
  settle: Configuration['settle'],
): SettleWait | null {
  if (batches.some(({ name, endedAt }) => name.startsWith('wave:') && endedAt === null)) return null;
  const done = batches.filter(({ name }) => name.startsWith('settle:')).length;
  let secondsAtMost = seconds;
  for (let pass = done + 1; pass < settle.passes; pass += 1) secondsAtMost += settleWaitSeconds(settle, pass);
  return { pass: done + 1, passes: settle.passes, secondsAtMost };
}

/** Executions of this process that have not ended. */
const executing = new Set<string>();
let executions = 0;

function secondsUntil(time: string | null, clock: Clock): number | null {
  return time === null ? null : Math.max(0, Math.ceil((Date.parse(time) - clock.now().getTime()) / 1000));
}

/** The accounts that were done keep their results; the run's result says of the others that it was stopped. */
async function closeStopped(service: Service, runId: string): Promise<void> {
  const run = await service.store.getRun(runId);
  if (run?.status !== 'RUNNING') return;
  const reason = stopSentence(run.input.mode, runId);
  await service.store.updateRun({ ...run, stop: { cause: 'REQUESTED', sentence: reason }, reason });
  await createFinishRun(service)({ runId });
}
