/** The journal in the table: written before a change is made, settled after it, never overwritten, never expired. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { JournalEntry, Store } from './contract.ts';
import { JournalConflictError, RecordNotFoundError } from './errors.ts';
import { fromJournalItem, toJournalItem } from './items.ts';
import { accountPartition, journalKey, journalPrefix } from './keys.ts';

type JournalStore = Pick<Store, 'nextJournalSeq' | 'putJournal' | 'settleJournal' | 'listJournal'>;

export function createJournalStore(client: DynamoDBDocumentClient, tableName: string): JournalStore {
  async function readEntry({ accountId, runId, seq }: JournalEntry): Promise<JournalEntry | null> {
    const { Item: item } = await client.send(
      new GetCommand({ TableName: tableName, Key: journalKey(accountId, runId, seq), ConsistentRead: true }),
    );
    return item ? fromJournalItem(item) : null;
  }

  return {
    async nextJournalSeq(accountId, runId) {
      const { Items: [last] = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
          ExpressionAttributeValues: { ':pk': accountPartition(accountId), ':sk': journalPrefix(runId) },
          ScanIndexForward: false,
          Limit: 1,
          ConsistentRead: true,
        }),
      );
      return last ? fromJournalItem(last).seq + 1 : 1;
    },

    async putJournal(entry) {
      try {
        await client.send(
          new PutCommand({
            TableName: tableName,
            Item: toJournalItem(entry),
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // The SDK sends again after a lost response; then the item is this very entry.
        const there = await readEntry(entry);
        if (there?.changeId === entry.changeId && there.writtenAt === entry.writtenAt) return;
        throw new JournalConflictError(entry.accountId, entry.runId, entry.seq, error);
      }
    },

    async settleJournal(accountId, runId, seq, status, at, error, createdId) {
      try {
        await client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: journalKey(accountId, runId, seq),
            UpdateExpression: `SET #status = :status, settledAt = :at, #error = :error${createdId ? ', createdId = :made' : ''}`,
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeNames: { '#status': 'status', '#error': 'error' },
            ExpressionAttributeValues: {
              ':status': status,
              ':at': at.toISOString(),
              ':error': error,
              ...(createdId ? { ':made': createdId } : {}),
            },
          }),
        );
      } catch (failure) {
        if (!(failure instanceof ConditionalCheckFailedException)) throw failure;
        throw new RecordNotFoundError(
          `journal entry ${seq} of run ${runId} in account ${accountId}`,
          failure,
        );
      }
    },

    /** In the order of time: entries of several runs can interleave, those of one run have their seq. */
    async listJournal(accountId, runId) {
      const entries: JournalEntry[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
          ExpressionAttributeValues: { ':pk': accountPartition(accountId), ':sk': journalPrefix(runId) },
          ConsistentRead: true,
        },
      );
      for await (const page of pages) entries.push(...(page.Items ?? []).map(fromJournalItem));
      if (runId !== undefined) return entries;
      // A stable sort: entries written in the same millisecond keep the order of run and seq.
      return entries.sort((a, b) => (a.writtenAt < b.writtenAt ? -1 : a.writtenAt > b.writtenAt ? 1 : 0));
    },
  };
}
