/**
 * One invocation of reconcile-account in its own process, as Lambda has it. Reads its orders as JSON
 * from the first argument, and kills itself without a word after so many journal writes.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type AwsConnection, createClientPool } from '../../functions/aws/client-pool.ts';
import {
  createReconcileAccount,
  type ReconcileAccountEvent,
} from '../../functions/handlers/reconcile-account.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import { createLog } from '../../functions/platform/log.ts';
import { wallClock } from '../../functions/platform/wall-clock.ts';
import { createFolderArtifacts } from '../../functions/store/artifacts-folder.ts';
import { createStore } from '../../functions/store/table.ts';

export interface ChildOrders {
  event: ReconcileAccountEvent;
  connection: AwsConnection;
  table: { endpoint: string; name: string };
  artifacts: string;
  /** Milliseconds from the wall's clock to the run's. */
  clockOffset: number;
  /** `journalled`: before the call that the entry announces; `written`: after it, before it is marked done. */
  dieAt: { journalEntry: number; when: 'journalled' | 'written' };
}

const orders = JSON.parse(process.argv[2] ?? '{}') as ChildOrders;
const client = new DynamoDBClient({
  endpoint: orders.table.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'EMBEDDED', secretAccessKey: 'embedded' },
});
const store = createStore({ client, tableName: orders.table.name });
const die = () => process.kill(process.pid, 'SIGKILL');
const { journalEntry, when } = orders.dieAt;
const { putJournal, settleJournal } = store;
store.putJournal = async (entry) => {
  await putJournal(entry);
  if (when === 'journalled' && entry.seq === journalEntry) die();
};
store.settleJournal = async (accountId, runId, seq, ...rest) => {
  if (when === 'written' && seq === journalEntry) die();
  await settleJournal(accountId, runId, seq, ...rest);
};
const reconcile = createReconcileAccount({
  pool: createClientPool(orders.connection),
  store,
  artifacts: createFolderArtifacts(orders.artifacts),
  clock: { ...wallClock, now: () => new Date(Date.now() + orders.clockOffset) },
  log: createLog({ level: 'SILENT', stream: 'stderr' }),
  reports: null,
  allowedModes: ['enforce'],
  loadConfiguration: async () => defaultConfiguration(),
  isExecutionRunning: async () => null,
  readConcurrencyQuota: async () => null,
});
await reconcile(orders.event, { id: `child-${process.pid}`, remainingMilliseconds: null, signal: undefined });
process.exit(0);
