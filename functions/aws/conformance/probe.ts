/** What every probe of `dhmc conformance` works with. */
import { type Answer, isDenied, masked, type ProbeMode } from '../../core/conformance.ts';
import type { Region } from '../../core/model/primitives.ts';
import type { SessionClients } from '../client-pool.ts';

export interface ProbeTools {
  clients: SessionClients;
  region: Region;
  partition: string;
  accountId: string;
  /** Makes names of this run its own. */
  suffix: string;
  wait(seconds: number): Promise<void>;
}

export interface Probe {
  id: string;
  fact: string;
  mode: ProbeMode;
  ask(tools: ProbeTools): Promise<Answer>;
}

/** The answer of one call; a refusal by permissions says nothing about the fact. */
export async function answerOf<T>(
  call: () => Promise<T>,
  shapeOf: (output: T) => Answer | Record<string, unknown>,
): Promise<Answer> {
  let output: T;
  try {
    output = await call();
  } catch (error) {
    const found = errorOf(error);
    return isDenied(found) ? { kind: 'not-asked', why: `denied: ${found.message}` } : found;
  }
  const shape = shapeOf(output);
  return isAnswer(shape) ? shape : { kind: 'answer', shape };
}

function isAnswer(value: Answer | Record<string, unknown>): value is Answer {
  return value.kind === 'answer' || value.kind === 'not-asked' || value.kind === 'error';
}

/** @throws what is no answer of a service: a lost connection is no fact about AWS */
export function errorOf(error: unknown): Answer & { kind: 'error' } {
  // The SDK could not read it, such as a page of HTML.
  if (error instanceof Error && '$response' in error && !('$metadata' in error && hasCode(error.$metadata))) {
    return { kind: 'error', code: 'UnreadableAnswer', message: masked(error.message.split('\n')[0] ?? '') };
  }
  if (!(error instanceof Error) || !('$metadata' in error) || !hasCode(error.$metadata)) throw error;
  return { kind: 'error', code: error.name, message: masked(error.message) };
}

function hasCode(metadata: unknown): boolean {
  return typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata;
}

export const keysOf = (piece: object | undefined): string[] =>
  Object.entries(piece ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([key]) => key)
    .sort();
