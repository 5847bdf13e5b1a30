/** What a run of the emulated service leaves: its execution's history, records in the table, reports in the bucket. */
import { createHash } from 'node:crypto';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, paginateGetExecutionHistory, SFNClient } from '@aws-sdk/client-sfn';
import type { Piece } from '../../twin/contract.ts';

export interface EmulatedRun {
  status: string;
  /** Of the execution, by how often they were entered. */
  states: Record<string, number>;
  output: Piece;
  error: string | null;
  cause: string | null;
}

export interface Outcome {
  /** The execution once it has ended, or after five minutes. */
  finish(executionArn: string): Promise<EmulatedRun>;
  /** What the table holds of targets. */
  recorded(): Promise<{ accounts: number; targets: number }>;
  /** Files that finish-run left in the bucket, by name. */
  reportOf(runId: string): Promise<Map<string, Uint8Array>>;
}

interface Where {
  client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  table: string;
  bucket: string;
  /** Gets the clients that are made. */
  opened: { destroy(): void }[];
}

const LONGEST_MS = 300_000;
const POLL_MS = 200;

export function openOutcome({ client, table: TableName, bucket: Bucket, opened }: Where): Outcome {
  const bucket = new S3Client({ ...client, forcePathStyle: true });
  const table = new DynamoDBClient(client);
  const states = new SFNClient(client);
  opened.push(bucket, table, states);

  const entered = async (executionArn: string) => {
    const counts: Record<string, number> = {};
    for await (const { events = [] } of paginateGetExecutionHistory({ client: states }, { executionArn })) {
      for (const { stateEnteredEventDetails: { name } = {} } of events) {
        if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
      }
    }
    return counts;
  };

  return {
    async finish(executionArn) {
      const until = Date.now() + LONGEST_MS;
      for (;;) {
        const described = await states.send(new DescribeExecutionCommand({ executionArn }));
        const { status = 'none', output = 'null', error = null, cause = null } = described;
        if (status !== 'RUNNING' || Date.now() > until) {
          return { status, states: await entered(executionArn), output: JSON.parse(output), error, cause };
        }
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
    async recorded() {
      const accounts = new Set<string>();
      let targets = 0;
      for await (const { Items = [] } of paginateScan({ client: table }, { TableName })) {
        for (const { pk, sk } of Items) {
          if (!pk?.S?.startsWith('ACCOUNT#') || !sk?.S?.startsWith('TARGET#')) continue;
          accounts.add(pk.S);
          targets += 1;
        }
      }
      return { accounts: accounts.size, targets };
    },
    async reportOf(runId) {
      const Prefix = `reports/${runId}/`;
      const files = new Map<string, Uint8Array>();
      for await (const { Contents = [] } of paginateListObjectsV2({ client: bucket }, { Bucket, Prefix })) {
        for (const { Key = '' } of Contents) {
          const { Body } = await bucket.send(new GetObjectCommand({ Bucket, Key }));
          files.set(Key.slice(Prefix.length), (await Body?.transformToByteArray()) ?? new Uint8Array());
        }
      }
      return files;
    },
  };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
