/**
 * The lease that lets one run at a time change the organization (docs/spec/decisions.md, "Between runs"): taken by
 * start-run, renewed by next-batch, given back by finish-run.
 */
import { ENFORCE_LEASE_MILLISECONDS, type EnforceLease, type Hold, heldByRun } from '../core/hold.ts';
import type { AccountId, RunId, RunInput } from '../core/model/primitives.ts';
import type { RunRecord } from '../store/contract.ts';
import { readManifest } from '../store/manifests.ts';
import type { Records } from './records.ts';
import type { Service } from './service.ts';

interface Applicant {
  runId: RunId;
  executionArn?: string | undefined;
  input: RunInput;
}

/**
 * null where the run may change things. A rollback asks the run that it rolls back to stop, and next-batch waits
 * until that one has ended.
 */
export async function takeEnforceLease(
  service: Service,
  applicant: Applicant,
  accounts: readonly AccountId[],
): Promise<Hold | null> {
  const lease = leaseOf(service, applicant);
  const holder = await service.store.takeEnforceLease(lease);
  if (holder === null) return null;
  if (!(await isAtWork(service, holder))) {
    const other = await service.store.takeEnforceLease(lease, holder);
    return other === null ? null : heldByRun(other);
  }
  if (rollsBack(applicant.input, holder.runId)) {
    await service.store.requestStop(holder.runId, {
      reason: `Stopped by ${applicant.runId}, which rolls it back.`,
      at: service.clock.now().toISOString(),
    });
    return null;
  }
  // Runs of account events are short and give the lease back for their waits: next-batch waits for the other one.
  if (await areBothOfEvents(service, applicant, holder)) return null;
  const left = applicant.input.trigger === 'account-event' ? await notReached(service, holder, accounts) : [];
  // What others changed is corrected once the other run has ended, unless that one comes to all of these accounts itself.
  if (applicant.input.drift !== undefined && left.length < accounts.length) return null;
  return heldByRun(holder, left);
}

/** The other run, where it holds the lease now; null where this one does. */
export function renewEnforceLease(
  records: Pick<Records, 'store' | 'clock'>,
  run: Applicant,
): Promise<EnforceLease | null> {
  return records.store.takeEnforceLease(leaseOf(records, run));
}

export function rollsBack({ mode, rollbackOf }: RunInput, runId: RunId): boolean {
  return mode === 'rollback' && (rollbackOf === 'all' || rollbackOf === runId);
}

function leaseOf({ clock }: Pick<Records, 'clock'>, { runId, executionArn }: Applicant): EnforceLease {
  const until = new Date(clock.now().getTime() + ENFORCE_LEASE_MILLISECONDS).toISOString();
  return { runId, executionArn: executionArn ?? null, until };
}

/** Step Functions knows; where it may not be asked, the lease's time decides. */
async function isAtWork(
  { isExecutionRunning, clock }: Service,
  { executionArn, until }: EnforceLease,
): Promise<boolean> {
  const running = executionArn === null ? null : await isExecutionRunning(executionArn);
  return running ?? until > clock.now().toISOString();
}

async function areBothOfEvents(
  { store }: Pick<Records, 'store'>,
  { input }: Applicant,
  { runId }: EnforceLease,
): Promise<boolean> {
  if (input.mode !== 'enforce' || input.trigger !== 'account-event') return false;
  return (await store.getRun(runId))?.input.trigger === 'account-event';
}

/** Which of these accounts are in waves that the other run has not begun. */
async function notReached(
  { store, artifacts }: Pick<Records, 'store' | 'artifacts'>,
  { runId }: EnforceLease,
  accounts: readonly AccountId[],
): Promise<AccountId[]> {
  const other: RunRecord | null = await store.getRun(runId);
  const waiting = (other?.batches ?? []).filter(
    ({ name, startedAt }) => name.startsWith('wave:') && startedAt === null,
  );
  const manifests = await Promise.all(waiting.map((wave) => readManifest({ artifacts }, wave)));
  const left = new Set(manifests.flat().map(({ accountId }) => accountId));
  return accounts.filter((accountId) => left.has(accountId));
}
