/**
 * One account, one pass, each step a value that the next one takes: begun -> (rolled back) -> looked at -> applied
 * -> settled -> recorded. A failure in the account is a result; only a crash throws.
 */
import { withAssessedOnly, withHold } from '../core/hold.ts';
import { fleetOf } from '../core/instances/fleet.ts';
import type { AccountResult } from '../core/model/result.ts';
import { withContact } from '../core/operations-contact.ts';
import { withRefusals } from '../core/planned.ts';
import { accountResult, mergePasses } from '../core/results.ts';
import { withRootCauses } from '../core/root-causes.ts';
import { effectiveMode } from '../core/scope.ts';
import { applyWaivers } from '../core/waivers.ts';
import { writeFleet } from '../store/fleet.ts';
import type { Applied } from './enforce-account.ts';
import { unapplied } from './held-back.ts';
import { type Look, lookAtAccount, memberRole } from './look.ts';
import { findContact } from './operations-contact.ts';
import { beginPass, findHoldNow, lookContextOf, type Pass } from './pass.ts';
import { pendingOf } from './pending-entries.ts';
import { recordPlanned } from './plan-of-account.ts';
import { recordPass } from './record-pass.ts';
import type { ReconcileDependencies, ReconcileRequest } from './request.ts';
import type { RollbackOutcome } from './rollback-account.ts';
import { recordNeeds } from './shared-needs.ts';

/** Longer than an invocation may last, so that a lease never runs out while its holder is at work. */
const LEASE_MILLISECONDS = 300_000;

export async function reconcileAccount(
  request: ReconcileRequest,
  dependencies: ReconcileDependencies,
): Promise<AccountResult> {
  const { run, account } = request;
  const log = dependencies.log.about({ runId: run.runId, accountId: account.accountId });
  const pass = await beginPass(request, { ...dependencies, log });
  const rolledBack = run.input.mode === 'rollback' ? await rollBackPass(pass) : null;
  const look = await lookAtAccount(lookContextOf(pass));
  const sharedNeeds = await recordNeeds(pass, look);
  const applied = await applyLook(pass, look, rolledBack);
  await recordPlanned(pass, look.assessment);
  const settled = settle(pass, look, applied);
  const contact = await findContact(pass, look, settled);
  const result = withContact(settled, contact);
  if (pass.settings.fleet === 'record') await recordFleet(pass, look, applied, result);
  await recordPass(pass, result, { sharedNeeds, contact });
  for (const target of applied.result.targets) {
    log.info('target judged', {
      region: target.region,
      status: target.status,
      reasons: target.reasons.join(' '),
    });
  }
  return result;
}

async function applyLook(pass: Pass, look: Look, rolledBack: RollbackOutcome | null): Promise<Applied> {
  const { assessment } = look;
  // What changes an account is loaded where it is used: most invocations change nothing.
  if (rolledBack) {
    const { rollbackResult } = await import('./rollback-account.ts');
    return { result: rollbackResult(assessment, rolledBack), hold: pass.hold };
  }
  if (pass.mode === 'enforce' && isThereToEnforce(look)) {
    const { enforceAccount } = await import('./enforce-account.ts');
    return enforceAccount(pass, look, leaseUntil(pass));
  }
  return { result: accountResult(assessment, unapplied(assessment), pass.mode), hold: pass.hold };
}

/** A change to make, or an entry that a crash left PENDING. */
function isThereToEnforce({ assessment, observed }: Look): boolean {
  return assessment.plan.changes.length > 0 || pendingOf(observed.journal).length > 0;
}

/** Before the account's state, which says that this run was here. */
async function recordFleet(
  pass: Pass,
  look: Look,
  { after }: Applied,
  { owner }: AccountResult,
): Promise<void> {
  const assessment = after?.assessment ?? look.assessment;
  const observation = after?.observation ?? look.observed.observation;
  const { account } = assessment;
  await writeFleet(pass.dependencies.artifacts, pass.run, pass.account.accountId, {
    instances: fleetOf({ ...assessment, account: { ...account, ...(owner ? { owner } : {}) } }, observation),
    looked: pass.regions,
    again: pass.earlier !== null,
  });
}

/** The result as it is kept: with what was not applied and why, waivers, earlier passes and root causes. */
function settle(pass: Pass, { context, refused }: Look, { result, hold }: Applied): AccountResult {
  const { account, run, settings, mode } = pass;
  const ended = withRefusals(result, refused);
  const held = hold ? withHold(ended, hold) : ended;
  const isAssessedOnly =
    run.input.mode === 'enforce' && effectiveMode('enforce', account, settings) === 'assess';
  const waived = applyWaivers(isAssessedOnly ? withAssessedOnly(held) : held, account, {
    waivers: pass.request.configuration.waivers,
    now: context.now,
    mode,
  });
  return withRootCauses(mergePasses(pass.earlier, waived));
}

async function rollBackPass(pass: Pass): Promise<RollbackOutcome> {
  const { rollBack } = await import('./rollback-account.ts');
  const { request, dependencies, settings } = pass;
  const roleContext = lookContextOf(pass);
  return rollBack({
    ...request,
    ...dependencies,
    configuration: settings,
    regions: pass.regions,
    mayWrite: pass.mode === 'rollback',
    again: pass.earlier !== null,
    leaseUntil: leaseUntil(pass),
    heldFromStart: pass.hold,
    findHold: () => findHoldNow(pass),
    memberRole: (kind) => memberRole(roleContext, request.account.accountId, kind),
  });
}

function leaseUntil({ dependencies }: Pass): Date {
  return new Date(dependencies.clock.now().getTime() + LEASE_MILLISECONDS);
}
