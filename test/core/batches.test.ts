import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decideNext,
  type Gate,
  type NextAction,
  planWaves,
  type RunProgress,
  settleConcurrency,
  settleWaitSeconds,
} from '../../functions/core/batches.ts';
import type { Configuration, Wave } from '../../functions/core/model/configuration.ts';
import type { Account } from '../../functions/core/model/primitives.ts';
import { aConfiguration, anAccount } from './builders.ts';
import { excluding, someAccounts } from './organization-builders.ts';

function wave(selectors: Partial<Wave>): Wave {
  return { name: 'canary', soakSeconds: 0, ...selectors };
}

/** Ids by wave. */
function idsOf(given: Account[], settings: Configuration): Record<string, string[]> {
  return Object.fromEntries(
    planWaves(given, settings).map((w) => [w.name, w.accounts.map((a) => a.accountId)]),
  );
}

const one = anAccount({
  accountId: '000000000001',
  organizationPath: ['r-root', 'ou-lab'],
  tags: { ring: '0' },
});
const two = anAccount({ accountId: '000000000002', organizationPath: ['r-root', 'ou-prod', 'ou-prod-web'] });
const three = anAccount({ accountId: '000000000003', organizationPath: ['r-root', 'ou-prod'] });

describe('planWaves', () => {
  const cases: [given: string, waves: Wave[], planned: Record<string, string[]>][] = [
    ['no waves', [], { all: ['000000000001', '000000000002', '000000000003'] }],
    [
      'a wave of accounts',
      [wave({ accounts: ['000000000002'] })],
      { canary: ['000000000002'], rest: ['000000000001', '000000000003'] },
    ],
    [
      'a wave of a unit',
      [wave({ organizationalUnits: ['ou-prod'] })],
      { canary: ['000000000002', '000000000003'], rest: ['000000000001'] },
    ],
    [
      'a wave of a tag',
      [wave({ tags: { ring: '0' } })],
      { canary: ['000000000001'], rest: ['000000000002', '000000000003'] },
    ],
    [
      'an account in two waves',
      [
        wave({ accounts: ['000000000003'], tags: { ring: '0' } }),
        wave({ name: 'prod', organizationalUnits: ['ou-prod'] }),
      ],
      { canary: ['000000000001', '000000000003'], prod: ['000000000002'] },
    ],
    [
      'a last wave that takes the rest',
      [wave({ accounts: ['000000000001'] }), wave({ name: 'everyone' })],
      { canary: ['000000000001'], everyone: ['000000000002', '000000000003'] },
    ],
    [
      'a wave of accounts that are not in this run',
      [wave({ accounts: ['000000000009'] })],
      { rest: ['000000000001', '000000000002', '000000000003'] },
    ],
    [
      'a share of none',
      [wave({ percentage: 0 })],
      { rest: ['000000000001', '000000000002', '000000000003'] },
    ],
  ];
  it.each(cases)('Given %s, When planned, Then accounts by wave', (_, waves, planned) => {
    expect(idsOf([one, two, three], aConfiguration({ waves }))).toEqual(planned);
  });

  it('Given no accounts, When planned, Then no wave', () => {
    expect(planWaves([], aConfiguration({ waves: [wave({})] }))).toEqual([]);
    expect(planWaves([], aConfiguration())).toEqual([]);
  });

  it('Given a small share of a few accounts, When planned, Then one account at least', () => {
    expect(idsOf(someAccounts(3), aConfiguration({ waves: [wave({ percentage: 1 })] })).canary).toHaveLength(
      1,
    );
  });

  it('Given shares, When planned, Then each is of all accounts', () => {
    const waves = [wave({ percentage: 10 }), wave({ name: 'early', percentage: 50 })];
    const planned = idsOf(someAccounts(20), aConfiguration({ waves }));
    expect([planned.canary?.length, planned.early?.length, planned.rest?.length]).toEqual([2, 10, 8]);
  });

  it('Given a share, When accounts come in another order, Then the same ones are drawn', () => {
    const settings = aConfiguration({ waves: [wave({ percentage: 25 })] });
    const forwards = idsOf(someAccounts(40), settings).canary;
    expect(idsOf(someAccounts(40).toReversed(), settings).canary?.toSorted()).toEqual(forwards);
  });

  it('Given a share, When one account joins, Then at most one other leaves it', () => {
    const settings = aConfiguration({ waves: [wave({ percentage: 10 })] });
    const before = idsOf(someAccounts(100), settings).canary ?? [];
    const after = new Set(idsOf(someAccounts(101), settings).canary);
    expect(before.filter((id) => !after.has(id)).length).toBeLessThanOrEqual(1);
  });

  it('Given a share, When accounts are suspended or excluded, Then none of them is drawn for the canary', () => {
    const suspended = someAccounts(10, { state: 'SUSPENDED' });
    const active = anAccount({ accountId: '000000000011' });
    const excluded = anAccount({ accountId: '000000000012' });
    const settings = { ...excluding({ accounts: [excluded.accountId] }), waves: [wave({ percentage: 100 })] };
    const planned = idsOf([...suspended, active, excluded], settings);
    expect(planned.canary).toEqual([active.accountId]);
    expect(planned.rest).toHaveLength(11);
  });

  it('Given any waves, When planned, Then every account is in exactly one', () => {
    const anyWave = fc.record(
      {
        accounts: fc.subarray(
          someAccounts(30).map((a) => a.accountId),
          { minLength: 1 },
        ),
        percentage: fc.integer({ min: 0, max: 100 }),
        organizationalUnits: fc.subarray(['ou-prod', 'ou-lab'], { minLength: 1 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(anyWave, { maxLength: 4 }), fc.integer({ min: 0, max: 30 }), (waves, count) => {
        const named = waves.map((selectors, index) => wave({ name: `w${index}`, ...selectors }));
        const planned = planWaves(someAccounts(count), aConfiguration({ waves: named }));
        const ids = planned.flatMap((w) => w.accounts.map((a) => a.accountId));
        expect(ids.toSorted()).toEqual(someAccounts(count).map((a) => a.accountId));
        expect(planned.every((w) => w.accounts.length > 0)).toBe(true);
      }),
    );
  });
});

describe('decideNext', () => {
  function progress(facts: Partial<RunProgress>): RunProgress {
    return {
      waves: 2,
      wavesDone: 2,
      settlePassesDone: 0,
      unsettled: ['000000000001'],
      waitSecondsLeft: null,
      settle: { passes: 2, waitSeconds: [60, 300] },
      gate: null,
      ...facts,
    };
  }
  const cases: [given: string, facts: Partial<RunProgress>, next: NextAction][] = [
    ['a new run', { wavesDone: 0 }, { action: 'reconcile', wave: 0 }],
    ['a wave left, others unsettled', { wavesDone: 1 }, { action: 'reconcile', wave: 1 }],
    ['all waves done, all settled', { unsettled: [] }, { action: 'done' }],
    ['no accounts at all', { waves: 0, wavesDone: 0, unsettled: [] }, { action: 'done' }],
    ['something unsettled', {}, { action: 'wait', seconds: 60 }],
    ['the wait running', { waitSecondsLeft: 12.2 }, { action: 'wait', seconds: 13 }],
    ['the wait over', { waitSecondsLeft: 0 }, { action: 'settle', pass: 0, accounts: ['000000000001'] }],
    [
      'the wait long over',
      { waitSecondsLeft: -5 },
      { action: 'settle', pass: 0, accounts: ['000000000001'] },
    ],
    ['settled while waiting', { unsettled: [], waitSecondsLeft: 30 }, { action: 'done' }],
    ['one pass done', { settlePassesDone: 1 }, { action: 'wait', seconds: 300 }],
    ['all passes done, one still unsettled', { settlePassesDone: 2 }, { action: 'done' }],
    ['no passes wanted', { settle: { passes: 0, waitSeconds: [60] } }, { action: 'done' }],
    [
      'no waits wanted',
      { settle: { passes: 1, waitSeconds: [] } },
      { action: 'settle', pass: 0, accounts: ['000000000001'] },
    ],
  ];
  const clear: Gate = { stop: null, soakSeconds: 0, check: false };
  const stop = { cause: 'FAILURES' as const, sentence: 'too many' };
  const between: [given: string, facts: Partial<RunProgress>, next: NextAction][] = [
    ['nothing in the way', { gate: clear }, { action: 'reconcile', wave: 1 }],
    ['a soak time', { gate: { ...clear, soakSeconds: 600 } }, { action: 'wait', seconds: 600 }],
    [
      'the soak running',
      { gate: { ...clear, soakSeconds: 600 }, waitSecondsLeft: 5 },
      { action: 'wait', seconds: 5 },
    ],
    [
      'the soak over',
      { gate: { ...clear, soakSeconds: 600 }, waitSecondsLeft: 0 },
      { action: 'reconcile', wave: 1 },
    ],
    [
      'a check due after the soak',
      { gate: { ...clear, soakSeconds: 600, check: true }, waitSecondsLeft: 0 },
      { action: 'check', wave: 0 },
    ],
    ['a check due without a soak', { gate: { ...clear, check: true } }, { action: 'check', wave: 0 }],
    ['a stop, whatever else', { gate: { stop, soakSeconds: 600, check: true } }, { action: 'stop', stop }],
  ];
  it.each(between)('Given a wave done and %s, When deciding, Then the next step', (_, facts, next) => {
    expect(decideNext(progress({ wavesDone: 1, ...facts }))).toEqual(next);
  });

  it.each(cases)('Given %s, When deciding, Then the next step', (_, facts, next) => {
    expect(decideNext(progress(facts))).toEqual(next);
  });

  it('Given fewer waits than passes, When waiting, Then the last one repeats', () => {
    const settle = { passes: 4, waitSeconds: [60, 300] };
    expect([0, 1, 2, 3].map((pass) => settleWaitSeconds(settle, pass))).toEqual([60, 300, 300, 300]);
  });

  it('Given any run that never settles, When every step is taken, Then it ends', () => {
    const settleFacts = fc.record({
      passes: fc.integer({ min: 0, max: 6 }),
      waitSeconds: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), settleFacts, (waves, settle) => {
        let state = progress({ waves, wavesDone: 0, settle });
        const taken = { reconcile: 0, settle: 0, wait: 0 };
        for (let next = decideNext(state); next.action !== 'done'; next = decideNext(state)) {
          if (next.action === 'check' || next.action === 'stop') throw new Error('nothing asks for it');
          taken[next.action] += 1;
          if (next.action === 'reconcile') state = { ...state, wavesDone: state.wavesDone + 1 };
          if (next.action === 'wait') state = { ...state, waitSecondsLeft: 0 };
          if (next.action === 'settle') {
            state = { ...state, settlePassesDone: state.settlePassesDone + 1, waitSecondsLeft: null };
          }
        }
        expect(taken.reconcile).toBe(waves);
        expect(taken.settle).toBe(settle.passes);
        expect(taken.wait).toBeLessThanOrEqual(settle.passes);
      }),
    );
  });
});

describe('settleConcurrency', () => {
  it.each([
    ['every account has a result', 100, 0, 500, 100],
    ['a few were refused', 100, 20, 500, 50],
    ['most were refused', 100, 420, 500, 25],
    ['six in ten were refused', 100, 300, 500, 40],
    ['one is left at once', 1, 5, 5, 1],
  ])('Given that %s, Then the next pass is that wide', (_, before, unrecorded, tried, after) => {
    expect(settleConcurrency(before, unrecorded, tried)).toBe(after);
  });
});
