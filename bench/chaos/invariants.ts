/** What holds whatever happens around a run. Each answers with what is broken. */
import type { RunResult } from '../../functions/core/model/result.ts';
import { conflictsOf } from '../../test/reconcile/everything.ts';
import type { Snapshot } from '../../twin/contract.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import { foreignResources } from './foreign-resources.ts';

/** Coverage adds up; each account and target is in a run once. */
export function coverageBreaks({ runId, coverage, accounts, targets }: RunResult, members: number): string[] {
  const { compliant, nonCompliant, converging, skipped, error } = coverage;
  const keys = targets.map(({ accountId, region }) => `${accountId} ${region}`);
  return [
    ...(compliant + nonCompliant + converging + skipped + error === coverage.targets
      ? []
      : ['statuses do not add up']),
    ...(coverage.accounts === members && accounts.length === members
      ? []
      : [`${accounts.length} accounts of ${members}, and says ${coverage.accounts}`]),
    ...(new Set(accounts.map(({ accountId }) => accountId)).size === accounts.length
      ? []
      : ['an account twice']),
    ...(new Set(keys).size === keys.length && keys.length === coverage.targets
      ? []
      : [`${keys.length} targets, ${new Set(keys).size} of them different, and says ${coverage.targets}`]),
  ].map((what) => `${runId}: ${what}`);
}

/** Nothing of another team is changed. */
export function foreignBreaks(before: Snapshot, after: Snapshot): string[] {
  const foreign = foreignResources(before);
  return [...foreignResources(after)]
    .filter(([accountId, resources]) => resources !== foreign.get(accountId))
    .map(([accountId]) => `of another team and changed: ${accountId}`);
}

/**
 * A rollback of all leaves nothing: in accounts that no administrator touched nothing at all, elsewhere nothing that it does not
 * name. `isComplete` false: something denied it, so that it has to name whatever is left anywhere.
 */
export function leftoverBreaks(
  before: Snapshot,
  after: Snapshot,
  back: RunResult,
  touched: ReadonlySet<string>,
  isComplete: boolean,
): string[] {
  return diffSnapshots(before, after).flatMap(({ accountId, kind, list, id }) => {
    // The administrator's own: accounts and policies in Organizations, and which Regions are on.
    if (accountId === null) return [];
    // AWS's own policies are in a snapshot where a role has them: the role is what is left.
    if (kind === 'added' && id.includes(':iam::aws:policy/')) return [];
    const what = `${accountId} ${kind} ${list} ${id}`;
    if (isComplete && !touched.has(accountId)) return [`left after the rollback: ${what}`];
    // Network interfaces go with their endpoint, which is what is left.
    if (list === 'Ec2.NetworkInterfaces') return [];
    if (kind !== 'added' || isNamed(back, accountId, id)) return [];
    return [`left after the rollback and not named: ${what}`];
  });
}

/** Whether the rollback says of the resource, or of its account, that it could not be rolled back. */
function isNamed(back: RunResult, accountId: string, id: string): boolean {
  const own = back.accounts.find((account) => account.accountId === accountId);
  if (own === undefined || own.status === 'SKIPPED' || own.status === 'ERROR') return true;
  const targets = back.targets.filter((target) => target.accountId === accountId);
  const said = [own, ...targets].map(({ findings, changes }) => [findings, changes]);
  return conflictsOf(back).some((line) => line.startsWith(accountId)) || JSON.stringify(said).includes(id);
}

const FAULTS_OF_CODE = ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'AssertionError'];

/** A run may fail, but not because of a fault in its code. */
export function failureBreaks(error: unknown): string[] {
  const isFault = error instanceof Error && FAULTS_OF_CODE.includes(error.name);
  return isFault ? [`a run ended by a fault of the code: ${error.stack}`] : [];
}
