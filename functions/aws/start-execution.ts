/** Executions of a Standard state machine: starts one, once a name, and asks whether one is at work. */
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';

export interface Execution {
  name: string;
  input: unknown;
}

/** False where an execution of that name was started before: nothing is started then. */
export type StartExecution = (execution: Execution) => Promise<boolean>;

/**
 * "StartExecution is idempotent for STANDARD workflows": the same name and input answer alike while the first
 * one runs, and ExecutionAlreadyExists when it has ended or the input differs (API reference). Either way no
 * second execution begins; of a running one a repeated call can't know that it is repeated, and says true.
 */
export function connectStateMachine(options: {
  region: string;
  stateMachineArn: string;
  endpoint?: string;
}): StartExecution {
  const { region, stateMachineArn, endpoint } = options;
  const client = new SFNClient({ region, maxAttempts: 8, ...(endpoint === undefined ? {} : { endpoint }) });
  return async ({ name, input }) => {
    try {
      await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
      return true;
    } catch (error) {
      if (error instanceof ExecutionAlreadyExists) return false;
      throw error;
    }
  };
}

/**
 * null where AWS does not say. An execution that AWS no longer knows has ended: history is kept for 90 days
 * (Step Functions guide, "Quotas").
 */
export async function isExecutionRunning(region: string, executionArn: string): Promise<boolean | null> {
  const client = new SFNClient({ region, maxAttempts: 5 });
  try {
    const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
    return status === 'RUNNING' || status === 'PENDING_REDRIVE';
  } catch (error) {
    return error instanceof Error && error.name === 'ExecutionDoesNotExist' ? false : null;
  } finally {
    client.destroy();
  }
}
