/**
 * The budget that all accounts of a run share. One item has the sum; what each VPC holds, so that a retried or later
 * pass does not reserve twice, is spread over items of its shard: an item takes 400 KB, which some 8,000 VPCs fill.
 * Amounts are in cents: sums of fractions drift.
 *
 * The two items are written one after the other. Between them the sum's item names the VPC, so whoever comes after an
 * end of the process there finishes it. Two processes with the same VPC at the same moment, which a lost lease can
 * bring about, may count it twice: less is spent then, never more.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Store } from './contract.ts';
import { budgetKey, budgetShareKey, type Key } from './keys.ts';

/** Attempts where an earlier one has to be finished first, or the same key is reserved by two at once. */
const ATTEMPTS = 5;

export function createBudgetStore(
  client: DynamoDBDocumentClient,
  tableName: string,
): Pick<Store, 'reserveBudget'> {
  async function heldIn(key: Key, name: string): Promise<number> {
    const { Item: item } = await client.send(
      new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
    );
    return Number(item?.[name] ?? 0);
  }

  /** False where the condition does not hold. */
  async function update(
    key: Key,
    expression: string,
    condition: string,
    name: string,
    values: Record<string, number>,
  ): Promise<boolean> {
    try {
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: key,
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeNames: { '#vpc': name },
          ExpressionAttributeValues: values,
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  return {
    async reserveBudget(runId, key, monthlyUsd, limitUsd) {
      const wanted = Math.round(monthlyUsd * 100);
      const limit = Math.floor(limitUsd * 100);
      const sum = budgetKey(runId);
      const share = budgetShareKey(runId, key);
      const finish = async (amount: number) => {
        const isMore = 'attribute_not_exists(#vpc) OR #vpc < :amount';
        await update(share, 'SET #vpc = :amount', isMore, key, { ':amount': amount });
        await update(sum, 'REMOVE #vpc', '#vpc = :amount', key, { ':amount': amount });
      };
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const more = wanted - (await heldIn(share, key));
        if (more <= 0) return true;
        if (more > limit) return false;
        const isReserved = await update(
          sum,
          'SET reserved = if_not_exists(reserved, :none) + :more, #vpc = :wanted',
          'attribute_not_exists(#vpc) AND (attribute_not_exists(reserved) OR reserved <= :room)',
          key,
          { ':none': 0, ':more': more, ':wanted': wanted, ':room': limit - more },
        );
        if (isReserved) {
          await finish(wanted);
          return true;
        }
        const begun = await heldIn(sum, key);
        if (begun === 0) return false;
        await finish(begun);
      }
      return false;
    },
  };
}
