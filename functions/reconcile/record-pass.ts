/** The record of a pass: the account's result as an artifact, its state and targets in the table. */

import type { AccountResult } from '../core/model/result.ts';
import type { KnownContact } from '../core/operations-contact.ts';
import { summarize } from '../core/status.ts';
import { countChanges } from '../core/wave-gate.ts';
import { writeAccountResult } from '../store/account-results.ts';
import type { AccountState } from '../store/contract.ts';
import { LeaseLostError } from '../store/errors.ts';
import { holdsOurs, type Pass } from './pass.ts';

export async function recordPass(
  pass: Pass,
  result: AccountResult,
  {
    sharedNeeds,
    contact,
  }: { sharedNeeds: NonNullable<AccountState['sharedNeeds']>; contact: KnownContact | null },
): Promise<void> {
  const { account, run, dependencies, request } = pass;
  const { store, artifacts, clock, log } = dependencies;
  const changes = [...result.changes, ...result.targets.flatMap((target) => target.changes)];
  const state: AccountState = {
    accountId: account.accountId,
    name: account.name,
    organizationPath: account.organizationPath,
    pathSince: pass.organizationPathSince,
    lastRunId: run.runId,
    updatedAt: clock.now().toISOString(),
    status: result.status,
    counts: summarize(result.targets),
    reasons: result.reasons,
    retryRegions: result.targets.filter((target) => target.retry).map((target) => target.region),
    endpointRegions: result.targets.filter(({ vpcs }) => vpcs.some(holdsOurs)).map(({ region }) => region),
    sharedNeeds,
    needsReadAt: pass.needsReadAt,
    ...(contact === null ? {} : { contact }),
    gateFailures: countChanges(result).failed,
    failedChanges: changes.filter((change) => change.outcome === 'FAILED').length,
    appliedChanges: changes.filter((change) => change.outcome === 'APPLIED').length,
    leaseOwner: null,
    leaseUntil: null,
  };
  // The artifact first: STATE says that this run has a result, and finish-run looks for it here.
  await writeAccountResult(artifacts, run.runId, result);
  try {
    await store.recordAccount(state, result.targets, request.invocationId);
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error;
    log.warn('another invocation holds the lease; its result is in the table, this one in the artifacts');
  }
}
