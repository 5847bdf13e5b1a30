/** The first pass over a run: everything that the page says of all accounts together. Grows with units, Regions and codes only. */
import type { ChangeOutcome, ChangeResult } from '../core/model/change.ts';
import type { Region } from '../core/model/primitives.ts';
import type { AccountResult, EndpointResult, TargetResult, TargetStatus } from '../core/model/result.ts';
import { leadingCodes } from '../core/root-causes.ts';
import { addCoverage, coverageOf, NO_COVERAGE } from '../core/status.ts';
import type { PairedAccount } from './paired-accounts.ts';

type Counts = typeof NO_COVERAGE;

/** Places of failed changes and regressions that are named; the numbers are exact. */
const NAMED = 50;
/** Accounts up to which each has a line in the map of accounts and Regions. */
export const MAPPED_ACCOUNTS = 1_000;

export interface Unit {
  path: readonly string[];
  all: Counts;
  byRegion: Map<Region, Counts>;
}

export interface FailureGroup {
  kind: string;
  code: string;
  /** Of the first. */
  message: string;
  total: number;
  places: { accountId: string; region: Region | null }[];
}

export interface OwnerTally {
  counts: Counts;
  running: number;
  managed: number;
}

export interface Tally {
  units: Map<string, Unit>;
  /** Status of each target by Region, up to MAPPED_ACCOUNTS; null beyond. */
  map: { accountId: string; unit: string; statuses: Map<Region, TargetStatus> }[] | null;
  byRegion: Map<Region, Counts>;
  reasons: Map<string, { targets: number; accounts: number }>;
  /** Reasons that only follow from others. */
  consequences: Map<string, { targets: number; accounts: number }>;
  notes: Map<string, { targets: number; accounts: number }>;
  instances: { running: number; stopped: number; managed: number; hybridNodes: number };
  verdicts: Map<string, number>;
  endpoints: Map<
    string,
    { ours: number; others: number; monthlyUsd: number; planned: number; plannedUsd: number }
  >;
  prunable: { vpcs: number; monthlyUsd: number };
  changes: Map<string, Record<ChangeOutcome, number>>;
  /** By kind and error. */
  failures: { total: number; groups: Map<string, FailureGroup> };
  owners: Map<string, OwnerTally>;
  difference: Difference;
}

export interface Difference {
  /** `from to` to number of targets, both statuses; only where they differ. */
  moves: Map<string, number>;
  regressed: {
    total: number;
    named: { accountId: string; name: string; region: Region; from: TargetStatus; to: TargetStatus }[];
  };
  accountsAdded: number;
  accountsGone: number;
}

export function createTally(): Tally {
  return {
    units: new Map(),
    map: [],
    byRegion: new Map(),
    reasons: new Map(),
    consequences: new Map(),
    notes: new Map(),
    instances: { running: 0, stopped: 0, managed: 0, hybridNodes: 0 },
    verdicts: new Map(),
    endpoints: new Map(),
    prunable: { vpcs: 0, monthlyUsd: 0 },
    changes: new Map(),
    failures: { total: 0, groups: new Map() },
    owners: new Map(),
    difference: {
      moves: new Map(),
      regressed: { total: 0, named: [] },
      accountsAdded: 0,
      accountsGone: 0,
    },
  };
}

export async function tally(accounts: AsyncIterable<PairedAccount>): Promise<Tally> {
  const sums = createTally();
  for await (const { now, before } of accounts) {
    if (before !== undefined) compare(sums.difference, now, before);
    if (now !== null) add(sums, now);
  }
  return sums;
}

/** Names where they are known: they are unique below one parent. */
const unitPath = ({ unitNames, organizationPath }: AccountResult) => unitNames ?? organizationPath ?? [];

export const unitKey = (account: AccountResult): string => unitPath(account).join('\u001f');

function add(sums: Tally, account: AccountResult): void {
  const { targets } = account;
  const key = unitKey(account);
  const unit = entryOf(sums.units, key, () => ({
    path: unitPath(account),
    all: NO_COVERAGE,
    byRegion: new Map(),
  }));
  unit.all = addCoverage(unit.all, coverageOf(targets, 1));
  if (account.owner) addOwner(sums.owners, account.owner.name, targets);
  for (const target of targets) {
    const one = coverageOf([target], 0);
    for (const counts of [unit.byRegion, sums.byRegion]) {
      counts.set(target.region, addCoverage(counts.get(target.region) ?? NO_COVERAGE, one));
    }
  }
  if (sums.map !== null) {
    const statuses = new Map(targets.map(({ region, status }) => [region, status]));
    sums.map.push({ accountId: account.accountId, unit: key, statuses });
    if (sums.map.length > MAPPED_ACCOUNTS) sums.map = null;
  }
  countCodes(sums.reasons, targets, leadingCodes);
  countCodes(sums.consequences, targets, ({ followsFrom = {} }) => Object.keys(followsFrom));
  countCodes(sums.notes, targets, (target) => target.notes);
  for (const target of targets) addInstances(sums, target);
  for (const change of account.changes) addChange(sums, account.accountId, null, change);
  for (const target of targets) {
    for (const change of target.changes) addChange(sums, account.accountId, target.region, change);
    for (const { endpoints, prunable } of target.vpcs) {
      for (const endpoint of endpoints) addEndpoint(sums, endpoint);
      if (prunable === null) continue;
      sums.prunable.vpcs += 1;
      sums.prunable.monthlyUsd += prunable.monthlyUsdSaved;
    }
  }
}

function addOwner(owners: Tally['owners'], name: string, targets: readonly TargetResult[]): void {
  const owner = entryOf(owners, name, () => ({ counts: NO_COVERAGE, running: 0, managed: 0 }));
  owner.counts = addCoverage(owner.counts, coverageOf(targets, 1));
  for (const { instances } of targets) {
    owner.running += instances.running;
    owner.managed += instances.managed;
  }
}

function countCodes(
  counts: Tally['reasons'],
  targets: readonly TargetResult[],
  codesOf: (target: TargetResult) => readonly string[],
): void {
  const seen = new Set<string>();
  for (const code of targets.flatMap(codesOf)) {
    const entry = entryOf(counts, code, () => ({ targets: 0, accounts: 0 }));
    entry.targets += 1;
    if (!seen.has(code)) entry.accounts += 1;
    seen.add(code);
  }
}

function addInstances({ instances: sum, verdicts }: Tally, { instances }: TargetResult): void {
  sum.running += instances.running;
  sum.stopped += instances.stopped;
  sum.managed += instances.managed;
  // Runs recorded before instances were judged have neither.
  const { byVerdict = {}, hybridNodes = 0 }: Partial<TargetResult['instances']> = instances;
  sum.hybridNodes += hybridNodes;
  for (const [verdict, found] of Object.entries(byVerdict)) {
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + (found ?? 0));
  }
}

function addEndpoint(sums: Tally, { serviceName, ours, monthlyCostUsd }: EndpointResult): void {
  const entry = endpointEntry(sums, serviceName);
  if (ours) entry.ours += 1;
  else entry.others += 1;
  entry.monthlyUsd += monthlyCostUsd ?? 0;
}

function addChange(sums: Tally, accountId: string, region: Region | null, change: ChangeResult): void {
  const { kind, outcome, detail, monthlyCostUsd } = change;
  const counts = entryOf(sums.changes, kind, () => ({ PLANNED: 0, APPLIED: 0, FAILED: 0, ROLLED_BACK: 0 }));
  counts[outcome] += 1;
  if (outcome === 'FAILED') {
    sums.failures.total += 1;
    addFailure(sums.failures.groups, accountId, region, change);
  }
  if (outcome === 'PLANNED' && monthlyCostUsd) {
    const entry = endpointEntry(sums, typeof detail.serviceName === 'string' ? detail.serviceName : kind);
    if (kind === 'CreateInterfaceEndpoint') entry.planned += 1;
    entry.plannedUsd += monthlyCostUsd;
  }
}

/** Ids, ARNs and quoted names differ from one denial to the next; what was denied does not. */
function addFailure(
  groups: Map<string, FailureGroup>,
  accountId: string,
  region: Region | null,
  { kind, error }: ChangeResult,
): void {
  const code = error?.code ?? '';
  const message = error?.message ?? '';
  const alike = message.replace(
    /arn:\S+|\b\d{12}\b|\b[a-z]+-[0-9a-f]{8,17}\b|\b[a-z]{2}(-[a-z]+)+-\d\b/g,
    '…',
  );
  const group = entryOf(groups, `${kind} ${code} ${alike}`, () => ({
    kind,
    code,
    message,
    total: 0,
    places: [],
  }));
  group.total += 1;
  if (group.places.length < NAMED) group.places.push({ accountId, region });
}

/** The service alone: `com.amazonaws.eu-west-1.ssm` reads `ssm`. */
function endpointEntry(sums: Tally, serviceName: string) {
  const service = serviceName.split('.').at(-1) ?? serviceName;
  return entryOf(sums.endpoints, service, () => ({
    ours: 0,
    others: 0,
    monthlyUsd: 0,
    planned: 0,
    plannedUsd: 0,
  }));
}

function compare(difference: Difference, now: AccountResult | null, before: AccountResult | null): void {
  if (now === null) difference.accountsGone += 1;
  if (before === null) difference.accountsAdded += 1;
  if (now === null || before === null) return;
  const earlier = new Map(before.targets.map(({ region, status }) => [region, status]));
  for (const { region, status: to } of now.targets) {
    const from = earlier.get(region);
    if (from === undefined || from === to) continue;
    const move = `${from} ${to}`;
    difference.moves.set(move, (difference.moves.get(move) ?? 0) + 1);
    if (from !== 'COMPLIANT' || to === 'SKIPPED') continue;
    const { regressed } = difference;
    regressed.total += 1;
    if (regressed.named.length >= NAMED) continue;
    regressed.named.push({ accountId: now.accountId, name: now.name, region, from, to });
  }
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
