/** DynamoDB's batch calls with their leftovers: what was not processed is sent again until it is. */
import { setTimeout as delay } from 'node:timers/promises';
import { BatchGetCommand, BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Item } from './items.ts';
import type { Key } from './keys.ts';

/** BatchGetItem's and BatchWriteItem's limits (DynamoDB API reference). */
const KEYS_PER_GET = 100;
const PUTS_PER_WRITE = 25;
const MAX_ROUNDS = 12;
const MAX_DELAY_MS = 3_000;

/** Throttled for all of the rounds; about 20 s with full jitter. */
export class BatchUnprocessedError extends Error {
  constructor(operation: string, left: number) {
    super(`${operation}: DynamoDB left ${left} of the batch unprocessed ${MAX_ROUNDS} times in a row`);
    this.name = 'BatchUnprocessedError';
  }
}

function chunk<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

/** Exponential with full jitter, as the SDK's own retries: on the wall's clock, since it waits for DynamoDB. */
async function backOff(round: number): Promise<void> {
  if (round > 0) await delay(Math.random() * Math.min(50 * 2 ** round, MAX_DELAY_MS));
}

/** Items that exist, in no order. Keys must differ from each other. */
export async function getItems(
  client: DynamoDBDocumentClient,
  tableName: string,
  keys: Key[],
): Promise<Item[]> {
  const found: Item[] = [];
  for (const batch of chunk(keys, KEYS_PER_GET)) {
    let left: Item[] = batch.map(({ pk, sk }) => ({ pk, sk }));
    for (let round = 0; left.length > 0; round += 1) {
      if (round === MAX_ROUNDS) throw new BatchUnprocessedError('BatchGetItem', left.length);
      await backOff(round);
      const answer = await client.send(
        new BatchGetCommand({ RequestItems: { [tableName]: { Keys: left, ConsistentRead: true } } }),
      );
      found.push(...(answer.Responses?.[tableName] ?? []));
      left = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
    }
  }
  return found;
}

export async function putItems(
  client: DynamoDBDocumentClient,
  tableName: string,
  items: Item[],
): Promise<void> {
  for (const batch of chunk(items, PUTS_PER_WRITE)) {
    let left: { PutRequest?: { Item: Item | undefined } }[] = batch.map((item) => ({
      PutRequest: { Item: item },
    }));
    for (let round = 0; left.length > 0; round += 1) {
      if (round === MAX_ROUNDS) throw new BatchUnprocessedError('BatchWriteItem', left.length);
      await backOff(round);
      const answer = await client.send(new BatchWriteCommand({ RequestItems: { [tableName]: left } }));
      left = answer.UnprocessedItems?.[tableName] ?? [];
    }
  }
}
