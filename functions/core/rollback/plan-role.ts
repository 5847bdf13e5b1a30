/**
 * The role of a rollback: repairs taken back, and the role deleted if we made it. Never while a setting names
 * it that came with or after our change: instances would lose their connection.
 */
import { readFailureFinding } from '../findings.ts';
import type { Change, ChangeAction } from '../model/change.ts';
import type { RoleObservation } from '../model/observation.ts';
import type { Region } from '../model/primitives.ts';
import { CHANGE_TAG, MANAGED_TAG, settingValueOf } from '../role.ts';
import {
  conflict,
  inverseChange,
  liveRole,
  notReversible,
  type RollbackDraft,
  type RollbackFacts,
} from './draft.ts';
import { type RollbackEntry, takenBackBy } from './entries.ts';

type RoleAction = Extract<
  ChangeAction,
  { kind: 'CreateDhmcRole' | 'SetDhmcRoleTrust' | 'AttachDhmcRolePolicy' }
>;

export function planRoleRollback(
  open: readonly RollbackEntry[],
  facts: RollbackFacts,
  draft: RollbackDraft,
): void {
  const byRole = Map.groupBy(
    open.filter(({ action }) => isRoleAction(action)),
    ({ action }) => (isRoleAction(action) ? action.roleName : ''),
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
        conflict(roleName, `The role ${roleName} was deleted by somebody else; nothing of it is put back.`),
      );
    }
    return;
  }
  const users = usersOf(role, entries, draft);
  if (users.length > 0) {
    const sentence = `The role ${roleName} is kept as it is: the setting in ${users.join(', ')} names it, or can not be read.`;
    find(conflict(role.arn, sentence));
    return;
  }
  for (const entry of entries) {
    if (!isRoleAction(entry.action)) continue;
    const step = takeBack(entry, entry.action, role, facts);
    if ('finding' in step) {
      find(step.finding);
      // What came before builds on it: a role with a policy of somebody else can't be deleted.
      return;
    }
    if (step.change) draft.role.push(step.change);
    role = step.role;
  }
}

type Step = { change: Change | null; role: RoleObservation } | { finding: ReturnType<typeof conflict> };

function takeBack(
  entry: RollbackEntry,
  action: RoleAction,
  role: RoleObservation,
  facts: RollbackFacts,
): Step {
  const { inverse } = entry;
  const { arn, roleName } = role;
  switch (action.kind) {
    case 'AttachDhmcRolePolicy': {
      const { policyArn } = action;
      if (!role.attachedPolicyArns.includes(policyArn)) return { change: null, role };
      const detach: ChangeAction = { kind: 'DetachDhmcRolePolicy', roleName, policyArn };
      return {
        change: inverseChange(entry, detach, { attached: true }, arn, facts),
        role: { ...role, attachedPolicyArns: role.attachedPolicyArns.filter((one) => one !== policyArn) },
      };
    }
    case 'SetDhmcRoleTrust': {
      if (inverse?.kind !== 'SetDhmcRoleTrust' || inverse.trustPolicy === null) {
        return { finding: notReversible(entry) };
      }
      const now = JSON.stringify(role.trustPolicy);
      if (now === JSON.stringify(inverse.trustPolicy)) return { change: null, role };
      if (now !== JSON.stringify(action.trustPolicy)) {
        const sentence = `The trust policy of ${roleName} was changed after ${entry.runId} set it; it is left so.`;
        return { finding: conflict(arn, sentence) };
      }
      const expected = { trustPolicy: role.trustPolicy };
      return {
        change: inverseChange(entry, inverse, expected, arn, facts),
        role: { ...role, trustPolicy: inverse.trustPolicy },
      };
    }
    case 'CreateDhmcRole': {
      if (role.tags[MANAGED_TAG] !== 'true' || role.tags[CHANGE_TAG] !== entry.changeId) {
        const sentence = `The role ${roleName} does not carry the tag of ${entry.runId}, which made one of that name; it is kept.`;
        return { finding: conflict(arn, sentence) };
      }
      const others = [
        ...role.attachedPolicyArns,
        ...role.inlinePolicyNames.map((name) => `inline policy ${name}`),
      ];
      if (others.length > 0) {
        const sentence = `The role ${roleName} got ${others.join(', ')} after ${entry.runId} made it; it is kept.`;
        return { finding: conflict(arn, sentence) };
      }
      const remove: ChangeAction = { kind: 'DeleteDhmcRole', roleName };
      return { change: inverseChange(entry, remove, { changeTag: entry.changeId }, arn, facts), role };
    }
  }
}

/**
 * Regions whose setting will name the role still, or may. One that named it before our change does not count:
 * it dangled then, and does so again.
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

/** Made by us and taken back since, or made by an entry that is: that it is gone is our own doing. */
function wasMadeByUs(roleName: string, { journal }: RollbackFacts): boolean {
  const taken = takenBackBy(journal);
  return journal.some(
    (entry) =>
      entry.action.kind === 'CreateDhmcRole' &&
      entry.action.roleName === roleName &&
      (taken(entry) || entry.status === 'DONE'),
  );
}

function isRoleAction(action: ChangeAction): action is RoleAction {
  return ['CreateDhmcRole', 'SetDhmcRoleTrust', 'AttachDhmcRolePolicy'].includes(action.kind);
}
