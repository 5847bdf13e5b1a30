/** FinishRun: sums the accounts' results up, writes the run's result, closes its record. */
import pLimit from 'p-limit';
import type { Account, AccountResult, Coverage, RunId, RunResult } from '../core/model.ts';
import { awaitedRole, crashedResult, crashUnfinished, runResult } from '../core/results.ts';
import { desiredRole } from '../core/role.ts';
import { artifactKeys, type RunRecord } from '../store/contract.ts';
import { readManifest } from './manifests.ts';
import { lambdaRecords, type Records } from './records.ts';
import { RunNotFoundError, runContext } from './run-cache.ts';

export interface FinishRunEvent {
  runId: RunId;
  /** Name of the error that ended the run, if one did. */
  error?: string;
}

export interface FinishRunOutput {
  runId: RunId;
  status: RunRecord['status'];
  coverage: Coverage;
}

const READS_AT_ONCE = 50;

export function createFinishRun(records: Records) {
  return async (event: FinishRunEvent): Promise<FinishRunOutput> => {
    const { store, artifacts, clock, log } = records;
    const run = await store.getRun(event.runId);
    if (!run) throw new RunNotFoundError(`run ${event.runId} has no record; start it with start-run`);

    const limit = pLimit(READS_AT_ONCE);
    const accounts = await readManifests(records, run);
    const results = await Promise.all(
      accounts.map((account) => limit(() => readResult(records, run, account))),
    );
    const endedAt = clock.now().toISOString();
    const result: RunResult = runResult(run, endedAt, results);
    await artifacts.putText(artifactKeys.result(run.runId), `${JSON.stringify(result)}\n`);
    const status = event.error === undefined ? 'SUCCEEDED' : 'FAILED';
    await store.updateRun({
      ...run,
      status,
      endedAt,
      coverage: result.coverage,
      reason: event.error === undefined ? run.reason : `The run ended with ${event.error}.`,
    });
    log.info('run ended', { runId: run.runId, status, ...result.coverage });
    return { runId: run.runId, status, coverage: result.coverage };
  };
}

/** Accounts of the waves; settle passes only repeat some of them. */
async function readManifests(records: Records, run: RunRecord): Promise<Account[]> {
  const accounts = new Map<string, Account>();
  for (const batch of run.batches) {
    for (const account of await readManifest(records, batch)) accounts.set(account.accountId, account);
  }
  return [...accounts.values()].sort((a, b) => a.accountId.localeCompare(b.accountId));
}

async function readResult(records: Records, run: RunRecord, account: Account): Promise<AccountResult> {
  const { store, artifacts } = records;
  const text = await artifacts.getText(artifactKeys.account(run.runId, account.accountId));
  const result = text === null ? null : (JSON.parse(text) as AccountResult);
  if (result && !result.targets.some((target) => target.retry)) return result;
  const crash = await store.getCrash(account.accountId, run.runId);
  if (result) return crash ? crashUnfinished(result, crash.detail) : result;
  const { configuration } = await runContext(records, run.runId);
  const role = awaitedRole(desiredRole(configuration, run.partition, account.accountId));
  return crashedResult(account, run.regions, crash?.detail ?? 'it was never begun', role);
}

export const handler = (event: FinishRunEvent) => createFinishRun(lambdaRecords().records)(event);
