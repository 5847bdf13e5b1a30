/** A run as the artifacts hold it (keys in store/contract.ts). */
import type { Configuration } from '../core/model/configuration.ts';
import type { RunId } from '../core/model/primitives.ts';
import type { AccountResult, RunResult, RunSummary } from '../core/model/result.ts';
import { readAhead } from '../platform/read-ahead.ts';
import { type Artifacts, artifactKeys } from '../store/contract.ts';
import type { ReportedRun } from './source.ts';

const READS_AT_ONCE = 50;

/** null where there is no such run, or it did not finish. */
export async function readRun(artifacts: Artifacts, runId: RunId): Promise<ReportedRun | null> {
  const text = await artifacts.getText(artifactKeys.summary(runId));
  return text === null
    ? readRunWithoutSummary(artifacts, runId)
    : { summary: JSON.parse(text) as RunSummary, accounts: () => readAccounts(artifacts, runId) };
}

export async function readSummary(artifacts: Artifacts, runId: RunId): Promise<RunSummary | null> {
  return (await readRun(artifacts, runId))?.summary ?? null;
}

export async function readRunConfiguration(
  artifacts: Artifacts,
  runId: RunId,
): Promise<Configuration | null> {
  const text = await artifacts.getText(artifactKeys.configuration(runId));
  return text === null ? null : (JSON.parse(text) as Configuration);
}

async function* readAccounts(artifacts: Artifacts, runId: RunId): AsyncGenerator<AccountResult> {
  const keys = await artifacts.list(artifactKeys.accounts(runId));
  yield* readAhead(keys, READS_AT_ONCE, async (key) => {
    const text = await artifacts.getText(key);
    if (text === null) throw new Error(`${key}: gone while it was read`);
    return JSON.parse(text) as AccountResult;
  });
}

/** Runs recorded before summaries were: the whole result is read at once, and accounts that crashed are only there. */
async function readRunWithoutSummary(artifacts: Artifacts, runId: RunId): Promise<ReportedRun | null> {
  const text = await artifacts.getText(artifactKeys.result(runId));
  return text === null ? null : runOfResult(JSON.parse(text) as RunResult);
}

export function runOfResult({ accounts, targets, ...head }: RunResult): ReportedRun {
  const targetsOf = Map.groupBy(targets, (target) => target.accountId);
  return {
    summary: {
      head,
      status: 'SUCCEEDED',
      reason: null,
      input: { mode: head.mode, trigger: 'on-demand' },
      organizationId: null,
      configurationVersion: null,
      regions: [...new Set(targets.map((target) => target.region))].sort(),
    },
    async *accounts() {
      for (const account of accounts) yield { ...account, targets: targetsOf.get(account.accountId) ?? [] };
    },
  };
}
