import { stringify } from 'csv-stringify/sync';
import type { AccountResult, ChangeOutcome, ChangeResult, RunResult, TargetResult } from '../core/model.ts';

type Account = Omit<AccountResult, 'targets'>;

/** What a row is made of. Changes of the role stand under the account: each row of it counts them too. */
interface Source {
  run: RunResult;
  account: Account | undefined;
  target: TargetResult;
  changes: ChangeResult[];
}

/** Names and order are an interface: new columns are added at the end. */
const COLUMNS: Record<string, (source: Source) => string | number> = {
  runId: ({ run }) => run.runId,
  mode: ({ run }) => run.mode,
  endedAt: ({ run }) => run.endedAt,
  accountId: ({ target }) => target.accountId,
  accountName: ({ account }) => account?.name ?? '',
  organizationPath: ({ account }) => account?.organizationPath?.join('/') ?? '',
  region: ({ target }) => target.region,
  status: ({ target }) => target.status,
  reasons: ({ target }) => target.reasons.join(' '),
  notes: ({ target }) => target.notes.join(' '),
  settingObserved: ({ target }) => target.setting.observed ?? '',
  settingDesired: ({ target }) => target.setting.desired ?? '',
  roleArn: ({ account }) => account?.role.arn ?? '',
  roleState: ({ account }) => account?.role.state ?? '',
  instancesRunning: ({ target }) => target.instances.running,
  instancesStopped: ({ target }) => target.instances.stopped,
  instancesManaged: ({ target }) => target.instances.managed,
  changesPlanned: ({ changes }) => countChanges(changes, 'PLANNED'),
  changesApplied: ({ changes }) => countChanges(changes, 'APPLIED'),
  changesFailed: ({ changes }) => countChanges(changes, 'FAILED'),
  explanation: ({ target }) => target.findings.map(({ sentence }) => sentence).join(' '),
};

/**
 * One row a target, RFC 4180 with a header. Cells that a spreadsheet would take for a formula (an account's
 * name is anybody's text) get a leading apostrophe: OWASP, "CSV Injection".
 */
export function formatCsv(run: RunResult): string {
  const accounts = new Map(run.accounts.map((account) => [account.accountId, account]));
  const rows = run.targets.map((target) => {
    const account = accounts.get(target.accountId);
    const changes = [...(account?.changes ?? []), ...target.changes];
    return Object.values(COLUMNS).map((cell) => cell({ run, account, target, changes }));
  });
  return stringify([Object.keys(COLUMNS), ...rows], { escape_formulas: true, record_delimiter: 'windows' });
}

function countChanges(changes: ChangeResult[], outcome: ChangeOutcome): number {
  return changes.filter((change) => change.outcome === outcome).length;
}
