/** Errors of the local engine. */

/** The definition asks for something that this engine would not do: it is refused, never ignored. */
export class RefusedDefinitionError extends Error {
  constructor(where: string, what: string) {
    super(`state machine: ${where}: ${what}`);
    this.name = 'RefusedDefinitionError';
  }
}

/** The execution ended in a Fail state, or by an error that nothing caught. */
export class StateMachineFailedError extends Error {
  /** Step Functions' error name, e.g. of the Fail state. */
  readonly error: string;
  /** Step Functions' Cause as it is: for a function's error a JSON text as Lambda words it. */
  readonly causeText: string;
  constructor(error: string, causeText: string, cause?: unknown) {
    super(`the run failed: ${error}: ${readErrorMessage(causeText)}`, { cause });
    this.name = 'StateMachineFailedError';
    this.error = error;
    this.causeText = causeText;
  }
}

/**
 * An error as a state reports it. The engine library reads `name`, `message` (as Cause), `isRetryable` and
 * `isCatchable`.
 */
export class StateError extends Error {
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;
  constructor(name: string, message: string, options: { terminal?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = name;
    this.isRetryable = !options.terminal;
    this.isCatchable = !options.terminal;
  }
}

/** A function's error as Lambda hands it to Step Functions: Error is its type, Cause a JSON text. */
export function toLambdaError(error: unknown): StateError {
  const known = error instanceof Error ? error : new Error(String(error));
  const cause = {
    errorType: known.name,
    errorMessage: known.message,
    trace: (known.stack ?? '').split('\n').map((line) => line.trim()),
  };
  return new StateError(known.name, JSON.stringify(cause), { cause: error });
}

function readErrorMessage(causeText: string): string {
  try {
    const { errorMessage } = JSON.parse(causeText);
    if (typeof errorMessage === 'string') return errorMessage;
  } catch {
    // A Cause of Step Functions itself is plain text.
  }
  return causeText;
}
