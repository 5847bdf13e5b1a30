/** Accounts of a run as short rows, and the filters of people who look for some of them. */
import { stringify } from 'csv-stringify/sync';
import type { AccountResult, TargetStatus } from '../core/model/result.ts';
import { leadingCodes } from '../core/root-causes.ts';
import { toOneLine } from './foreign-text.ts';

export interface AccountFilter {
  status?: TargetStatus;
  reason?: string;
  owner?: string;
  unit?: string;
}

export interface AccountRow {
  accountId: string;
  name: string;
  status: TargetStatus;
  /** Names of the units above it, else their ids, `Root / Workloads`. */
  unit: string;
  owner: string;
  reasons: string[];
  notes: string[];
  targets: number;
  compliant: number;
  instancesRunning: number;
  instancesManaged: number;
}

export function rowOf(account: AccountResult): AccountRow {
  const { accountId, name, status, targets } = account;
  const sum = (count: (target: AccountResult['targets'][number]) => number) =>
    targets.reduce((total, target) => total + count(target), 0);
  return {
    accountId,
    name,
    status,
    unit: unitOf(account),
    owner: account.owner?.name ?? '',
    reasons: [...new Set(targets.flatMap(leadingCodes))].sort(),
    notes: [...new Set(targets.flatMap((target) => target.notes))].sort(),
    targets: targets.length,
    compliant: targets.filter((target) => target.status === 'COMPLIANT').length,
    instancesRunning: sum(({ instances }) => instances.running),
    instancesManaged: sum(({ instances }) => instances.managed),
  };
}

export const unitOf = ({
  unitNames,
  organizationPath,
}: Pick<AccountResult, 'unitNames' | 'organizationPath'>) =>
  (unitNames ?? organizationPath ?? []).join(' / ');

export function fits(account: AccountResult, filter: AccountFilter): boolean {
  const { status, reason, owner, unit } = filter;
  const units = `${unitOf(account)} ${(account.organizationPath ?? []).join(' ')}`;
  return (
    (status === undefined || account.status === status) &&
    (owner === undefined || includes(account.owner?.name ?? '', owner)) &&
    (unit === undefined || includes(units, unit)) &&
    (reason === undefined || hasCode(account, reason))
  );
}

const includes = (text: string, part: string) => text.toLowerCase().includes(part.toLowerCase());

/** Also one that only follows from another, or that a waiver keeps from counting. */
const hasCode = ({ targets }: AccountResult, code: string) =>
  targets.some(({ reasons, notes }) =>
    [...reasons, ...notes].some((each) => each.replace(/^WAIVED:/, '') === code),
  );

export function csvOf(rows: readonly AccountRow[]): string {
  const cells = rows.map((row) => ({
    ...row,
    name: toOneLine(row.name),
    unit: toOneLine(row.unit),
    owner: toOneLine(row.owner),
    reasons: row.reasons.join(' '),
    notes: row.notes.join(' '),
  }));
  return stringify(cells, {
    header: true,
    columns: COLUMNS,
    escape_formulas: true,
    record_delimiter: 'windows',
  });
}

/** Names and order are an interface: new columns are added at the end. */
const COLUMNS: (keyof AccountRow)[] = [
  'accountId',
  'name',
  'status',
  'unit',
  'owner',
  'reasons',
  'notes',
  'targets',
  'compliant',
  'instancesRunning',
  'instancesManaged',
];
