/** A run as the artifacts hold it (keys in store/contract.ts). */
import type { Configuration } from '../core/model/configuration.ts';
import type { RunId } from '../core/model/primitives.ts';
import type { AccountResult, RunResult, RunSummary } from '../core/model/result.ts';
import { readAhead } from '../platform/read-ahead.ts';
import { type Artifacts, artifactKeys } from '../store/contract.ts';
import { ACCOUNT_RESULT, parseStoredConfiguration, SUMMARY } from '../store/record-shapes.ts';
import { parseStored } from '../store/stored.ts';
import type { ReportedRun } from './source.ts';

const READS_AT_ONCE = 50;

/** null where there is no such run, or it did not finish. */
export async function readRun(artifacts: Artifacts, runId: RunId): Promise<ReportedRun | null> {
  const text = await artifacts.getText(artifactKeys.summary(runId));
  if (text === null) return null;
  const summary = parseStored(text, SUMMARY, artifactKeys.summary(runId));
  return { summary, accounts: () => readAccounts(artifacts, runId) };
}

export async function readSummary(artifacts: Artifacts, runId: RunId): Promise<RunSummary | null> {
  return (await readRun(artifacts, runId))?.summary ?? null;
}

export async function readRunConfiguration(
  artifacts: Artifacts,
  runId: RunId,
): Promise<Configuration | null> {
  const key = artifactKeys.configuration(runId);
  const text = await artifacts.getText(key);
  return text === null ? null : parseStoredConfiguration(text, key);
}

/** All of a run at once, which grows with the number of its accounts. */
export async function wholeResult({ summary, accounts }: ReportedRun): Promise<RunResult> {
  const whole: RunResult = { ...summary.head, accounts: [], targets: [] };
  for await (const { targets, ...account } of accounts()) {
    whole.accounts.push(account);
    whole.targets.push(...targets);
  }
  return whole;
}

async function* readAccounts(artifacts: Artifacts, runId: RunId): AsyncGenerator<AccountResult> {
  const keys = await artifacts.list(artifactKeys.accounts(runId));
  yield* readAhead(keys, READS_AT_ONCE, async (key) => {
    const text = await artifacts.getText(key);
    if (text === null) throw new Error(`${key}: gone while it was read`);
    return parseStored(text, ACCOUNT_RESULT, key);
  });
}
