/** Calls by what they are for, from the twin's counts of a run. */
import { MEMBER, OPERATOR } from '../../test/reconcile/small-organization.ts';
import type { CallCount, CallReport } from '../../twin/calls.ts';

const REGIONAL = ['ec2', 'ssm'];

const sum = (calls: readonly CallCount[]) => calls.reduce((total, { count }) => total + count, 0);

/** What was called since an earlier report. */
export function callsSince(before: CallReport, after: CallReport): CallReport {
  const key = ({ count: _count, ...site }: CallCount) => JSON.stringify(site);
  const known = new Map(before.calls.map((call) => [key(call), call.count]));
  const calls = after.calls
    .map((call) => ({ ...call, count: call.count - (known.get(key(call)) ?? 0) }))
    .filter(({ count }) => count > 0);
  return { total: sum(calls), mutating: sum(calls.filter(({ mutates }) => mutates)), calls };
}

/** The first plain member's own calls stand for every member's: they are all made alike. */
export function callsOfMember({ calls }: CallReport): CallCount[] {
  return calls.filter(({ account }) => account === MEMBER);
}

export interface CallFigures {
  callsPerIdleRegion: number;
  callsPerPopulatedRegion: number | null;
  callsPerAccountOverhead: number;
}

/** Of a run in which a member had nothing to change. Assumed sessions are the operator's calls, so they are added. */
export function callFigures(report: CallReport, accounts: number, populated: boolean): CallFigures {
  const own = callsOfMember(report);
  const regional = own.filter(({ service }) => REGIONAL.includes(service));
  const byRegion = [...Map.groupBy(regional, ({ region }) => region).values()].map(sum);
  const entries = sum(
    report.calls.filter(({ account, operation }) => account === OPERATOR && operation === 'AssumeRole'),
  );
  // The operator account itself is entered with the operator's own credentials.
  const entriesEach = entries / (accounts - 1);
  return {
    callsPerIdleRegion: Math.min(...byRegion),
    callsPerPopulatedRegion: populated ? Math.max(...byRegion) : null,
    callsPerAccountOverhead: sum(own) - sum(regional) + Math.round(entriesEach),
  };
}
