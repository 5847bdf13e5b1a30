/** What a run of unchanged accounts costs and how fast it could be at best. */
import { SIZES } from '../../infra/functions.ts';
import type { AccountProbe } from './probe.ts';

/** us-east-1, November 2026, as docs/cost.md has them. */
const USD = {
  lambdaGbSecond: 0.0000133334,
  lambdaInvocation: 0.2 / 1e6,
  expressExecution: 1 / 1e6,
  expressGbSecond: 0.00001667,
  transition: 0.025 / 1000,
  tableWrite: 0.625 / 1e6,
  tableRead: 0.125 / 1e6,
  put: 0.005 / 1000,
};

/** Express workflows are billed in steps of 64 MB. */
const CHILD_GB = 64 / 1024;

export interface Costs {
  stateTransitions: number;
  lambdaGbSeconds: number;
  usdPerThousandAccounts: number;
}

/** A run has StartRun, FinishRun, and NextBatch with its choice before each batch and once more; a batch is a map. */
export function costsOf(accounts: number, batches: number, probe: AccountProbe): Costs {
  const stateTransitions = 2 + 2 * (batches + 1) + batches;
  const gigabytes = SIZES['reconcile-account'].memory / 1024;
  const lambdaGbSeconds = accounts * probe.unchangedSeconds * gigabytes;
  const eachAccount =
    USD.lambdaInvocation +
    probe.unchangedSeconds * (gigabytes * USD.lambdaGbSecond + CHILD_GB * USD.expressGbSecond) +
    USD.expressExecution +
    probe.unchangedTableWrites * USD.tableWrite +
    probe.unchangedTableReads * USD.tableRead +
    USD.put;
  return {
    stateTransitions,
    lambdaGbSeconds,
    usdPerThousandAccounts: 1000 * eachAccount + stateTransitions * USD.transition,
  };
}

export interface Limits {
  accounts: number;
  concurrency: number;
  assumedRoles: number;
  listedAccountPages: number;
  tableWrites: number;
  /** Of one account by itself. */
  accountSeconds: number;
}

/** Requests a second: STS (IAM quotas), ListAccounts (Organizations), a new on-demand table (DynamoDB guide). */
const RATES = { assumeRole: 600, listAccounts: 8, tableWrites: 4000 };

/** Seconds below which no run of these calls can stay, by what limits it. */
export function boundsOf(limits: Limits): Record<string, number> {
  return {
    account: limits.accountSeconds,
    concurrency: (limits.accounts * limits.accountSeconds) / limits.concurrency,
    sts: limits.assumedRoles / RATES.assumeRole,
    organizations: limits.listedAccountPages / RATES.listAccounts,
    table: limits.tableWrites / RATES.tableWrites,
  };
}
