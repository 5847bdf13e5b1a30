import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createAccountStore } from './accounts.ts';
import { createBudgetStore } from './budget.ts';
import type { Store } from './contract.ts';
import { createControlStore } from './control.ts';
import { createJournalStore } from './journal.ts';
import { createNeedStore } from './needs.ts';
import { createOwnTagsStore } from './own-tags.ts';
import { createRunStore } from './runs.ts';

/** The store on one DynamoDB table: AWS's, or the embedded engine's, which is the same client elsewhere. */
export function createStore(options: {
  client: DynamoDBClient;
  tableName: string;
  /** See createAccountStore. */
  onlyProcess?: string;
}): Store {
  const client = DynamoDBDocumentClient.from(options.client, {
    marshallOptions: { removeUndefinedValues: true },
  });
  return {
    ...createRunStore(client, options.tableName),
    ...createAccountStore(client, options.tableName, options.onlyProcess),
    ...createJournalStore(client, options.tableName),
    ...createNeedStore(client, options.tableName),
    ...createBudgetStore(client, options.tableName),
    ...createOwnTagsStore(client, options.tableName),
    ...createControlStore(client, options.tableName),
  };
}
