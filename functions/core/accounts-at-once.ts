/** Share of the account's unreserved concurrency that a run takes; the rest is for other functions of the account. */
const CONCURRENCY_SHARE = 0.8;

/** Accounts at once: as configured, within what Lambda allows; more would only be refused and tried again. */
export function accountsAtOnce(wanted: number, quota: number): number {
  return Math.min(wanted, Math.max(1, Math.floor(quota * CONCURRENCY_SHARE)));
}
