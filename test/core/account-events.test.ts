import { describe, expect, it } from '@jest/globals';
import {
  ACCOUNT_EVENT_SETTLE,
  type AccountEvent,
  type AccountEventKind,
  type DriftEvent,
  eventRunsOf,
  executionNameOf,
  type UnitEvent,
} from '../../functions/core/account-events.ts';
import { MOST_NOTICES } from '../../functions/core/drift.ts';

const AT = '2026-11-20T23:59:05.000Z';

const aboutAccount = (kind: AccountEventKind, accountId = '100000000011', eventId = 'e-1'): AccountEvent => ({
  ...{ kind, accountId, eventId, name: kind, at: AT },
});
const aboutUnit = (organizationalUnitId = 'ou-abcd-11111111', eventId = 'e-1'): UnitEvent => ({
  ...{ kind: 'registered', organizationalUnitId, eventId, name: 'RegisterOrganizationalUnit', at: AT },
});
const drifted = (accountId = '100000000011', eventId = 'e-1'): DriftEvent => ({
  ...{ kind: 'drifted', accountId, eventId, name: 'DeleteRole', at: AT },
  caller: { accountId, roleName: null },
  notice: { accountId, region: null, change: 'DeleteRole', subject: eventId, by: 'x', source: 'y', at: AT },
  endpointIds: [],
});

describe('Given one event', () => {
  it.each([
    [aboutAccount('managed', '100000000011', 'a1b2-C3_d4'), 'account-100000000011-managed-a1b2-C3_d4'],
    [aboutAccount('moved', '100000000011', 'a:b/c d.1'), 'account-100000000011-moved-abcd1'],
    [aboutAccount('closed', '100000000011', 'x'.repeat(60)), `account-100000000011-closed-${'x'.repeat(40)}`],
    [drifted(), 'account-100000000011-drifted-e-1'],
    [aboutUnit(), 'unit-e-1-ou-abcd-11111111'],
  ])('When it starts a run, Then the execution has the name of the event', (event, name) => {
    expect(executionNameOf(event)).toBe(name);
  });

  it('When an account is created, which two events say, Then both have one name, by day', () => {
    const names = ['e-1', 'e-2'].map((id) => executionNameOf(aboutAccount('arrived', '100000000011', id)));
    expect(names).toEqual(Array(2).fill('account-100000000011-arrived-2026-11-20'));
  });

  it('When a unit has the longest id, Then two events still differ within 80 characters', () => {
    const unit = `ou-${'a'.repeat(32)}-${'b'.repeat(32)}`;
    const names = ['1', '2'].map((id) => executionNameOf(aboutUnit(unit, `${id}${'f'.repeat(39)}`)));
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toHaveLength(80);
  });
});

describe('Given the events of a minute', () => {
  it('When there are none, or accounts only left, Then no run starts', () => {
    expect(eventRunsOf([])).toEqual([]);
    expect(eventRunsOf([aboutAccount('departed')])).toEqual([]);
  });

  it('When there is one of each kind, Then accounts, drift and units have a run each, in this order', () => {
    const events = [aboutUnit(), drifted('100000000012'), aboutAccount('closed'), aboutAccount('departed')];
    expect(eventRunsOf(events)).toEqual([
      { name: 'account-100000000011-closed-e-1', scope: { accounts: ['100000000011'] }, events: [events[2]] },
      {
        name: 'account-100000000012-drifted-e-1',
        scope: { accounts: ['100000000012'] },
        events: [events[1]],
        drift: [drifted('100000000012').notice],
      },
      {
        name: 'unit-e-1-ou-abcd-11111111',
        scope: { organizationalUnits: ['ou-abcd-11111111'] },
        events: [events[0]],
      },
    ]);
  });

  it('When accounts are named again and out of order, Then the scope has each once, sorted', () => {
    const events = ['13', '11', '13'].map((end, index) =>
      aboutAccount('managed', `1000000000${end}`, `e-${index}`),
    );
    const [run, ...more] = eventRunsOf(events);
    expect(more).toEqual([]);
    expect(run?.scope).toEqual({ accounts: ['100000000011', '100000000013'] });
    expect(run?.events).toEqual(events);
    expect(run?.name).toMatch(/^accounts-3-[0-9a-f]+$/);
    expect(run).not.toHaveProperty('drift');
  });

  it('When units are named again, Then the scope has each once, sorted', () => {
    const [run] = eventRunsOf([aboutUnit('ou-b', 'e-1'), aboutUnit('ou-a', 'e-2'), aboutUnit('ou-b', 'e-3')]);
    expect(run?.scope).toEqual({ organizationalUnits: ['ou-a', 'ou-b'] });
    expect(run?.name).toMatch(/^units-3-/);
  });

  it('When the same events are delivered in another order or twice, Then the run has the same name', () => {
    const [a, b] = [aboutAccount('managed', '100000000011'), aboutAccount('moved', '100000000012', 'e-2')];
    const names = [
      [a, b],
      [b, a],
      [a, b, a],
    ].map((events) => eventRunsOf(events)[0]?.name);
    expect(new Set(names).size).toBe(1);
    expect(eventRunsOf([a])[0]?.name).not.toBe(names[0]);
    expect(eventRunsOf([a, a])[0]?.name).toBe('account-100000000011-managed-e-1');
  });

  it('When more changed than a run input names, Then all are looked at and the first are named', () => {
    const events = Array.from({ length: MOST_NOTICES + 5 }, (_, index) =>
      drifted(String(100000000000 + index), `e-${index}`),
    );
    const [run] = eventRunsOf(events);
    expect(run?.scope.accounts).toHaveLength(MOST_NOTICES + 5);
    expect(run?.drift).toEqual(events.slice(0, MOST_NOTICES).map(({ notice }) => notice));
    expect(run?.name).toMatch(/^drift-205-/);
  });
});

describe('Given how long the run of an event looks again', () => {
  it('When its waits are added up, Then they are the passes of about a day', () => {
    const { passes, waitSeconds } = ACCOUNT_EVENT_SETTLE;
    expect(waitSeconds).toHaveLength(passes);
    expect(waitSeconds.reduce((sum, each) => sum + each, 0) / 3600).toBeCloseTo(24, 0);
  });
});
