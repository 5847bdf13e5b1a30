/** Plans as files: what `plan --out` writes and `run --plan` gives to the run. */
import { constants } from 'node:fs';
import { access, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type CommandPlace, commandLine } from '../../functions/core/command-line.ts';
import type { RunInput } from '../../functions/core/model/primitives.ts';
import { type PlanFile, parsePlanFile } from '../../functions/inputs/plan-file.ts';
import { toPlainJson } from '../../functions/report/foreign-text.ts';
import type { ReportedRun } from '../../functions/report/source.ts';
import type { Artifacts } from '../../functions/store/contract.ts';
import { UsageError } from '../exit.ts';
import type { RunMode } from '../flags.ts';
import { countOf } from '../terminal/style.ts';
import { planKey } from './collect-plan.ts';

/** null where none is given. Throws UsageError or PlanFileError. */
export async function readPlanFlag(file: string | undefined, mode: RunMode): Promise<PlanFile | null> {
  if (file === undefined) return null;
  if (mode !== 'enforce') throw new UsageError(`--plan has no meaning with --mode ${mode}; leave it out`);
  return readPlanFile(file, `--plan ${file}`);
}

/** @param name as messages name the file */
export async function readPlanFile(file: string, name: string): Promise<PlanFile> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const code = codeOf(error);
    throw new UsageError(
      code === 'ENOENT'
        ? `${name}: no such file; dhmc plan --out FILE writes one`
        : `${name}: cannot be read (${code})`,
    );
  });
  return parsePlanFile(text, name);
}

/** Refuses what writePlanFile would refuse, before the run whose plan is to be written there. Throws UsageError. */
export async function checkPlanFile(file: string): Promise<void> {
  const there = await stat(file).catch(() => null);
  if (there?.isDirectory()) throw unwritable(file, 'EISDIR');
  await access(there === null ? dirname(file) : file, constants.W_OK).catch((error: unknown) => {
    throw unwritable(file, codeOf(error));
  });
}

function unwritable(file: string, code: string): UsageError {
  return new UsageError(`--out ${file}: cannot be written (${code}); choose another file`);
}

export async function writePlanFile(plan: PlanFile, file: string, place: CommandPlace): Promise<void> {
  try {
    await writeFile(file, `${toPlainJson(plan, 2)}\n`);
  } catch (error) {
    throw unwritable(file, codeOf(error));
  }
  const apply =
    plan.changes.length === 0 ? null : commandLine(['run', '--mode', 'enforce', '--plan', file], place);
  process.stderr.write(
    `${countOf(plan.changes.length, 'change')}: ${file}${apply === null ? '' : `; apply them:\n  ${apply}`}\n`,
  );
}

/** The run input's part that names the plan, once it is among the artifacts. */
export async function givePlan(plan: PlanFile | null, artifacts: Artifacts): Promise<{ plan?: string }> {
  if (plan === null) return {};
  const key = planKey(plan);
  await artifacts.putText(key, `${JSON.stringify(plan)}\n`);
  return { plan: key };
}

/** Accounts of the plan that the run did not meet, e.g. since they left the organization, and named ones without a change. */
export async function sayMissing(
  plan: PlanFile | null,
  { accounts }: ReportedRun,
  { scope }: RunInput,
): Promise<void> {
  if (plan === null) return;
  if (plan.changes.length === 0) process.stderr.write('the plan has no change; nothing was to be done\n');
  const planned = new Set(plan.changes.map(({ accountId }) => accountId));
  const unmet = new Set(planned);
  for await (const { accountId } of accounts()) unmet.delete(accountId);
  sayAccounts("in the plan, but not in this run's organization or scope", [...unmet]);
  const idle = (scope?.accounts ?? []).filter((accountId) => !planned.has(accountId));
  if (planned.size > 0)
    sayAccounts('in --accounts, but without a change in the plan, so not looked at', idle);
}

function sayAccounts(what: string, ids: readonly string[]): void {
  if (ids.length === 0) return;
  const names = ids.length > 5 ? `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more` : ids.join(', ');
  process.stderr.write(`${what}: ${names}\n`);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
