/**
 * The role of a rollback: repairs rolled back, and the role deleted if we made it. Never while a setting names
 * it that came with or after our change: instances would lose their connection.
 */
import { areaOf, definitionOf } from '../changes/changes.ts';
import type { RoleStep } from '../changes/definition.ts';
import { readFailureFinding } from '../findings.ts';
import type { RoleObservation } from '../model/observation.ts';
import type { Region } from '../model/primitives.ts';
import { settingValueOf } from '../role.ts';
import { conflict, notReversible } from './conflict.ts';
import { inverseChange, liveRole, type RollbackDraft, type RollbackFacts } from './draft.ts';
import { rolledBackIn } from './entries.ts';
import type { RollbackEntry } from './entry.ts';

export function planRoleRollback(
  open: readonly RollbackEntry[],
  facts: RollbackFacts,
  draft: RollbackDraft,
): void {
  const byRole = Map.groupBy(
    open.filter(({ action }) => areaOf(action) === 'ROLE' && 'roleName' in action),
    ({ action }) => ('roleName' in action ? action.roleName : ''),
  );
  for (const [roleName, entries] of byRole) planOneRole(roleName, entries, facts, draft);
}

function planOneRole(
  roleName: string,
  entries: RollbackEntry[],
  facts: RollbackFacts,
  draft: RollbackDraft,
): void {
  const read = facts.live.roles[roleName];
  const find = (finding: ReturnType<typeof conflict>) => draft.findings.push({ region: null, finding });
  if (read?.kind === 'failed') {
    find(readFailureFinding(read.failure, roleName));
    return;
  }
  let role = liveRole(read);
  if (role === null) {
    if (!wasMadeByUs(roleName, facts)) {
      find(
        conflict(roleName, `The role ${roleName} was deleted by someone else; nothing of it is restored.`),
      );
    }
    return;
  }
  const users = usersOf(role, entries, draft);
  if (users.length > 0) {
    const sentence = `The role ${roleName} is kept as it is: the setting in ${users.join(', ')} names it, or cannot be read.`;
    find(conflict(role.arn, sentence));
    return;
  }
  for (const entry of entries) {
    const { rollback } = definitionOf(entry.action);
    const step: RoleStep =
      rollback?.area === 'ROLE' ? rollback.step(entry, role) : { finding: notReversible(entry) };
    if ('finding' in step) {
      find(step.finding);
      // What came before builds on it: a role with a policy of another owner cannot be deleted.
      return;
    }
    if (step.change) draft.role.push(inverseChange(entry, step.change, role.arn, facts));
    role = step.role;
  }
}

/**
 * Regions whose setting will name the role still, or may. One that named it before our change does not count:
 * it named a missing role then, and does so again.
 */
function usersOf(role: RoleObservation, entries: RollbackEntry[], draft: RollbackDraft): Region[] {
  const value = settingValueOf(role.path, role.roleName);
  const made = entries.some(({ action }) => action.kind === 'CreateDhmcRole');
  const changedAt = made ? role.createdAt : (entries.at(-1)?.writtenAt ?? null);
  return [...draft.settings]
    .filter(([, setting]) => {
      if (setting === null) return true;
      if (setting.value !== value) return false;
      return (
        setting.since === null || changedAt === null || Date.parse(setting.since) >= Date.parse(changedAt)
      );
    })
    .map(([region]) => region)
    .sort();
}

/** Made by us and rolled back since, or made by an entry that is about to be: we deleted it ourselves. */
function wasMadeByUs(roleName: string, { journal }: RollbackFacts): boolean {
  const rolledBack = rolledBackIn(journal);
  return journal.some(
    (entry) =>
      entry.action.kind === 'CreateDhmcRole' &&
      entry.action.roleName === roleName &&
      (rolledBack(entry) || entry.status === 'DONE'),
  );
}
