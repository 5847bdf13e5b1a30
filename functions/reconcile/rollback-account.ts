/**
 * Rollback of one account: the journal backwards on live state (core/rollback), by the same drivers and with a
 * own journal, so that it can be interrupted, repeated and followed. An observation comes after it.
 */

import { assumeMemberRole, type MemberRole } from '../aws/assume-role.ts';
import type { ClientPool, SessionClients } from '../aws/client-pool.ts';
import { readRegionStates } from '../aws/region-reader.ts';
import type { AccountAssessment } from '../core/assess.ts';
import { areaOf } from '../core/changes/changes.ts';
import { recognize } from '../core/changes/recognize.ts';
import type { Hold } from '../core/hold.ts';
import type { MemberRoleKind } from '../core/member-role.ts';
import type { Change, ChangeResult } from '../core/model/change.ts';
import type { Configuration } from '../core/model/configuration.ts';
import type { Account, Region } from '../core/model/primitives.ts';
import type { Failure } from '../core/model/reads.ts';
import type { AccountResult, Finding } from '../core/model/result.ts';
import { accountResult } from '../core/results.ts';
import type { RollbackPlan } from '../core/rollback/draft.ts';
import { openEntries } from '../core/rollback/entries.ts';
import { settleFrom, withSettled } from '../core/rollback/live.ts';
import { placesOf } from '../core/rollback/places.ts';
import { planRollback } from '../core/rollback/plan.ts';
import { decideAccount, decideEntryFailure, decideRegion } from '../core/scope.ts';
import { statusOf } from '../core/status.ts';
import type { Clock } from '../platform/clock.ts';
import type { Deadline } from '../platform/deadline.ts';
import type { Log } from '../platform/log.ts';
import type { JournalEntry, RunRecord, Store } from '../store/contract.ts';
import { type ApplyContext, applyPlan } from './apply.ts';
import { changeError, failedResult, plannedResult } from './change-results.ts';
import { createPacer } from './pacer.ts';
import { readRollbackLive } from './rollback-live.ts';

export interface RollbackContext {
  run: RunRecord;
  account: Account;
  configuration: Configuration;
  /** Where the run had left off; the others keep their results. */
  regions: Region[];
  /** False in the management account where the configuration does not let enforce in. */
  mayWrite: boolean;
  /** Whether a pass of this run was here before. */
  again: boolean;
  invocationId: string;
  leaseUntil: Date;
  deadline: Deadline;
  signal: AbortSignal | undefined;
  pool: ClientPool;
  store: Store;
  clock: Clock;
  log: Log;
  /** Of the run as it began. */
  heldFromStart: Hold | null;
  /** Asked right before the first change. */
  findHold(): Promise<Hold | null>;
  memberRole(kind: MemberRoleKind): MemberRole;
}

export interface RollbackOutcome {
  changes: { region: Region | null; result: ChangeResult }[];
  findings: RollbackPlan['findings'];
  notes: RollbackPlan['notes'];
}

const NOTHING: RollbackOutcome = { changes: [], findings: [], notes: [] };

export async function rollBack(context: RollbackContext): Promise<RollbackOutcome> {
  const { account, configuration, run, store, pool } = context;
  const scope = {
    of: run.input.rollbackOf ?? '',
    regions: run.regions.filter((region) => decideRegion(region, undefined, configuration).kind === 'enter'),
  };
  const { known: journal, unknown } = recognize(await store.listJournal(account.accountId));
  const remaining = openEntries([...journal, ...unknown.map(({ entry }) => entry)], scope);
  const decision = decideAccount(account, configuration);
  if (decision.kind === 'skip') return notEntered(decision, remaining);
  const concerned = [...openEntries(journal, scope), ...journal.filter(({ status }) => status === 'PENDING')];
  if (concerned.length === 0 && unknown.length === 0) return NOTHING;
  if (!context.mayWrite) return { ...NOTHING, findings: [{ region: null, finding: NOT_LET_IN }] };

  const reader = await assumeMemberRole(pool, context.memberRole('reader'));
  if (reader.kind === 'failed') {
    const why = decideEntryFailure(reader.failure, account, context.clock.now(), null);
    return notEntered(why, remaining);
  }
  const states = await readRegionStates(reader.clients, run.homeRegion, run.regions);
  // Nothing can be read or written in a Region that is switched off; an unknown state decides nothing.
  const isReachable = (region: Region) =>
    states.kind !== 'value' ||
    decideRegion(region, states.value[region] ?? 'DISABLED', configuration).kind === 'enter';
  scope.regions = scope.regions.filter(isReachable);
  const within = concerned.filter(({ region }) => region === null || isReachable(region));
  if (within.length === 0 && unknown.length === 0) return NOTHING;
  const live = await readRollbackLive(reader.clients, placesOf(within), run, context.clock);
  const settled = settleFrom(journal, live);
  const plan = planRollback({
    accountId: account.accountId,
    runId: run.runId,
    scope,
    journal: withSettled(journal, settled),
    unknown,
    live,
  });
  const changes = [...plan.regional, ...plan.role];
  if (changes.length === 0 && settled.length === 0) return { ...NOTHING, ...plan };

  if (context.heldFromStart) return notedHold(plan, context.heldFromStart, context.regions);
  const { invocationId, leaseUntil, clock } = context;
  if (!(await store.takeLease(account.accountId, invocationId, clock.now(), leaseUntil))) {
    return heldBack(plan, LEASE_HELD);
  }
  await settleAll(settled, context);
  if (changes.length === 0) return { ...NOTHING, ...plan };
  const writer = await assumeMemberRole(pool, context.memberRole('writer'));
  if (writer.kind === 'failed') return writerFailed(plan, writer.failure, context);
  const hold = await context.findHold();
  return hold ? notedHold(plan, hold, context.regions) : apply(plan, reader.clients, writer.clients, context);
}

/** Says which of the run's changes remain in an account that the rollback could not enter. */
function notEntered(
  { code, sentence }: Pick<Finding, 'code' | 'sentence'>,
  remaining: readonly JournalEntry[],
): RollbackOutcome {
  if (remaining.length === 0) return NOTHING;
  const named = remaining
    .slice(0, NAMED_CHANGES)
    .map(({ action, resource, region }) => `${action.kind} ${resource}${region ? ` in ${region}` : ''}`);
  const more = remaining.length > named.length ? `, and ${remaining.length - named.length} more` : '';
  const finding: Finding = {
    code,
    subject: null,
    sentence: `${sentence} Changes that remain there: ${named.join(', ')}${more}.`,
  };
  return { ...NOTHING, findings: [{ region: null, finding }] };
}

const NAMED_CHANGES = 20;

async function settleAll(
  settled: ReturnType<typeof settleFrom<JournalEntry>>,
  { store, clock }: RollbackContext,
): Promise<void> {
  for (const { entry, end, madeId } of settled) {
    const why = end === 'FAILED' ? 'not found in live state after a crash' : null;
    await store.settleJournal(entry.accountId, entry.runId, entry.seq, end, clock.now(), why, madeId);
  }
}

async function apply(
  plan: RollbackPlan,
  reader: SessionClients,
  writer: SessionClients,
  context: RollbackContext,
): Promise<RollbackOutcome> {
  const { store, account, run, clock, configuration, deadline, signal, log } = context;
  let seq = await store.nextJournalSeq(account.accountId, run.runId);
  const applying: ApplyContext = {
    reader,
    writer,
    store,
    clock,
    runId: run.runId,
    nextSeq: () => seq++,
    resourceTags: configuration.resourceTags,
    deadline,
    signal,
    log,
    roleChangedAt: null,
    pacer: createPacer(clock, !context.again),
  };
  const { accountId } = account;
  const regional = await applyPlan({ accountId, changes: plan.regional, vpcOf: plan.vpcOf }, applying);
  const findings = [
    ...plan.findings,
    ...[...regional.findings].flatMap(([region, found]) => found.map((finding) => ({ region, finding }))),
  ];
  const results = resultsOf(plan.regional, regional.results);
  // A setting that could not be rolled back may name the role still.
  const waiting = plan.regional.some(
    ({ action }, index) => areaOf(action) === 'SETTING' && regional.results[index]?.outcome !== 'APPLIED',
  );
  if (waiting && plan.role.length > 0) {
    findings.push({ region: null, finding: roleWaits(plan.role, findings) });
    results.push(...resultsOf(plan.role, plan.role.map(plannedResult)));
  } else if (plan.role.length > 0) {
    const role = await applyPlan({ accountId, changes: plan.role, vpcOf: {} }, applying);
    findings.push(...role.roleFindings.map((finding) => ({ region: null, finding })));
    results.push(...resultsOf(plan.role, role.results));
  }
  return { changes: results, findings, notes: plan.notes };
}

/** Passing like what it waits for, or for good. */
function roleWaits(role: Change[], findings: RollbackOutcome['findings']): Finding {
  const passing = findings.some(({ region, finding }) => region !== null && isPassing(finding));
  return {
    code: passing ? 'DEFERRED' : 'ROLLBACK_CONFLICT',
    subject: role[0]?.resource ?? null,
    sentence: 'The role is kept while a setting that could not be rolled back names it.',
  };
}

function resultsOf(changes: Change[], results: ChangeResult[]): RollbackOutcome['changes'] {
  return changes.map((change, index) => {
    const result = results[index] ?? plannedResult(change);
    return {
      region: change.region,
      result: {
        ...result,
        outcome: result.outcome === 'APPLIED' ? 'ROLLED_BACK' : result.outcome,
        detail: { ...result.detail, rollsBack: change.rollsBack },
      },
    };
  });
}

const NOT_LET_IN: Finding = {
  code: 'NOT_REVERSIBLE',
  subject: null,
  sentence:
    'Changes remain in the management account, which managementAccount: assess does not write to; set it to enforce and roll back again.',
};

const LEASE_HELD: Finding = {
  code: 'LEASE_HELD',
  subject: null,
  sentence: 'Another run is at work on this account; the next pass looks again.',
};

function heldBack(plan: RollbackPlan, finding: Finding): RollbackOutcome {
  const changes = [...plan.regional, ...plan.role];
  // Without changes there are entries to settle, which the next pass must do.
  const regions = new Set(changes.length > 0 ? changes.map(({ region }) => region) : [null]);
  return {
    changes: resultsOf(changes, changes.map(plannedResult)),
    findings: [...plan.findings, ...[...regions].map((region) => ({ region, finding }))],
    notes: [],
  };
}

/** Nothing is rolled back, and that is no fault of the targets. A change of the role concerns every Region. */
function notedHold(plan: RollbackPlan, { code }: Hold, regions: Region[]): RollbackOutcome {
  const changes = [...plan.regional, ...plan.role];
  const concerned = plan.role.length > 0 ? regions : plan.regional.flatMap(({ region }) => region ?? []);
  return {
    changes: resultsOf(changes, changes.map(plannedResult)),
    findings: plan.findings,
    notes: [...plan.notes, ...[...new Set(concerned)].map((region) => ({ region, note: code }))],
  };
}

function writerFailed(plan: RollbackPlan, failure: Failure, context: RollbackContext): RollbackOutcome {
  const { code, sentence } = decideEntryFailure(failure, context.account, context.clock.now(), null);
  const held = heldBack(plan, { code, subject: null, sentence });
  const changes = [...plan.regional, ...plan.role];
  const error = changeError(failure);
  return {
    ...held,
    changes: resultsOf(
      changes,
      changes.map((change) => failedResult(change, error)),
    ),
  };
}

/** How the account is after it, with what was rolled back. What enforce would do now is no part of it. */
export function rollbackResult(assessment: AccountAssessment, taken: RollbackOutcome): AccountResult {
  const roleFindings = taken.findings.flatMap(({ region, finding }) => (region === null ? [finding] : []));
  const findings = new Map<Region, Finding[]>();
  for (const { region, finding } of taken.findings) {
    if (region !== null) findings.set(region, [...(findings.get(region) ?? []), finding]);
  }
  const result = accountResult(assessment, { changes: taken.changes, roleFindings, findings }, 'assess');
  const passing = (found: Finding[]) => found.some(isPassing);
  const targets = result.targets.map((target, index) => ({
    ...target,
    notes: [
      ...new Set([
        ...target.notes,
        ...taken.notes.flatMap(({ region, note }) => (region === target.region ? [note] : [])),
      ]),
    ].sort(),
    // One target stands for the role, which has no Region.
    retry:
      target.retry || passing(findings.get(target.region) ?? []) || (index === 0 && passing(roleFindings)),
  }));
  return { ...result, targets };
}

function isPassing({ code }: Finding): boolean {
  return statusOf(code) === 'CONVERGING' || code === 'AWS_UNAVAILABLE';
}
