/** What `dhmc doctor` reports: a check, how it went, and its fix. */
import type { Failure } from '../model/reads.ts';

export type CheckStatus = 'ok' | 'warning' | 'failed' | 'skipped';

export interface CheckFinding {
  check: string;
  status: CheckStatus;
  /** What was found, as a sentence. */
  found: string;
  /** What to do about it; null where nothing is wrong. */
  fix: string | null;
  /** A command of the fix, to paste. */
  command?: string;
}

/** Where the checks run: some facts show in the management account alone, others in the operator account alone. */
export type Vantage = 'operator' | 'management';

export const ok = (check: string, found: string): CheckFinding => ({ check, status: 'ok', found, fix: null });

export const skipped = (check: string, found: string, fix: string | null = null): CheckFinding => ({
  check,
  status: 'skipped',
  found,
  fix,
});

/** A read that was not allowed, or that a snapshot does not hold: nothing is said of what it would have shown. */
export function notRead(check: string, failure: Failure, where: string): CheckFinding {
  if (failure.code === 'NotImplemented') return skipped(check, `Not known. ${sentence(failure.message)}`);
  return skipped(
    check,
    `Not known: ${failure.action} was not answered (${failure.code}).`,
    `Allow ${failure.action}, or run dhmc doctor in ${where}.`,
  );
}

const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`);
