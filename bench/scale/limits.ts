/** What a benchmark must hold on any machine: counts and memory, for seconds depend on the machine and its load. */

export interface HeldFigures {
  accounts: number;
  callsPerIdleRegion: number;
  callsPerAccountOverhead: number;
  peakMemoryMb: number;
  tableWritesPerUnchangedAccount: number;
  usdPerThousandAccounts: number;
  /** `null` without an enforce */
  mutatingCallsOnRerun: number | null;
  /** `null` without an enforce */
  callsPerFreshAccount: number | null;
}

/** The aims of docs/benchmarks.md; a fresh account has 95 calls, and two more for each write that is tried again. */
const MOST: Record<Exclude<keyof HeldFigures, 'accounts'>, number> = {
  callsPerIdleRegion: 2,
  callsPerAccountOverhead: 5,
  peakMemoryMb: 400,
  tableWritesPerUnchangedAccount: 1,
  usdPerThousandAccounts: 0.03,
  mutatingCallsOnRerun: 0,
  callsPerFreshAccount: 101,
};

/**
 * @param covered accounts that each phase has a result of
 * @returns a sentence for each figure that is beyond its limit; none where all is held
 */
export function brokenLimits(figures: HeldFigures, covered: Record<string, number>): string[] {
  const partial = Object.entries(covered)
    .filter(([, accounts]) => accounts !== figures.accounts)
    .map(([phase, accounts]) => `${phase} covers ${accounts} of ${figures.accounts} accounts.`);
  const beyond = (Object.keys(MOST) as (keyof typeof MOST)[]).flatMap((name) => {
    const seen = figures[name];
    return seen !== null && !(seen <= MOST[name])
      ? [`${name} is ${seen}; at most ${MOST[name]} is held.`]
      : [];
  });
  return [...partial, ...beyond];
}
