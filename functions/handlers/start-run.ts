/** StartRun: reads input, configuration and organization, writes the manifests and the run's record. */
import { createHash } from 'node:crypto';
import { describeAccounts, describeOrganization, readOperatorAccountId } from '../aws/organization-reader.ts';
import { readRegionStates } from '../aws/region-reader.ts';
import { readResourceControls } from '../aws/resource-control-reader.ts';
import { accountsAtOnce } from '../core/accounts-at-once.ts';
import { planWaves } from '../core/batches.ts';
import { describeFailure } from '../core/failures.ts';
import type { Hold } from '../core/hold.ts';
import type { Configuration } from '../core/model/configuration.ts';
import type { AccountId, Region, RunId, RunInput } from '../core/model/primitives.ts';
import { needsOrganizationPaths, type Scope, targetRegions } from '../core/scope.ts';
import { configurationVersion } from '../inputs/configuration-version.ts';
import { parseRunInput } from '../inputs/run-input.ts';
import type { Deadline } from '../platform/deadline.ts';
import { artifactKeys, type BatchRecord, type RunRecord } from '../store/contract.ts';
import { readHold } from '../store/read-hold.ts';
import { stamped } from '../store/stored.ts';
import { type AccountsOfScope, findAccountsOfScope } from './accounts-of-scope.ts';
import { takeEnforceLease } from './enforce-lease.ts';
import { recordOwnTags, refuseForgottenMarks } from './own-tags.ts';
import { findPlanToApply, writeAccountPlans } from './plan-to-apply.ts';
import { findRunToResume } from './run-to-resume.ts';
import { findRunToRollBack } from './run-to-roll-back.ts';
import { ScopeError } from './scope-error.ts';
import { type LambdaContext, lambdaService, type Service } from './service.ts';

export interface StartRunEvent {
  executionName: string;
  executionArn?: string;
  /** ISO 8601. */
  startedAt: string;
  input: unknown;
}

/** The organization or its Regions can't be read: nothing can be said about any account. */
export class OrganizationUnreadableError extends Error {
  override readonly name = 'OrganizationUnreadableError';
}

export function createStartRun(service: Service) {
  return async (event: StartRunEvent, deadline: Deadline | null = null): Promise<{ runId: RunId }> => {
    const input = parseRunInput(event.input);
    if (!service.allowedModes.includes(input.mode)) {
      throw new ScopeError(
        `mode ${input.mode} is refused here: this state machine runs ${service.allowedModes.join(', ')} only`,
      );
    }
    const configuration = await service.loadConfiguration();
    await refuseForgottenMarks(service.store, configuration);
    const runId = runIdOf(event);
    const { pool, store, artifacts, clock } = service;
    const organization = await describeOrganization(pool.operator);
    const operatorAccountId = await readOperatorAccountId(pool);
    const plan = await findPlanToApply(service, input, {
      organizationId: organization.organizationId,
      configurationVersion: configurationVersion(configuration),
    });
    const undone = await findRunToRollBack(service, input);
    const resumed = await findRunToResume(service, input);
    const given = plan ?? undone ?? resumed;
    const asked = given ? { ...configuration, regions: given.regions, overrides: [] } : configuration;
    const regions = await resolveRegions(service, asked, input.scope);
    const { managementAccountId } = organization;
    const resourceControls = await readResourceControls(pool.operator);
    const hasControls = resourceControls.kind === 'value' && resourceControls.value.length > 0;
    const about = { runId, input, configuration, managementAccountId, paths: hasControls };
    const selected = await findAccountsOfScope(service, about, deadline);
    if (selected.unknown.length > 0 && input.trigger === 'account-event') {
      // It left again, or is not listed yet: the next scheduled run covers it. No reason to fail or to alarm.
      service.log.warn('the account of an event is not listed', { accountId: selected.unknown.join(' ') });
    } else if (selected.unknown.length > 0) {
      throw new ScopeError(
        `scope: ${selected.unknown.join(', ')} not in organization ${organization.organizationId}`,
      );
    }

    if (input.mode !== 'rollback') {
      const { partition } = organization;
      await refuseBadHubs(
        service,
        { runId, configuration, partition, managementAccountId, regions },
        selected,
      );
    }

    const isGiven = ({ accountId }: { accountId: AccountId }) => given?.accounts?.has(accountId) ?? true;
    const chosen = selected.accounts.filter(isGiven);
    // A plan without any change is one that was carried out, or never needed to be: no mistake.
    if (plan && plan.accounts.size > 0 && chosen.length === 0) {
      throw new ScopeError(
        'plan: it changes nothing in the accounts of this run; widen the scope, or plan these accounts',
      );
    }
    // A resumed run keeps the waves of the whole, so that percentages do not draw a new canary from the rest.
    const waves = resumed
      ? planWaves(selected.accounts, configuration)
          .map(({ name, accounts }) => ({ name, accounts: accounts.filter(isGiven) }))
          .filter(({ accounts }) => accounts.length > 0)
      : planWaves(chosen, configuration);
    const batches: BatchRecord[] = [];
    for (const [index, wave] of waves.entries()) {
      const manifest = artifactKeys.manifest(runId, index);
      await artifacts.putText(manifest, JSON.stringify(wave.accounts));
      batches.push({
        name: `wave:${wave.name}`,
        manifest,
        accounts: wave.accounts.length,
        startedAt: null,
        endedAt: null,
      });
    }
    if (plan) await writeAccountPlans(service, runId, plan);
    await artifacts.putText(artifactKeys.configuration(runId), `${JSON.stringify(configuration)}\n`);
    await artifacts.putText(
      artifactKeys.resourceControls(runId),
      `${JSON.stringify(stamped({ read: resourceControls }))}\n`,
    );
    const hold = await findHoldNow(service, configuration, { ...event, runId, input }, chosen);
    if (input.mode !== 'assess' && !hold) await recordOwnTags(store, configuration);
    const concurrency = await capConcurrency(service, configuration);
    const run: RunRecord = {
      runId,
      input,
      status: 'RUNNING',
      startedAt: clock.now().toISOString(),
      endedAt: null,
      configurationVersion: configurationVersion(configuration),
      organizationId: organization.organizationId,
      operatorAccountId,
      managementAccountId,
      partition: organization.partition,
      homeRegion: pool.connection.homeRegion,
      regions,
      ...(selected.organizationAccounts === null
        ? {}
        : { organizationAccounts: selected.organizationAccounts }),
      batches,
      settlePasses: 0,
      waitUntil: null,
      coverage: null,
      decision: null,
      reason: hold?.sentence ?? null,
      concurrency,
      ...(hold ? { hold } : {}),
      ...(event.executionArn === undefined ? {} : { executionArn: event.executionArn }),
    };
    await store.createRun(run);
    service.log.info('run started', {
      runId,
      mode: input.mode,
      accounts: chosen.length,
      regions: regions.length,
    });
    return { runId };
  };
}

/** A rollback needs no hub. EC2's client is loaded only where a hub is to be looked at. */
async function refuseBadHubs(
  { pool, clock }: Service,
  run: Pick<RunRecord, 'runId' | 'partition' | 'managementAccountId' | 'regions'> & {
    configuration: Configuration;
  },
  { accounts }: AccountsOfScope,
): Promise<void> {
  const { runId: sessionName, configuration, managementAccountId } = run;
  if (Object.keys(configuration.hubs).length === 0) return;
  const { checkHubs } = await import('../reconcile/check-hubs.ts');
  const problems = await checkHubs({
    ...run,
    pool,
    sessionName,
    findAccounts: async (ids) => {
      const known = new Map(accounts.map((account) => [account.accountId, account]));
      const missing = ids.filter((id) => !known.has(id));
      const options = { managementAccountId, paths: needsOrganizationPaths(configuration, undefined) };
      const found =
        missing.length === 0 ? [] : await describeAccounts(pool.operator, missing, options, clock);
      for (const account of found) known.set(account.accountId, account);
      return known;
    },
  });
  if (problems.length > 0) throw new ScopeError(problems.join('; '));
}

/** The lease is taken last: a run that changes nothing for another reason keeps no other run from doing so. */
async function findHoldNow(
  service: Service,
  configuration: Configuration,
  applicant: { runId: RunId; executionArn?: string; input: RunInput },
  accounts: readonly { accountId: AccountId }[],
): Promise<Hold | null> {
  const { mode } = applicant.input;
  if (mode === 'assess') return null;
  const hold = await readHold(service.store, mode, configuration, service.clock.now());
  const ids = accounts.map(({ accountId }) => accountId);
  return hold ?? takeEnforceLease(service, applicant, ids);
}

/** Accounts at once: what Lambda refuses would only be tried again later. */
async function capConcurrency(service: Service, { concurrency }: Configuration): Promise<number> {
  const quota = await service.readConcurrencyQuota();
  if (quota === null) return concurrency;
  const cap = accountsAtOnce(concurrency, quota);
  if (cap < concurrency) service.log.warn('Lambda limits how many accounts run at once', { quota, cap });
  return cap;
}

/** From the execution, so that a retried invocation names the same run. Fits a role session's name (2 to 64 characters). */
function runIdOf(event: StartRunEvent): RunId {
  const stamp = event.startedAt.replace(/\.\d+/, '').replace(/[^0-9TZ]/g, '');
  const hash = createHash('sha256').update(`${event.executionName} ${event.startedAt}`).digest('hex');
  return `run-${stamp}-${hash.slice(0, 8)}`;
}

/** Regions that are targets: the operator account's list, disabled ones too, or those configured. */
async function resolveRegions(
  service: Service,
  configuration: Configuration,
  scope: Scope,
): Promise<Region[]> {
  const { operator, connection } = service.pool;
  const states = await readRegionStates(operator, connection.homeRegion, []);
  if (states.kind !== 'value') {
    const why = states.kind === 'failed' ? describeFailure(states.failure) : 'no answer';
    throw new OrganizationUnreadableError(`the operator account's Regions can't be read: ${why}`);
  }
  const listed = Object.keys(states.value).sort();
  const { regions, unknown, uncovered } = targetRegions(configuration, listed, scope);
  if (unknown.length > 0) {
    throw new ScopeError(`no such Region: ${unknown.join(', ')}; known are ${listed.join(', ')}`);
  }
  if (uncovered.length > 0) {
    throw new ScopeError(
      `scope.regions: ${uncovered.join(', ')} not among the configuration's regions; add it there first`,
    );
  }
  return regions;
}

export const handler = (event: StartRunEvent, context: LambdaContext) =>
  createStartRun(lambdaService())(event, {
    remainingMilliseconds: () => context.getRemainingTimeInMillis(),
  });
