/** Results of accounts among the artifacts. */
import type { AccountId, RunId } from '../core/model/primitives.ts';
import type { AccountResult } from '../core/model/result.ts';
import { type Artifacts, artifactKeys } from './contract.ts';

/** null where the account has no result of this run. */
export async function readAccountResult(
  artifacts: Pick<Artifacts, 'getText'>,
  runId: RunId,
  accountId: AccountId,
): Promise<AccountResult | null> {
  const text = await artifacts.getText(artifactKeys.account(runId, accountId));
  return text === null ? null : (JSON.parse(text) as AccountResult);
}
