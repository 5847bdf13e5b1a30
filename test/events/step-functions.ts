/**
 * StartExecution as its API reference has it: a name starts one execution for 90 days; asked again with the same
 * input while it runs the answer is the same, later it is ExecutionAlreadyExists (`false` of the adapter).
 */
import type { Execution, StartExecution } from '../../functions/aws/start-execution.ts';

export interface Executions {
  start: StartExecution;
  /** Those that were started, in order. */
  readonly started: Execution[];
  /** Lets each that was started and has not run yet run to its end. */
  run(execute: (input: unknown) => Promise<unknown>): Promise<void>;
}

export function openExecutions(): Executions {
  const started: Execution[] = [];
  const ended = new Set<string>();
  return {
    started,
    start: async (execution) => {
      const known = started.find(({ name }) => name === execution.name);
      if (!known) started.push(execution);
      if (!known || ended.has(execution.name)) return known === undefined;
      return JSON.stringify(known.input) === JSON.stringify(execution.input);
    },
    run: async (execute) => {
      for (const { name, input } of started) {
        if (ended.has(name)) continue;
        await execute(input);
        ended.add(name);
      }
    },
  };
}
