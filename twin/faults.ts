/** Faults at work: which calls they strike, and how often they did. */
import { drawUniform } from './chance.ts';
import { AwsError } from './contract.ts';
import type { Fault, FaultFile, FaultMatch } from './faults-file.ts';

/** A call as faults, buckets and latency see it, which is as it is counted. */
export interface CallSite {
  account: string;
  region: string;
  service: string;
  operation: string;
}

/** What becomes of one call. */
export interface Strike {
  delayMs: number;
  error: AwsError | null;
  drop: 'before' | 'after' | null;
}

export interface FaultReport {
  seed: number;
  /** As given, with the calls that matched (apart from `nth` and `probability`) and those that it struck. */
  faults: (Fault & { matched: number; struck: number })[];
}

export interface Faults {
  /**
   * Counts the call with every fault that it matches. Delays add up; of the errors and drops the first in
   * the list strikes, and one that comes too late keeps its `times`.
   */
  strike(call: CallSite): Strike;
  /** Takes the place of all that were there; counts start anew. */
  replace(file: FaultFile): void;
  report(): FaultReport;
}

interface Active {
  fault: Fault;
  matched: number;
  struck: number;
  /** Matching calls by account, Region, service and operation. */
  seen: Map<string, number>;
}

export const NO_FAULTS: FaultFile = { seed: 0, faults: [] };

export function createFaults(file: FaultFile): Faults {
  let seed = 0;
  let active: Active[] = [];
  const replace = (next: FaultFile): void => {
    seed = next.seed;
    active = next.faults.map((fault) => ({ fault, matched: 0, struck: 0, seen: new Map() }));
  };
  replace(file);
  return {
    replace,
    strike(call) {
      const strike: Strike = { delayMs: 0, error: null, drop: null };
      for (const [index, one] of active.entries()) {
        if (!matches(one.fault.match, call)) continue;
        const drawn = countCall(one, call, `${seed} ${index}`);
        const ends = !('delayMs' in one.fault.effect);
        const tooLate = ends && (strike.error !== null || strike.drop !== null);
        if (!drawn || tooLate) continue;
        one.struck++;
        apply(one.fault, strike);
      }
      return strike;
    },
    report: () => ({
      seed,
      faults: active.map(({ fault, matched, struck }) => ({ ...fault, matched, struck })),
    }),
  };
}

function matches(match: FaultMatch, call: CallSite): boolean {
  return (['account', 'region', 'service', 'operation'] as const).every(
    (key) => match[key] === undefined || match[key] === call[key],
  );
}

/**
 * Whether the fault is due for this call. The draw is by the n-th call of this account, Region and
 * operation that the fault sees, so the same calls have the same luck in whatever order others come.
 */
function countCall(one: Active, call: CallSite, stream: string): boolean {
  const { match, times = Number.POSITIVE_INFINITY } = one.fault;
  one.matched++;
  const site = `${call.account} ${call.region} ${call.service} ${call.operation}`;
  const nthOfSite = (one.seen.get(site) ?? 0) + 1;
  one.seen.set(site, nthOfSite);
  if (one.matched < (match.nth ?? 1) || one.struck >= times) return false;
  const { probability = 1 } = match;
  return probability === 1 || drawUniform(`${stream} ${site} ${nthOfSite}`) < probability;
}

function apply({ effect }: Fault, strike: Strike): void {
  if ('delayMs' in effect) strike.delayMs += effect.delayMs;
  else if ('drop' in effect) strike.drop = effect.drop;
  else strike.error = new AwsError(effect.error.code, effect.error.message, effect.error.status);
}
