/** What a run adds up to, account by account: nothing grows with the number of accounts. */
import type { AccountResult, Coverage } from './model/result.ts';
import { addCoverage, coverageOf, NO_COVERAGE } from './status.ts';

export interface RunTotals {
  coverage: Coverage;
  /** US dollars: endpoints of ours that exist, and what they would be with the planned ones. */
  monthlyCostUsd: { current: number; planned: number };
  /** Running instances, and those of them that are managed. */
  instances: { running: number; managed: number };
}

export const NO_TOTALS: RunTotals = {
  coverage: NO_COVERAGE,
  monthlyCostUsd: { current: 0, planned: 0 },
  instances: { running: 0, managed: 0 },
};

export function addAccount(totals: RunTotals, account: AccountResult): RunTotals {
  const { targets } = account;
  const changes = [account, ...targets].flatMap((holder) => holder.changes);
  const current = sumUsd(targets.flatMap(({ vpcs }) => vpcs.flatMap(({ endpoints }) => endpoints)));
  const planned = sumUsd(changes.filter(({ outcome }) => outcome === 'PLANNED'));
  return {
    coverage: addCoverage(totals.coverage, coverageOf(targets, 1)),
    monthlyCostUsd: {
      current: roundUsd(totals.monthlyCostUsd.current + current),
      planned: roundUsd(totals.monthlyCostUsd.planned + current + planned),
    },
    instances: targets.reduce(
      ({ running, managed }, { instances }) => ({
        running: running + instances.running,
        managed: managed + instances.managed,
      }),
      totals.instances,
    ),
  };
}

/** To the cent, so that sums of binary fractions read as they should. */
function roundUsd(usd: number): number {
  return Math.round(usd * 100) / 100;
}

function sumUsd(priced: { monthlyCostUsd: number | null }[]): number {
  return roundUsd(priced.reduce((sum, { monthlyCostUsd }) => sum + (monthlyCostUsd ?? 0), 0));
}
