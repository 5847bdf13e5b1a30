/** NextBatch: gathers how far the run is, asks core/batches.ts what comes next, and writes that down. */
import { ACCOUNT_EVENT_SETTLE } from '../core/account-events.ts';
import { decideNext, type Gate, type NextAction } from '../core/batches.ts';
import { findHold } from '../core/hold.ts';
import type { Configuration } from '../core/model/configuration.ts';
import type { Account, AccountId, RunId } from '../core/model/primitives.ts';
import type { AccountResult } from '../core/model/result.ts';
import { stopReason } from '../core/wave-gate.ts';
import {
  type AccountState,
  artifactKeys,
  type BatchRecord,
  type NextStep,
  type RunRecord,
} from '../store/contract.ts';
import { type ManifestEntry, readManifest } from '../store/manifests.ts';
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
    // Who has just arrived may take a day to be ready.
    const settle = run.input.trigger === 'account-event' ? ACCOUNT_EVENT_SETTLE : configuration.settle;
    const now = records.clock.now();
    const batches = run.batches.map((batch) => endIfBegun(batch, now));
    const held = await holdIfSo(records, { ...run, batches }, configuration);
    const waves = batches.filter((batch) => batch.name.startsWith('wave:'));
    const wavesDone = waves.filter((batch) => batch.endedAt !== null).length;
    const settlePassesDone = batches.filter((batch) => batch.name.startsWith('settle:')).length;
    const settling = wavesDone === waves.length && settlePassesDone < settle.passes;
    const gate = (await stopAsked(records, runId)) ?? (await gatherGate(records, held, configuration));
    const unsettled = settling && !gate?.stop ? await findUnsettled(records, held) : [];
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
    const changed = await carryOut(records, held, next, unsettled, step + 1, configuration.concurrency);
    await records.store.updateRun(changed.run);
    return changed.decision;
  };
}

/** reconcile-account begins no account any more either, so the run is not complete whatever is left of it. */
async function stopAsked({ store }: Records, runId: RunId): Promise<Gate | null> {
  const request = await store.getStopRequest(runId);
  if (!request) return null;
  return { stop: { cause: 'REQUESTED', sentence: request.reason }, soakSeconds: 0, check: false };
}

/** Once held, a run stays so: that it goes on changing things when a switch is lifted would surprise. */
async function holdIfSo(records: Records, run: RunRecord, { freeze }: Configuration): Promise<RunRecord> {
  if (run.input.mode === 'assess' || run.hold) return run;
  const hold = findHold(await records.store.getKillSwitch(), freeze, records.clock.now());
  if (!hold) return run;
  records.log.warn('changes are held', { runId: run.runId, code: hold.code });
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
      const decision: NextStep = { action: 'wait', waitSeconds: next.seconds, step };
      const waitUntil = new Date(now.getTime() + next.seconds * 1000).toISOString();
      return { run: { ...run, waitUntil, decision }, decision };
    }
    case 'done': {
      const decision: NextStep = { action: 'done', step };
      return { run: { ...run, decision }, decision };
    }
  }
}

/** Accounts of the waves that a later pass should look at again, as their STATE says. */
async function findUnsettled(records: Records, run: RunRecord): Promise<Account[]> {
  const waves = run.batches.filter((batch) => batch.name.startsWith('wave:'));
  const accounts = (await Promise.all(waves.map((wave) => readManifest(records, wave)))).flat();
  const states = await records.store.getAccountStates(accounts.map((account) => account.accountId));
  const asked = ownersAskedSince(states);
  const unsettled: Account[] = [];
  for (const account of accounts) {
    const state = states.get(account.accountId);
    const again =
      state?.lastRunId === run.runId
        ? state.retryRegions.length > 0 || asked.has(account.accountId)
        : await hasUnsettledArtifact(records, run.runId, account.accountId);
    if (again) unsettled.push(account);
  }
  return unsettled;
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

/**
 * Where STATE is another run's (it held the lease), this run's artifact tells. Where there is none, the
 * invocation crashed; it may still be at work after a timeout, so it is left to the next run.
 */
async function hasUnsettledArtifact(records: Records, runId: RunId, accountId: AccountId): Promise<boolean> {
  const text = await records.artifacts.getText(artifactKeys.account(runId, accountId));
  return text !== null && (JSON.parse(text) as AccountResult).targets.some((target) => target.retry);
}

export const handler = (event: NextBatchEvent) => createNextBatch(lambdaRecords().records)(event);
