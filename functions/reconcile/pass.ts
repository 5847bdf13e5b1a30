/** What one pass at an account starts from: the request, and what the records say of the account. */

import type { Hold } from '../core/hold.ts';
import type { Configuration } from '../core/model/configuration.ts';
import type { Account, Mode, Region, Timestamp } from '../core/model/primitives.ts';
import type { AccountResult, VpcResult } from '../core/model/result.ts';
import { effectiveConfiguration } from '../core/overrides.ts';
import { PLAN_SEED, type PlannedChange } from '../core/planned.ts';
import { effectiveMode, regionsOfAccount } from '../core/scope.ts';
import { readAccountResult } from '../store/account-results.ts';
import type { AccountState, NeedRecord, RunRecord, Store } from '../store/contract.ts';
import { readHold } from '../store/read-hold.ts';
import type { LookContext } from './look.ts';
import { readPlanned } from './plan-of-account.ts';
import type { ReconcileDependencies, ReconcileRequest } from './request.ts';
import { findAccountsInScope, reserveEndpoints } from './whole-run.ts';

export interface Pass {
  readonly request: ReconcileRequest;
  readonly dependencies: ReconcileDependencies;
  readonly run: RunRecord;
  readonly account: Account;
  /** The run's, with the account's overrides applied. */
  readonly settings: Configuration;
  readonly mode: Mode;
  /** What kept the pass from changing anything as the run began. */
  readonly hold: Hold | null;
  /** Regions to look at: all of the account's, or those that an earlier pass left for another. */
  readonly regions: Region[];
  readonly previous: AccountState | null;
  /** Of an earlier pass of this run. */
  readonly earlier: AccountResult | null;
  readonly earlierVpcs: Record<Region, VpcResult[]>;
  /** What participants of this account's shared VPCs recorded. */
  readonly needs: NeedRecord[];
  readonly needsReadAt: string;
  readonly organizationPathSince: Timestamp | null;
  /** Of an enforce by plan: what may be applied; null where the plan made here is. */
  readonly planned: PlannedChange[] | null;
}

export async function beginPass(
  request: ReconcileRequest,
  dependencies: ReconcileDependencies,
): Promise<Pass> {
  const { run, account } = request;
  const { store, artifacts, clock } = dependencies;
  const previous = await store.getAccountState(account.accountId);
  // Another run may have been here since, and its STATE is in the table now.
  const later = request.again || previous?.lastRunId === run.runId;
  const earlier = later ? await readAccountResult(artifacts, run.runId, account.accountId) : null;
  const settings = effectiveConfiguration(request.configuration, account);
  const needsReadAt = clock.now().toISOString();
  const needs = settings.endpoints === 'off' ? [] : await store.listNeeds(account.accountId);
  const asked = needs.filter(({ writtenAt }) => writtenAt >= (previous?.needsReadAt ?? ''));
  // A rollback goes wherever the run has been, whatever the list says since.
  const covered = run.input.mode === 'rollback' ? run.regions : regionsOfAccount(run.regions, settings);
  const regions = earlier
    ? covered.filter(
        (region) =>
          earlier.targets.some((target) => target.retry && target.region === region) ||
          asked.some((need) => need.region === region),
      )
    : covered;
  const wanted = effectiveMode(run.input.mode, account, settings);
  const hold = wanted === 'assess' ? null : (run.hold ?? null);
  return {
    request,
    dependencies,
    run,
    account,
    settings,
    mode: hold && wanted === 'enforce' ? 'assess' : wanted,
    hold,
    regions,
    previous,
    earlier,
    earlierVpcs: await earlierVpcsOf(previous, store),
    needs,
    needsReadAt,
    organizationPathSince: pathSince(account, previous, clock.now()) ?? movedAt(run),
    planned: run.input.plan === undefined ? null : await readPlanned(artifacts, run.runId, account.accountId),
  };
}

export function lookContextOf(pass: Pass): LookContext {
  const { request, dependencies, run, account, settings, previous } = pass;
  const { pool, store, artifacts, clock } = dependencies;
  const whole = { run, configuration: request.configuration, account };
  return {
    pool,
    store,
    clock,
    deadline: request.deadline,
    signal: request.signal,
    configuration: settings,
    account,
    regions: pass.regions,
    homeRegion: run.homeRegion,
    organizationId: run.organizationId,
    managementAccountId: run.managementAccountId,
    resourceControls: request.resourceControls,
    partition: run.partition,
    sessionName: run.runId,
    memory: request.memory,
    // A lease that was never given back is the mark of a crash; so may be a state that was never written. A change
    // that failed may be one whose answer was lost.
    unsettled: previous === null || previous.leaseOwner !== null || previous.failedChanges > 0,
    needs: pass.needs,
    earlierVpcs: pass.earlierVpcs,
    migrateCentral: run.input.migrateCentral,
    changeSeed: pass.mode === 'enforce' ? run.runId : PLAN_SEED,
    organizationPathSince: pass.organizationPathSince,
    findAccountsInScope: () => findAccountsInScope(whole, artifacts),
    reserveEndpoints: (plan) => reserveEndpoints(whole, plan, store),
    planned: pass.planned,
  };
}

/** As it is now, and in the run's record: a run that was held once changes nothing any more. */
export async function findHoldNow({ run, request, dependencies }: Pass): Promise<Hold | null> {
  const { store, clock } = dependencies;
  const [now, record] = await Promise.all([
    readHold(store, run.input.mode, request.configuration, clock.now()),
    store.getRun(run.runId),
  ]);
  return record?.hold ?? now;
}

/** VPCs that hold endpoints of ours; asked only where some do. */
async function earlierVpcsOf(
  previous: AccountState | null,
  store: Store,
): Promise<Record<Region, VpcResult[]>> {
  if (!previous?.endpointRegions?.length) return {};
  const targets = await store.getTargets(previous.accountId);
  return Object.fromEntries(targets.map(({ region, vpcs }) => [region, vpcs.filter(holdsOurs)]));
}

export function holdsOurs({ endpoints }: VpcResult): boolean {
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
