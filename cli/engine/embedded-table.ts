/**
 * DynamoDB in this process: dynalite over LevelDB, on loopback. What AWS acknowledges by writing to
 * several zones, it acknowledges once LevelDB has it, which survives kill -9.
 */
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

interface DynaliteOptions {
  path?: string;
  createTableMs?: number;
  deleteTableMs?: number;
  updateTableMs?: number;
}

export interface EmbeddedTable {
  client: DynamoDBClient;
  close(): Promise<void>;
}

/**
 * Starts the engine on a free port of 127.0.0.1. `path` is LevelDB's folder. The client has every setting
 * given explicitly, so that no profile, variable or metadata service can send it elsewhere.
 */
export async function openEmbeddedTable(path: string): Promise<EmbeddedTable> {
  const dynalite: (options: DynaliteOptions) => Server = createRequire(import.meta.url)('dynalite');
  const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'EMBEDDED', secretAccessKey: 'embedded' },
    maxAttempts: 3,
    retryMode: 'standard',
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    accountIdEndpointMode: 'disabled',
  });
  return {
    client,
    async close() {
      client.destroy();
      await new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      });
    },
  };
}
