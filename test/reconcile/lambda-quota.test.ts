/** An account whose Lambda quota is smaller than the configured concurrency. */
import { describe, expect, it } from '@jest/globals';
import { outcomesOf } from './everything.ts';
import { openOrganization } from './organization.ts';
import { makeSmallOrganization } from './small-organization.ts';

const ACCOUNTS = 8;

describe('Given fewer invocations at once than accounts', () => {
  it.each([
    ['known', true],
    ['not known', false],
  ])(
    'When the quota is %s to start-run, Then every account is recorded and none crashed',
    async (_, isKnown) => {
      const organization = await openOrganization(
        makeSmallOrganization({ members: ACCOUNTS, regions: 1 }),
        undefined,
        { lambda: { quota: 3, isKnown } },
      );
      try {
        const result = await organization.run({}, { concurrency: 100 });
        const reasons = new Set(result.accounts.flatMap((account) => account.reasons));
        expect([...reasons]).toEqual([]);
        expect(result.coverage.accounts).toBe(ACCOUNTS + 2);
        expect(outcomesOf(result).APPLIED).toBeGreaterThanOrEqual(ACCOUNTS);
        const run = await organization.state.store.getRun(result.runId);
        const settled = run?.batches.some(({ name }) => name.startsWith('settle:'));
        // Capped below the quota nothing is refused; otherwise narrower settle passes do what was not invoked.
        expect(settled).toBe(!isKnown);
        if (isKnown) expect(run?.concurrency).toBe(2);
        else expect(run?.concurrency).toBeLessThanOrEqual(50);
      } finally {
        await organization.close();
      }
    },
    60_000,
  );
});
