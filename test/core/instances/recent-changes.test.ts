/** What agents have yet to notice: 65 minutes from the change on. */
import { describe, expect, it } from '@jest/globals';
import type { RecentChange } from '../../../functions/core/instances/facts.ts';
import {
  changesOfTarget,
  isRecent,
  type JournalledChange,
  recentOf,
} from '../../../functions/core/instances/recent-changes.ts';
import type { ChangeAction, ChangeKind } from '../../../functions/core/model/change.ts';
import { minutesAgo, NOW } from './builders.ts';

function entry(kind: ChangeKind, overrides: Partial<JournalledChange> = {}): JournalledChange {
  return {
    region: 'eu-west-1',
    action: { kind } as ChangeAction,
    status: 'DONE',
    writtenAt: minutesAgo(64),
    settledAt: minutesAgo(10),
    ...overrides,
  };
}

describe('Given our own changes in the journal, When asked what agents wait for', () => {
  it.each<[ChangeKind, RecentChange['what'] | null]>([
    ['CreateDhmcRole', 'ROLE'],
    ['AttachDhmcRolePolicy', 'ROLE'],
    ['SetServiceSetting', 'SETTING'],
    ['ResetServiceSetting', 'SETTING'],
    ['CreateInterfaceEndpoint', 'PATH'],
    ['EnableVpcDns', 'PATH'],
    ['CreateAgentUpdate', null],
  ])('Then %s makes them wait for %s', (kind, what) => {
    expect(recentOf([entry(kind)], NOW).map((change) => change.what)).toEqual(what === null ? [] : [what]);
  });

  it.each<[string, Partial<JournalledChange>, string | null]>([
    ['done: it counts from its end on', {}, minutesAgo(10)],
    [
      'done long ago: no one waits for it any longer',
      { settledAt: minutesAgo(65), writtenAt: minutesAgo(66) },
      null,
    ],
    ['failed: nothing was changed', { status: 'FAILED' }, null],
    [
      'left open by a crash: it may have been made',
      { status: 'PENDING', settledAt: null, writtenAt: minutesAgo(20) },
      minutesAgo(20),
    ],
    [
      'left open by a crash long ago: no one waits for it any longer',
      { status: 'PENDING', settledAt: null, writtenAt: minutesAgo(66) },
      null,
    ],
  ])('%s', (_what, overrides, at) => {
    expect(recentOf([entry('SetServiceSetting', overrides)], NOW)).toEqual(
      at === null ? [] : [{ region: 'eu-west-1', what: 'SETTING', at }],
    );
  });
});

describe('Given a change, When its age is 65 minutes, Then it is no longer recent, and up to then it is', () => {
  it.each([
    [0, true],
    [30, true],
    [64.99, true],
    [65, false],
    [6_500, false],
  ])('%d minutes: %s', (minutes, recent) => expect(isRecent({ at: minutesAgo(minutes) }, NOW)).toBe(recent));
});

describe('Given a target, When its changes are asked for', () => {
  const none = { settingModifiedAt: null, roleCreatedAt: null };
  const change = (region: string | null, what: RecentChange['what']): RecentChange => ({
    region,
    what,
    at: minutesAgo(1),
  });

  it('Then they are those of its Region and those of every Region', () => {
    const own = [change('eu-west-1', 'PATH'), change('us-east-1', 'PATH'), change(null, 'ROLE')];
    expect(changesOfTarget('eu-west-1', own, none, NOW)).toEqual([own[0], own[2]]);
  });

  it('Then the setting and the role speak for changes of others', () => {
    const seen = { settingModifiedAt: minutesAgo(2), roleCreatedAt: minutesAgo(3) };
    expect(changesOfTarget('eu-west-1', [], seen, NOW)).toEqual([
      { region: 'eu-west-1', what: 'SETTING', at: minutesAgo(2) },
      { region: null, what: 'ROLE', at: minutesAgo(3) },
    ]);
  });

  it.each([
    ['were never dated', none],
    ['are old', { settingModifiedAt: minutesAgo(65), roleCreatedAt: minutesAgo(65) }],
  ])('Then a setting and a role that %s say nothing', (_what, seen) => {
    expect(changesOfTarget('eu-west-1', [], seen, NOW)).toEqual([]);
  });
});
