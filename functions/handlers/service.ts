/** What the handlers work with: made from the environment in Lambda, by the command elsewhere. */
import { type ClientPool, createClientPool } from '../aws/client-pool.ts';
import type { Configuration } from '../core/model/configuration.ts';
import type { Mode } from '../core/model/primitives.ts';
import type { Artifacts } from '../store/contract.ts';
import { lambdaRecords, type Records } from './records.ts';

export interface Service extends Records {
  pool: ClientPool;
  /** Modes that this deployment may run: the assess state machine's functions refuse the others. */
  allowedModes: readonly Mode[];
  loadConfiguration(): Promise<Configuration>;
  /** null where it cannot be found out. */
  isExecutionRunning(executionArn: string): Promise<boolean | null>;
  /** Invocations at once that Lambda leaves to functions without a reservation; null where it is not known. */
  readConcurrencyQuota(): Promise<number | null>;
}

/** What Lambda says of an invocation; the local engine gives a signal instead of a time limit. */
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
  const { environment, records } = lambdaRecords();
  const { homeRegion } = environment;
  const pool = createClientPool({ homeRegion, endpoint: null, credentials: null });
  return {
    ...records,
    pool,
    allowedModes: environment.allowedModes as Mode[],
    loadConfiguration: () => loadConfiguration(records.artifacts, environment.configurationKey),
    isExecutionRunning: async (executionArn) => {
      const { isExecutionRunning } = await import('../aws/start-execution.ts');
      return isExecutionRunning(homeRegion, executionArn);
    },
    readConcurrencyQuota: async () => {
      const { readConcurrencyQuota } = await import('../aws/concurrency-quota.ts');
      return readConcurrencyQuota(pool.operator, homeRegion);
    },
  };
}

/**
 * What reads it is loaded with the first configuration: reconcile-account never needs it. The stack stores it as JSON,
 * so that the parser of YAML is not loaded either, except where an operator has put a file of YAML in its place.
 */
async function loadConfiguration(artifacts: Artifacts, key: string): Promise<Configuration> {
  const { ConfigurationError, checkConfiguration } = await import('../inputs/configuration-check.ts');
  const text = await artifacts.getText(key);
  if (text === null) {
    throw new ConfigurationError(`${artifacts.bucket}/${key}`, [
      'not found; deploy the stack with the configuration',
    ]);
  }
  const document = parsedJson(text);
  if (document !== undefined) return checkConfiguration(document, key);
  const { parseConfiguration } = await import('../inputs/configuration.ts');
  return parseConfiguration(text, key);
}

/** undefined where the text is no JSON. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
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
