/**
 * Applies a plan: the role first, then the Regions side by side. Nothing here decides; it carries out,
 * and says of each change how it ended.
 */
import type { SessionClients } from '../aws/client-pool.ts';
import { changeId } from '../core/change-id.ts';
import { areaOf } from '../core/changes/changes.ts';
import { describeFailure } from '../core/failures.ts';
import { endpointFailureFinding, writeFailureFinding } from '../core/findings.ts';
import type { Change, ChangeOf, ChangeResult, Plan } from '../core/model/change.ts';
import type { Region } from '../core/model/primitives.ts';
import type { Finding } from '../core/model/result.ts';
import type { Deadline } from '../platform/deadline.ts';
import type { Log } from '../platform/log.ts';
import { resultOf } from './change-results.ts';
import type { ChangeDriver, DriverContext } from './drivers/driver.ts';
import { driverFor } from './drivers/drivers.ts';
import { applyJournaled, type ChangeContext, type ChangeEnd } from './journaled-change.ts';
import type { Pacer } from './pacer.ts';

export interface ApplyContext extends ChangeContext {
  reader: SessionClients;
  writer: SessionClients;
  resourceTags: Record<string, string>;
  deadline: Deadline;
  log: Log;
  /** When the role was created or last repaired as far as is known (ms since the epoch); null: long ago. */
  roleChangedAt: number | null;
  pacer: Pacer;
}

export interface ApplyOutcome {
  /** In the order of the plan. */
  results: ChangeResult[];
  /** Findings of the role's changes: they belong to every target that needs the role. */
  roleFindings: Finding[];
  findings: Map<Region, Finding[]>;
  /** Settings as last read. */
  settings: Map<Region, string>;
  /** True when every change of the role was made. */
  roleDone: boolean;
}

/** A fresh role is waited for this long in place (docs/spec/aws-facts.md, "Default Host Management Configuration"), then left to the next pass. */
const PROPAGATION_MILLISECONDS = 120_000;
const PROPAGATION_STEP_MILLISECONDS = 5_000;
/** A role that was just made is not tried before: most are known by then, and a refused try is two calls. */
const FIRST_TRY_MILLISECONDS = 10_000;
/** Beyond the SDK's own retries of a throttled call. */
const THROTTLE_STEP_MILLISECONDS = 10_000;
/** A role younger than this may still be unknown to Systems Manager. */
const FRESH_ROLE_MILLISECONDS = 15 * 60_000;
/** What recording and a last write need at the end of an invocation. */
const RESERVE_MILLISECONDS = 20_000;
const REGIONS_AT_ONCE = 20;

export async function applyPlan(plan: Plan, context: ApplyContext): Promise<ApplyOutcome> {
  const outcome: ApplyOutcome = {
    results: [],
    roleFindings: [],
    findings: new Map(),
    settings: new Map(),
    roleDone: true,
  };
  const ends = new Map<string, ChangeEnd>();
  const created = new Map<string, string>();
  const seqs = new Map<string, number>();
  const journaling = {
    ...context,
    createdId: (changeId: string) => created.get(changeId) ?? null,
    journaled: (changeId: string, seq: number) => seqs.set(changeId, seq),
  };
  const roleChanges = plan.changes.filter((change) => change.region === null);
  let roleChangedAt = context.roleChangedAt;
  const startedAt = context.clock.now().getTime();
  const driverContext: DriverContext = {
    reader: context.reader,
    writer: context.writer,
    resourceTags: context.resourceTags,
    roleIsFresh: () =>
      roleChangedAt !== null && context.clock.now().getTime() - roleChangedAt < FRESH_ROLE_MILLISECONDS,
    propagationWait: () => {
      const waited = context.clock.now().getTime() - startedAt;
      const left = context.deadline.remainingMilliseconds() - RESERVE_MILLISECONDS;
      const wait = Math.min(PROPAGATION_STEP_MILLISECONDS, left);
      return waited < PROPAGATION_MILLISECONDS && !context.signal?.aborted ? wait : 0;
    },
    sawSetting: (region, value) => outcome.settings.set(region, value),
    throttleWait: () =>
      Math.min(THROTTLE_STEP_MILLISECONDS, context.deadline.remainingMilliseconds() - RESERVE_MILLISECONDS),
    createdId: (changeId) => created.get(changeId) ?? null,
    sawCreated: (changeId, id) => created.set(changeId, id),
  };

  for (const change of roleChanges) {
    if (!outcome.roleDone || context.signal?.aborted) {
      outcome.roleDone = false;
      continue;
    }
    const end = await applyOne(change, driverFor(change, driverContext), journaling);
    ends.set(change.id, end);
    const finding = findingOf(change, end, null);
    if (finding) outcome.roleFindings.push(finding);
    if (end.kind === 'applied') roleChangedAt = context.clock.now().getTime();
    else outcome.roleDone = false;
  }

  const workOn = (changes: readonly Change[]) =>
    [...Map.groupBy(changes, ({ region }) => region ?? '')].map(([region, ofRegion]) => async () => {
      if (!outcome.roleDone) return;
      const findings = await applyRegion(ofRegion, { plan, seqs, ends }, driverContext, journaling);
      const before = outcome.findings.get(region) ?? [];
      const added = findings.filter((finding) => finding !== DEFERRED || !before.includes(DEFERRED));
      if (added.length > 0) outcome.findings.set(region, [...before, ...added]);
    });
  const inRegions = plan.changes.filter((change) => change.region !== null);
  if (driverContext.roleIsFresh()) {
    // One Region tries a fresh role until it is known; all at once would only be refused together. Changes that need
    // no role are made meanwhile.
    const [probe, ...settings] = workOn(inRegions.filter(({ action }) => areaOf(action) === 'SETTING'));
    const others = workOn(inRegions.filter(({ action }) => areaOf(action) !== 'SETTING'));
    const tryRole = async () => {
      if (probe && outcome.roleDone) await sleepUntilKnown(roleChangedAt, driverContext, context);
      await probe?.();
    };
    await context.clock.together(REGIONS_AT_ONCE, probe ? [tryRole, ...others] : others);
    await context.clock.together(REGIONS_AT_ONCE, settings);
  } else await context.clock.together(REGIONS_AT_ONCE, workOn(inRegions));
  outcome.results = plan.changes.map((change) => resultOf(change, ends.get(change.id)));
  return outcome;
}

async function sleepUntilKnown(
  changedAt: number | null,
  { propagationWait }: DriverContext,
  { clock, signal }: ApplyContext,
): Promise<void> {
  const age = clock.now().getTime() - (changedAt ?? 0);
  if (age < FIRST_TRY_MILLISECONDS && propagationWait() > 0) {
    await clock.sleep(FIRST_TRY_MILLISECONDS - age, signal).catch((error: unknown) => {
      // What was asked to end makes no further change (isInTime).
      if (!signal?.aborted) throw error;
    });
  }
}

/** One after another: a Region's calls share token buckets, and a VPC's changes build on each other. */
async function applyRegion(
  changes: Change[],
  { plan, seqs, ends }: { plan: Plan; seqs: ReadonlyMap<string, number>; ends: Map<string, ChangeEnd> },
  driver: DriverContext,
  context: ApplyContext,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  /** VPCs in which a change failed: what builds on it would be of no use; the other VPCs continue. */
  const stopped = new Set<string>();
  for (const change of changes) {
    const vpcId = plan.vpcOf[change.id];
    if (vpcId !== undefined && stopped.has(vpcId)) continue;
    const toWrite = driverFor(change, driver);
    if (!(await isInTime(change, toWrite, context))) {
      findings.push(DEFERRED);
      break;
    }
    const end = await applyOne(change, toWrite, context);
    ends.set(change.id, end);
    if (end.kind !== 'applied' && vpcId !== undefined) stopped.add(vpcId);
    const finding = findingOf(change, end, vpcId ?? null);
    if (finding) findings.push(finding);
    const undo = end.kind === 'applied' ? null : undoOf(change, changes, { seqs, ends }, context.runId);
    if (undo) await applyOne(undo, driverFor(undo, driver), context);
  }
  return findings;
}

/** What undoes the change before that this one was to follow; null where there is none, or it was not made. */
function undoOf(
  { undoes, rollsBack }: Change,
  changes: readonly Change[],
  { seqs, ends }: { seqs: ReadonlyMap<string, number>; ends: ReadonlyMap<string, ChangeEnd> },
  runId: string,
): Change | null {
  const earlier = changes.find(({ id }) => id === undoes);
  const seq = seqs.get(earlier?.id ?? '');
  if (rollsBack || seq === undefined || ends.get(earlier?.id ?? '')?.kind !== 'applied') return null;
  if (earlier?.action.kind !== 'ModifyInterfaceEndpoint' || earlier.inverse === null) return null;
  const { action, expected, inverse } = earlier as ChangeOf<'ModifyInterfaceEndpoint'>;
  if (inverse === null) return null;
  return {
    ...earlier,
    id: changeId(runId, 'undo', earlier.id),
    action: inverse,
    expected: { ...expected, privateDns: action.privateDns ?? expected.privateDns },
    inverse: null,
    rollsBack: { runId, seq },
  } as Change;
}

const DEFERRED: Finding = {
  code: 'DEFERRED',
  subject: null,
  sentence: 'The time limit of this invocation was near; the next pass makes the change.',
};

/** Endpoint calls wait for their token bucket, on the run's clock, as long as the invocation has time. */
async function isInTime(change: Change, driver: ChangeDriver, context: ApplyContext): Promise<boolean> {
  const left = context.deadline.remainingMilliseconds() - RESERVE_MILLISECONDS;
  if (context.signal?.aborted || left < 0) return false;
  if (!driver.isPaced) return true;
  return context.pacer.take(`${change.region} ${change.action.kind}`, left, context.signal);
}

async function applyOne(change: Change, driver: ChangeDriver, context: ApplyContext): Promise<ChangeEnd> {
  const end = await applyJournaled(change, driver, context);
  const fields = {
    accountId: change.accountId,
    region: change.region ?? 'global',
    change: change.action.kind,
    end: end.kind,
  };
  if (end.kind === 'failed') {
    context.log.warn('change failed', { ...fields, code: end.failure.code, action: end.failure.action });
  } else {
    context.log.info('change ended', fields);
  }
  return end;
}

function findingOf(change: Change, end: ChangeEnd, vpcId: string | null): Finding | null {
  switch (end.kind) {
    case 'applied':
      return null;
    case 'not-seen':
      return {
        code: 'STATE_CHANGED',
        subject: change.resource,
        sentence: `AWS accepted the change of ${change.resource}, but reading it shows another value; the next pass looks again.`,
      };
    case 'state-changed':
      return {
        code: 'STATE_CHANGED',
        subject: change.resource,
        sentence: `Something else changed ${change.resource} since the plan was made; the next pass plans anew.`,
      };
    case 'still-waiting':
      if (end.failure.kind === 'THROTTLED') return DEFERRED;
      return {
        code: 'DHMC_ROLE_PROPAGATING',
        subject: change.resource,
        sentence: `Systems Manager does not know the fresh role yet (${describeFailure(end.failure)}).`,
      };
    case 'failed':
      return areaOf(change.action) === 'PATH'
        ? endpointFailureFinding(end.failure, vpcId)
        : writeFailureFinding(end.failure, change.resource);
  }
}
