/** NextBatch: gathers how far the run is, asks core/batches.ts what comes next, and writes that down. */

import { ACCOUNT_EVENT_SETTLE } from '../core/account-events.ts';
import { decideNext, type Gate, type NextAction, settleConcurrency } from '../core/batches.ts';
import { heldByRun } from '../core/hold.ts';
import type { Configuration } from '../core/model/configuration.ts';
import type { Account, RunId } from '../core/model/primitives.ts';
import { stopReason } from '../core/wave-gate.ts';
import { readAccountResult } from '../store/account-results.ts';
import type { ManifestEntry } from '../store/contract.ts';
import {
  type AccountState,
  artifactKeys,
  type BatchRecord,
  type NextStep,
  type RunRecord,
} from '../store/contract.ts';
import { readManifest } from '../store/manifests.ts';
import { readHold } from '../store/read-hold.ts';
import { renewEnforceLease, rollsBack } from './enforce-lease.ts';
import { lambdaRecords, type Records } from './records.ts';
import { RunNotFoundError, runContext } from './run-cache.ts';
import { accountsToCheck, gatherGate, waveName } from './wave-outcome.ts';

export interface NextBatchEvent {
  runId: RunId;
  /** The step of the decision before; 0 at the beginning. */
  step: number;
}

export function createNextBatch(records: Records) {
  return async ({ runId, step }: NextBatchEvent): Promise<NextStep> => {
    const run = await records.store.getRun(runId);
    if (!run) throw new RunNotFoundError(`run ${runId} has no record; start it with start-run`);
    // The answer to this step got lost, and Step Functions asks again.
    if (run.decision?.step === step + 1) return run.decision;

    const { configuration } = await runContext(records, runId);
    // Who has just arrived may take a day to be ready; where others changed something, the account was ready before.
    const arrives = run.input.trigger === 'account-event' && run.input.drift === undefined;
    const configured = arrives ? ACCOUNT_EVENT_SETTLE : configuration.settle;
    const settle = run.input.settle === false ? { ...configured, passes: 0 } : configured;
    const now = records.clock.now();
    const stop = await stopAsked(records, runId);
    if (run.status !== 'RUNNING') return { action: 'done', step: step + 1 };
    const goingOn = stop ? null : await goOnWaiting(records, run, configuration, step + 1);
    if (goingOn) return goingOn;

    const batches = run.batches.map((batch) => endIfBegun(batch, now));
    const renewed = await holdIfSo(records, { ...run, batches }, configuration);
    if (renewed === 'WAIT_FOR_LEASE' && !stop) {
      if (run.reason === null) await records.store.updateRun({ ...run, reason: WAITS });
      return { action: 'wait', waitSeconds: LEASE_SECONDS, step: step + 1 };
    }
    const ready = renewed === 'WAIT_FOR_LEASE' ? { ...run, batches } : renewed;
    const held = ready.reason === WAITS ? { ...ready, reason: null } : ready;
    const waves = batches.filter((batch) => batch.name.startsWith('wave:'));
    const wavesDone = waves.filter((batch) => batch.endedAt !== null).length;
    const settlePassesDone = batches.filter((batch) => batch.name.startsWith('settle:')).length;
    const settling = wavesDone === waves.length && settlePassesDone < settle.passes;
    const gate = stop ?? (await gatherGate(records, held, configuration));
    const { accounts: unsettled, unrecorded } =
      settling && !gate?.stop ? await findUnsettled(records, held) : { accounts: [], unrecorded: 0 };
    const next = decideNext({
      waves: waves.length,
      wavesDone,
      settlePassesDone,
      unsettled: unsettled.map((account) => account.accountId),
      waitSecondsLeft:
        run.waitUntil === null ? null : Math.max(0, (Date.parse(run.waitUntil) - now.getTime()) / 1000),
      settle,
      gate,
    });
    if (next.action === 'stop' && next.stop.cause !== 'REQUESTED') {
      // Before the run says that it was stopped: a stop without a hold would protect until the next run only.
      const since = now.toISOString();
      await records.store.createEnforceHold({
        runId,
        who: `gate of ${runId}`,
        why: next.stop.sentence,
        since,
      });
    }
    const before = run.concurrency ?? configuration.concurrency;
    const tried = batches.findLast(({ name }) => !name.startsWith('check:'))?.accounts ?? 0;
    const concurrency = next.action === 'settle' ? settleConcurrency(before, unrecorded, tried) : before;
    if (concurrency < before) {
      records.log.warn('accounts have no result, so fewer run at once', { runId, unrecorded, concurrency });
    }
    const paced = concurrency < before ? { ...held, concurrency } : held;
    const changed = await carryOut(records, paced, next, unsettled, step + 1, concurrency);
    await records.store.updateRun(changed.run);
    if (next.action === 'wait' && isEventEnforce(run)) await records.store.releaseEnforceLease(runId);
    return changed.decision;
  };
}

/** reconcile-account begins no account any more either, so the run is not complete whatever is left of it. */
async function stopAsked({ store }: Records, runId: RunId): Promise<Gate | null> {
  const request = await store.getStopRequest(runId);
  if (!request) return null;
  return { stop: { cause: 'REQUESTED', sentence: request.reason }, soakSeconds: 0, check: false };
}

/** Seconds in which a stop, the kill switch or a freeze is noticed during a wait. */
const NOTICE_SECONDS = 60;
/** Step Functions keeps 25,000 events of an execution (guide, "Quotas"); a waiting step takes some ten of them. */
const NOTICED_STEPS = 1_500;
const LATER_NOTICE_SECONDS = 300;
/** Reason of a run for as long as it waits for another's lease. */
const WAITS = 'It waits for the run that is changing the organization.';
/** Between two tries of a rollback for the lease of the run that it stops. */
const LEASE_SECONDS = 30;

/** Waits are cut into pieces, so that what happens meanwhile is noticed. */
function pieceOf(seconds: number, step: number): number {
  return Math.min(Math.ceil(seconds), step > NOTICED_STEPS ? LATER_NOTICE_SECONDS : NOTICE_SECONDS);
}

/** The next piece of a wait in which nothing has happened; nothing is written for it. */
async function goOnWaiting(
  { store, clock }: Records,
  run: RunRecord,
  configuration: Configuration,
  step: number,
): Promise<NextStep | null> {
  const now = clock.now();
  const left = run.waitUntil === null ? 0 : (Date.parse(run.waitUntil) - now.getTime()) / 1000;
  if (left <= 0) return null;
  if (!run.hold && !isEventEnforce(run) && (await readHold(store, run.input.mode, configuration, now))) {
    return null;
  }
  return { action: 'wait', waitSeconds: pieceOf(left, step), step };
}

/** It waits for up to a day, and must not keep the organization's runs from changing anything meanwhile. */
function isEventEnforce({ input }: RunRecord): boolean {
  return input.mode === 'enforce' && input.trigger === 'account-event';
}

/** How long a run of account events waits at most for the one that holds the lease. */
const EVENT_LEASE_WAIT_MILLISECONDS = 3_600_000;

/**
 * A run of account events that was allowed to begin gives the lease back for its waits. Where another run has it when a
 * settle pass is due, it waits for that one: held for good, it would leave accounts that were not ready yet unchanged.
 */
function isWorthWaiting(run: RunRecord, now: Date): boolean {
  const due = Date.parse(run.waitUntil ?? run.startedAt);
  return isEventEnforce(run) && now.getTime() - due < EVENT_LEASE_WAIT_MILLISECONDS;
}

/** Once held, a run stays so: continuing to change things once a switch is off would surprise. */
async function holdIfSo(
  records: Records,
  run: RunRecord,
  configuration: Configuration,
): Promise<RunRecord | 'WAIT_FOR_LEASE'> {
  const { store, clock, log } = records;
  if (run.input.mode === 'assess' || run.hold) return run;
  const found = await readHold(store, run.input.mode, configuration, clock.now());
  const holder = found ? null : await renewEnforceLease(records, run);
  if (holder && (rollsBack(run.input, holder.runId) || isWorthWaiting(run, clock.now()))) {
    return 'WAIT_FOR_LEASE';
  }
  const hold = found ?? (holder && heldByRun(holder));
  if (!hold) return run;
  log.warn('changes are held', { runId: run.runId, code: hold.code });
  return { ...run, hold, reason: hold.sentence };
}

function endIfBegun(batch: BatchRecord, now: Date): BatchRecord {
  return batch.startedAt !== null && batch.endedAt === null
    ? { ...batch, endedAt: now.toISOString() }
    : batch;
}

async function carryOut(
  records: Records,
  run: RunRecord,
  next: NextAction,
  unsettled: Account[],
  step: number,
  concurrency: number,
): Promise<{ run: RunRecord; decision: NextStep }> {
  const now = records.clock.now();
  const begin = (batches: BatchRecord[], index: number) => {
    const batch = batches[index];
    if (!batch) throw new RangeError(`run ${run.runId} has no batch ${index}`);
    const decision: NextStep = {
      action: 'reconcile',
      manifest: { bucket: records.artifacts.bucket, key: batch.manifest },
      concurrency,
      step,
    };
    const begun = batches.with(index, { ...batch, startedAt: now.toISOString() });
    return { run: { ...run, batches: begun, waitUntil: null, decision }, decision };
  };
  /** Manifests of waves were written first, so the number of batches names the next one. */
  const beginAdded = async (name: string, accounts: ManifestEntry[]) => {
    const manifest = artifactKeys.manifest(run.runId, run.batches.length);
    await records.artifacts.putText(manifest, JSON.stringify(accounts));
    const batch: BatchRecord = {
      name,
      manifest,
      accounts: accounts.length,
      startedAt: null,
      endedAt: null,
    };
    return begin([...run.batches, batch], run.batches.length);
  };
  switch (next.action) {
    case 'reconcile':
      return begin(run.batches, next.wave);
    case 'check': {
      const wave = run.batches[next.wave];
      if (!wave) throw new RangeError(`run ${run.runId} has no wave ${next.wave}`);
      const accounts = await accountsToCheck(records, run, wave);
      return beginAdded(
        `check:${waveName(wave)}`,
        accounts.map((account) => ({ ...account, observeOnly: true })),
      );
    }
    case 'settle': {
      const settled = await beginAdded(
        `settle:${next.pass}`,
        unsettled.map((account) => ({ ...account, again: true })),
      );
      return { ...settled, run: { ...settled.run, settlePasses: next.pass + 1 } };
    }
    case 'stop': {
      const notBegun = run.batches.filter(({ startedAt }) => startedAt === null);
      const notReached = notBegun.reduce((sum, { accounts }) => sum + accounts, 0);
      const decision: NextStep = { action: 'done', step };
      const reason = stopReason(next.stop, run.runId, notReached);
      records.log.warn('run stopped', { runId: run.runId, cause: next.stop.cause });
      return { run: { ...run, stop: next.stop, reason, decision }, decision };
    }
    case 'wait': {
      const decision: NextStep = { action: 'wait', waitSeconds: pieceOf(next.seconds, step), step };
      const waitUntil = new Date(now.getTime() + next.seconds * 1000).toISOString();
      return { run: { ...run, waitUntil, decision }, decision };
    }
    case 'done': {
      const decision: NextStep = { action: 'done', step };
      return { run: { ...run, decision }, decision };
    }
  }
}

/**
 * Accounts of the waves that a later pass should look at again, and how many of them the run has no result of. Where
 * STATE is another run's (it held the lease), this run's artifact decides. Where there is none, the invocation crashed or
 * never began: a later pass takes the account, under its lease as every other one.
 */
async function findUnsettled(
  records: Records,
  run: RunRecord,
): Promise<{ accounts: Account[]; unrecorded: number }> {
  const waves = run.batches.filter((batch) => batch.name.startsWith('wave:'));
  const accounts = (await Promise.all(waves.map((wave) => readManifest(records, wave)))).flat();
  const states = await records.store.getAccountStates(accounts.map((account) => account.accountId));
  const asked = ownersAskedSince(states);
  const unsettled: Account[] = [];
  let unrecorded = 0;
  for (const account of accounts) {
    const state = states.get(account.accountId);
    if (state?.lastRunId === run.runId) {
      if (state.retryRegions.length > 0 || asked.has(account.accountId)) unsettled.push(account);
      continue;
    }
    const result = await readAccountResult(records.artifacts, run.runId, account.accountId);
    if (result === null) unrecorded += 1;
    if (result === null || result.targets.some((target) => target.retry)) unsettled.push(account);
  }
  return { accounts: unsettled, unrecorded };
}

/** Owners of shared VPCs for whom a participant recorded a need that their own last pass did not see yet. */
function ownersAskedSince(states: Map<string, AccountState>): Set<string> {
  const asked = new Set<string>();
  for (const { sharedNeeds = [] } of states.values()) {
    for (const { ownerId, writtenAt } of sharedNeeds) {
      if (writtenAt >= (states.get(ownerId)?.needsReadAt ?? '')) asked.add(ownerId);
    }
  }
  return asked;
}

export const handler = (event: NextBatchEvent) => createNextBatch(lambdaRecords().records)(event);
