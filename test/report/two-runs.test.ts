import { describe, expect, it } from '@jest/globals';
import type { AccountResult } from '../../functions/core/model/result.ts';
import { readAhead } from '../../functions/platform/read-ahead.ts';
import { writeReport } from '../../functions/report/formats.ts';
import { shareOf } from '../../functions/report/html/statuses.ts';
import { foldUnits } from '../../functions/report/html/where.ts';
import { pairedAccounts } from '../../functions/report/paired-accounts.ts';
import { tally } from '../../functions/report/tally.ts';
import { account, source, target, textOf } from './builders.ts';

const named = (
  accountId: string,
  statuses: AccountResult['targets'][number]['status'][],
  path = ['r', 'ou-1'],
) =>
  account({
    accountId,
    organizationPath: path,
    targets: statuses.map((status, index) => target({ accountId, status, region: `region-${index}` })),
  });

describe('Given two runs', () => {
  const earlier = source([
    named('100000000001', ['COMPLIANT']),
    named('100000000002', ['COMPLIANT', 'NON_COMPLIANT']),
    named('100000000004', ['COMPLIANT']),
  ]);
  const now = source(
    [
      named('100000000002', ['ERROR', 'COMPLIANT']),
      named('100000000003', ['COMPLIANT']),
      named('100000000004', ['SKIPPED']),
    ],
    { since: earlier },
  );

  it('When their accounts are paired, Then those that came and went stand alone', async () => {
    const pairs = await Array.fromAsync(pairedAccounts(now));
    expect(pairs.map(({ now: one, before }) => [one?.accountId ?? null, before?.accountId ?? null])).toEqual([
      [null, '100000000001'],
      ['100000000002', '100000000002'],
      ['100000000003', null],
      ['100000000004', '100000000004'],
    ]);
  });

  it('When they are compared, Then moves are counted, and skipped is no regression', async () => {
    const { difference } = await tally(pairedAccounts(now));
    expect(Object.fromEntries(difference.moves)).toEqual({
      'COMPLIANT ERROR': 1,
      'NON_COMPLIANT COMPLIANT': 1,
      'COMPLIANT SKIPPED': 1,
    });
    expect(difference.regressed).toMatchObject({
      total: 1,
      named: [{ accountId: '100000000002', region: 'region-0', from: 'COMPLIANT', to: 'ERROR' }],
    });
    expect([difference.accountsAdded, difference.accountsGone]).toEqual([1, 1]);
  });

  it('When only one is read, Then nothing is compared', async () => {
    const { difference } = await tally(pairedAccounts(earlier));
    expect([difference.moves.size, difference.accountsAdded]).toEqual([0, 0]);
  });
});

describe('Given units', () => {
  it('When there are more than fit, Then those above them stand for them, and nothing is lost', async () => {
    const accounts = Array.from({ length: 12 }, (_, index) =>
      named(
        String(100_000_000_001 + index),
        ['COMPLIANT'],
        ['r', `ou-${index % 3}`, `ou-${index % 3}-${index}`],
      ),
    );
    const sums = await tally(pairedAccounts(source(accounts)));
    expect(foldUnits(sums, 12)).toHaveLength(12);
    const folded = foldUnits(sums, 11);
    expect(folded.map(({ label, unit }) => [label, unit.all.accounts])).toEqual([
      ['ou-0', 4],
      ['ou-1', 4],
      ['ou-2', 4],
    ]);
    expect(folded.map(({ unit }) => unit.byRegion.get('region-0')?.compliant)).toEqual([4, 4, 4]);
  });
});

describe('Given a share', () => {
  it('When almost all are compliant, Then it is not 100', () => {
    const counts = {
      targets: 20_000,
      compliant: 19_999,
      nonCompliant: 1,
      converging: 0,
      skipped: 0,
      error: 0,
    };
    expect(shareOf(counts)).toBe(99.9);
    expect(shareOf({ ...counts, compliant: 0, nonCompliant: 0, skipped: 20_000 })).toBeNull();
  });
});

describe('Given a run without accounts', () => {
  it('When its page is written, Then it has no share and divides by nothing', async () => {
    const [page = ''] = (await textOf(writeReport('html', source([])))).split('<script>');
    expect(page).toContain('n/a');
    expect(['NaN', 'Infinity', 'undefined'].filter((word) => page.includes(word))).toEqual([]);
  });
});

describe('Given many reads', () => {
  it('When they are read ahead, Then they come in their order, and no more than allowed are under way', async () => {
    let underWay = 0;
    let most = 0;
    const read = async (item: number) => {
      underWay += 1;
      most = Math.max(most, underWay);
      for (let turn = 0; turn < (item * 7) % 5; turn += 1) await null;
      underWay -= 1;
      return item;
    };
    const items = Array.from({ length: 40 }, (_, index) => index);
    expect(await Array.fromAsync(readAhead(items, 6, read))).toEqual(items);
    expect(most).toBeLessThanOrEqual(6);
  });

  it('When one fails, Then its error comes in its place', async () => {
    const seen: number[] = [];
    const reading = async () => {
      for await (const item of readAhead([1, 2, 3], 3, async (one) => {
        if (one === 2) throw new Error('no');
        return one;
      }))
        seen.push(item);
    };
    await expect(reading()).rejects.toThrow('no');
    expect(seen).toEqual([1]);
  });
});
