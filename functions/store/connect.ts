import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { createS3Artifacts } from './artifacts-s3.ts';
import type { Artifacts, Store } from './contract.ts';
import { createStore } from './table.ts';

/** The store in the operator account: the table and the artifact bucket of the service's stack. */
export function connectStore(options: { region: string; tableName: string; bucket: string }): {
  store: Store;
  artifacts: Artifacts;
} {
  const { region, tableName, bucket } = options;
  const client = new DynamoDBClient({ region, retryMode: 'adaptive', maxAttempts: 8 });
  return {
    store: createStore({ client, tableName }),
    artifacts: createS3Artifacts({ client: new S3Client({ region }), bucket }),
  };
}
