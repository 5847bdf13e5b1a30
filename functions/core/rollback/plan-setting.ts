/** The service settings of a rollback: each restored to its former value, or unset. */
import { definitionOf } from '../changes/changes.ts';
import type { RollbackChange } from '../changes/definition.ts';
import { readFailureFinding } from '../findings.ts';
import { partitionOfArn } from '../partition.ts';
import { isUnset } from '../setting.ts';
import { trustsSystemsManager } from '../trust-policy.ts';
import { conflict, notReversible } from './conflict.ts';
import { inverseChange, type RollbackDraft, type RollbackFacts } from './draft.ts';
import type { RollbackEntry } from './entry.ts';

export function planSettingRollback(
  open: readonly RollbackEntry[],
  facts: RollbackFacts,
  draft: RollbackDraft,
): void {
  for (const [region, setting] of Object.entries(facts.live.settings)) {
    if (setting.kind === 'value') {
      draft.settings.set(region, { value: setting.value.value, since: setting.value.lastModifiedDate });
    } else {
      draft.settings.set(region, namesNothing(setting) ? { value: '', since: null } : null);
    }
  }
  for (const entry of open) {
    const definition = definitionOf(entry.action);
    if (definition.area !== 'SETTING') continue;
    const { rollback } = definition;
    if (rollback?.area === 'SETTING') planOne(entry, rollback.left(entry.action), facts, draft);
    else draft.findings.push({ region: entry.region, finding: notReversible(entry) });
  }
}

/** Where the organization denies the Region or it does not know the setting, no one can have set it. */
function namesNothing(setting: RollbackFacts['live']['settings'][string]): boolean {
  if (setting.kind !== 'failed') return true;
  return ['DENIED_BY_SCP', 'UNSUPPORTED_IN_REGION', 'REGION_DISABLED'].includes(setting.failure.kind);
}

function planOne(entry: RollbackEntry, left: string, facts: RollbackFacts, draft: RollbackDraft): void {
  const { region, resource } = entry;
  if (region === null) return;
  const seen = facts.live.settings[region];
  const now = draft.settings.get(region);
  if (seen?.kind === 'failed') {
    draft.findings.push({ region, finding: readFailureFinding(seen.failure, resource) });
    return;
  }
  if (!now) return;
  const former = formerOf(entry, facts);
  if (former.kind === 'unread') {
    draft.findings.push({ region, finding: readFailureFinding(former.failure, former.value) });
    return;
  }
  const target = former.value ?? '';
  if (now.value === target || (isUnset(now.value) && isUnset(target))) return;
  if (now.value !== left) {
    const by = seen?.kind === 'value' ? seen.value.lastModifiedUser : null;
    const what = isUnset(now.value) ? 'was unset' : `was set to ${now.value}`;
    const sentence = `The setting ${what} by ${by ?? 'an unknown user'} after ${entry.runId} set it to ${left}; it is kept as it is.`;
    draft.findings.push({ region, finding: conflict(resource, sentence) });
    return;
  }
  const expected = { value: now.value };
  const change: RollbackChange =
    former.value === null
      ? { action: { kind: 'ResetServiceSetting' }, expected }
      : { action: { kind: 'SetServiceSetting', value: former.value }, expected };
  draft.regional.push(inverseChange(entry, change, resource, facts));
  if (former.lost) draft.notes.push({ region, note: 'PREVIOUS_VALUE_INVALID' });
  draft.settings.set(region, { value: target, since: null });
}

type Former =
  | { kind: 'known'; value: string | null; lost: boolean }
  | {
      kind: 'unread';
      value: string;
      failure: Extract<RollbackFacts['live']['formerRoles'][string], { kind: 'failed' }>['failure'];
    };

/** The former value; a role that Systems Manager would refuse now is lost. */
function formerOf(entry: RollbackEntry, { live, accountId }: RollbackFacts): Former {
  const { inverse, expected } = entry;
  const before = 'value' in expected ? expected.value : '';
  if (inverse?.kind !== 'SetServiceSetting' || isUnset(inverse.value)) {
    return { kind: 'known', value: null, lost: !isUnset(before) };
  }
  const role = live.formerRoles[inverse.value];
  if (role?.kind === 'failed') return { kind: 'unread', value: inverse.value, failure: role.failure };
  const sound =
    role?.kind === 'value' &&
    trustsSystemsManager(role.value.trustPolicy, {
      partition: partitionOfArn(entry.resource),
      accountId,
      organizationId: null,
      controls: [],
      region: entry.region,
    });
  return { kind: 'known', value: sound ? inverse.value : null, lost: !sound };
}
