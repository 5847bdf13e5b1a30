import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openStateFolder, type StateFolder } from '../../cli/state-folder.ts';
import type { Store } from '../../functions/store/contract.ts';
import { createStore } from '../../functions/store/table.ts';
import { serveTable, type TableServer } from './table-server.ts';

let state: StateFolder;
let server: TableServer;
let client: DynamoDBClient;
let store: Store;
let throttled = 0;

/** Before the embedded table: refuses two of three requests as DynamoDB refuses them. */
beforeAll(async () => {
  state = await openStateFolder(null);
  let count = 0;
  server = await serveTable(state, () => {
    count += 1;
    if (count % 3 === 0) return null;
    throttled += 1;
    const __type = 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException';
    return {
      statusCode: 400,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: JSON.stringify({
        __type,
        message: 'The level of configured provisioned throughput was exceeded.',
      }),
    };
  });
  client = new DynamoDBClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'EMBEDDED', secretAccessKey: 'embedded' },
    retryMode: 'standard',
    maxAttempts: 8,
  });
  store = createStore({ client, tableName: state.tableName });
});
afterAll(async () => {
  client.destroy();
  await server.close();
  await state.close();
});

describe('given a table that throttles two of three requests', () => {
  it('when a lease is taken, a change journalled and settled, then all of it arrives once', async () => {
    const accountId = '111122223333';
    const now = new Date('2026-11-20T00:00:00Z');
    const until = new Date('2026-11-20T00:05:00Z');
    expect(await store.takeLease(accountId, 'first', now, until)).toBe(true);
    expect(await store.takeLease(accountId, 'second', now, until)).toBe(false);
    await store.putJournal({
      runId: 'run-1',
      seq: 1,
      changeId: 'chg-1',
      accountId,
      region: 'eu-west-1',
      kind: 'SetServiceSetting',
      resource: 'setting',
      action: { kind: 'SetServiceSetting', value: 'ours' },
      expected: { value: '$None' },
      inverse: { kind: 'ResetServiceSetting' },
      status: 'PENDING',
      writtenAt: now.toISOString(),
      settledAt: null,
      error: null,
    });
    await store.settleJournal(accountId, 'run-1', 1, 'DONE', now, null);
    const journal = await store.listJournal(accountId);
    expect(journal.map((entry) => [entry.seq, entry.status])).toEqual([[1, 'DONE']]);
    expect(await store.nextJournalSeq(accountId, 'run-1')).toBe(2);
    expect(throttled).toBeGreaterThan(5);
  });
});
