/**
 * One account by itself, in this process: how long the invocation that reconciles it takes, with latencies as AWS
 * has them or without, and what it writes to the table. What Lambda bills is this, not the time of the local run,
 * in which a hundred accounts share one processor.
 */
import type { BatchWriteItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { Progress } from '../../cli/runs/local-run.ts';
import { openOrganization } from '../../test/reconcile/organization.ts';
import { MEMBER } from '../../test/reconcile/small-organization.ts';
import { makeOrganization, type Size } from './organization.ts';

export interface AccountProbe {
  freshSeconds: number;
  unchangedSeconds: number;
  unchangedTableReads: number;
  unchangedTableWrites: number;
}

/** Seed of the latencies, so that each run of the benchmark draws the same. */
export const LATENCY_SEED = 1;

/** Names of the commands as the client's middleware has them. */
const WRITES = ['PutItemCommand', 'UpdateItemCommand', 'DeleteItemCommand', 'BatchWriteItemCommand'];

export async function probeAccount(size: Size, latency: boolean): Promise<AccountProbe> {
  let began = 0;
  let seconds = 0;
  let counted = { reads: 0, writes: 0 };
  let ofAccount = counted;
  const organization = await openOrganization(
    makeOrganization({ ...size, accounts: 3 }),
    (progress: Progress) => {
      if (progress.kind === 'batch') {
        began = performance.now();
        counted = { reads: 0, writes: 0 };
      }
      // What follows is the run's: the end of the batch, the result, the summary.
      if (progress.kind === 'account') {
        seconds = (performance.now() - began) / 1000;
        ofAccount = { ...counted };
      }
    },
    latency ? { latency: { seed: LATENCY_SEED } } : {},
  );
  organization.state.client.middlewareStack.add(
    (next, context) => (args) => {
      const command = String(context.commandName);
      if (WRITES.includes(command)) counted.writes += itemsOf(args.input as object);
      else counted.reads += 1;
      return next(args);
    },
    { step: 'initialize' },
  );
  try {
    const run = () =>
      organization.run({ scope: { accounts: [MEMBER] } }, { settle: { passes: 0, waitSeconds: [] } });
    await run();
    const freshSeconds = seconds;
    // The second run finds what the first has changed, and records that nothing was left to do.
    await run();
    await run();
    return {
      freshSeconds,
      unchangedSeconds: seconds,
      unchangedTableReads: ofAccount.reads,
      unchangedTableWrites: ofAccount.writes,
    };
  } finally {
    await organization.close();
  }
}

function itemsOf(input: object): number {
  if (!('RequestItems' in input)) return 1;
  const { RequestItems = {} } = input as BatchWriteItemCommandInput;
  return Object.values(RequestItems).reduce((sum, requests) => sum + requests.length, 0);
}
