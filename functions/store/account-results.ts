/** Results of accounts among the artifacts. */
import type { AccountId, RunId } from '../core/model/primitives.ts';
import type { AccountResult } from '../core/model/result.ts';
import { type Artifacts, artifactKeys } from './contract.ts';
import { ACCOUNT_RESULT } from './record-shapes.ts';
import { parseStored, stamped } from './stored.ts';

/** null where the account has no result of this run. */
export async function readAccountResult(
  artifacts: Pick<Artifacts, 'getText'>,
  runId: RunId,
  accountId: AccountId,
): Promise<AccountResult | null> {
  const key = artifactKeys.account(runId, accountId);
  const text = await artifacts.getText(key);
  return text === null ? null : parseStored(text, ACCOUNT_RESULT, key);
}

export async function writeAccountResult(
  artifacts: Pick<Artifacts, 'putText'>,
  runId: RunId,
  result: AccountResult,
): Promise<void> {
  const key = artifactKeys.account(runId, result.accountId);
  await artifacts.putText(key, `${JSON.stringify(stamped(result))}\n`);
}
