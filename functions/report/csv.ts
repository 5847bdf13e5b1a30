/**
 * Tables for spreadsheets: RFC 4180 with a header, one line a row. Cells that a spreadsheet would take for a
 * formula (an account's name is any text) get a leading apostrophe: OWASP, "CSV Injection".
 */
import { stringify } from 'csv-stringify/sync';
import type { ChangeOutcome, ChangeResult } from '../core/model/change.ts';
import type { AccountResult, InstanceResult, RunHead, TargetResult } from '../core/model/result.ts';
import { describePartialScope, scopeOf } from '../core/run-scope.ts';
import { unitOf } from './account-list.ts';
import { CONTROLS, controlsOf } from './controls.ts';
import { toOneLine } from './foreign-text.ts';
import type { ReportedRun } from './source.ts';

/** What a row is made of. Changes of the role are under the account: each row of it counts them too. */
interface TargetRow {
  head: RunHead;
  /** `all`, or the part that the run covered. */
  scope: string;
  account: AccountResult;
  target: TargetResult;
  changes: ChangeResult[];
}

type Columns<Row> = Record<string, (row: Row) => string | number>;

const RUN_COLUMNS: Columns<{ head: RunHead; account: AccountResult }> = {
  runId: ({ head }) => head.runId,
  mode: ({ head }) => head.mode,
  endedAt: ({ head }) => head.endedAt,
  accountId: ({ account }) => account.accountId,
  accountName: ({ account }) => account.name,
  organizationPath: ({ account }) => account.organizationPath?.join('/') ?? '',
};

/** Names and order are an interface: new columns are added at the end. */
const TARGET_COLUMNS: Columns<TargetRow> = {
  ...RUN_COLUMNS,
  region: ({ target }) => target.region,
  status: ({ target }) => target.status,
  reasons: ({ target }) => target.reasons.join(' '),
  notes: ({ target }) => target.notes.join(' '),
  settingObserved: ({ target }) => target.setting.observed ?? '',
  settingDesired: ({ target }) => target.setting.desired ?? '',
  roleArn: ({ account }) => account.role.arn,
  roleState: ({ account }) => account.role.state,
  instancesRunning: ({ target }) => target.instances.running,
  instancesStopped: ({ target }) => target.instances.stopped,
  instancesManaged: ({ target }) => target.instances.managed,
  changesPlanned: ({ changes }) => countChanges(changes, 'PLANNED'),
  changesApplied: ({ changes }) => countChanges(changes, 'APPLIED'),
  changesFailed: ({ changes }) => countChanges(changes, 'FAILED'),
  explanation: ({ target }) => target.findings.map(({ sentence }) => sentence).join(' '),
  vpcPaths: ({ target }) => target.vpcs.map(({ vpcId, path }) => `${vpcId}:${path}`).join(' '),
  endpointMonthlyUsd: ({ target }) => sumUsd(target.vpcs.flatMap(({ endpoints }) => endpoints)),
  plannedMonthlyUsd: ({ target }) => sumUsd(target.changes.filter(({ outcome }) => outcome === 'PLANNED')),
  instanceVerdicts: ({ target }) => describeVerdicts(target),
  runScope: ({ scope }) => scope,
  followsFrom: ({ target }) => describeConsequences(target),
  unit: ({ account }) => unitOf(account),
  owner: ({ account }) => account.owner?.name ?? '',
  ownerFrom: ({ account }) => account.owner?.from ?? '',
  controls: ({ target }) =>
    controlsOf(target)
      .map(({ id }) => id)
      .join(' '),
};

interface InstanceRow {
  head: RunHead;
  account: AccountResult;
  target: TargetResult;
  instance: InstanceResult;
}

/** Likewise. */
const INSTANCE_COLUMNS: Columns<InstanceRow> = {
  ...RUN_COLUMNS,
  region: ({ target }) => target.region,
  targetStatus: ({ target }) => target.status,
  instanceId: ({ instance }) => instance.instanceId,
  verdict: ({ instance }) => instance.verdict,
  reason: ({ instance }) => instance.reason ?? '',
  credentialSource: ({ instance }) => instance.credentialSource ?? '',
  advice: ({ instance }) => instance.advice ?? '',
  unit: ({ account }) => unitOf(account),
  owner: ({ account }) => account.owner?.name ?? '',
  controls: () => CONTROLS.map(({ id }) => id).join(' '),
};

/** One row a target. */
export async function* renderTargetsCsv({ summary, accounts }: ReportedRun): AsyncGenerator<string> {
  const { head } = summary;
  const scope = describePartialScope(scopeOf(summary)) ?? 'all';
  yield headerOf(TARGET_COLUMNS);
  for await (const account of accounts()) {
    yield rowsOf(
      TARGET_COLUMNS,
      account.targets.map((target) => ({
        head,
        scope,
        account,
        target,
        changes: [...account.changes, ...target.changes],
      })),
    );
  }
}

/** One row an instance, as far as they are named; their numbers are in the other table. */
export async function* renderInstancesCsv({ summary, accounts }: ReportedRun): AsyncGenerator<string> {
  const { head } = summary;
  yield headerOf(INSTANCE_COLUMNS);
  for await (const account of accounts()) {
    const rows = account.targets.flatMap((target) =>
      target.instances.verdicts.map((instance) => ({ head, account, target, instance })),
    );
    if (rows.length > 0) yield rowsOf(INSTANCE_COLUMNS, rows);
  }
}

function headerOf<Row>(columns: Columns<Row>): string {
  return format([Object.keys(columns)]);
}

function rowsOf<Row>(columns: Columns<Row>, rows: Row[]): string {
  const cells = Object.values(columns);
  return format(
    rows.map((row) =>
      cells.map((cell) => {
        const value = cell(row);
        return typeof value === 'string' ? toOneLine(value) : value;
      }),
    ),
  );
}

function format(rows: (string | number)[][]): string {
  return stringify(rows, { escape_formulas: true, record_delimiter: 'windows' });
}

function countChanges(changes: ChangeResult[], outcome: ChangeOutcome): number {
  return changes.filter((change) => change.outcome === outcome).length;
}

/** `AGENT_SILENT 3 MANAGED 20`; runs recorded before instances were judged have none. */
function describeVerdicts({ instances }: TargetResult): string {
  const { byVerdict }: Partial<TargetResult['instances']> = instances;
  return Object.entries(byVerdict ?? {})
    .filter(([, found]) => found > 0)
    .map(([verdict, found]) => `${verdict} ${found}`)
    .sort()
    .join(' ');
}

/** `SETTING_NOT_SET<DHMC_ROLE_PRIVILEGED`: the first only follows from the second. */
function describeConsequences({ followsFrom = {} }: TargetResult): string {
  return Object.entries(followsFrom)
    .map(([code, causes]) => `${code}<${causes.join('+')}`)
    .join(' ');
}

function sumUsd(priced: { monthlyCostUsd: number | null }[]): string {
  return priced.reduce((sum, { monthlyCostUsd }) => sum + (monthlyCostUsd ?? 0), 0).toFixed(2);
}
