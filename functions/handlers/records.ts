/**
 * What every handler works with. Apart from the rest of the service (service.ts), so that the handlers which
 * only look at the run's records don't load the clients of AWS's other services.
 */

import type { Clock } from '../platform/clock.ts';
import { type Environment, readEnvironment } from '../platform/environment.ts';
import { createLog, type Log } from '../platform/log.ts';
import { wallClock } from '../platform/wall-clock.ts';
import { connectStore } from '../store/connect.ts';
import type { Artifacts, Store } from '../store/contract.ts';

export interface Records {
  store: Store;
  artifacts: Artifacts;
  clock: Clock;
  log: Log;
  /** What a finished run leaves besides its result; null: nothing, the command makes reports when asked. */
  reports: ReportSettings | null;
  /** Name of the table of the deployed service. */
  tableName?: string;
}

export interface ReportSettings {
  formats: readonly string[];
  /** Key of KMS that signs the manifest; null: not signed. */
  keyId: string | null;
  region: string;
}

let made: { environment: Environment; records: Records } | null = null;

/** One for the life of the Lambda process: clients, sockets and the parsed environment are reused. */
export function lambdaRecords(): { environment: Environment; records: Records } {
  made ??= makeLambdaRecords();
  return made;
}

function makeLambdaRecords() {
  const environment = readEnvironment();
  const { homeRegion: region, tableName, artifactBucket: bucket } = environment;
  const records: Records = {
    ...connectStore({ region, tableName, bucket }),
    tableName,
    clock: wallClock,
    log: createLog({ level: environment.logLevel, stream: 'stdout' }),
    reports:
      environment.reportFormats.length > 0
        ? { formats: environment.reportFormats, keyId: environment.reportKeyId, region }
        : null,
  };
  return { environment, records };
}
