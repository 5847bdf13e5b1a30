/**
 * One account, one pass: assume role -> observe -> assess -> plan -> (enforce: journal, apply, verify) ->
 * record. A failure in the account is a result; only a crash throws.
 */

import { assumeMemberRole } from '../aws/assume-role.ts';
import { enforceSessionPolicy } from '../aws/session-policy.ts';
import { type AccountAssessment, assessAccount } from '../core/assess.ts';
import type { AssessmentContext } from '../core/assessment-context.ts';
import { type Hold, withAssessedOnly, withHold } from '../core/hold.ts';
import type { AccountObservation } from '../core/model/observation.ts';
import type { Account, AccountId, Mode, Region } from '../core/model/primitives.ts';
import type { AccountResult, VpcResult } from '../core/model/result.ts';
import { effectiveConfiguration } from '../core/overrides.ts';
import { PLAN_SEED, type PlannedChange, withRefusals } from '../core/planned.ts';
import { accountResult, mergePasses } from '../core/results.ts';
import { withRootCauses } from '../core/root-causes.ts';
import { effectiveMode, regionsOfAccount } from '../core/scope.ts';
import { summarize } from '../core/status.ts';
import { applyWaivers } from '../core/waivers.ts';
import { countChanges } from '../core/wave-gate.ts';
import {
  type AccountState,
  artifactKeys,
  type JournalEntry,
  type NeedRecord,
  type RunRecord,
  type Store,
} from '../store/contract.ts';
import { LeaseLostError } from '../store/errors.ts';
import { readHold } from '../store/read-hold.ts';
import { applyPlan, plannedResult } from './apply.ts';
import { noteInstancesBefore } from './check-instances.ts';
import { heldBack, leaseHeld, unapplied, writerFailed } from './held-back.ts';
import { afterwards, refreshNetworks } from './observation-after.ts';
import { type Observed, observeAccount } from './observe.ts';
import { sessionsOfOthers } from './other-accounts.ts';
import { createPacer } from './pacer.ts';
import { assessToPlan, readPlanned, recordPlanned } from './plan-of-account.ts';
import type { ReconcileDependencies, ReconcileRequest } from './request.ts';
import { type RollbackOutcome, rollBack, rollbackResult } from './rollback-account.ts';
import { settleAbandoned } from './settle-abandoned.ts';
import { recordNeeds } from './shared-needs.ts';
import { findAccountsInScope, findOwnersInScope, reserveEndpoints } from './whole-run.ts';

/** Longer than an invocation may last, so that a lease never runs out below its holder. */
const LEASE_MILLISECONDS = 300_000;

interface Pass extends ReconcileRequest {
  dependencies: ReconcileDependencies;
  previous: AccountState | null;
  earlier: AccountResult | null;
  assessment: AssessmentContext;
  regions: Region[];
  mode: Mode;
  /** What keeps this pass from changing anything; found at the run's start or just before the first change. */
  hold: Hold | null;
  needs: NeedRecord[];
  needsReadAt: string;
  earlierVpcs: Record<Region, VpcResult[]>;
  sharedNeeds: NonNullable<AccountState['sharedNeeds']>;
  /** Of an enforce by plan: what may be applied; null where the plan made here is. */
  planned: PlannedChange[] | null;
}

export async function reconcileAccount(
  request: ReconcileRequest,
  dependencies: ReconcileDependencies,
): Promise<AccountResult> {
  const { run, account } = request;
  const log = dependencies.log.about({ runId: run.runId, accountId: account.accountId });
  const pass = await beginPass(request, { ...dependencies, log });
  const taken = run.input.mode === 'rollback' ? await rollBackOf(pass) : null;
  const observed = await observe(pass);
  const { assessment, refused } = await assess(pass, observed);
  pass.sharedNeeds = await recordNeeds(pass, observed.observation, assessment);

  const result = taken
    ? rollbackResult(assessment, taken)
    : pass.mode === 'enforce' && (assessment.plan.changes.length > 0 || pendingOf(observed).length > 0)
      ? await enforce(pass, observed, assessment)
      : accountResult(assessment, unapplied(assessment), pass.mode);
  await recordPlanned(pass, assessment);
  const ended = withRefusals(result, refused);
  const held = pass.hold ? withHold(ended, pass.hold) : ended;
  const onlyAssessed =
    run.input.mode === 'enforce' &&
    effectiveMode('enforce', account, pass.assessment.configuration) === 'assess';
  const waived = applyWaivers(onlyAssessed ? withAssessedOnly(held) : held, account, {
    waivers: pass.configuration.waivers,
    now: pass.assessment.now,
    mode: pass.mode,
  });
  const merged = withRootCauses(mergePasses(pass.earlier, waived));
  await record(pass, merged);
  for (const target of result.targets) {
    log.info('target judged', {
      region: target.region,
      status: target.status,
      reasons: target.reasons.join(' '),
    });
  }
  return merged;
}

/** Assessed again without the VPCs whose endpoints do not fit the budget that all accounts share. */
async function assess(
  pass: Pass,
  observed: Observed,
): Promise<{ assessment: AccountAssessment; refused: PlannedChange[] }> {
  pass.assessment = {
    ...pass.assessment,
    inScope: await findOwnersInScope(pass, observed.observation, pass.dependencies.artifacts),
  };
  const { observation } = observed;
  const { planned, regions } = pass;
  const first = assessToPlan(observation, pass.assessment, planned, regions);
  const refusedVpcs = await reserveEndpoints(pass, first.assessment.plan, pass.dependencies.store);
  if (refusedVpcs.size === 0) return first;
  pass.assessment = { ...pass.assessment, refusedVpcs };
  // What does not fit the budget has that for its reason: live state is as it was planned.
  const { assessment } = assessToPlan(observation, pass.assessment, planned, regions);
  return { assessment, refused: first.refused };
}

async function beginPass(request: ReconcileRequest, dependencies: ReconcileDependencies): Promise<Pass> {
  const { run, account } = request;
  const { store, artifacts, clock } = dependencies;
  const previous = await store.getAccountState(account.accountId);
  // Another run may have been here since, and its STATE stands there now.
  const later = request.again || previous?.lastRunId === run.runId;
  const text = later ? await artifacts.getText(artifactKeys.account(run.runId, account.accountId)) : null;
  const earlier = text === null ? null : (JSON.parse(text) as AccountResult);
  const configuration = effectiveConfiguration(request.configuration, account);
  const needsReadAt = clock.now().toISOString();
  const needs = configuration.endpoints === 'off' ? [] : await store.listNeeds(account.accountId);
  const asked = needs.filter(({ writtenAt }) => writtenAt >= (previous?.needsReadAt ?? ''));
  // A rollback goes wherever the run has been, whatever the list says since.
  const covered = run.input.mode === 'rollback' ? run.regions : regionsOfAccount(run.regions, configuration);
  const regions = earlier
    ? covered.filter(
        (region) =>
          earlier.targets.some((target) => target.retry && target.region === region) ||
          asked.some((need) => need.region === region),
      )
    : covered;
  const wanted = effectiveMode(run.input.mode, account, configuration);
  const hold = wanted === 'assess' ? null : (run.hold ?? null);
  const mode = hold && wanted === 'enforce' ? 'assess' : wanted;
  return {
    ...request,
    dependencies,
    mode,
    hold,
    previous,
    earlier,
    regions,
    needs,
    needsReadAt,
    earlierVpcs: await earlierVpcsOf(previous, store),
    sharedNeeds: previous?.sharedNeeds ?? [],
    planned: run.input.plan === undefined ? null : await readPlanned(artifacts, run.runId, account.accountId),
    assessment: {
      changeSeed: mode === 'enforce' ? run.runId : PLAN_SEED,
      configuration,
      partition: run.partition,
      regions,
      now: clock.now(),
      organizationPathSince: pathSince(account, previous, clock.now()) ?? movedAt(run),
      inScope: () => true,
      refusedVpcs: new Set(),
    },
  };
}

/** VPCs in which endpoints of ours stood; asked only where some do. */
async function earlierVpcsOf(
  previous: AccountState | null,
  store: Store,
): Promise<Record<Region, VpcResult[]>> {
  if (!previous?.endpointRegions?.length) return {};
  const targets = await store.getTargets(previous.accountId);
  return Object.fromEntries(targets.map(({ region, vpcs }) => [region, vpcs.filter(holdsOurs)]));
}

function holdsOurs({ endpoints }: VpcResult): boolean {
  return endpoints.some(({ ours }) => ours);
}

/** Since when the account is below its present parent; null where this can't be known. */
function pathSince(account: Account, previous: AccountState | null, now: Date): string | null {
  if (account.organizationPath === null || !previous?.organizationPath) return null;
  const same = previous.organizationPath.join('/') === account.organizationPath.join('/');
  return same ? previous.pathSince : now.toISOString();
}

/** An event is why the run looks at this account: it has just arrived where it is. */
function movedAt(run: RunRecord): string | null {
  return run.input.trigger === 'account-event' ? run.startedAt : null;
}

function rollBackOf(pass: Pass): Promise<RollbackOutcome> {
  const { assessment, earlier, dependencies } = pass;
  return rollBack({
    ...pass,
    ...dependencies,
    configuration: assessment.configuration,
    mayWrite: pass.mode === 'rollback',
    again: earlier !== null,
    leaseUntil: new Date(dependencies.clock.now().getTime() + LEASE_MILLISECONDS),
    heldFromStart: pass.hold,
    findHold: () => findHoldNow(pass),
    memberRole: (roleName) => memberRole(pass, roleName),
  });
}

function observe(pass: Pass): Promise<Observed> {
  const { pool, store, clock } = pass.dependencies;
  return observeAccount({
    pool,
    store,
    clock,
    deadline: pass.deadline,
    signal: pass.signal,
    configuration: pass.assessment.configuration,
    account: pass.account,
    regions: pass.regions,
    homeRegion: pass.run.homeRegion,
    organizationId: pass.run.organizationId,
    reader: memberRole(pass, pass.assessment.configuration.memberRole.reader),
    // A lease that was never given back is the mark of a crash; so may be a state that was never written.
    unsettled: pass.previous === null || pass.previous.leaseOwner !== null,
    needs: pass.needs,
    sessionOf: sessionsOfOthers(
      pool,
      () => findAccountsInScope(pass, pass.dependencies.artifacts),
      (accountId) => memberRole({ ...pass, account: { accountId } }, pass.configuration.memberRole.reader),
    ),
    earlierVpcs: pass.earlierVpcs,
  });
}

function memberRole(
  pass: Pick<Pass, 'run' | 'assessment'> & { account: { accountId: AccountId } },
  roleName: string,
) {
  return {
    partition: pass.run.partition,
    accountId: pass.account.accountId,
    roleName,
    externalId: pass.assessment.configuration.memberRole.externalId,
    sessionName: pass.run.runId,
  };
}

function pendingOf(observed: Observed): JournalEntry[] {
  return observed.journal.filter((entry) => entry.status === 'PENDING');
}

async function enforce(
  pass: Pass,
  observed: Observed,
  assessment: AccountAssessment,
): Promise<AccountResult> {
  const { dependencies, account, run } = pass;
  const { store, clock } = dependencies;
  const now = clock.now();
  const until = new Date(now.getTime() + LEASE_MILLISECONDS);
  if (!(await store.takeLease(account.accountId, pass.invocationId, now, until))) {
    return accountResult(assessment, heldBack(assessment, leaseHeld(), pendingOf(observed)), 'enforce');
  }
  await settleAbandoned(pendingOf(observed), observed.observation, dependencies);
  if (assessment.plan.changes.length === 0) {
    return accountResult(assessment, unapplied(assessment), 'enforce');
  }

  const writer = await assumeMemberRole(dependencies.pool, {
    ...memberRole(pass, pass.assessment.configuration.memberRole.writer),
    sessionPolicy: enforceSessionPolicy(pass.assessment.configuration),
  });
  if (writer.kind === 'failed' || observed.clients === null) {
    return accountResult(assessment, writerFailed(assessment, pass, writer), 'enforce');
  }

  pass.hold = await findHoldNow(pass);
  if (pass.hold) return accountResult(assessment, unapplied(assessment), 'assess');
  await noteInstancesBefore(
    { run, observation: observed.observation, now: clock.now() },
    dependencies.artifacts,
  );

  let seq = await store.nextJournalSeq(account.accountId, run.runId);
  const outcome = await applyPlan(assessment.plan, {
    reader: observed.clients,
    writer: writer.clients,
    store,
    clock,
    runId: run.runId,
    nextSeq: () => seq++,
    resourceTags: pass.assessment.configuration.resourceTags,
    deadline: pass.deadline,
    signal: pass.signal,
    log: dependencies.log,
    roleChangedAt: createdAt(observed.observation),
    pacer: createPacer(clock, pass.earlier === null),
  });
  const applied = assessment.plan.changes.filter((_, index) => outcome.results[index]?.outcome === 'APPLIED');
  const seen = await refreshNetworks(
    afterwards(observed.observation, applied, outcome, clock.now()),
    applied,
    observed.clients,
    () => store.listJournal(account.accountId),
  );
  const after = assessAccount(seen, { ...pass.assessment, now: clock.now() });
  const changes = assessment.plan.changes.map((change, index) => ({
    region: change.region,
    result: outcome.results[index] ?? plannedResult(change),
  }));
  return accountResult(after, { ...outcome, changes }, 'enforce');
}

/** As it is now, and in the run's record: a run that was held once changes nothing any more. */
async function findHoldNow({ run, configuration, dependencies }: Pass): Promise<Hold | null> {
  const { store, clock } = dependencies;
  const [now, record] = await Promise.all([
    readHold(store, run.input.mode, configuration, clock.now()),
    store.getRun(run.runId),
  ]);
  return record?.hold ?? now;
}

function createdAt(observation: AccountObservation): number | null {
  const { role } = observation;
  return role.kind === 'value' && role.value.createdAt !== null ? Date.parse(role.value.createdAt) : null;
}

async function record(pass: Pass, result: AccountResult): Promise<void> {
  const { store, artifacts, clock, log } = pass.dependencies;
  const { account, run } = pass;
  const changes = [...result.changes, ...result.targets.flatMap((target) => target.changes)];
  const state: AccountState = {
    accountId: account.accountId,
    name: account.name,
    organizationPath: account.organizationPath,
    pathSince: pass.assessment.organizationPathSince,
    lastRunId: run.runId,
    updatedAt: clock.now().toISOString(),
    status: result.status,
    counts: summarize(result.targets),
    reasons: result.reasons,
    retryRegions: result.targets.filter((target) => target.retry).map((target) => target.region),
    endpointRegions: result.targets.filter(({ vpcs }) => vpcs.some(holdsOurs)).map(({ region }) => region),
    sharedNeeds: pass.sharedNeeds,
    needsReadAt: pass.needsReadAt,
    gateFailures: countChanges(result).failed,
    failedChanges: changes.filter((change) => change.outcome === 'FAILED').length,
    appliedChanges: changes.filter((change) => change.outcome === 'APPLIED').length,
    leaseOwner: null,
    leaseUntil: null,
  };
  // The artifact first: STATE says that this run has a result, and finish-run looks for it here.
  await artifacts.putText(artifactKeys.account(run.runId, account.accountId), `${JSON.stringify(result)}\n`);
  try {
    await store.recordAccount(state, result.targets, pass.invocationId);
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error;
    log.warn('another invocation holds the lease; its result is in the table, this one in the artifacts');
  }
}
