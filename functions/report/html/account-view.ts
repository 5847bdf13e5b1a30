/**
 * An account as the page shows it: what Regions have in common is said once. Plain data, since large reports
 * carry it as JSON and the page itself makes the markup (account-markup.ts).
 */
import type {
  AccountResult,
  Finding,
  TargetResult,
  TargetStatus,
  VpcResult,
} from '../../core/model/result.ts';
import { REASONS, type ReasonCode } from '../../core/reasons.ts';
import { leadingCodes } from '../../core/root-causes.ts';
import { statusOf } from '../../core/status.ts';
import { LOOKS } from './statuses.ts';

/** What the list of accounts shows, searches, filters and sorts by. */
export interface AccountLine {
  id: string;
  name: string;
  status: TargetStatus;
  /** Number of its organizational unit in the page's list. */
  unit: number;
  /** Empty where none is known. */
  owner: string;
  /** A letter for each Region of the run, `-` where it has no target. */
  regions: string;
  /** What made its status, the reason of most targets first; then all other codes, sorted. */
  reasons: string[];
  others: string[];
  running: number;
  managed: number;
  /** US dollars a month of endpoints of ours, and what planned changes add. */
  usd: number;
  plannedUsd: number;
  /** Letters: P planned, A applied, F failed, R rolled back. */
  changes: string;
  /** Letters of the compared run where they differ, `+` for an account that was not there; null: no difference. */
  was: string | null;
}

export interface AccountDetail {
  role: { arn: string; state: string; owner: string | null };
  rows: RegionRow[];
  findings: FindingRow[];
  vpcs: VpcRow[];
  instances: InstanceRow[];
  /** Ids of the named ones that are managed. */
  managed: string[];
  changes: ChangeRow[];
}

export interface RegionRow {
  regions: string[];
  status: TargetStatus;
  reasons: string[];
  notes: string[];
  setting: string | null;
  /** running, managed, stopped; null where there are none. */
  instances: [number, number, number] | null;
}

export interface FindingRow {
  code: string;
  subject: string | null;
  sentence: string;
  /** Empty: the account itself. */
  regions: string[];
  /** Who waived it, and until when. */
  waived: string | null;
}

export interface VpcRow {
  region: string;
  vpcId: string;
  /** null: the account's own. */
  ownerId: string | null;
  path: string;
  reasons: string[];
  endpoints: string[];
  usd: number;
}

export interface InstanceRow {
  region: string;
  id: string;
  verdict: string;
  reason: string | null;
  source: string | null;
  advice: string | null;
}

export interface ChangeRow {
  region: string | null;
  kind: string;
  resource: string;
  outcome: string;
  error: string | null;
  usd: number | null;
}

export function accountLine(
  account: AccountResult,
  before: AccountResult | null | undefined,
  place: { regions: readonly string[]; unit: number },
): AccountLine {
  const { targets } = account;
  const changes = [account, ...targets].flatMap((holder) => holder.changes);
  const letters = lettersOf(account, place.regions);
  const earlier = before ? lettersOf(before, place.regions) : '+';
  const counts = new Map<string, number>();
  for (const code of targets.flatMap(leadingCodes)) counts.set(code, (counts.get(code) ?? 0) + 1);
  const ranked = [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([code]) => code);
  // Regions that are skipped say nothing of an account that is not.
  const matters = (code: string) =>
    isReason(code) && (account.status === 'SKIPPED' || statusOf(code) !== 'SKIPPED');
  return {
    id: account.accountId,
    name: account.name,
    status: account.status,
    unit: place.unit,
    owner: account.owner?.name ?? '',
    regions: letters,
    reasons: ranked.filter(matters),
    others: [
      ...new Set([...targets.flatMap(({ notes }) => notes), ...ranked.filter((code) => !matters(code))]),
    ].sort(),
    running: sum(targets.map(({ instances }) => instances.running)),
    managed: sum(targets.map(({ instances }) => instances.managed)),
    usd: cents(sum(targets.flatMap(({ vpcs }) => vpcs.map(usdOf)))),
    plannedUsd: cents(
      sum(changes.map(({ outcome, monthlyCostUsd }) => (outcome === 'PLANNED' ? (monthlyCostUsd ?? 0) : 0))),
    ),
    changes: [...new Set(changes.map(({ outcome }) => outcome.charAt(0)))].sort().join(''),
    was: before === undefined || earlier === letters ? null : earlier,
  };
}

const isReason = (code: string): code is ReasonCode => Object.hasOwn(REASONS, code);

export function lettersOf({ targets }: AccountResult, regions: readonly string[]): string {
  const statuses = new Map(targets.map(({ region, status }) => [region, status]));
  return regions
    .map((region) => {
      const status = statuses.get(region);
      return status === undefined ? '-' : LOOKS[status].letter;
    })
    .join('');
}

export function accountDetail(account: AccountResult): AccountDetail {
  const { role, targets } = account;
  const named = targets.flatMap(({ region, instances }) =>
    instances.verdicts.map((instance) => ({ region, ...instance })),
  );
  return {
    role: { arn: role.arn, state: role.state, owner: role.owner },
    rows: regionRows(targets),
    findings: findingRows(account),
    vpcs: targets.flatMap(({ region, vpcs }) => vpcs.map((vpc) => vpcRow(account.accountId, region, vpc))),
    instances: named
      .filter(({ verdict }) => !isWell(verdict))
      .map(({ region, instanceId, verdict, reason, credentialSource, advice }) => ({
        region,
        id: instanceId,
        verdict,
        reason,
        source: credentialSource,
        advice,
      })),
    managed: named.filter(({ verdict }) => isWell(verdict)).map(({ instanceId }) => instanceId),
    changes: [
      ...account.changes.map((change) => ({ region: null, ...change })),
      ...targets.flatMap(({ region, changes }) => changes.map((change) => ({ region, ...change }))),
    ].map(({ region, kind, resource, outcome, error, monthlyCostUsd }) => ({
      region,
      kind,
      resource,
      outcome,
      error: error && `${error.code}: ${error.message}`,
      usd: monthlyCostUsd,
    })),
  };
}

export const isWell = (verdict: string): boolean => verdict === 'MANAGED' || verdict === 'SERVICE_MANAGED';

/** Regions where nothing runs and everything else is alike share a row. */
function regionRows(targets: readonly TargetResult[]): RegionRow[] {
  const rows = new Map<string, RegionRow>();
  for (const { region, status, reasons, notes, setting, instances } of targets) {
    const { running, managed, stopped } = instances;
    const idle = running + stopped === 0;
    const row: RegionRow = {
      regions: [],
      status,
      reasons,
      notes,
      setting: setting.observed,
      instances: idle ? null : [running, managed, stopped],
    };
    const key = JSON.stringify(idle ? row : region);
    const shared = rows.get(key) ?? row;
    shared.regions.push(region);
    rows.set(key, shared);
  }
  return [...rows.values()].sort((a, b) => rank(b) - rank(a) || b.regions.length - a.regions.length);
}

const WORST_LAST: readonly TargetStatus[] = ['SKIPPED', 'COMPLIANT', 'CONVERGING', 'NON_COMPLIANT', 'ERROR'];

/** Worse first, and within a status those with instances. */
function rank({ status, instances }: RegionRow): number {
  return 2 * WORST_LAST.indexOf(status) + (instances ? 1 : 0);
}

function findingRows({ role, findings, targets }: AccountResult): FindingRow[] {
  const rows = new Map<string, FindingRow>();
  const add = ({ code, subject, sentence, waived }: Finding, region: string | null) => {
    const by = waived ? `waived by ${waived.owner} until ${waived.until}: ${waived.why}` : null;
    const key = `${code} ${sentence} ${by}`;
    const row = rows.get(key) ?? { code, subject, sentence, regions: [], waived: by };
    if (region !== null) row.regions.push(region);
    rows.set(key, row);
  };
  for (const { region, findings: own } of targets) for (const finding of own) add(finding, region);
  for (const finding of [...role.findings, ...findings]) add(finding, null);
  return [...rows.values()].map((row) =>
    row.regions.length === targets.length ? { ...row, regions: [] } : row,
  );
}

function vpcRow(accountId: string, region: string, vpc: VpcResult): VpcRow {
  return {
    region,
    vpcId: vpc.vpcId,
    ownerId: vpc.ownerId === accountId ? null : vpc.ownerId,
    path: vpc.path,
    reasons: vpc.reasons,
    endpoints: vpc.endpoints.map(
      ({ serviceName, state, ours }) =>
        `${serviceName.split('.').at(-1) ?? serviceName} ${state}${ours ? ', ours' : ''}`,
    ),
    usd: cents(usdOf(vpc)),
  };
}

function usdOf({ endpoints }: VpcResult): number {
  return sum(endpoints.map(({ monthlyCostUsd }) => monthlyCostUsd ?? 0));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const cents = (value: number): number => Math.round(value * 100) / 100;
