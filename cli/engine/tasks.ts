/**
 * What the states of a machine do in this process, as Step Functions' integrations do it: a function is
 * called as Lambda would call it, an item updated with the same UpdateItem.
 */
import {
  type DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Artifacts } from '../../functions/store/contract.ts';
import { StateError, toLambdaError } from './errors.ts';

export type Handler = (payload: unknown, context: { signal: AbortSignal }) => Promise<unknown>;

/** Step Functions' quota for the input or result of a task, state or execution (Service quotas, "Payload"). */
const MAX_PAYLOAD_BYTES = 256 * 1024;

/**
 * Gives the work a signal that is aborted when the run is, or just after the engine library has given up on
 * the state. As in AWS, a function that does not listen runs on behind its timeout, which is the wall's: it
 * limits the machine that computes, and a jump of a rehearsal's clock must not end a task.
 */
export async function withTimeout<T>(
  seconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeout = new AbortController();
  const timer = setTimeout(
    () => timeout.abort(new StateError('States.Timeout', `timed out after ${seconds} s`)),
    seconds * 1000 + 5,
  );
  try {
    return await work(AbortSignal.any([signal, timeout.signal]));
  } finally {
    clearTimeout(timer);
  }
}

/** Payload and result go through JSON, as they do between Step Functions and Lambda: undefined is dropped. */
export async function invokeFunction(
  state: string,
  handlers: Record<string, Handler>,
  parameters: { FunctionName?: unknown; Payload?: unknown },
  signal: AbortSignal,
): Promise<unknown> {
  const handler = handlers[String(parameters.FunctionName)];
  if (!handler) {
    throw new StateError(
      'Lambda.ResourceNotFoundException',
      `there is no function ${String(parameters.FunctionName)}`,
    );
  }
  const payload = passJson(state, 'input', parameters.Payload ?? {});
  let result: unknown;
  try {
    result = await handler(payload, { signal });
  } catch (error) {
    throw toLambdaError(error);
  }
  return { ExecutedVersion: '$LATEST', Payload: passJson(state, 'result', result ?? null), StatusCode: 200 };
}

/** The optimized integration's error names are the SDK's behind `DynamoDB.` */
export async function updateItem(
  client: DynamoDBClient,
  parameters: UpdateItemCommandInput,
  signal: AbortSignal,
): Promise<unknown> {
  try {
    const { $metadata: _metadata, ...output } = await client.send(new UpdateItemCommand(parameters), {
      abortSignal: signal,
    });
    return output;
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    throw new StateError(`DynamoDB.${name}`, message, { cause: error });
  }
}

/** The items of a distributed map: an artifact that is a JSON array. */
export async function readManifest(
  artifacts: Artifacts,
  { Bucket: bucket, Key: key }: { Bucket?: unknown; Key?: unknown },
): Promise<unknown[]> {
  const fail = (why: string, cause?: unknown) =>
    new StateError('States.ItemReaderFailed', `manifest ${String(key)} in ${String(bucket)} ${why}`, {
      cause,
    });
  if (bucket !== artifacts.bucket) throw fail(`is not in ${artifacts.bucket}`);
  const text = await artifacts.getText(String(key)).catch((error: unknown) => {
    throw fail('cannot be read', error);
  });
  if (text === null) throw fail('does not exist');
  let items: unknown;
  try {
    items = JSON.parse(text);
  } catch (error) {
    throw fail('is not JSON', error);
  }
  if (!Array.isArray(items)) throw fail('is not a JSON array');
  return items;
}

/** States.ALL does not catch States.DataLimitExceeded: it ends the execution (Step Functions guide, error names). */
function passJson(state: string, what: string, value: unknown): unknown {
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_PAYLOAD_BYTES) {
    throw new StateError(
      'States.DataLimitExceeded',
      `the ${what} of state ${state} has ${bytes} bytes, more than the ${MAX_PAYLOAD_BYTES} that Step Functions passes on`,
      { terminal: true },
    );
  }
  return JSON.parse(text);
}
