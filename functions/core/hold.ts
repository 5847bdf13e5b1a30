/**
 * What keeps enforce and rollback from changing anything, and never keeps assess from looking: the kill switch
 * (an item of the table) and freeze periods (configuration). Source: docs/spec/decisions.md, "Wave gate".
 */
import type { Configuration } from './model/configuration.ts';
import type { Timestamp } from './model/primitives.ts';
import type { AccountResult } from './model/result.ts';

/** CONTROL KILL: there while the switch is on. */
export interface KillSwitch {
  who: string;
  why: string;
  since: Timestamp;
}

export interface Hold {
  code: 'KILL_SWITCH' | 'ENFORCE_FROZEN';
  sentence: string;
}

/** Days of a freeze are in UTC, both included. */
export function findHold(kill: KillSwitch | null, freeze: Configuration['freeze'], now: Date): Hold | null {
  if (kill) {
    return {
      code: 'KILL_SWITCH',
      sentence: `The kill switch is on (${kill.who}, since ${kill.since}: ${kill.why}), so nothing is changed; dhmc kill off lifts it.`,
    };
  }
  const today = now.toISOString().slice(0, 10);
  const period = freeze.find(({ from, until }) => from <= today && today <= until);
  return period
    ? {
        code: 'ENFORCE_FROZEN',
        sentence: `The configuration freezes changes from ${period.from} to ${period.until} (UTC), so nothing is changed.`,
      }
    : null;
}

/** A result under a hold: its targets say why their changes are only planned. What holds them is no fault of theirs. */
export function withHold(result: AccountResult, hold: Hold): AccountResult {
  const role = result.changes.length > 0;
  return {
    ...result,
    targets: result.targets.map((target) => {
      const wantsRole = role && target.findings.some(({ code }) => code.startsWith('DHMC_ROLE_'));
      const planned = target.changes.some(({ outcome }) => outcome === 'PLANNED');
      return planned || wantsRole
        ? { ...target, notes: [...new Set([...target.notes, hold.code])].sort() }
        : target;
    }),
  };
}
