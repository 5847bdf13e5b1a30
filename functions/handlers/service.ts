/** What the handlers work with: made from the environment in Lambda, by the command elsewhere. */
import { type ClientPool, createClientPool } from '../aws/client-pool.ts';
import type { Configuration, Mode } from '../core/model.ts';
import type { Clock } from '../runtime/clock.ts';
import { ConfigurationError, parseConfiguration } from '../runtime/configuration.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { createLog, type Log } from '../runtime/log.ts';
import { wallClock } from '../runtime/wall-clock.ts';
import { connectStore } from '../store/connect.ts';
import type { Artifacts, Store } from '../store/contract.ts';

export interface Service {
  pool: ClientPool;
  store: Store;
  artifacts: Artifacts;
  clock: Clock;
  log: Log;
  /** Modes that this deployment may run: the assess state machine's functions refuse the others. */
  allowedModes: readonly Mode[];
  loadConfiguration(): Promise<Configuration>;
}

/** What Lambda tells of an invocation; the local engine gives a signal instead of a time limit. */
export interface Invocation {
  /** Unique to the invocation. */
  id: string;
  remainingMilliseconds: (() => number) | null;
  signal: AbortSignal | undefined;
}

let made: Service | null = null;

/** One service for the life of the Lambda process: clients, sockets and the parsed environment are reused. */
export function lambdaService(): Service {
  made ??= makeLambdaService();
  return made;
}

function makeLambdaService(): Service {
  const environment = readEnvironment();
  const { homeRegion: region } = environment;
  const { store, artifacts } = connectStore({
    region,
    tableName: environment.tableName,
    bucket: environment.artifactBucket,
  });
  return {
    pool: createClientPool({ homeRegion: region, endpoint: null, credentials: null }),
    store,
    artifacts,
    clock: wallClock,
    log: createLog({ level: environment.logLevel, stream: 'stdout' }),
    allowedModes: environment.allowedModes as Mode[],
    loadConfiguration: async () => {
      const key = environment.configurationKey;
      const text = await artifacts.getText(key);
      if (text === null) {
        throw new ConfigurationError(`${artifacts.bucket}/${key}`, [
          'not found; deploy the stack with the configuration',
        ]);
      }
      return parseConfiguration(text, key);
    },
  };
}

/** The parts of Lambda's context that are used. */
export interface LambdaContext {
  awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

export function lambdaInvocation(context: LambdaContext): Invocation {
  return {
    id: context.awsRequestId,
    remainingMilliseconds: () => context.getRemainingTimeInMillis(),
    signal: undefined,
  };
}
