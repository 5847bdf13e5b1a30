import { connect } from 'node:net';
import type { AwsConnection } from '../../functions/aws/client-pool.ts';
import { wallClock } from '../../functions/runtime/wall-clock.ts';
import { UsageError } from '../exit.ts';
import type { ReportOptions } from '../terminal/run-report.ts';
import { readConfiguration } from './configuration.ts';
import { type GlobalFlags, type ModeFlags, type RunMode, runInputOf } from './flags.ts';
import { type EndingFlags, endRun, performRun, untilInterrupted } from './perform-run.ts';
import { withStateFolder } from './state.ts';

interface PlanFlags extends ModeFlags, EndingFlags, GlobalFlags {
  local?: boolean;
  stateMachine?: string;
  config?: string;
  state: string;
}

interface RunFlags extends PlanFlags {
  mode: RunMode;
}

export async function run(flags: RunFlags): Promise<number> {
  return runHere(flags.mode, flags, {});
}

/** `run --mode assess`, with every change that enforce would make. */
export const plan = (flags: PlanFlags): Promise<number> => runHere('assess', flags, { listChanges: true });

async function runHere(mode: RunMode, flags: PlanFlags, shown: ReportOptions): Promise<number> {
  const input = runInputOf(mode, flags);
  if (flags.stateMachine !== undefined) {
    throw new UsageError('--state-machine is not available in this version; use --local');
  }
  if (!flags.local) {
    throw new UsageError('where to run is not said; give --local to run from here with your credentials');
  }
  const configuration = await readConfiguration(flags.config);
  const connection = await connectToEnvironment();
  return untilInterrupted((interrupt) =>
    withStateFolder(flags.state, connection, async (state) => {
      const order = { input, configuration, connection, state, interrupt, flags };
      const result = await performRun({ ...order, clock: wallClock, jumps: false });
      return endRun(result, flags, shown);
    }),
  );
}

/** AWS as the environment says, once what it names answers at all. */
export async function connectToEnvironment(): Promise<AwsConnection> {
  const connection = environmentConnection();
  await expectAnswer(process.env.AWS_ENDPOINT_URL);
  return connection;
}

/** Endpoint and credentials are left to the SDK, which reads them from the environment and the profile. */
function environmentConnection(): AwsConnection {
  const homeRegion = process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION;
  if (!homeRegion) {
    throw new UsageError('no Region: set AWS_REGION to the home Region of the account that runs the service');
  }
  return { homeRegion, endpoint: null, credentials: null };
}

const CONNECT_MS = 5_000;

/**
 * A mistyped endpoint should be said at once, and not after the SDK's retries.
 * Rejects with the socket's error (ECONNREFUSED ...).
 */
async function expectAnswer(endpoint: string | undefined): Promise<void> {
  if (!endpoint) return;
  if (!URL.canParse(endpoint)) {
    throw new UsageError(`AWS_ENDPOINT_URL ${endpoint}: not a URL such as http://127.0.0.1:4570`);
  }
  const { hostname, port, protocol } = new URL(endpoint);
  await new Promise<void>((resolve, reject) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || (protocol === 'https:' ? 443 : 80),
      timeout: CONNECT_MS,
    });
    const end = (error?: Error) => {
      socket.destroy();
      if (error) reject(error);
      else resolve();
    };
    socket.once('connect', () => end());
    socket.once('error', end);
    socket.once('timeout', () => end(Object.assign(new Error('no connection'), { code: 'ETIMEDOUT' })));
  });
}
