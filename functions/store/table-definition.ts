/**
 * The table as data: the embedded engine creates it from here, and infra reads it for the real one
 * (which adds encryption, point-in-time recovery and TTL on `expiresAt`).
 *
 * Both indexes are sparse and hold keys only: items are read back by key, so that a target's verdicts
 * are neither stored nor written twice.
 */
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';

/** Targets that are not compliant: gsi1pk = NONCOMPLIANT#<shard>, gsi1sk = <account>#<region>. */
export const NON_COMPLIANT_INDEX = 'gsi1';
/** Runs by time: gsi2pk = RUNS, gsi2sk = <startedAt>#<run>. */
export const RUNS_INDEX = 'gsi2';

export function tableDefinition(tableName: string) {
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk'].map((name) => ({
      AttributeName: name,
      AttributeType: 'S' as const,
    })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [NON_COMPLIANT_INDEX, RUNS_INDEX].map((index) => ({
      IndexName: index,
      KeySchema: [
        { AttributeName: `${index}pk`, KeyType: 'HASH' as const },
        { AttributeName: `${index}sk`, KeyType: 'RANGE' as const },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' as const },
    })),
  } satisfies CreateTableCommandInput;
}

/** Creates the table unless it is there, and returns when it can be used (60 s at most). */
export async function ensureTable(client: DynamoDBClient, tableName: string): Promise<void> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    if (Table?.TableStatus === 'ACTIVE') return;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    try {
      await client.send(new CreateTableCommand(tableDefinition(tableName)));
    } catch (creation) {
      if (!(creation instanceof ResourceInUseException)) throw creation;
    }
  }
  // The embedded engine needs milliseconds, AWS seconds: the delays double.
  await waitUntilTableExists(
    { client, maxWaitTime: 60, minDelay: 0.01, maxDelay: 2 },
    { TableName: tableName },
  );
}
