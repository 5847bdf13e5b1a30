/**
 * Executions of the deployed state machines, for the command that starts and follows one. The Lambda functions
 * never load this. Endpoint and credentials are the environment's.
 */
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineForExecutionCommand,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  paginateListMapRuns,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { RunInput } from '../core/model/primitives.ts';
import { failureOf } from './reads.ts';

export interface Execution {
  status: ExecutionStatus;
  /** JSON; null while it runs, and where it failed. */
  output: string | null;
  /** Of the Fail state, or of what nothing caught. */
  error: string | null;
  cause: string | null;
}

/** What an execution's beginning says of its run; null where it has not come so far. */
export interface ExecutionStart {
  runId: string | null;
  /** Bucket of the manifests, and so of the results. */
  bucket: string | null;
}

/** Accounts of a distributed map. */
export interface MapCounts {
  mapRunArn: string;
  total: number;
  done: number;
  ended: boolean;
}

export interface Executions {
  /** ARN of the new execution. Throws what the SDK throws. */
  start(stateMachineArn: string, name: string, input: RunInput): Promise<string>;
  describe(executionArn: string): Promise<Execution>;
  /** Name of the table that the machine writes to; null where the definition names none or may not be read. */
  findTable(executionArn: string): Promise<string | null>;
  /** null where the caller may not read the history. */
  readStart(executionArn: string): Promise<ExecutionStart | null>;
  /** Map runs in the order in which they began; those that `known` has as ended are not asked again. null where the caller may not read them. */
  countMaps(executionArn: string, known: readonly MapCounts[]): Promise<MapCounts[] | null>;
  destroy(): void;
}

/** The first answers of start-run and next-batch lie within the first dozen events. */
const FIRST_EVENTS = 40;

export function createExecutions(region: string): Executions {
  const client = new SFNClient({ region, retryMode: 'adaptive', maxAttempts: 8 });
  return {
    // Idempotent by its name (Step Functions API reference, StartExecution), so the SDK may send it again.
    async start(stateMachineArn, name, input) {
      const { executionArn } = await client.send(
        new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
      );
      if (!executionArn) throw new Error('states:StartExecution answered without an execution');
      return executionArn;
    },

    async describe(executionArn) {
      const answer = await client.send(new DescribeExecutionCommand({ executionArn }));
      const { status, output = null, error = null, cause = null } = answer;
      if (!status) throw new Error('states:DescribeExecution answered without a status');
      return { status, output, error, cause };
    },

    async findTable(executionArn) {
      const machine = await orNull('states:DescribeStateMachineForExecution', () =>
        client.send(new DescribeStateMachineForExecutionCommand({ executionArn })),
      );
      return machine && tableOf(machine.definition ?? '{}');
    },

    async readStart(executionArn) {
      const history = await orNull('states:GetExecutionHistory', () =>
        client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: FIRST_EVENTS })),
      );
      if (history === null) return null;
      const outputs = new Map<string, ExitOutput>();
      for (const { stateExitedEventDetails: exit } of history.events ?? []) {
        if (exit?.name && exit.output && !outputs.has(exit.name)) {
          outputs.set(exit.name, JSON.parse(exit.output) as ExitOutput);
        }
      }
      return {
        runId: outputs.get('StartRun')?.runId ?? null,
        bucket: outputs.get('NextBatch')?.batch?.next?.manifest?.bucket ?? null,
      };
    },

    countMaps(executionArn, known) {
      return orNull('states:ListMapRuns', async () => {
        const counts: MapCounts[] = [];
        for await (const page of paginateListMapRuns({ client }, { executionArn })) {
          for (const { mapRunArn } of page.mapRuns ?? []) {
            const before = known.find((one) => one.mapRunArn === mapRunArn && one.ended);
            if (mapRunArn) counts.push(before ?? (await describeMap(client, mapRunArn)));
          }
        }
        return counts;
      });
    },

    destroy: () => client.destroy(),
  };
}

/** Progress is a courtesy: what may not be read, or just does not answer, is left out. */
async function orNull<T>(action: string, call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    failureOf(error, action);
    return null;
  }
}

/** Of the state output that this reads (statemachine/rollout.asl.json). */
interface ExitOutput {
  runId?: string;
  batch?: { next?: { manifest?: { bucket?: string } } };
}

async function describeMap(client: SFNClient, mapRunArn: string): Promise<MapCounts> {
  const { itemCounts, stopDate } = await client.send(new DescribeMapRunCommand({ mapRunArn }));
  const { total = 0, succeeded = 0, failed = 0, timedOut = 0, aborted = 0 } = itemCounts ?? {};
  return {
    mapRunArn,
    total,
    done: succeeded + failed + timedOut + aborted,
    ended: stopDate !== undefined,
  };
}

/** RecordCrash writes to the table directly, so the deployed definition names it. */
function tableOf(definition: string): string | null {
  let found: string | null = null;
  JSON.parse(definition, (key, value: unknown) => {
    if (key === 'TableName' && typeof value === 'string') found = value;
    return value;
  });
  return found;
}
