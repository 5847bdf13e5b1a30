/**
 * What decides over all runs whether anything may be changed: the kill switch, which anyone who may write the
 * table can set by hand (docs/operations.md), the hold of a wave gate and the lease of the one run that enforces.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { EnforceHold, EnforceLease } from '../core/hold.ts';
import type { Store } from './contract.ts';
import { ENFORCE_LEASE_KEY, HOLD_KEY, type Key, KILL_KEY, resumptionKey } from './keys.ts';

type ControlStore = Pick<
  Store,
  | 'getKillSwitch'
  | 'setKillSwitch'
  | 'getEnforceHold'
  | 'createEnforceHold'
  | 'clearEnforceHold'
  | 'takeEnforceLease'
  | 'releaseEnforceLease'
>;

/** Each try but the last finds that another run gave the lease back just then. */
const LEASE_TRIES = 5;

export function createControlStore(client: DynamoDBDocumentClient, tableName: string): ControlStore {
  const get = async (key: Key) => {
    const answer = await client.send(
      new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
    );
    return answer.Item ?? null;
  };

  const getEnforceHold = async (): Promise<EnforceHold | null> => {
    const item = await get(HOLD_KEY);
    if (!item) return null;
    const { runId = 'unknown', who = 'unknown', why = 'no reason given', since = 'unknown' } = item;
    return { runId: String(runId), who: String(who), why: String(why), since: String(since) };
  };

  const getEnforceLease = async (): Promise<EnforceLease | null> => {
    const item = await get(ENFORCE_LEASE_KEY);
    if (!item) return null;
    const { runId, executionArn = null, until } = item;
    return {
      runId: String(runId),
      executionArn: executionArn === null ? null : String(executionArn),
      until: String(until),
    };
  };

  /** Whether it was free, this run's own, or the one that is to be replaced. */
  const putEnforceLease = (lease: EnforceLease, replaced: EnforceLease): Promise<boolean> =>
    unlessConditionFails(
      client.send(
        new PutCommand({
          TableName: tableName,
          Item: { ...ENFORCE_LEASE_KEY, ...lease },
          ConditionExpression:
            'attribute_not_exists(pk) OR runId = :runId OR (runId = :replaced AND #until = :until)',
          ExpressionAttributeNames: { '#until': 'until' },
          ExpressionAttributeValues: {
            ':runId': lease.runId,
            ':replaced': replaced.runId,
            ':until': replaced.until,
          },
        }),
      ),
    );

  return {
    async getKillSwitch() {
      const item = await get(KILL_KEY);
      if (!item) return null;
      // Set by hand in a hurry, it may lack any of them: that it exists is what counts.
      const { who = 'unknown', why = 'no reason given', since = 'unknown' } = item;
      return { who: String(who), why: String(why), since: String(since) };
    },

    async setKillSwitch(kill) {
      if (kill) await client.send(new PutCommand({ TableName: tableName, Item: { ...KILL_KEY, ...kill } }));
      else await client.send(new DeleteCommand({ TableName: tableName, Key: KILL_KEY }));
    },

    getEnforceHold,

    async createEnforceHold(hold) {
      await unlessConditionFails(
        client.send(
          new PutCommand({
            TableName: tableName,
            Item: { ...HOLD_KEY, ...hold },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        ),
      );
    },

    async clearEnforceHold(hold, resumption) {
      // Recorded first: a hold that is gone without a trace of who cleared it would be worse than a second try.
      await client.send(
        new PutCommand({
          TableName: tableName,
          Item: { ...resumptionKey(hold.runId, resumption.at), ...resumption, hold },
        }),
      );
      return unlessConditionFails(
        client.send(
          new DeleteCommand({
            TableName: tableName,
            Key: HOLD_KEY,
            ConditionExpression: 'attribute_not_exists(runId) OR runId = :runId',
            ExpressionAttributeValues: { ':runId': hold.runId },
          }),
        ),
      );
    },

    async takeEnforceLease(lease, replaced) {
      for (let tries = 0; tries < LEASE_TRIES; tries += 1) {
        if (await putEnforceLease(lease, replaced ?? lease)) return null;
        const holder = await getEnforceLease();
        // null: released between the two calls, so it can be had now.
        if (holder) return holder;
      }
      throw new Error('the enforce lease changed hands with every look at it');
    },

    async releaseEnforceLease(runId) {
      await unlessConditionFails(
        client.send(
          new DeleteCommand({
            TableName: tableName,
            Key: ENFORCE_LEASE_KEY,
            ConditionExpression: 'runId = :runId',
            ExpressionAttributeValues: { ':runId': runId },
          }),
        ),
      );
    },
  };
}

/** Whether the conditional write went through. */
async function unlessConditionFails(writing: Promise<unknown>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
