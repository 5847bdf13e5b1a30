/**
 * Which targets a run covers, and how (docs/spec/decisions.md, "Scope"). Every account of the organization appears
 * in every full run's result; what can't or must not be looked at is skipped with a reason.
 *
 * Precedence: exclude beats include, so an excluded account that a scope names is still skipped.
 */
import { denyingPolicy, describeFailure } from './failures.ts';
import type { Configuration } from './model/configuration.ts';
import type { RegionOptStatus } from './model/observation.ts';
import type { Account, AccountId, Mode, Region, RunInput, Timestamp } from './model/primitives.ts';
import type { Failure } from './model/reads.ts';
import { hasAnyTag, isBelowAny } from './organization-paths.ts';
import type { ReasonCode } from './reasons.ts';

export type Scope = RunInput['scope'];

export type ScopeDecision =
  | { kind: 'enter' }
  | { kind: 'skip'; status: 'SKIPPED' | 'CONVERGING'; code: ReasonCode; sentence: string };

/** Below this age (or time since it moved) an account may not be ready yet: docs/spec/decisions.md, "Scope". */
const YOUNG_MILLISECONDS = 24 * 60 * 60 * 1000;

/**
 * Accounts that a run covers: all without a scope, else those that are named or below a named unit.
 * `unknown` are ids of the scope that match no account; a unit without accounts counts as unknown too.
 */
export function selectAccounts(
  accounts: readonly Account[],
  scope: Scope,
): { accounts: Account[]; unknown: string[] } {
  const ids = scope?.accounts ?? [];
  const units = scope?.organizationalUnits ?? [];
  if (ids.length === 0 && units.length === 0) return { accounts: [...accounts], unknown: [] };
  const named = new Set<AccountId>(ids);
  const known = new Set(accounts.map((account) => account.accountId));
  return {
    accounts: accounts.filter((account) => named.has(account.accountId) || isBelowAny(account, units)),
    unknown: [
      ...ids.filter((id) => !known.has(id)),
      ...units.filter((unit) => !accounts.some((account) => isBelowAny(account, [unit]))),
    ],
  };
}

/** What can be said of an account without any call into it. */
export function decideAccount(account: Account, configuration: Configuration): ScopeDecision {
  switch (account.state) {
    case 'SUSPENDED':
    case 'PENDING_CLOSURE':
    case 'CLOSED':
      return skip('ACCOUNT_NOT_ACTIVE', `The account's state is ${account.state}.`);
    case 'PENDING_ACTIVATION':
    case 'ACTIVE':
      break;
  }
  const exclusion = excludedBy(account, configuration);
  if (exclusion !== null)
    return skip('EXCLUDED', `The configuration excludes ${exclusion}; nothing is touched.`);
  if (account.state === 'PENDING_ACTIVATION') {
    return {
      kind: 'skip',
      status: 'CONVERGING',
      code: 'ACCOUNT_NOT_READY',
      sentence: 'The account is being activated; later passes and runs try again.',
    };
  }
  return { kind: 'enter' };
}

function excludedBy(account: Account, { exclude, managementAccount }: Configuration): string | null {
  if (account.management && managementAccount === 'exclude') return 'the management account';
  if (exclude.accounts.includes(account.accountId)) return `account ${account.accountId}`;
  const unit = exclude.organizationalUnits.find((id) => isBelowAny(account, [id]));
  if (unit !== undefined) return `organizational unit ${unit}`;
  const tag = Object.entries(exclude.tags).find(([key, value]) => hasAnyTag(account, { [key]: value }));
  return tag ? `accounts tagged ${tag[0]}=${tag[1]}` : null;
}

/**
 * What can be said of a Region of an account by its opt-in status; `undefined` where that is not known,
 * and then only the configuration decides. DISABLING is no longer usable (account API, RegionOptStatus).
 */
export function decideRegion(
  region: Region,
  optStatus: RegionOptStatus | undefined,
  configuration: Configuration,
): ScopeDecision {
  if (configuration.exclude.regions.includes(region)) {
    return skip('EXCLUDED', `The configuration excludes Region ${region}; nothing is touched.`);
  }
  switch (optStatus) {
    case 'DISABLED':
    case 'DISABLING':
      return skip('REGION_NOT_ENABLED', `${region} is ${optStatus} in this account.`);
    case 'ENABLING':
      return {
        kind: 'skip',
        status: 'CONVERGING',
        code: 'REGION_ENABLING',
        sentence: `${region} is being enabled in this account; a later pass looks again.`,
      };
    case 'ENABLED':
    case 'ENABLED_BY_DEFAULT':
    case undefined:
      return { kind: 'enter' };
  }
}

/** The run's Regions that are targets of an account: those of its list, given its effective configuration. */
export function regionsOfAccount(
  regions: readonly Region[],
  { regions: covered }: Pick<Configuration, 'regions'>,
): Region[] {
  return covered === 'all' ? [...regions] : regions.filter((region) => covered.includes(region));
}

export interface EntryFailureDecision {
  status: 'CONVERGING' | 'ERROR';
  code: ReasonCode;
  sentence: string;
  /** Whether a later pass of the same run should try again. */
  retry: boolean;
}

/**
 * What a failed AssumeRole means. Throttling and outages say nothing about the role, so they are named as
 * what they are; a young or moved account is given its time; anything else is the role's fault.
 *
 * `pathSince`: since when the account is below its present parent, as far as earlier runs saw.
 */
export function decideEntryFailure(
  failure: Failure,
  account: Account,
  now: Date,
  pathSince: Timestamp | null,
): EntryFailureDecision {
  const seen = describeFailure(failure);
  if (failure.kind === 'THROTTLED' || failure.kind === 'UNAVAILABLE') {
    return { status: 'ERROR', code: 'AWS_UNAVAILABLE', sentence: `${seen}.`, retry: true };
  }
  const young = whyYoung(account, now, pathSince);
  if (failure.kind === 'NOT_READY' || young !== null) {
    const why = young ?? 'AWS has not finished setting up the account';
    return {
      status: 'CONVERGING',
      code: 'ACCOUNT_NOT_READY',
      sentence: `${why}, and the member role can't be assumed yet (${seen}); later passes and runs try again.`,
      retry: true,
    };
  }
  const policy = denyingPolicy(failure);
  if (policy === 'SCP' || policy === 'RCP') {
    const kind = policy === 'SCP' ? 'service control policy' : 'resource control policy';
    return {
      status: 'ERROR',
      code: 'ROLE_NOT_ASSUMABLE',
      sentence: `A ${kind} denies that the member role is assumed (${seen}); exempt the role from that policy. Deploying the role again does not help.`,
      retry: false,
    };
  }
  return {
    status: 'ERROR',
    code: 'ROLE_NOT_ASSUMABLE',
    sentence: `The member role can't be assumed (${seen}); deploy it here, and compare its trust and external id with the configuration.`,
    retry: false,
  };
}

/** Whether the account joined less than a day ago. */
export function isYoung({ joinedAt }: Account, now: Date): boolean {
  return joinedAt !== null && Date.parse(joinedAt) > now.getTime() - YOUNG_MILLISECONDS;
}

/** A time that lies ahead of the run's clock counts as young: clocks differ a little. */
function whyYoung(account: Account, now: Date, pathSince: Timestamp | null): string | null {
  const since = now.getTime() - YOUNG_MILLISECONDS;
  if (isYoung(account, now)) {
    return `The account joined the organization less than 24 h ago (${account.joinedAt})`;
  }
  if (pathSince !== null && Date.parse(pathSince) > since) {
    return `The account moved to its organizational unit less than 24 h ago (${pathSince})`;
  }
  return null;
}

/** By default the management account is judged, not changed. */
export function effectiveMode(mode: Mode, account: Account, configuration: Configuration): Mode {
  return account.management && configuration.managementAccount !== 'enforce' ? 'assess' : mode;
}

export interface TargetRegions {
  /** Sorted. */
  regions: Region[];
  /** Regions named somewhere that AWS does not list, each with where, e.g. `eu-west-11 (exclude.regions)`. */
  unknown: string[];
  /** Regions of the scope that exist but are not among the configuration's `regions`. */
  uncovered: Region[];
}

/**
 * Regions in which some account has a target: those listed (disabled ones too) or those that the configuration or one
 * of its overrides names, narrowed by the scope.
 * Excluded Regions stay targets, since they are reported as skipped. A mistyped Region anywhere would change
 * what a run touches without a word, so every place that names one is checked.
 */
export function targetRegions(
  configuration: Configuration,
  listed: readonly Region[],
  scope: Scope,
): TargetRegions {
  const known = new Set(listed);
  const { overrides } = configuration;
  const lists = [configuration.regions, ...overrides.flatMap((override) => override.regions ?? [])];
  const configured = lists.includes('all') ? listed : [...new Set(lists.flat() as Region[])];
  const covered = new Set(configured.filter((region) => known.has(region)));
  const wanted = scope?.regions ?? configured;
  const named: [where: string, regions: readonly Region[]][] = [
    ['scope.regions', scope?.regions ?? []],
    ['regions', configuration.regions === 'all' ? [] : configuration.regions],
    ['exclude.regions', configuration.exclude.regions],
    ...overrides.flatMap(({ regions, exclude }, index): [string, readonly Region[]][] => [
      [`overrides.${index}.regions`, regions === undefined || regions === 'all' ? [] : regions],
      [`overrides.${index}.exclude.regions`, exclude?.regions ?? []],
    ]),
    ['prices', Object.keys(configuration.prices)],
    ['hubs', Object.keys(configuration.hubs)],
    ['waivers', configuration.waivers.flatMap((waiver) => waiver.region ?? [])],
  ];
  return {
    regions: [...new Set(wanted)].filter((region) => covered.has(region)).sort(),
    unknown: named.flatMap(([where, regions]) =>
      regions.filter((region) => !known.has(region)).map((region) => `${region} (${where})`),
    ),
    uncovered: (scope?.regions ?? []).filter((region) => known.has(region) && !covered.has(region)),
  };
}

/** Whether anything names an organizational unit; only then are paths worth their calls. */
export function needsOrganizationPaths(configuration: Configuration, scope: Scope): boolean {
  return [
    scope?.organizationalUnits,
    configuration.exclude.organizationalUnits,
    ...configuration.overrides.map((override) => override.organizationalUnits),
    ...configuration.waves.map((wave) => wave.organizationalUnits),
    configuration.waivers.flatMap((waiver) => waiver.organizationalUnit ?? []),
  ].some((units) => (units ?? []).length > 0);
}

/** Whether account tags decide anything; asked one account at a time, so only then. */
export function needsTags(configuration: Configuration): boolean {
  return (
    configuration.ownerTag !== null ||
    [configuration.exclude.tags, ...configuration.waves.map((wave) => wave.tags ?? {})].some(
      (tags) => Object.keys(tags).length > 0,
    )
  );
}

function skip(code: ReasonCode, sentence: string): ScopeDecision {
  return { kind: 'skip', status: 'SKIPPED', code, sentence };
}

/** Whether the rollout covers an account, by the accounts that are known: all of the organization's, or some. */
export function coverageOf(
  accounts: readonly Account[],
  configuration: Configuration,
  whole: boolean,
): (accountId: AccountId) => boolean {
  const known = new Map(accounts.map((account) => [account.accountId, account]));
  return (accountId) => {
    const account = known.get(accountId);
    if (account) return decideAccount(account, configuration).kind === 'enter';
    return !whole && !configuration.exclude.accounts.includes(accountId);
  };
}
