/**
 * An organization under test: a twin, a throw-away state folder, and runs of the real state machine on
 * them. The clock is the rehearsal's, so that waits cost nothing.
 */

import { type LambdaConcurrency, type Progress, runLocally } from '../../cli/runs/local-run.ts';
import { openStateFolder, type StateFolder } from '../../cli/state-folder.ts';
import { createTwinClock } from '../../cli/twin-clock.ts';
import type { AwsConnection } from '../../functions/aws/client-pool.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RunInput } from '../../functions/core/model/primitives.ts';
import type { RunResult, TargetResult } from '../../functions/core/model/result.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import { createLog } from '../../functions/platform/log.ts';
import { wholeResult } from '../../functions/report/read-run.ts';
import type { Snapshot } from '../../twin/contract.ts';
import { startTwin, type Twin, type TwinOptions } from '../../twin/start.ts';

export interface Organization {
  twin: Twin;
  state: StateFolder;
  connection: AwsConnection;
  run(
    input?: Partial<RunInput>,
    configuration?: Partial<Configuration>,
    signal?: AbortSignal,
  ): Promise<RunResult>;
  /** Attempted mutating calls to the twin so far. */
  mutatingCalls(): number;
  close(): Promise<void>;
}

export async function openOrganization(
  snapshot: Snapshot,
  onProgress: (progress: Progress) => void = () => {},
  {
    lambda,
    ...served
  }: Pick<TwinOptions, 'throttling' | 'pages' | 'latency' | 'clockSkew' | 'trail'> & {
    lambda?: LambdaConcurrency;
  } = {},
): Promise<Organization> {
  const twin = await startTwin({ snapshot, pages: 'aws', ...served });
  const state = await openStateFolder(null);
  const { accessKeyId, secretAccessKey, sessionToken, region } = twin.operator;
  const connection = {
    homeRegion: region,
    endpoint: twin.url,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  };
  return {
    twin,
    state,
    connection,
    run: async (input = {}, configuration = {}, signal = undefined) => {
      const run = await runLocally({
        input: { mode: 'enforce', trigger: 'on-demand', ...input },
        configuration: { ...defaultConfiguration(), ...configuration },
        connection,
        state,
        clock: createTwinClock({
          now: () => twin.state.clock.now(),
          advance: (seconds) => twin.state.clock.advance(seconds),
          idle: () => twin.requestsInFlight() === 0,
        }),
        log: createLog({ level: 'SILENT', stream: 'stderr' }),
        signal,
        onProgress,
        ...(lambda ? { lambda } : {}),
      });
      return wholeResult(run);
    },
    mutatingCalls: () => twin.calls().mutating,
    close: async () => {
      await state.close();
      await twin.close();
    },
  };
}

export function targetOf(result: RunResult, accountId: string, region: string): TargetResult {
  const target = result.targets.find((t) => t.accountId === accountId && t.region === region);
  if (!target) throw new Error(`no target ${accountId} ${region} in ${result.runId}`);
  return target;
}

export function accountOf(result: RunResult, accountId: string) {
  const account = result.accounts.find((a) => a.accountId === accountId);
  if (!account) throw new Error(`no account ${accountId} in ${result.runId}`);
  return account;
}

/** Kinds and outcomes of all changes of an account, its role's first. */
export function changesOf(result: RunResult, accountId: string): string[] {
  const targets = result.targets.filter((target) => target.accountId === accountId);
  return [accountOf(result, accountId), ...targets]
    .flatMap((holder) => holder.changes)
    .map((change) => `${change.kind} ${change.outcome}`);
}
