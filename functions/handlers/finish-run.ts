/**
 * FinishRun: completes the accounts' results, sums them up, writes the run's result and summary, closes its
 * record, notifies people. Reads account by account, so that memory does not grow with their number.
 */

import type { PublishNotification } from '../aws/publish-notification.ts';
import { coverSame } from '../core/covered-scope.ts';
import { driftResultOf } from '../core/drift.ts';
import type { Hold } from '../core/hold.ts';
import type { Configuration } from '../core/model/configuration.ts';
import type { Account, RunId } from '../core/model/primitives.ts';
import type { AccountResult, Coverage, RunHead, RunStatus, RunSummary } from '../core/model/result.ts';
import { nextCommands } from '../core/next-commands.ts';
import { effectiveConfiguration } from '../core/overrides.ts';
import {
  awaitedRole,
  crashedResult,
  crashUnfinished,
  unreachedResult,
  whoOf,
  withLostInstances,
} from '../core/results.ts';
import { desiredRole } from '../core/role.ts';
import { addCounts, metricsOf, NO_COUNTS } from '../core/run-metrics.ts';
import {
  type AccountCoverage,
  endingsOf,
  isAboutAccounts,
  newsOf,
  notificationOf,
} from '../core/run-news.ts';
import { runScope } from '../core/run-scope.ts';
import { addAccount, NO_TOTALS } from '../core/run-totals.ts';
import { regionsOfAccount } from '../core/scope.ts';
import { noticesOf } from '../core/waivers.ts';
import type { InstancesAfter } from '../core/wave-gate.ts';
import { createMetrics, type PublishMetrics } from '../platform/metrics.ts';
import { readAhead } from '../platform/read-ahead.ts';
import { renderJson } from '../report/json.ts';
import type { ReportedRun } from '../report/source.ts';
import { readAccountResult, writeAccountResult } from '../store/account-results.ts';
import { artifactKeys, type RunRecord, type UnfinishedInvocation } from '../store/contract.ts';
import { readManifest } from '../store/manifests.ts';
import { INSTANCES_AFTER } from '../store/record-shapes.ts';
import { parseStored, stamped } from '../store/stored.ts';
import { deployedPlace, partsOfPlace } from './command-place.ts';
import { closeDeparted, findFullRunBefore } from './full-runs.ts';
import { lambdaRecords, type Records } from './records.ts';
import { RunNotFoundError, runContext } from './run-cache.ts';
import { waveName } from './wave-outcome.ts';

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

/** Where the end of a run is reported; the command prints it itself. */
export interface Outlets {
  publishMetrics: PublishMetrics;
  /** null: it is reported nowhere. */
  notify: PublishNotification | null;
}

const NOWHERE: Outlets = { publishMetrics: () => {}, notify: null };
const READS_AT_ONCE = 50;

export function createFinishRun(records: Records, outlets: Outlets = NOWHERE) {
  return async (event: FinishRunEvent): Promise<FinishRunOutput> => {
    const { store, artifacts, clock, log } = records;
    const run = await store.getRun(event.runId);
    if (!run) throw new RunNotFoundError(`run ${event.runId} has no record; start it with start-run`);

    const { configuration } = await runContext(records, event.runId);
    const accounts = await readManifests(records, run);
    let totals = NO_TOTALS;
    let counts = NO_COUNTS;
    const ofAccounts: AccountCoverage[] = [];
    const noticed = new Set(run.input.drift?.map(({ accountId }) => accountId));
    const drifted = new Map<string, AccountResult>();
    const completed = readAhead(accounts, READS_AT_ONCE, (account) => completeResult(records, run, account));
    for await (const result of completed) {
      totals = addAccount(totals, result);
      counts = addCounts(counts, result);
      if (noticed.has(result.accountId)) drifted.set(result.accountId, result);
      if (isAboutAccounts(run.input)) {
        ofAccounts.push({ accountId: result.accountId, coverage: addAccount(NO_TOTALS, result).coverage });
      }
    }
    const before = await findFullRunBefore(records, run);
    const present = accounts.map(({ account }) => account);
    const departed = await closeDeparted(records, run, before, present);
    const comparable = before !== null && (await coveredSame(records, before.runId, configuration));
    const coverageBefore = comparable ? before.coverage : null;

    const ending = {
      status: statusOf(run, event),
      reason: event.error === undefined ? run.reason : `The run ended with ${event.error}.`,
    };
    const endedAt = clock.now().toISOString();
    const drift = run.input.drift?.map((notice) =>
      driftResultOf(notice, drifted.get(notice.accountId) ?? null, {
        mode: run.input.mode,
        hold: run.hold?.code ?? null,
      }),
    );
    const { input, organizationId, configurationVersion, regions } = run;
    const { partition, operatorAccountId, homeRegion } = run;
    const summary: RunSummary = {
      head: {
        schemaVersion: 1,
        runId: run.runId,
        mode: input.mode,
        ...ending,
        ...(run.stop ? { stopCause: run.stop.cause } : {}),
        ...(run.hold ? { hold: holdOf(run.hold) } : {}),
        ...(input.rollbackOf === undefined ? {} : { rollbackOf: input.rollbackOf }),
        scope: runScope(input, accounts.length, run.organizationAccounts ?? null),
        startedAt: run.startedAt,
        endedAt,
        ...totals,
        waivers: noticesOf(configuration.waivers, clock.now()),
        ...(departed.length > 0 ? { departed } : {}),
        ...(drift ? { drift } : {}),
      },
      ...ending,
      input,
      organizationId,
      configurationVersion,
      regions,
      place: { partition, operatorAccountId, homeRegion, ...partsOfPlace(records, run) },
    };
    const finished: ReportedRun = {
      summary,
      accounts: () => readAhead(accounts, READS_AT_ONCE, ({ account }) => readResult(records, run, account)),
    };
    await artifacts.putText(artifactKeys.summary(run.runId), `${JSON.stringify(stamped(summary))}\n`);
    await artifacts.putStream(artifactKeys.result(run.runId), renderJson(finished));
    const { coverage } = totals;
    const ended = { ...run, ...ending, endedAt, coverage };
    await store.updateRun(ended);
    if (input.mode !== 'assess') await store.releaseEnforceLease(run.runId);
    if (records.reports) {
      const { leaveReports } = await import('./leave-reports.ts');
      await leaveReports(records, records.reports, run, before, finished);
    }
    log.info('run ended', { runId: run.runId, status: ending.status, ...coverage });
    outlets.publishMetrics(metricsOf(ended, counts, departed.length, coverageBefore));
    if (outlets.notify) {
      for (const part of endingsOf({ ...ended, ...(drift ? { drift } : {}) }, ofAccounts)) {
        await notifyRunEnd(records, outlets.notify, part, summary.head, coverageBefore);
      }
    }
    return { runId: run.runId, status: ending.status, coverage };
  };
}

/** Artifacts expire; of a run whose configuration is gone, nothing is claimed. */
async function coveredSame(records: Records, runId: RunId, configuration: Configuration): Promise<boolean> {
  try {
    return coverSame((await runContext(records, runId)).configuration, configuration);
  } catch (error) {
    if (error instanceof RunNotFoundError) return false;
    throw error;
  }
}

/** Where the notification cannot be sent, the run has ended all the same. */
async function notifyRunEnd(
  records: Records,
  notify: PublishNotification,
  run: RunRecord & { status: RunStatus; coverage: Coverage },
  head: RunHead,
  before: Coverage | null,
): Promise<void> {
  const { configuration } = await runContext(records, run.runId);
  const news = newsOf(run, before);
  if (news === null || !configuration.notifications.on.includes(news)) return;
  const where = {
    partition: run.partition,
    region: run.homeRegion,
    executionArn: run.executionArn ?? null,
    bucket: records.artifacts.bucket,
    next: nextCommands(head, deployedPlace(records, run), false),
  };
  try {
    await notify(notificationOf(news, run, before, where));
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    records.log.error('the notification was not sent', { runId: run.runId, news, error: name });
  }
}

const holdOf = ({ code, runId }: Hold) => ({ code, ...(runId === undefined ? {} : { runId }) });

/** Accounts of the waves, sorted by id; settle passes only repeat some of them. */
async function readManifests(records: Records, run: RunRecord): Promise<WaveAccount[]> {
  const waves = run.batches.filter(({ name }) => name.startsWith('wave:'));
  const accounts: WaveAccount[] = [];
  for (const wave of waves) {
    const checked = run.batches.some(({ name }) => name === `check:${waveName(wave)}`);
    for (const account of await readManifest(records, wave)) accounts.push({ account, checked });
  }
  return accounts.sort((a, b) => a.account.accountId.localeCompare(b.account.accountId));
}

interface WaveAccount {
  account: Account;
  /** Whether instances of its wave were looked at again. */
  checked: boolean;
}

function statusOf(run: RunRecord, { error }: FinishRunEvent): RunStatus {
  if (error !== undefined) return 'FAILED';
  return run.stop ? 'STOPPED' : 'SUCCEEDED';
}

/** The account's result; one that its invocation did not leave, or not in full, is written in its place. */
async function completeResult(
  records: Records,
  run: RunRecord,
  { account, checked }: WaveAccount,
): Promise<AccountResult> {
  const { store, artifacts } = records;
  const lost = checked ? await readLost(records, run, account) : [];
  const result = await readAccountResult(artifacts, run.runId, account.accountId);
  const settled = result && !result.targets.some((target) => target.retry);
  if (settled && lost.length === 0) return result;
  const crash = settled ? null : await findCrash(store, account.accountId, run.runId, result !== null);
  if (result && !crash && lost.length === 0) return result;
  const known = result && crash ? crashUnfinished(result, crash.detail) : result;
  const completed = known
    ? withLostInstances(known, lost)
    : await neverRecorded(records, run, account, crash);
  await writeAccountResult(artifacts, run.runId, completed);
  return completed;
}

/** An invocation that Lambda refused, or that crashed before a later pass went well, takes nothing from a result. */
async function findCrash(
  store: Records['store'],
  accountId: string,
  runId: RunId,
  hasResult: boolean,
): Promise<UnfinishedInvocation | null> {
  const unfinished = await store.getCrash(accountId, runId);
  if (!hasResult || unfinished === null) return unfinished;
  if (unfinished.code === 'NOT_INVOKED') return null;
  const state = await store.getAccountState(accountId);
  return state?.lastRunId === runId && state.updatedAt > unfinished.at ? null : unfinished;
}

async function readLost(
  { artifacts }: Records,
  run: RunRecord,
  { accountId }: Account,
): Promise<InstancesAfter['lost']> {
  const key = artifactKeys.after(run.runId, accountId);
  const text = await artifacts.getText(key);
  return text === null ? [] : parseStored(text, INSTANCES_AFTER, key).lost;
}

async function neverRecorded(
  records: Records,
  run: RunRecord,
  account: Account,
  crash: UnfinishedInvocation | null,
): Promise<AccountResult> {
  const context = await runContext(records, run.runId);
  const configuration = effectiveConfiguration(context.configuration, account);
  const regions = run.input.mode === 'rollback' ? run.regions : regionsOfAccount(run.regions, configuration);
  const role = awaitedRole(desiredRole(configuration, run.partition, account.accountId));
  // A run that was stopped leaves accounts that it did not begin.
  if (run.stop && crash === null) return unreachedResult(account, regions, configuration, role);
  const { accountId, name, organizationPath } = account;
  return crashedResult(
    { accountId, name, organizationPath, ...whoOf(account) },
    regions,
    crash ?? { code: 'CRASHED', detail: 'it was never begun' },
    role,
  );
}

async function readResult({ artifacts }: Records, run: RunRecord, account: Account): Promise<AccountResult> {
  const result = await readAccountResult(artifacts, run.runId, account.accountId);
  if (result === null) throw new Error(`${account.accountId}: its result is gone while the run was finished`);
  return result;
}

let made: ReturnType<typeof createFinishRun> | null = null;

export const handler = (event: FinishRunEvent) => {
  made ??= makeHandler();
  return made(event);
};

function makeHandler() {
  const { environment, records } = lambdaRecords();
  const { homeRegion: region, topicArn } = environment;
  return createFinishRun(records, {
    publishMetrics: createMetrics(),
    notify: topicArn === null ? null : publishTo(region, topicArn),
  });
}

/** The client is loaded where there is something to send. */
function publishTo(region: string, topicArn: string): PublishNotification {
  return async (notification) => {
    const { connectTopic } = await import('../aws/publish-notification.ts');
    await connectTopic({ region, topicArn })(notification);
  };
}
