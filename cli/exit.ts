/**
 * How the command ends: 0 the run finished, whatever the targets say; 1 it could not; 2 wrong usage;
 * 3 (with --detailed-exitcode) done, and something is not compliant or would change.
 */
import type { Coverage } from '../functions/core/model/result.ts';
import type { ReportedRun } from '../functions/report/source.ts';

/** Something that the person who typed the command can put right: a flag, a file, a folder. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command could not do its work, for a reason that it can name. */
export class CommandFailedError extends Error {
  override readonly name = 'CommandFailedError';
}

export const EXIT = { finished: 0, failed: 1, usage: 2, attention: 3 } as const;

/** Names of errors that are the input's fault, whichever part of the project threw them. */
const USAGE_ERRORS: ReadonlySet<string> = new Set([
  'UsageError',
  'ConfigurationError',
  'PlanFileError',
  'RunInputError',
  'ScopeError',
  'SnapshotError',
  'StateFolderError',
  'StoredRecordError',
  'TemplateSettingError',
]);

/** What went wrong, without a stack, and the exit code: one line, or one for each problem of an input. */
export interface Ending {
  exitCode: number;
  lines: string[];
}

/** Errors whose messages have one line a problem. */
const SEVERAL_PROBLEMS: ReadonlySet<string> = new Set(['ConfigurationError', 'RunInputError']);

export function describeEnding(error: unknown): Ending {
  const { name, message } = originOf(error);
  const exitCode = USAGE_ERRORS.has(name) ? EXIT.usage : EXIT.failed;
  const problems = SEVERAL_PROBLEMS.has(name) ? message.split('\n') : [message];
  return { exitCode, lines: problems.map(oneLine) };
}

/** 3 where someone should look: a target that is neither compliant nor skipped, or a change that is only planned. */
export async function detailedExitCode({ summary, accounts }: ReportedRun): Promise<number> {
  if (hasUnsettled(summary.head.coverage)) return EXIT.attention;
  for await (const account of accounts()) {
    const holders = [account, ...account.targets];
    if (holders.some(({ changes }) => changes.some(({ outcome }) => outcome === 'PLANNED'))) {
      return EXIT.attention;
    }
  }
  return EXIT.finished;
}

export function hasUnsettled({ targets, compliant, skipped }: Coverage): boolean {
  return compliant + skipped < targets;
}

/** The error that started it all: a handler's comes through the state machine as an error name and a cause text. */
function originOf(error: unknown): { name: string; message: string } {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  if (isStateMachineFailure(error)) return originOfState(error);
  const lost = connectionLost(error);
  if (lost) return { name: error.name, message: lost };
  if (error.name === 'CredentialsProviderError') {
    return {
      name: error.name,
      message: `no AWS credentials (${withoutStop(error.message)}); set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
    };
  }
  if ('$metadata' in error)
    return { name: error.name, message: `AWS answered ${error.name}: ${error.message}` };
  return { name: error.name, message: error.message };
}

interface StateMachineFailure extends Error {
  /** Step Functions' error name: the handler's own. */
  error: string;
  /** Lambda's JSON `{errorType, errorMessage, ...}`, or plain text. */
  causeText: string;
}

function isStateMachineFailure(error: Error): error is StateMachineFailure {
  return error.name === 'StateMachineFailedError' && 'error' in error && 'causeText' in error;
}

function originOfState(failure: StateMachineFailure): { name: string; message: string } {
  try {
    const { errorMessage } = JSON.parse(failure.causeText);
    if (typeof errorMessage === 'string') return { name: failure.error, message: errorMessage };
  } catch {
    // A cause of Step Functions itself is plain text.
  }
  return { name: failure.error, message: `${failure.error}: ${failure.causeText}` };
}

const NO_ANSWER: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EAI_AGAIN',
]);

/** Sockets fail with a code, or with several in an AggregateError (one an address that the name has). */
function connectionLost(error: Error): string | null {
  const code = 'code' in error ? String(error.code) : '';
  if (!NO_ANSWER.has(code) && error.name !== 'TimeoutError') return null;
  const endpoint = process.env.AWS_ENDPOINT_URL;
  const why = code || 'timed out';
  return endpoint
    ? `no answer from ${endpoint} (${why}); is AWS_ENDPOINT_URL right?`
    : `no answer from AWS (${why}: ${error.message || 'no connection'}); is there a network connection?`;
}

function withoutStop(text: string): string {
  return text.replace(/\.\s*$/, '');
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ').trim();
}
