/**
 * DynamoDB in this process: dynalite over LevelDB, without a port. What AWS acknowledges by writing to
 * several zones, it acknowledges once the disk has it, or LevelDB in a throw-away folder.
 */
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { HttpRequest, RequestSigner } from '@smithy/types';
import { type Database, type DatabaseClass, durableDatabase } from './durable-database.ts';
import { handlerOf } from './in-process-server.ts';
import { requireDatabase } from './require-database.ts';

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
 * dynalite wants the headers of a signature and does not verify it. The engine is in this process, so a signature
 * would prove nothing; its hashing is a tenth of what a call to it costs.
 */
const UNSIGNED: RequestSigner = {
  async sign(request) {
    const { headers } = request as HttpRequest;
    return Object.assign(request, {
      headers: {
        ...headers,
        'x-amz-date': '20200101T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=EMBEDDED/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      },
    });
  },
};

/** Sequence files by the folder of their database. */
const sequenceFiles = new Map<string, string>();
let durable = false;

/**
 * Starts the engine. `path` is LevelDB's folder; throws what LevelDB says when it cannot be opened. `sequenceFile`: where writes are to reach the disk (durable-database.ts). The client has every
 * setting given explicitly, so that no profile, variable or metadata service can send it elsewhere.
 */
export async function openEmbeddedTable(
  path: string,
  sequenceFile: string | null = null,
): Promise<EmbeddedTable> {
  const require = requireDatabase();
  if (sequenceFile !== null) sequenceFiles.set(path, sequenceFile);
  // dynalite takes the class from its module when it is loaded, and passes no options on to it.
  if (!durable) {
    const level: { Level: DatabaseClass } = createRequire(require.resolve('dynalite'))('level');
    level.Level = durableDatabase(level.Level, (folder) => sequenceFiles.get(folder) ?? null);
    durable = true;
  }
  const dynalite: (options: DynaliteOptions) => Server = require('dynalite');
  const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const client = new DynamoDBClient({
    endpoint: 'http://embedded.invalid',
    region: 'us-east-1',
    credentials: { accessKeyId: 'EMBEDDED', secretAccessKey: 'embedded' },
    maxAttempts: 3,
    retryMode: 'standard',
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    accountIdEndpointMode: 'disabled',
    signer: UNSIGNED,
    requestHandler: handlerOf(server),
  });
  // The first copies each item for a log that is not written, the second names the client to an engine that does not ask.
  client.middlewareStack.remove('loggerMiddleware');
  client.middlewareStack.remove('getUserAgentMiddleware');
  return {
    client,
    async close() {
      client.destroy();
      await closeEngine(server);
    },
  };
}

/** dynalite closes its database only behind a server that listened: so it does, for the moment of closing. */
async function closeEngine(server: Server): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => server.close((error) => (error ? reject(error) : resolve())));
  });
}

/**
 * Reads a database before dynalite has it. dynalite 4 opens its database in the background, and a failure there (a
 * damaged file, another process's lock) ends the process by an unhandled rejection.
 */
export async function withDatabase<T>(path: string, read: (database: Database) => Promise<T>): Promise<T> {
  const require = createRequire(requireDatabase().resolve('dynalite'));
  const { Level }: { Level: DatabaseClass } = require('level');
  const database = new Level(path, { valueEncoding: 'json' });
  try {
    await database.open();
  } catch (error) {
    throw error instanceof Error && error.cause ? error.cause : error;
  }
  try {
    return await read(database);
  } finally {
    await database.close();
  }
}
