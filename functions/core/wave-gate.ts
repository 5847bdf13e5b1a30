/**
 * The gate behind a wave (docs/spec/decisions.md, "Wave gate"): what the wave did to its accounts decides whether any
 * further account is touched. It guards enforce alone: nothing may keep a rollback from running.
 */
import type { ChangeResult } from './model/change.ts';
import type { AccountId, Region, RunId, Timestamp } from './model/primitives.ts';
import type { AccountResult, StopCause } from './model/result.ts';

/** Instances that were Online before an account's first change; runs/<id>/before/<account>.json. */
export interface InstancesBefore {
  takenAt: Timestamp;
  online: Record<Region, string[]>;
}

/** The look after the soak; runs/<id>/after/<account>.json. */
export interface InstancesAfter {
  lookedAt: Timestamp;
  /** Running, Online before, not Online now. One that was stopped or terminated meanwhile is not lost. */
  lost: { region: Region; instanceId: string }[];
  /** Regions that could not be read; `excused` where a policy or a missing role denied it. */
  unread: { region: Region | null; sentence: string; excused: boolean }[];
}

/** How a wave went. */
export interface WaveOutcome {
  accounts: number;
  appliedChanges: number;
  /** Failed changes that count: not those that a service control policy or a missing role denied. */
  failedChanges: number;
  /** Accounts with such a failed change. */
  failedIn: AccountId[];
  /** Accounts whose invocation left no result. */
  crashed: AccountId[];
  /** null until they were looked at again, or where no instance was Online before. */
  instances: {
    lost: { accountId: AccountId; region: Region; instanceId: string }[];
    /** Accounts whose instances could not be looked at; they count like a crash. */
    unread: AccountId[];
  } | null;
}

export interface GateStop {
  cause: StopCause;
  /** Which accounts or instances and why, as a sentence. */
  sentence: string;
}

/** Names in a sentence. */
const NAMED = 5;

/** null where the next wave may begin. */
export function judgeWave(outcome: WaveOutcome, wave: string, maxFailurePercent: number): GateStop | null {
  const lost = outcome.instances?.lost ?? [];
  if (lost.length > 0) {
    const who = lost.map(
      ({ accountId, region, instanceId }) => `${instanceId} (account ${accountId}, ${region})`,
    );
    return {
      cause: 'INSTANCES_LOST',
      sentence: `after wave ${wave}, ${count(lost.length, 'instance')} that ${lost.length === 1 ? 'was' : 'were'} Online before ${lost.length === 1 ? 'is' : 'are'} not any more: ${few(who)}`,
    };
  }
  const attempts = outcome.appliedChanges + outcome.failedChanges;
  if (exceeds(outcome.failedChanges, attempts, maxFailurePercent)) {
    return {
      cause: 'FAILURES',
      sentence: `in wave ${wave}, ${outcome.failedChanges} of ${count(attempts, 'change')} failed (${percent(outcome.failedChanges, attempts)}, maxFailurePercent ${maxFailurePercent}), in account ${few(outcome.failedIn)}`,
    };
  }
  const unread = outcome.instances?.unread ?? [];
  const gone = [...new Set([...outcome.crashed, ...unread])].sort();
  if (exceeds(gone.length, outcome.accounts, maxFailurePercent)) {
    const what = unread.length === 0 ? 'crashed' : 'crashed or could not be looked at after the changes';
    return {
      cause: 'FAILURES',
      sentence: `in wave ${wave}, ${gone.length} of ${count(outcome.accounts, 'account')} ${what} (${percent(gone.length, outcome.accounts)}, maxFailurePercent ${maxFailurePercent}): ${few(gone)}`,
    };
  }
  return null;
}

/** What the run's record says of a stop: why, and how to continue or roll back. */
export function stopReason(stop: GateStop, runId: RunId, notReached: number): string {
  if (stop.cause === 'REQUESTED') return stop.sentence;
  const rest = notReached === 0 ? 'No later pass was made' : `${count(notReached, 'account')} not touched`;
  return `Stopped: ${stop.sentence}. ${rest}. Enforce is held until a person resumes ${runId} or rolls it back.`;
}

/** None of none is no number, and so above nothing. */
function exceeds(part: number, whole: number, maxPercent: number): boolean {
  return (100 * part) / whole > maxPercent;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function few(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(', ')} and ${more} more` : names.join(', ');
}

/** Changes of an account as the gate counts them. */
export function countChanges(result: Pick<AccountResult, 'changes' | 'targets'>): {
  applied: number;
  failed: number;
} {
  const changes = [...result.changes, ...result.targets.flatMap((target) => target.changes)];
  return {
    applied: changes.filter(({ outcome }) => outcome === 'APPLIED').length,
    failed: changes.filter(counts).length,
  };
}

/** Denied by a policy, or the writer could not be assumed at all: that is the account's, not the change's. */
function counts({ outcome, error }: ChangeResult): boolean {
  return outcome === 'FAILED' && error?.kind !== 'DENIED_BY_SCP' && error?.action !== 'sts:AssumeRole';
}

/** Compares an account's instances with those that were Online before. */
export function lostInstances(
  before: readonly string[],
  now: readonly { instanceId: string; state: string; online: boolean }[],
): string[] {
  const there = new Map(now.map((instance) => [instance.instanceId, instance]));
  return before.filter((id) => {
    const instance = there.get(id);
    return instance?.state === 'running' && !instance.online;
  });
}
