/** The lease of the runs that change the organization, where two of them meet. */

import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StateFolder } from '../../cli/state-folder.ts';
import { createStore } from '../../functions/store/table.ts';
import { openEmbedded } from './embedded.ts';

let state: StateFolder;
beforeAll(async () => {
  state = await openEmbedded();
});
afterAll(() => state.close());

const until = '2026-11-02T16:00:00.000Z';
const lease = (runId: string) => ({ runId, executionArn: null, until });

describe('Given a run that gives the lease back', () => {
  it('When that happens between the refusal of another run and its look at the holder, Then the other run has the lease', async () => {
    await state.store.takeEnforceLease(lease('run-first'));
    const client = new DynamoDBClient({
      endpoint: 'http://embedded.invalid',
      requestHandler: state.client.config.requestHandler,
      region: 'us-east-1',
      credentials: { accessKeyId: 'EMBEDDED', secretAccessKey: 'embedded' },
    });
    let refusals = 0;
    client.middlewareStack.add(
      (next) => async (args) => {
        try {
          return await next(args);
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
          refusals += 1;
          await state.store.releaseEnforceLease('run-first');
          throw error;
        }
      },
      { step: 'initialize' },
    );
    const second = createStore({ client, tableName: state.tableName });
    expect(await second.takeEnforceLease(lease('run-second'))).toBeNull();
    expect(refusals).toBe(1);
    expect(await state.store.takeEnforceLease(lease('run-third'))).toEqual(lease('run-second'));
    client.destroy();
  });
});
