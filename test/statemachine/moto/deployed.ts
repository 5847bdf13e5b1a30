/**
 * The deployed service on an engine of others: moto's Step Functions, S3 and DynamoDB drive the project's handlers over
 * the first snapshot's twin, and the real command is started against them.
 */
import { readFile } from 'node:fs/promises';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { createClientPool } from '../../../functions/aws/client-pool.ts';
import type { Configuration } from '../../../functions/core/model/configuration.ts';
import { createFinishRun, type FinishRunEvent } from '../../../functions/handlers/finish-run.ts';
import { createNextBatch, type NextBatchEvent } from '../../../functions/handlers/next-batch.ts';
import {
  createReconcileAccount,
  type ReconcileAccountEvent,
} from '../../../functions/handlers/reconcile-account.ts';
import type { Service } from '../../../functions/handlers/service.ts';
import { createStartRun, type StartRunEvent } from '../../../functions/handlers/start-run.ts';
import type { Clock } from '../../../functions/platform/clock.ts';
import { createLog } from '../../../functions/platform/log.ts';
import { wallClock } from '../../../functions/platform/wall-clock.ts';
import { createS3Artifacts } from '../../../functions/store/artifacts-s3.ts';
import type { Store } from '../../../functions/store/contract.ts';
import { createStore } from '../../../functions/store/table.ts';
import { tableDefinition } from '../../../functions/store/table-definition.ts';
import type { Snapshot } from '../../../twin/contract.ts';
import { readSnapshot } from '../../../twin/snapshot/read.ts';
import { startTwin, type Twin } from '../../../twin/start.ts';
import { type Ended, runCommand } from '../../cli/run-command.ts';
import { startMoto } from './server.ts';

export const TABLE = 'dhmc-rollout';
const BUCKET = 'dhmc-artifacts';
const KEYS = { accessKeyId: 'AKIAMOTO', secretAccessKey: 'moto' };

export interface DeployedOnMoto {
  snapshot: Snapshot;
  twin: Twin;
  store: Store;
  stateMachine: string;
  /** The real command. */
  dhmc(words: string[]): Promise<Ended>;
  close(): Promise<void>;
}

export interface Deployment {
  /** Account whose invocation dies. */
  crashing?: string;
  loadConfiguration: () => Promise<Configuration>;
  /** Where the command is started. */
  cwd: string;
  /** Left out: the first snapshot. */
  snapshot?: Snapshot;
  /** The handlers' clock; left out: the wall's. */
  clockOf?: (twin: Twin) => Clock;
}

export async function deployOnMoto(deployment: Deployment): Promise<DeployedOnMoto> {
  const { crashing, loadConfiguration, cwd } = deployment;
  const opened: { destroy(): void }[] = [];
  let handlers: Record<string, (payload: unknown) => Promise<unknown>> = {};
  const snapshot = deployment.snapshot ?? (await readSnapshot('test/fixtures/snapshots/first'));
  const twin = await startTwin({ snapshot, pages: 'aws' });
  const clock = deployment.clockOf?.(twin) ?? wallClock;
  const moto = await startMoto((name, payload) => {
    const handler = handlers[name];
    if (!handler) throw new Error(`no function ${name}`);
    return handler(payload);
  });
  const client = { endpoint: moto.url, region: 'us-east-1', credentials: KEYS };
  const table = new DynamoDBClient(client);
  opened.push(table);
  await table.send(new CreateTableCommand(tableDefinition(TABLE)));
  const bucket = new S3Client({ ...client, forcePathStyle: true });
  opened.push(bucket);
  await bucket.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const store = createStore({ client: table, tableName: TABLE });
  const { accessKeyId, secretAccessKey, sessionToken, region } = twin.operator;
  const pool = createClientPool({
    homeRegion: region,
    endpoint: twin.url,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
  opened.push(pool);
  const service: Service = {
    pool,
    store,
    artifacts: createS3Artifacts({ client: bucket, bucket: BUCKET }),
    clock,
    log: createLog({ level: 'SILENT', stream: 'stderr' }),
    reports: null,
    tableName: TABLE,
    allowedModes: ['assess', 'enforce', 'rollback'],
    loadConfiguration,
    isExecutionRunning: async () => null,
    readConcurrencyQuota: async () => null,
  };
  let invocations = 0;
  const reconcile = createReconcileAccount(service);
  handlers = {
    start: (payload) => createStartRun(service)(payload as StartRunEvent),
    next: (payload) => createNextBatch(service)(payload as NextBatchEvent),
    finish: (payload) => createFinishRun(service)(payload as FinishRunEvent),
    reconcile: async (payload) => {
      const event = payload as ReconcileAccountEvent;
      if (event.account.accountId === crashing) {
        throw Object.assign(new Error('signal: killed'), { name: 'Runtime.ExitError' });
      }
      invocations += 1;
      const id = `invocation-${invocations}`;
      return clock.activity(() => reconcile(event, { id, remainingMilliseconds: null, signal: undefined }));
    },
  };
  const states = new SFNClient(client);
  opened.push(states);
  const lambda = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
  const substitutions: Record<string, string> = {
    partition: 'aws',
    startRunFunction: lambda('start'),
    nextBatchFunction: lambda('next'),
    reconcileAccountFunction: lambda('reconcile'),
    finishRunFunction: lambda('finish'),
    childExecutionType: 'STANDARD',
    tableName: TABLE,
  };
  const text = await readFile('statemachine/rollout.asl.json', 'utf8');
  const definition = text.replace(/\$\{(\w+)\}/g, (whole, name: string) => substitutions[name] ?? whole);
  const roleArn = 'arn:aws:iam::123456789012:role/states';
  const made = await states.send(new CreateStateMachineCommand({ name: 'rollout', roleArn, definition }));
  const env = {
    AWS_ENDPOINT_URL: moto.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
  };
  return {
    snapshot,
    twin,
    store,
    stateMachine: String(made.stateMachineArn),
    dhmc: (words) => runCommand(words, { cwd, env }),
    async close() {
      for (const one of opened) one.destroy();
      await moto.close();
      await twin.close();
    },
  };
}
