/**
 * What keeps enforce and rollback from changing anything, and never keeps assess from looking: the kill switch
 * (an item of the table), freeze periods (configuration), the hold that a wave gate leaves behind, and another
 * run that is changing the organization. Source: docs/spec/decisions.md, "Wave gate", "Between runs".
 */
import type { Configuration } from './model/configuration.ts';
import type { Mode, RunId, Timestamp } from './model/primitives.ts';
import type { AccountResult, HoldCode } from './model/result.ts';
import type { NoteCode } from './reasons.ts';

/** CONTROL KILL: exists while the switch is on. */
export interface KillSwitch {
  who: string;
  why: string;
  since: Timestamp;
}

/** HOLD HOLD: exists from a gate's stop until a person resumes. No function may delete it. */
export interface EnforceHold extends KillSwitch {
  /** The run that the gate stopped. */
  runId: RunId;
}

/** Who cleared a hold, and why. Kept beside the hold's key for good. */
export interface Resumption {
  who: string;
  why: string;
  at: Timestamp;
}

/** ENFORCE_LEASE LEASE: the one run that may change the organization. */
export interface EnforceLease {
  runId: RunId;
  executionArn: string | null;
  until: Timestamp;
}

/**
 * Longer than a wave takes, since only next-batch renews the lease. A holder that Step Functions knows to have ended is
 * replaced before, and one that it knows to be at work is not, whatever the time.
 */
export const ENFORCE_LEASE_MILLISECONDS = 24 * 3_600_000;

export interface Hold {
  code: HoldCode;
  sentence: string;
  /** With ENFORCE_HELD: the run whose stop left the hold. */
  runId?: RunId;
}

export interface HoldFacts {
  mode: Mode;
  kill: KillSwitch | null;
  enforceHold: EnforceHold | null;
  freeze: Configuration['freeze'];
  now: Date;
}

/** Days of a freeze are in UTC, both included. A rollback is allowed under the hold of a gate. */
export function findHold({ mode, kill, enforceHold, freeze, now }: HoldFacts): Hold | null {
  if (mode === 'assess') return null;
  if (kill) {
    return {
      code: 'KILL_SWITCH',
      sentence: `The kill switch is on (${kill.who}, since ${kill.since}: ${kill.why}), so nothing is changed.`,
    };
  }
  if (enforceHold && mode === 'enforce') return heldByGate(enforceHold);
  const today = now.toISOString().slice(0, 10);
  const period = freeze.find(({ from, until }) => from <= today && today <= until);
  return period
    ? {
        code: 'ENFORCE_FROZEN',
        sentence: `The configuration freezes changes from ${period.from} to ${period.until} (UTC), so nothing is changed.`,
      }
    : null;
}

function heldByGate({ runId, who, why, since }: EnforceHold): Hold {
  return {
    code: 'ENFORCE_HELD',
    sentence: `Enforce is held (${who}, since ${since}: ${why}), so nothing is changed until a person resumes ${runId}.`,
    runId,
  };
}

/** @param leftToIt accounts of this run that the other one has not reached yet */
export function heldByRun(holder: Pick<EnforceLease, 'runId'>, leftToIt: readonly string[] = []): Hold {
  const left =
    leftToIt.length > 0 ? ` It has not reached account ${leftToIt.join(', ')} yet, which is left to it.` : '';
  return {
    code: 'RUN_IN_PROGRESS',
    sentence: `Run ${holder.runId} is changing the organization, and one run does so at a time, so nothing is changed here.${left}`,
  };
}

/** A result under a hold: its targets say why their changes are only planned. The hold is not a failure of the target. */
export function withHold(result: AccountResult, hold: Hold): AccountResult {
  return withUnchanged(result, hold.code);
}

/** A result of an enforce run in an account that the configuration has assessed only. */
export function withAssessedOnly(result: AccountResult): AccountResult {
  return withUnchanged(result, 'ACCOUNT_ASSESSED_ONLY');
}

function withUnchanged(result: AccountResult, note: NoteCode): AccountResult {
  const role = result.changes.length > 0;
  return {
    ...result,
    targets: result.targets.map((target) => {
      const wantsRole = role && target.findings.some(({ code }) => code.startsWith('DHMC_ROLE_'));
      const planned = target.changes.some(({ outcome }) => outcome === 'PLANNED');
      return planned || wantsRole
        ? { ...target, notes: [...new Set([...target.notes, note])].sort() }
        : target;
    }),
  };
}
