/** Clears the hold that a wave gate's stop left behind, with who did so and why. */
import { connectStore } from '../../functions/store/connect.ts';
import { connectToEnvironment } from '../connection.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { OutputFormat } from '../flags.ts';
import { clearHold, type HoldStore } from '../runs/clear-hold.ts';
import { openStateFolder } from '../state-folder.ts';
import { hasStateFolder } from '../with-state-folder.ts';

interface ResumeFlags {
  resume?: string;
  why?: string;
  table?: string;
  state: string;
  output: OutputFormat;
}

export async function resume({ resume: runId, why, table, state, output }: ResumeFlags): Promise<number> {
  const cleared =
    table === undefined
      ? await inFolder(state, (store) => clearHold(store, runId, why))
      : await inTable(table, (store) => clearHold(store, runId, why));
  process.stdout.write(
    output === 'json'
      ? `${JSON.stringify(cleared)}\n`
      : `The hold of ${cleared.hold.runId} is cleared by ${cleared.who}: ${cleared.why}\nThe next enforce may change things again. Accounts that ${cleared.hold.runId} did not reach are among them.\n`,
  );
  return EXIT.finished;
}

async function inFolder<T>(folder: string, work: (store: HoldStore) => Promise<T>): Promise<T> {
  if (!(await hasStateFolder(folder))) {
    throw new UsageError(`state folder ${folder} holds nothing yet; name the one of your runs with --state`);
  }
  const state = await openStateFolder(folder);
  try {
    return await work(state.store);
  } finally {
    await state.close();
  }
}

async function inTable<T>(tableName: string, work: (store: HoldStore) => Promise<T>): Promise<T> {
  const { homeRegion: region } = await connectToEnvironment();
  return work(connectStore({ region, tableName, bucket: '' }).store);
}
