/** How much of the organization a run covered, so that no report of a part reads as one of the whole. */
import type { RunInput } from './model/primitives.ts';
import type { RunScope, RunSummary } from './model/result.ts';
import { isFullRun } from './run-news.ts';

export function runScope(input: RunInput, accounts: number, organizationAccounts: number | null): RunScope {
  return { full: isFullRun(input), accounts, organizationAccounts, limitedTo: input.scope ?? null };
}

/** Of a summary that was recorded before the scope was: the size of the organization is not known then. */
export function scopeOf({ head, input }: Pick<RunSummary, 'head' | 'input'>): RunScope {
  return head.scope ?? runScope(input, head.coverage.accounts, null);
}

/** `1 of 12 accounts, Region eu-west-1`; null where the run covered the whole organization. */
export function describePartialScope({
  full,
  accounts,
  organizationAccounts,
  limitedTo,
}: RunScope): string | null {
  if (full) return null;
  const all = organizationAccounts ?? null;
  const size =
    all === null
      ? `${count(accounts)} ${accounts === 1 ? 'account' : 'accounts'}, a part of the organization`
      : `${count(accounts)} of ${count(all)} ${all === 1 ? 'account' : 'accounts'}`;
  const regions = limitedTo?.regions ?? [];
  // No full run, and still every account: it only applied or reverted what was named.
  if (limitedTo === null && accounts === all) return `${size}, for a plan or rollback alone`;
  if (regions.length === 0) return size;
  return `${size}, ${regions.length === 1 ? 'Region' : 'Regions'} ${regions.join(', ')} only`;
}

/** Only runs over the same part of the organization can be compared: what a narrower one left out looks removed. */
export function areComparable(one: RunSummary, other: RunSummary): boolean {
  const [a, b] = [scopeOf(one), scopeOf(other)];
  return (
    a.full === b.full &&
    JSON.stringify(a.limitedTo) === JSON.stringify(b.limitedTo) &&
    one.input.plan === other.input.plan
  );
}

const count = (value: number): string => value.toLocaleString('en-US');
