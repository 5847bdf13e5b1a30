/** Before an enforce from a terminal: what it would change and cost, and whether to continue. */
import type { PlanFile } from '../../functions/inputs/plan-file.ts';
import { readHold } from '../../functions/store/read-hold.ts';
import { CommandFailedError } from '../exit.ts';
import { canAsk, confirm } from '../terminal/confirm.ts';
import { countOf } from '../terminal/style.ts';
import { collectPlan } from './collect-plan.ts';
import { performRun, type RunOrder } from './perform-run.ts';

/**
 * Asks where a person can be asked. The changes are those of the plan that is to be applied, else of an assess run that
 * is made for the question; without changes there is nothing to ask. Throws CommandFailedError where the answer is no.
 */
export async function confirmEnforce(order: RunOrder, plan: PlanFile | null, yes: boolean): Promise<void> {
  if (order.input.mode !== 'enforce' || yes || !canAsk()) return;
  // Under a hold it only assesses, and says so.
  const held = await readHold(order.state.store, 'enforce', order.configuration, order.clock.now());
  if (held !== null && order.input.resume === undefined) return;
  const changes = plan?.changes ?? (await assessChanges(order));
  if (changes.length === 0) return;
  const accounts = new Set(changes.map(({ accountId }) => accountId)).size;
  const usd = changes.reduce((sum, { monthlyCostUsd }) => sum + monthlyCostUsd, 0);
  const question = `${countOf(changes.length, 'change')} in ${countOf(accounts, 'account')}, $${usd.toFixed(2)} a month. Continue?`;
  if (!(await confirm(question, order.interrupt.signal))) {
    throw new CommandFailedError('not confirmed; nothing was changed');
  }
}

async function assessChanges(order: RunOrder): Promise<PlanFile['changes']> {
  const { plan: _, resume: __, ...input } = order.input;
  const assess = await performRun({ ...order, input: { ...input, mode: 'assess', settle: false } });
  const { status, runId } = assess.summary.head;
  if (status === 'STOPPED') throw new CommandFailedError('interrupted; nothing was changed');
  return (await collectPlan(order.state.artifacts, runId)).changes;
}
