/**
 * What agents of a target have yet to notice. DHMC "may take up to 30 minutes" to reach an instance, and an
 * agent that was denied asks again every 25 to 30 (user guide; amazon-ssm-agent): 65 minutes in all.
 */
import { areaOf } from '../changes/changes.ts';
import type { ChangeAction } from '../model/change.ts';
import type { Region, Timestamp } from '../model/primitives.ts';
import type { RecentChange } from './facts.ts';

export const NOTICED_AFTER_MILLISECONDS = 65 * 60_000;

/** Of a journal entry what is asked here. */
export interface JournalledChange {
  region: Region | null;
  action: ChangeAction;
  status: 'PENDING' | 'DONE' | 'FAILED';
  writtenAt: Timestamp;
  settledAt: Timestamp | null;
}

/** Our own changes that agents may not have noticed at `now`. One left open by a crash may have been made. */
export function recentOf(journal: readonly JournalledChange[], now: Date): RecentChange[] {
  return journal
    .filter(({ status }) => status !== 'FAILED')
    .flatMap(({ region, action, writtenAt, settledAt }) => {
      const what = awaitedOf(action);
      return what === null ? [] : [{ region, what, at: settledAt ?? writtenAt }];
    })
    .filter((change) => isRecent(change, now));
}

/** What agents wait for after a change; null where it is nothing. */
export function awaitedOf(action: ChangeAction): RecentChange['what'] | null {
  const area = areaOf(action);
  return area === 'ASSOCIATION' ? null : area;
}

export function isRecent({ at }: Pick<RecentChange, 'at'>, now: Date): boolean {
  return now.getTime() - Date.parse(at) < NOTICED_AFTER_MILLISECONDS;
}

/** Changes that concern a target: ours, and what the setting and the role say of themselves. */
export function changesOfTarget(
  region: Region,
  own: readonly RecentChange[],
  seen: { settingModifiedAt: Timestamp | null; roleCreatedAt: Timestamp | null },
  now: Date,
): RecentChange[] {
  const fromState: RecentChange[] = [
    ...(seen.settingModifiedAt ? [{ region, what: 'SETTING' as const, at: seen.settingModifiedAt }] : []),
    ...(seen.roleCreatedAt ? [{ region: null, what: 'ROLE' as const, at: seen.roleCreatedAt }] : []),
  ].filter((change) => isRecent(change, now));
  return [...own.filter((change) => change.region === null || change.region === region), ...fromState];
}
