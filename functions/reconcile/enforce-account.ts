/** A plan carried out in one account: lease -> what a crash left -> writer -> hold -> journal, apply, read back. */
import { assumeMemberRole } from '../aws/assume-role.ts';
import { enforceSessionPolicy } from '../aws/session-policy.ts';
import { definitionOf } from '../core/changes/changes.ts';
import type { Hold } from '../core/hold.ts';
import type { Plan } from '../core/model/change.ts';
import type { AccountObservation } from '../core/model/observation.ts';
import type { AccountResult } from '../core/model/result.ts';
import { accountResult } from '../core/results.ts';
import { applyPlan } from './apply.ts';
import { plannedResult } from './change-results.ts';
import { noteInstancesBefore } from './check-instances.ts';
import { heldBack, leaseHeld, unapplied, writerFailed } from './held-back.ts';
import { judgeAgain, type Look, memberRole } from './look.ts';
import { afterwards, refreshNetworks } from './observation-after.ts';
import { createPacer } from './pacer.ts';
import { findHoldNow, lookContextOf, type Pass } from './pass.ts';
import { pendingOf } from './pending-entries.ts';
import { settleAbandoned } from './settle-abandoned.ts';

export interface Applied {
  result: AccountResult;
  /** What kept the pass from changing anything; found at the run's start or right before the first change. */
  hold: Hold | null;
  /** The account as changes left it; left out where the look is still true. */
  after?: Pick<Look, 'assessment'> & { observation: AccountObservation };
}

export async function enforceAccount(pass: Pass, look: Look, leaseUntil: Date): Promise<Applied> {
  const { dependencies, account, run, request, settings } = pass;
  const { store, clock } = dependencies;
  const { assessment, context, observed } = look;
  const { observation, clients } = observed;
  const pending = pendingOf(observed.journal);
  const unchanged = (result: AccountResult): Applied => ({ result, hold: null });

  if (!(await store.takeLease(account.accountId, request.invocationId, clock.now(), leaseUntil))) {
    return unchanged(accountResult(assessment, heldBack(assessment, leaseHeld(), pending), 'enforce'));
  }
  await settleAbandoned(pending, observation, dependencies);
  if (assessment.plan.changes.length === 0) {
    return unchanged(accountResult(assessment, unapplied(assessment), 'enforce'));
  }
  const writer = await assumeMemberRole(dependencies.pool, {
    ...memberRole(lookContextOf(pass), account.accountId, 'writer'),
    sessionPolicy: enforceSessionPolicy({
      prune: settings.prune || run.input.migrateCentral === true,
      spokes: spokesOf(assessment.plan),
      hub: assessment.plan.changes.some(({ action }) => definitionOf(action).hubVpcId(action) !== null),
      zones: assessment.plan.changes.some(({ action }) => definitionOf(action).hubZoneVpcId(action) !== null),
      leaving: assessment.plan.changes.flatMap(({ action }) =>
        action.kind === 'DisassociateHubZone' ? [action.vpcId] : [],
      ),
      agentUpdates: assessment.plan.changes.some(({ action }) => action.kind === 'CreateAgentUpdate'),
    }),
  });
  if (writer.kind === 'failed' || clients === null) {
    return unchanged(
      accountResult(assessment, writerFailed(assessment, account, context, writer), 'enforce'),
    );
  }
  const hold = await findHoldNow(pass);
  if (hold) return { result: accountResult(assessment, unapplied(assessment), 'assess'), hold };

  await noteInstancesBefore({ run, observation, now: clock.now() }, dependencies.artifacts);
  let seq = await store.nextJournalSeq(account.accountId, run.runId);
  const outcome = await applyPlan(assessment.plan, {
    reader: clients,
    writer: writer.clients,
    store,
    clock,
    runId: run.runId,
    nextSeq: () => seq++,
    resourceTags: settings.resourceTags,
    deadline: request.deadline,
    signal: request.signal,
    log: dependencies.log,
    roleChangedAt: createdAt(observation),
    pacer: createPacer(clock, pass.earlier === null),
  });
  const applied = assessment.plan.changes.filter((_, index) => outcome.results[index]?.outcome === 'APPLIED');
  const seen = await refreshNetworks(
    afterwards(observation, applied, outcome, clock.now()),
    applied,
    clients,
    () => store.listJournal(account.accountId),
  );
  const changes = assessment.plan.changes.map((change, index) => ({
    region: change.region,
    result: outcome.results[index] ?? plannedResult(change),
  }));
  const after = judgeAgain(look, seen, clock.now());
  return {
    ...unchanged(accountResult(after, { ...outcome, changes }, 'enforce')),
    after: { assessment: after, observation: seen },
  };
}

function spokesOf({ changes }: Plan): string[] {
  return changes.flatMap(({ action }) => (action.kind === 'AssociateProfile' ? [action.vpcId] : []));
}

function createdAt({ role }: AccountObservation): number | null {
  return role.kind === 'value' && role.value.createdAt !== null ? Date.parse(role.value.createdAt) : null;
}
