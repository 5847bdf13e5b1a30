/** Turns what the SDK throws into facts, and reads into values that say how they ended. */
import { classifyFailure, type ThrownFacts } from '../core/failures.ts';
import type { Failure, Read } from '../core/model/reads.ts';

/** Facts of an SDK error or a transport error; no stack, no request, no credentials. */
export function thrownFacts(error: unknown): ThrownFacts {
  if (!(error instanceof Error)) return { name: 'UnknownError', message: String(error), status: null };
  const { $metadata, code } = error as { $metadata?: { httpStatusCode?: number }; code?: unknown };
  const status = $metadata?.httpStatusCode ?? null;
  // Node's transport errors are named Error and carry their kind in `code`.
  const name = status === null && typeof code === 'string' ? code : error.name;
  return { name, message: error.message || name, status };
}

/**
 * A defect of our own (TypeError and the like) is no answer of AWS and must not be taken for one.
 * A response that cannot be parsed is a SyntaxError with metadata, so it counts as an answer.
 */
function isDefect(error: unknown): boolean {
  if (!(error instanceof Error) || '$metadata' in error) return false;
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
}

export function failureOf(error: unknown, action: string): Failure {
  if (isDefect(error)) throw error;
  return classifyFailure(thrownFacts(error), action);
}

/**
 * Runs one read.
 *
 * @param action the IAM action behind it, e.g. `ssm:GetServiceSetting`
 * @param absentCodes AWS's codes that mean "there is no such thing"
 */
export async function read<T>(
  action: string,
  call: () => Promise<T>,
  absentCodes: readonly string[] = [],
): Promise<Read<T>> {
  try {
    return { kind: 'value', value: await call() };
  } catch (error) {
    if (error instanceof Error && absentCodes.includes(error.name)) return { kind: 'absent' };
    return { kind: 'failed', failure: failureOf(error, action) };
  }
}

/** Runs one mutating call; null when it went through. */
export async function attempt(action: string, call: () => Promise<unknown>): Promise<Failure | null> {
  try {
    await call();
    return null;
  } catch (error) {
    return failureOf(error, action);
  }
}
