/**
 * The budget that all accounts of a run share: one item with the sum, and one attribute for each VPC, so
 * that a retried or later pass does not reserve twice. Amounts are in cents: sums of fractions drift.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Store } from './contract.ts';
import { budgetKey } from './keys.ts';

/** Attempts where the same key is reserved by two at once, which a lost lease can bring about. */
const ATTEMPTS = 5;

export function createBudgetStore(
  client: DynamoDBDocumentClient,
  tableName: string,
): Pick<Store, 'reserveBudget'> {
  return {
    async reserveBudget(runId, key, monthlyUsd, limitUsd) {
      const wanted = Math.round(monthlyUsd * 100);
      const limit = Math.floor(limitUsd * 100);
      let held = 0;
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const more = wanted - held;
        if (more <= 0) return true;
        if (more > limit) return false;
        try {
          await client.send(
            new UpdateCommand({
              TableName: tableName,
              Key: budgetKey(runId),
              UpdateExpression: 'SET reserved = if_not_exists(reserved, :none) + :more, #key = :wanted',
              ConditionExpression: `${held === 0 ? 'attribute_not_exists(#key)' : '#key = :held'} AND (attribute_not_exists(reserved) OR reserved <= :room)`,
              ExpressionAttributeNames: { '#key': key },
              ExpressionAttributeValues: {
                ':none': 0,
                ':more': more,
                ':wanted': wanted,
                ':room': limit - more,
                ...(held === 0 ? {} : { ':held': held }),
              },
            }),
          );
          return true;
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
          const { Item: item } = await client.send(
            new GetCommand({ TableName: tableName, Key: budgetKey(runId), ConsistentRead: true }),
          );
          const there = Number(item?.[key] ?? 0);
          if (there === held) return false;
          held = there;
        }
      }
      return false;
    },
  };
}
