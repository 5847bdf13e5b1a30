/** Runs the probes against one AWS, the user's or the twin's. */
import { randomBytes } from 'node:crypto';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Answer } from '../../core/conformance.ts';
import type { Region } from '../../core/model/primitives.ts';
import { partitionOfArn } from '../../core/partition.ts';
import { type AwsConnection, createClientPool } from '../client-pool.ts';
import '../member-clients.ts';
import '../organization-client.ts';
import { errorOf, type Probe, type ProbeTools } from './probe.ts';
import { READ_PROBES } from './read-probes.ts';
import { isSettingInUse, removeProbes, WRITE_PROBES } from './write-probes.ts';

export interface ProbeRun {
  partition: string;
  answers: { probe: Probe; answer: Answer }[];
  left: string[];
}

/** The setting is in use, so nothing was written. */
export class SettingInUseError extends Error {
  override readonly name = 'SettingInUseError';
}

export interface ProbeOrder {
  connection: AwsConnection;
  region: Region;
  write: boolean;
  wait(seconds: number): Promise<void>;
  /** Ends the run before the next probe; what was made is removed all the same. */
  signal?: AbortSignal | undefined;
}

/** @throws {SettingInUseError} with `write`, where a role is set in the Region */
export async function runProbes({ connection, region, write, wait, signal }: ProbeOrder): Promise<ProbeRun> {
  const pool = createClientPool(connection);
  try {
    const clients = pool.operator;
    const { Account = '', Arn = '' } = await clients.sts(region).send(new GetCallerIdentityCommand({}));
    const suffix = randomBytes(4).toString('hex');
    const tools: ProbeTools = {
      clients,
      region,
      wait,
      suffix,
      accountId: Account,
      partition: partitionOfArn(Arn),
    };
    const inUse = write ? await isSettingInUse(tools).catch(errorOf) : false;
    if (inUse === true) throw new SettingInUseError(region);
    const run: ProbeRun = { partition: tools.partition, answers: [], left: [] };
    await askAll(READ_PROBES, tools, run, signal);
    if (!write) return run;
    if (inUse !== false) {
      const why = `the setting could not be read (${inUse.code}), so nothing was written`;
      run.answers.push(
        ...WRITE_PROBES.map((probe) => ({ probe, answer: { kind: 'not-asked' as const, why } })),
      );
      return run;
    }
    try {
      await askAll(WRITE_PROBES, tools, run, signal);
    } finally {
      run.left.push(...(await removeProbes(tools)));
    }
    return run;
  } finally {
    pool.destroy();
  }
}

async function askAll(
  probes: readonly Probe[],
  tools: ProbeTools,
  run: ProbeRun,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const probe of probes) {
    if (signal?.aborted) return;
    // What a probe prepares may be refused too, and that is its answer.
    run.answers.push({ probe, answer: await probe.ask(tools).catch(errorOf) });
  }
}
