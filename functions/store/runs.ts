/** Run records in the table. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { getItems } from './batch.ts';
import type { Store } from './contract.ts';
import { RecordNotFoundError, RunClosedError } from './errors.ts';
import { fromRunItem, toRunItem } from './items.ts';
import { type Key, RUNS_INDEX_KEY, runKey, stopKey } from './keys.ts';
import { STOP_REQUEST } from './record-shapes.ts';
import { checkStored } from './stored.ts';
import { RUNS_INDEX } from './table-definition.ts';

type RunStore = Pick<
  Store,
  'createRun' | 'getRun' | 'updateRun' | 'listRuns' | 'requestStop' | 'getStopRequest'
>;

export function createRunStore(client: DynamoDBDocumentClient, tableName: string): RunStore {
  const getRun: Store['getRun'] = async (runId) => {
    const { Item: item } = await client.send(
      new GetCommand({ TableName: tableName, Key: runKey(runId), ConsistentRead: true }),
    );
    return item ? fromRunItem(item) : null;
  };

  return {
    async createRun(run) {
      try {
        await client.send(
          new PutCommand({
            TableName: tableName,
            Item: toRunItem(run),
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    getRun,

    async updateRun(run) {
      try {
        await client.send(
          new PutCommand({
            TableName: tableName,
            Item: toRunItem(run),
            ConditionExpression: 'attribute_exists(pk) AND (#status = :running OR :status <> :running)',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: { ':running': 'RUNNING', ':status': run.status },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        throw (await getRun(run.runId)) === null
          ? new RecordNotFoundError(`run ${run.runId}`, error)
          : new RunClosedError(run.runId, error);
      }
    },

    async requestStop(runId, { reason, at }) {
      try {
        await client.send(
          new PutCommand({
            TableName: tableName,
            Item: { ...stopKey(runId), reason, at },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    async getStopRequest(runId) {
      const { Item: item } = await client.send(
        new GetCommand({ TableName: tableName, Key: stopKey(runId), ConsistentRead: true }),
      );
      if (!item) return null;
      const { reason, at } = item;
      return checkStored({ reason, at }, STOP_REQUEST, `item ${item.pk} ${item.sk} of the table`);
    },

    async listRuns(limit) {
      if (limit < 1) return [];
      const keys: Key[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          IndexName: RUNS_INDEX,
          KeyConditionExpression: 'gsi2pk = :runs',
          ExpressionAttributeValues: { ':runs': RUNS_INDEX_KEY },
          ScanIndexForward: false,
          Limit: limit,
        },
      );
      for await (const page of pages) {
        keys.push(...(page.Items ?? []).map(({ pk, sk }): Key => ({ pk: String(pk), sk: String(sk) })));
        if (keys.length >= limit) break;
      }
      const wanted = keys.slice(0, limit);
      const items = await getItems(client, tableName, wanted);
      const byKey = new Map(items.map((item) => [item.pk, fromRunItem(item)]));
      return wanted.map(({ pk }) => byKey.get(pk)).filter((run) => run !== undefined);
    },
  };
}
