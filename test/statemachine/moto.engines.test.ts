/**
 * An independent engine for the very same file: moto's Step Functions (with S3 and DynamoDB of moto)
 * drives the project's handlers; SSM, IAM and the rest are the twin's. The table must come out as with
 * the local engine.
 */
import { readFile } from 'node:fs/promises';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClientPool } from '../../functions/aws/client-pool.ts';
import type { RunResult, TargetResult } from '../../functions/core/model/result.ts';
import { createFinishRun, type FinishRunEvent } from '../../functions/handlers/finish-run.ts';
import { createNextBatch, type NextBatchEvent } from '../../functions/handlers/next-batch.ts';
import {
  createReconcileAccount,
  type ReconcileAccountEvent,
} from '../../functions/handlers/reconcile-account.ts';
import type { Service } from '../../functions/handlers/service.ts';
import { createStartRun, type StartRunEvent } from '../../functions/handlers/start-run.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import { createLog } from '../../functions/platform/log.ts';
import { wallClock } from '../../functions/platform/wall-clock.ts';
import { createS3Artifacts } from '../../functions/store/artifacts-s3.ts';
import type { Store } from '../../functions/store/contract.ts';
import { createStore } from '../../functions/store/table.ts';
import { tableDefinition } from '../../functions/store/table-definition.ts';
import type { Snapshot } from '../../twin/contract.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { startTwin, type Twin } from '../../twin/start.ts';
import { type Ended, makeFolder, runCommand } from '../cli/run-command.ts';
import { openOrganization } from '../reconcile/organization.ts';
import { type Moto, startMoto } from './moto/server.ts';

const TABLE = 'dhmc-rollout';
const BUCKET = 'dhmc-artifacts';
const CRASHING = '100000000014';
const folder = await makeFolder();
const CONFIGURATION = { ...defaultConfiguration(), settle: { passes: 1, waitSeconds: [1] } };

let moto: Moto;
let twin: Twin;
let snapshot: Snapshot;
let store: Store;
const opened: { destroy(): void }[] = [];
let stateMachineArn: string | undefined;
let handlers: Record<string, (payload: unknown) => Promise<unknown>>;

beforeAll(async () => {
  snapshot = await readSnapshot('test/fixtures/snapshots/first');
  twin = await startTwin({ snapshot, pages: 'aws' });
  moto = await startMoto((name, payload) => {
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
  store = createStore({ client: table, tableName: TABLE });
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
    clock: wallClock,
    log: createLog({ level: 'SILENT', stream: 'stderr' }),
    reports: null,
    allowedModes: ['assess', 'enforce'],
    loadConfiguration: async () => CONFIGURATION,
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
      if (event.account.accountId === CRASHING) {
        throw Object.assign(new Error('signal: killed'), { name: 'Runtime.ExitError' });
      }
      invocations += 1;
      const id = `invocation-${invocations}`;
      return reconcile(event, { id, remainingMilliseconds: null, signal: undefined });
    },
  };
}, 120_000);
afterAll(async () => {
  for (const client of opened) client.destroy();
  await moto?.close();
  await twin?.close();
});

const KEYS = { accessKeyId: 'AKIAMOTO', secretAccessKey: 'moto' };

/** The deployed service as a person starts it: the real command, with moto for Step Functions, S3 and DynamoDB. */
async function runOnMoto(...more: string[]): Promise<Ended> {
  const client = new SFNClient({ endpoint: moto.url, region: 'us-east-1', credentials: KEYS });
  opened.push(client);
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
  stateMachineArn ??= (
    await client.send(new CreateStateMachineCommand({ name: 'rollout', roleArn, definition }))
  ).stateMachineArn;
  return runCommand(
    ['run', '--mode', 'enforce', '--state-machine', String(stateMachineArn), '--output', 'json', ...more],
    {
      cwd: folder,
      env: {
        AWS_ENDPOINT_URL: moto.url,
        AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
      },
    },
  );
}

/** What a reader of the table sees of each target, without what differs from run to run. */
async function tableOf(from: Store, accounts: string[]) {
  const targets: Record<string, unknown> = {};
  for (const accountId of accounts) {
    const changes = ({ changes: made }: TargetResult) => made.map((change) => [change.kind, change.outcome]);
    for (const target of await from.getTargets(accountId)) {
      const { status, reasons, notes, setting } = target;
      targets[`${accountId} ${target.region}`] = {
        status,
        reasons,
        notes,
        setting,
        changes: changes(target),
      };
    }
  }
  return targets;
}

describe("given the first snapshot and moto's Step Functions", () => {
  it('when the command starts and follows it there with a crashing account, then result and table are the local ones', async () => {
    const { code, stdout, stderr } = await runOnMoto();
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { runId, coverage, targets } = JSON.parse(stdout) as RunResult;
    expect(stderr).toMatch(/^enforce: arn:aws:states:us-east-1:123456789012:execution:rollout:dhmc-/);
    expect(stderr).toContain(`enforce: 12 accounts in 3 Regions (${runId})`);
    expect(stderr).toContain('12 of 12 accounts');
    expect(targets).toHaveLength(36);
    expect(coverage).toEqual({
      accounts: 12,
      targets: 36,
      compliant: 11,
      nonCompliant: 4,
      // Tokyo of ...11 and ...16: within a second no agent notices the new setting.
      converging: 2,
      skipped: 13,
      error: 6,
    });
    expect(await store.getCrash(CRASHING, runId)).not.toBeNull();

    const local = await openOrganization(await readSnapshot('test/fixtures/snapshots/first'));
    try {
      await local.run({}, CONFIGURATION);
      const accounts = snapshot.organization.Accounts.map(({ Id }) => String(Id)).filter(
        (id) => id !== CRASHING,
      );
      const expected = await tableOf(local.state.store, accounts);
      expect(Object.keys(expected)).toHaveLength(33);
      expect(await tableOf(store, accounts)).toEqual(expected);
    } finally {
      await local.close();
    }
  }, 300_000);
});

/** Compliant after the first run. The setting is taken away in a Region once: twice would be another controller's work. */
const PROTECTED = '100000000012';

function takeSetting(region: string): void {
  twin.state.region(PROTECTED, region).Ssm.ServiceSettings = [];
}

/** A run over that account: what kept it from changing anything, and how many changes the twin saw meanwhile. */
async function runProtected(region: string): Promise<{
  hold: string | null;
  runId: string;
  changes: number;
  status: string;
}> {
  const before = twin.calls().mutating;
  const { stdout, stderr } = await runOnMoto('--accounts', PROTECTED);
  const { hold, runId, targets } = (stdout === '' ? { targets: [] } : JSON.parse(stdout)) as RunResult;
  const target = targets.find((one) => one.region === region);
  if (!target) throw new Error(stderr);
  return { hold: hold?.code ?? null, runId, changes: twin.calls().mutating - before, status: target.status };
}

describe("given something to change, and moto's Step Functions", () => {
  it('when a gate left a hold the day before, then no call changes anything until a person resumes, and then it goes ahead', async () => {
    const hold = {
      runId: 'run-stopped',
      who: 'gate',
      why: 'instances were lost',
      since: '2026-11-19T00:00:00.000Z',
    };
    await store.createEnforceHold(hold);
    takeSetting('ap-northeast-1');
    expect(await runProtected('ap-northeast-1')).toMatchObject({
      hold: 'ENFORCE_HELD',
      changes: 0,
      status: 'NON_COMPLIANT',
    });
    const resumption = { who: 'ops', why: 'the cause was removed', at: '2026-11-20T01:00:00.000Z' };
    expect(await store.clearEnforceHold(hold, resumption)).toBe(true);
    const resumed = await runProtected('ap-northeast-1');
    expect([resumed.hold, resumed.changes > 0]).toEqual([null, true]);
  }, 180_000);

  it('when another run holds the enforce lease, then it assesses, and changes once the lease is free', async () => {
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await store.takeEnforceLease({ runId: 'run-other', executionArn: null, until });
    takeSetting('us-east-1');
    expect(await runProtected('us-east-1')).toMatchObject({
      hold: 'RUN_IN_PROGRESS',
      changes: 0,
      status: 'NON_COMPLIANT',
    });
    await store.releaseEnforceLease('run-other');
    const after = await runProtected('us-east-1');
    expect([after.hold, after.changes > 0]).toEqual([null, true]);
  }, 180_000);
});
