/** The kill switch: one item, which anybody who may write the table can set by hand (docs/operations.md). */
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Store } from './contract.ts';
import { KILL_KEY } from './keys.ts';

export function createControlStore(
  client: DynamoDBDocumentClient,
  tableName: string,
): Pick<Store, 'getKillSwitch' | 'setKillSwitch'> {
  return {
    async getKillSwitch() {
      const { Item: item } = await client.send(
        new GetCommand({ TableName: tableName, Key: KILL_KEY, ConsistentRead: true }),
      );
      if (!item) return null;
      // Set by hand in a hurry, it may lack any of them: that it is there is what counts.
      const { who = 'somebody', why = 'no reason given', since = 'unknown' } = item;
      return { who: String(who), why: String(why), since: String(since) };
    },

    async setKillSwitch(kill) {
      if (kill) await client.send(new PutCommand({ TableName: tableName, Item: { ...KILL_KEY, ...kill } }));
      else await client.send(new DeleteCommand({ TableName: tableName, Key: KILL_KEY }));
    },
  };
}
