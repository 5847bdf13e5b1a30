/** Accounts and their targets in the table, and the lease on an account. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { AccountId } from '../core/model/primitives.ts';
import type { TargetResult } from '../core/model/result.ts';
import { getItems, putItems } from './batch.ts';
import type { AccountState, Store } from './contract.ts';
import { LeaseLostError } from './errors.ts';
import {
  fromCrashItem,
  fromStateItem,
  fromTargetItem,
  type Item,
  isNotCompliant,
  toStateItem,
  toTargetItem,
} from './items.ts';
import {
  accountPartition,
  crashKey,
  type Key,
  NON_COMPLIANT_SHARDS,
  nonCompliantShard,
  stateKey,
  TARGET_PREFIX,
} from './keys.ts';
import { NON_COMPLIANT_INDEX } from './table-definition.ts';

/** Free, one's own, or run out: then STATE may be written. Times are ISO 8601 in UTC, so text order is time order. */
const LEASE_IS_OURS = 'attribute_not_exists(leaseOwner) OR leaseOwner = :owner OR leaseUntil < :now';
/** Of an invocation of another process on this machine. */
const OWNER_HAS_ENDED = '(begins_with(leaseOwner, :local) AND NOT begins_with(leaseOwner, :process))';

/** Begins the names of lease owners that are invocations in a process on this machine. */
export const LOCAL_OWNER = 'local-';

type AccountStore = Pick<
  Store,
  | 'getAccountState'
  | 'getAccountStates'
  | 'recordAccount'
  | 'closeAccount'
  | 'getTargets'
  | 'listNonCompliant'
  | 'takeLease'
  | 'releaseLease'
  | 'getCrash'
>;

/**
 * @param onlyProcess begins the names of this process's lease owners, where it alone can have the table open: leases
 *   of other local processes are then of processes that have ended, and count as run out
 */
export function createAccountStore(
  client: DynamoDBDocumentClient,
  tableName: string,
  onlyProcess?: string,
): AccountStore {
  const leaseIsOurs = onlyProcess === undefined ? LEASE_IS_OURS : `${LEASE_IS_OURS} OR ${OWNER_HAS_ENDED}`;
  const processes: Item = onlyProcess === undefined ? {} : { ':local': LOCAL_OWNER, ':process': onlyProcess };
  const hasEnded = (owner: string): boolean =>
    onlyProcess !== undefined && owner.startsWith(LOCAL_OWNER) && !owner.startsWith(onlyProcess);

  async function queryAll(input: {
    condition: string;
    values: Item;
    index?: string;
    attributes?: string;
  }): Promise<Item[]> {
    const pages = paginateQuery(
      { client },
      {
        TableName: tableName,
        IndexName: input.index,
        KeyConditionExpression: input.condition,
        ExpressionAttributeValues: input.values,
        ProjectionExpression: input.attributes,
        ConsistentRead: input.index === undefined,
      },
    );
    const items: Item[] = [];
    for await (const page of pages) items.push(...(page.Items ?? []));
    return items;
  }

  return {
    async getAccountState(accountId) {
      const { Item: item } = await client.send(
        new GetCommand({ TableName: tableName, Key: stateKey(accountId), ConsistentRead: true }),
      );
      return item ? fromStateItem(item) : null;
    },

    async getAccountStates(accountIds) {
      const items = await getItems(client, tableName, [...new Set(accountIds)].map(stateKey));
      const states = items.map(fromStateItem).filter((state) => state !== null);
      return new Map<AccountId, AccountState>(states.map((state) => [state.accountId, state]));
    },

    async recordAccount(state, targets, owner) {
      const { accountId, updatedAt } = state;
      // Both are built first: an item that is too large is refused before anything is written.
      const stateItem = toStateItem(state);
      const targetItems = targets.map(toTargetItem);
      // One read answers both questions: STATE and TARGET#... are the end of the partition.
      const stored = await queryAll({
        condition: 'pk = :pk AND sk >= :sk',
        values: { ':pk': accountPartition(accountId), ':sk': stateItem.sk },
        attributes: 'sk, contentHash, leaseOwner, leaseUntil',
      });
      const lease = stored.find((item) => item.sk === stateItem.sk);
      const holder = lease?.leaseOwner ? String(lease.leaseOwner) : owner;
      if (holder !== owner && !hasEnded(holder) && String(lease?.leaseUntil) >= updatedAt) {
        throw new LeaseLostError(accountId, owner);
      }
      const hashes = new Map(stored.map((item) => [item.sk, item.contentHash]));
      const changed = targetItems.filter((item) => hashes.get(item.sk) !== item.contentHash);
      await putItems(client, tableName, changed);
      try {
        await client.send(
          new PutCommand({
            TableName: tableName,
            Item: stateItem,
            ConditionExpression: leaseIsOurs,
            ExpressionAttributeValues: { ...processes, ':owner': owner, ':now': updatedAt },
          }),
        );
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException)
          throw new LeaseLostError(accountId, owner, error);
        throw error;
      }
      return changed.length + 1;
    },

    async closeAccount(accountId, closing) {
      const known = await client.send(
        new GetCommand({ TableName: tableName, Key: stateKey(accountId), ConsistentRead: true }),
      );
      const state = known.Item ? fromStateItem(known.Item) : null;
      if (state === null || state.closed || state.updatedAt >= closing.at) return false;
      const targets = await queryAll({
        condition: 'pk = :pk AND begins_with(sk, :sk)',
        values: { ':pk': accountPartition(accountId), ':sk': TARGET_PREFIX },
        attributes: 'pk, sk, gsi1pk',
      });
      for (const { pk, sk, gsi1pk } of targets) {
        if (gsi1pk === undefined) continue;
        // Without the hash a later run writes the target anew, into the index too.
        const expression = 'REMOVE gsi1pk, gsi1sk, contentHash';
        await client.send(
          new UpdateCommand({ TableName: tableName, Key: { pk, sk }, UpdateExpression: expression }),
        );
      }
      // The mark last: a crash before it is repeated with the event, or by the next full run.
      try {
        await client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: stateKey(accountId),
            UpdateExpression: 'SET closed = :closing',
            ConditionExpression: 'updatedAt < :at',
            ExpressionAttributeValues: { ':closing': closing, ':at': closing.at },
          }),
        );
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
      return true;
    },

    async getTargets(accountId) {
      const items = await queryAll({
        condition: 'pk = :pk AND begins_with(sk, :sk)',
        values: { ':pk': accountPartition(accountId), ':sk': TARGET_PREFIX },
      });
      return items.map(fromTargetItem);
    },

    async *listNonCompliant(): AsyncGenerator<TargetResult> {
      for (let shard = 0; shard < NON_COMPLIANT_SHARDS; shard += 1) {
        const pages = paginateQuery(
          { client },
          {
            TableName: tableName,
            IndexName: NON_COMPLIANT_INDEX,
            KeyConditionExpression: 'gsi1pk = :shard',
            ExpressionAttributeValues: { ':shard': nonCompliantShard(shard) },
          },
        );
        for await (const page of pages) {
          const keys = (page.Items ?? []).map(({ pk, sk }): Key => ({ pk: String(pk), sk: String(sk) }));
          const targets = (await getItems(client, tableName, keys)).map(fromTargetItem);
          // The index is eventually consistent, the items are not: what has become compliant drops out here.
          yield* targets.filter(isNotCompliant);
        }
      }
    },

    async takeLease(accountId, owner, now, until) {
      try {
        await client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: stateKey(accountId),
            UpdateExpression: 'SET leaseOwner = :owner, leaseUntil = :until',
            ConditionExpression: leaseIsOurs,
            ExpressionAttributeValues: {
              ...processes,
              ':owner': owner,
              ':until': until.toISOString(),
              ':now': now.toISOString(),
            },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    async releaseLease(accountId, owner) {
      try {
        await client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: stateKey(accountId),
            UpdateExpression: 'REMOVE leaseOwner, leaseUntil',
            ConditionExpression: 'leaseOwner = :owner',
            ExpressionAttributeValues: { ':owner': owner },
          }),
        );
      } catch (error) {
        // Another owner's by now, or free already: either way not ours to release.
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    async getCrash(accountId, runId) {
      const { Item: item } = await client.send(
        new GetCommand({ TableName: tableName, Key: crashKey(accountId, runId), ConsistentRead: true }),
      );
      return item ? fromCrashItem(item) : null;
    },
  };
}
