/**
 * One execution environment of a Lambda function, as a worker thread: imports the handler from the deployed bundle,
 * with the function's environment and nothing else, and answers one event at a time. Posts the
 * milliseconds that it waits, and answers as texts.
 */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

export interface Start {
  /** The bundle's file. */
  file: string;
  /** Where AWS's own endpoints are answered: `signedFetch` of the functions names them in full. */
  endpoint: string;
}

export interface Ask {
  event: unknown;
  requestId: string;
  milliseconds: number;
}

export type Answer = { output: unknown } | { errorType: string; errorMessage: string };

const LONGEST_WAIT_MS = 20;

const { file, endpoint } = workerData as Start;

const fetchAnywhere = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const { host, pathname, search } = new URL(input instanceof Request ? input.url : input);
  if (!/\.amazonaws\.com(\.cn)?$/.test(host)) throw new Error(`a function called ${host}, which is not AWS`);
  return fetchAnywhere(new URL(`${pathname}${search}`, endpoint), init);
};

// A wait passes in the twin, whose clock the other side moves on.
const wait = timers.setTimeout;
timers.setTimeout = (milliseconds = 0, value, options) => {
  if (milliseconds > LONGEST_WAIT_MS) parentPort?.postMessage(milliseconds);
  return wait(Math.min(milliseconds, LONGEST_WAIT_MS), value, options);
};
syncBuiltinESMExports();

const { handler } = (await import(file)) as {
  handler(event: unknown, context: object): Promise<unknown>;
};

parentPort?.on('message', async ({ event, requestId, milliseconds }: Ask) => {
  const until = Date.now() + milliseconds;
  const context = { awsRequestId: requestId, getRemainingTimeInMillis: () => until - Date.now() };
  let answer: Answer;
  try {
    answer = { output: await handler(event, context) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    answer = { errorType: name, errorMessage: message };
  }
  parentPort?.postMessage(JSON.stringify(answer));
});
parentPort?.postMessage('ready');
