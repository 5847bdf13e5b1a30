/**
 * Runs the very file that Step Functions runs, in this process, with the same handlers
 * (docs/adr/0003). The library walks the states; what it does not honour is lowered or refused.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import type { Clock } from '../../functions/platform/clock.ts';
import type { Artifacts } from '../../functions/store/contract.ts';
import { StateError, StateMachineFailedError } from './errors.ts';
import {
  type Backoff,
  type LoweredMachine,
  type LoweredTask,
  lowerDefinition,
  REFUSED,
  substitutePlaceholders,
  writeJsonStrings,
} from './lower-definition.ts';
import { type Handler, invokeFunction, readManifest, updateItem, withTimeout } from './tasks.ts';

export interface StateMachineRun {
  /** ASL text, with its placeholders. */
  definition: string;
  handlers: { startRun: Handler; nextBatch: Handler; reconcileAccount: Handler; finishRun: Handler };
  artifacts: Artifacts;
  client: DynamoDBClient;
  tableName: string;
  /** The run's clock: Wait states are on it, and each account is an activity of it. */
  clock: Clock;
  input: unknown;
  executionName: string;
  /** Invocations at once; further ones are refused as Lambda refuses them. Left out: no limit. */
  invocationQuota?: number;
  /** Aborted: no further account is started, handlers get the signal, and the run rejects with its reason. */
  signal?: AbortSignal;
}

/** A distributed map without MaxConcurrency runs as many children as Step Functions allows (Service quotas). */
const MAX_CHILDREN = 10_000;

/**
 * The execution's output. Throws RefusedDefinitionError before anything runs, StateMachineFailedError when
 * the machine ends in Fail or by an uncaught error, and the signal's reason when aborted, after the handlers
 * that were running have ended.
 */
export async function runStateMachine(run: StateMachineRun): Promise<unknown> {
  const machine = lowerDefinition(
    substitutePlaceholders(run.definition, {
      partition: 'aws',
      startRunFunction: 'startRun',
      nextBatchFunction: 'nextBatch',
      reconcileAccountFunction: 'reconcileAccount',
      finishRunFunction: 'finishRun',
      childExecutionType: 'EXPRESS',
      tableName: run.tableName,
    }),
  );
  const signal = run.signal ?? new AbortController().signal;
  signal.throwIfAborted();
  // Loaded only here: it brings a Lambda client along.
  const { StateMachine, ExecutionError } = await import('aws-local-stepfunctions');

  const quota = run.invocationQuota ?? null;
  const admit = createQuota(quota ?? Number.POSITIVE_INFINITY);
  const executions = new Set<{ abort(): void }>();
  const working = new Set<Promise<unknown>>();
  const abortAll = () => {
    for (const execution of executions) execution.abort();
  };

  async function execute(
    machine: LoweredMachine,
    input: unknown,
    context: Record<string, unknown>,
  ): Promise<unknown> {
    const runner = new StateMachine(machine.definition as unknown as StateMachineDefinition, {
      validationOptions: { noValidate: true },
    });
    const refusals = new Map<string, number>();
    /** On the run's clock: the library would wait on the wall, where a clock that jumps cannot. */
    const waitAfterRefusal = async (state: string, { intervalSeconds, rate, maxDelaySeconds }: Backoff) => {
      const tries = refusals.get(state) ?? 0;
      refusals.set(state, tries + 1);
      const longest = Math.min(intervalSeconds * rate ** tries, maxDelaySeconds);
      await run.clock.sleep(Math.random() * longest * 1000, signal);
    };
    const taskResourceLocalHandlers = Object.fromEntries(
      [...machine.tasks].map(([state, task]) => [
        state,
        (parameters: unknown) => {
          const work = perform(state, task, parameters as TaskParameters, context, waitAfterRefusal);
          working.add(work);
          const done = () => working.delete(work);
          work.then(done, done);
          return work;
        },
      ]),
    );
    type Arguments = Parameters<typeof runner.run>;
    const execution = runner.run(
      input as Arguments[0],
      {
        context,
        overrides: {
          taskResourceLocalHandlers,
          ...(quota === null ? {} : { retryIntervalOverrides: atOnce(machine) }),
        },
      } as Arguments[1],
    );
    executions.add(execution);
    try {
      return await execution.result;
    } catch (error) {
      throw error instanceof ExecutionError && error.cause ? error.cause : error;
    } finally {
      executions.delete(execution);
    }
  }

  /** What a state does. Its parameters are evaluated by the library: paths, selectors, functions. */
  async function perform(
    state: string,
    task: LoweredTask,
    parameters: TaskParameters,
    context: Record<string, unknown>,
    waitAfterRefusal: (state: string, backoff: Backoff) => Promise<void>,
  ): Promise<unknown> {
    switch (task.kind) {
      case 'invoke':
        try {
          return await withTimeout(task.timeoutSeconds, signal, (ending) =>
            admit(() =>
              invokeFunction(state, run.handlers, writeJsonStrings(parameters) as TaskParameters, ending),
            ),
          );
        } catch (error) {
          const isRefused = error instanceof StateError && error.name === REFUSED;
          if (isRefused && task.afterRefusal) await waitAfterRefusal(state, task.afterRefusal);
          throw error;
        }
      case 'updateItem':
        return withTimeout(task.timeoutSeconds, signal, (ending) =>
          updateItem(run.client, writeJsonStrings(parameters) as Parameters<typeof updateItem>[1], ending),
        );
      case 'wait':
        await run.clock.sleep(Number(parameters.seconds) * 1000, signal);
        return {};
      case 'map':
        return runChildren(task, parameters, context);
    }
  }

  async function runChildren(
    { children, tolerated }: LoweredTask & { kind: 'map' },
    { input, manifest, concurrency }: TaskParameters,
    context: Record<string, unknown>,
  ): Promise<unknown> {
    const items = await readManifest(run.artifacts, manifest ?? {});
    let failed = 0;
    const tooManyFailed = () =>
      failed > tolerated.count || failed > (items.length * tolerated.percentage) / 100;
    const work = items.map((value, index) => async () => {
      if (signal.aborted || tooManyFailed()) return;
      try {
        await execute(children, input, { ...context, Map: { Item: { Index: index, Value: value } } });
      } catch {
        // As in Step Functions: a child's failure counts, its output does not. The account's own record,
        // or the lack of one, says what became of it.
        if (!signal.aborted) failed += 1;
      }
    });
    await run.clock.together(Number(concurrency) || MAX_CHILDREN, work);
    if (tooManyFailed()) {
      throw new StateError(
        'States.ExceedToleratedFailureThreshold',
        `${failed} of ${items.length} children failed`,
      );
    }
    return {};
  }

  signal.addEventListener('abort', abortAll, { once: true });
  try {
    return await run.clock.activity(() => execute(machine, run.input, createContext(run)));
  } catch (error) {
    if (signal.aborted) {
      await Promise.allSettled(working);
      throw signal.reason;
    }
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    throw new StateMachineFailedError(name, message, error);
  } finally {
    signal.removeEventListener('abort', abortAll);
  }
}

/** Milliseconds until the library tries a refused invocation again: the wait has been. */
function atOnce({ tasks }: LoweredMachine): Record<string, number> {
  const refusable = [...tasks].filter(([, task]) => task.kind === 'invoke' && task.afterRefusal !== null);
  return Object.fromEntries(refusable.map(([state]) => [state, 0]));
}

/** As Lambda with a concurrency quota: what is above it is refused at once, not queued. */
function createQuota(quota: number) {
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= quota) throw new StateError(REFUSED, 'Rate Exceeded.');
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
    }
  };
}

interface TaskParameters {
  FunctionName?: unknown;
  Payload?: unknown;
  seconds?: unknown;
  input?: unknown;
  manifest?: { Bucket?: unknown; Key?: unknown };
  concurrency?: unknown;
}

/** The context object. `Run.StartTime` stands for Execution.StartTime, see lower-definition.ts. */
function createContext({ clock, executionName }: StateMachineRun): Record<string, unknown> {
  return {
    Execution: { Name: executionName, Id: `local:${executionName}` },
    Run: { StartTime: clock.now().toISOString() },
    State: {
      // Read while a state's parameters are evaluated, which is when it is entered.
      get EnteredTime() {
        return clock.now().toISOString();
      },
    },
  };
}
