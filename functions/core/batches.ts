/**
 * What a run does next: its waves one after another, each with its soak and the look at its instances behind
 * it where anything was changed, then settle passes over what is not done yet, with
 * growing waits between them, then the end (docs/spec/design.md, "Structure").
 */
import type { Configuration, Wave } from './model/configuration.ts';
import type { Account, AccountId } from './model/primitives.ts';
import { hasAnyTag, isBelowAny } from './organization-paths.ts';
import { decideAccount } from './scope.ts';
import { stableHash } from './stable-hash.ts';
import type { GateStop } from './wave-gate.ts';

export interface PlannedWave {
  name: string;
  accounts: Account[];
}

/** Name of the only wave where none is configured, and of the one that takes what no wave selects. */
export const ALL_WAVE = 'all';
export const REST_WAVE = 'rest';

/**
 * Puts each account into the first wave that selects it; what none selects goes last. Waves without accounts
 * are left out. The order of accounts within a wave is theirs.
 */
export function planWaves(accounts: readonly Account[], configuration: Configuration): PlannedWave[] {
  const { waves } = configuration;
  if (waves.length === 0) return withAccounts([{ name: ALL_WAVE, accounts: [...accounts] }]);
  const lottery = drawOrder(accounts, configuration);
  const taken = new Set<AccountId>();
  const planned = waves.map((wave) => {
    const chosen = selectWave(wave, accounts, taken, lottery);
    for (const account of chosen) taken.add(account.accountId);
    return { name: wave.name, accounts: chosen };
  });
  const rest = accounts.filter((account) => !taken.has(account.accountId));
  return withAccounts([...planned, { name: REST_WAVE, accounts: rest }]);
}

/** A wave that names no account, unit, tag or percentage takes all that is left. */
export function takesTheRest(wave: Wave): boolean {
  return [wave.accounts, wave.organizationalUnits, wave.tags, wave.percentage].every((s) => s === undefined);
}

/**
 * A wave takes what any of its selectors names, and besides `percentage` of the run's accounts from those
 * that are left, at least one (rounded up).
 */
function selectWave(
  wave: Wave,
  accounts: readonly Account[],
  taken: ReadonlySet<AccountId>,
  lottery: readonly AccountId[],
): Account[] {
  const left = accounts.filter((account) => !taken.has(account.accountId));
  if (takesTheRest(wave)) return left;
  const chosen = new Set(
    left.filter((account) => isNamed(account, wave)).map((account) => account.accountId),
  );
  const share = Math.ceil((lottery.length * (wave.percentage ?? 0)) / 100);
  const drawn = lottery.filter((id) => !taken.has(id) && !chosen.has(id)).slice(0, share);
  for (const id of drawn) chosen.add(id);
  return left.filter((account) => chosen.has(account.accountId));
}

function isNamed(account: Account, wave: Wave): boolean {
  return (
    (wave.accounts ?? []).includes(account.accountId) ||
    isBelowAny(account, wave.organizationalUnits ?? []) ||
    hasAnyTag(account, wave.tags ?? {})
  );
}

/**
 * The order in which percentages draw accounts: by hash, so that every run draws alike and a new account
 * hardly moves others. Accounts that are skipped anyway would make a canary that proves nothing, so they
 * don't take part.
 */
function drawOrder(accounts: readonly Account[], configuration: Configuration): AccountId[] {
  return accounts
    .filter((account) => decideAccount(account, configuration).kind === 'enter')
    .map(({ accountId }) => ({ accountId, hash: stableHash(accountId, 'wave') }))
    .sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0))
    .map(({ accountId }) => accountId);
}

function withAccounts(waves: PlannedWave[]): PlannedWave[] {
  return waves.filter((wave) => wave.accounts.length > 0);
}

/** Facts of a run that decide what comes next. */
export interface RunProgress {
  waves: number;
  /** Waves that are reconciled. */
  wavesDone: number;
  /** Settle passes that are reconciled. */
  settlePassesDone: number;
  /** Accounts that a later pass should look at again. */
  unsettled: readonly AccountId[];
  /** Seconds left of the soak or of the wait before a settle pass, 0 when it is over; null when none was ordered yet. */
  waitSecondsLeft: number | null;
  settle: Configuration['settle'];
  /** What comes between the wave that ended last and whatever follows; null where nothing does. */
  gate: Gate | null;
}

export interface Gate {
  /** Why nothing further may be touched. */
  stop: GateStop | null;
  /** Time in which the wave's changes may show what they do; 0 where it is over or none was made. */
  soakSeconds: number;
  /** Whether instances that were Online before the wave are to be looked at again. */
  check: boolean;
}

export type NextAction =
  | { action: 'reconcile'; wave: number }
  | { action: 'check'; wave: number }
  | { action: 'stop'; stop: GateStop }
  | { action: 'wait'; seconds: number }
  | { action: 'settle'; pass: number; accounts: AccountId[] }
  | { action: 'done' };

/** Waves and passes are counted from 0. */
export function decideNext(progress: RunProgress): NextAction {
  const { waves, wavesDone, settlePassesDone: pass, unsettled, settle, gate } = progress;
  if (gate?.stop) return { action: 'stop', stop: gate.stop };
  if (gate) {
    const soak = progress.waitSecondsLeft ?? gate.soakSeconds;
    if (soak > 0) return { action: 'wait', seconds: Math.ceil(soak) };
    if (gate.check) return { action: 'check', wave: wavesDone - 1 };
  }
  if (wavesDone < waves) return { action: 'reconcile', wave: wavesDone };
  if (unsettled.length === 0 || pass >= settle.passes) return { action: 'done' };
  const seconds = progress.waitSecondsLeft ?? settleWaitSeconds(settle, pass);
  return seconds > 0
    ? { action: 'wait', seconds: Math.ceil(seconds) }
    : { action: 'settle', pass, accounts: [...unsettled] };
}

/**
 * Accounts at once in a settle pass, where the pass before left some without a result: Lambda refused them, or they
 * crashed. What was refused says by how much the pass was too wide: between a half and a quarter is left of it, so that
 * a few passes get below any quota.
 */
export function settleConcurrency(before: number, unrecorded: number, tried: number): number {
  if (unrecorded === 0) return before;
  const answered = 1 - Math.min(1, unrecorded / Math.max(1, tried));
  return Math.max(1, Math.floor(before * Math.min(0.5, Math.max(0.25, answered))));
}

/** Wait before a settle pass. With fewer waits than passes the last one repeats; without any there is none. */
export function settleWaitSeconds(settle: Configuration['settle'], pass: number): number {
  return settle.waitSeconds[pass] ?? settle.waitSeconds.at(-1) ?? 0;
}
