/**
 * Structured log lines through Powertools Logger, each with what it is about (runId, accountId, region).
 * Only named fields are logged, never an event, a request or credentials.
 */
import { Console } from 'node:console';
import { Logger } from '@aws-lambda-powertools/logger';

export interface LogFields {
  runId?: string;
  accountId?: string;
  region?: string;
  [field: string]: string | number | boolean | null | undefined;
}

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with fields that are on every line. */
  about(fields: LogFields): Log;
}

export interface LogOptions {
  level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'SILENT';
  /** Lambda collects standard output; the command keeps that for results. */
  stream: 'stdout' | 'stderr';
}

export function createLog(options: LogOptions): Log {
  const logger = new Logger({ serviceName: 'dhmc-rollout', logLevel: options.level });
  if (options.stream === 'stderr') {
    // Powertools writes to standard output; its console is private and there is no option for it (2.36).
    Reflect.set(logger, 'console', new Console({ stdout: process.stderr, stderr: process.stderr }));
  }
  return bind(logger, {});
}

function bind(logger: Logger, bound: LogFields): Log {
  return {
    debug: (message, fields) => logger.debug(message, { ...bound, ...fields }),
    info: (message, fields) => logger.info(message, { ...bound, ...fields }),
    warn: (message, fields) => logger.warn(message, { ...bound, ...fields }),
    error: (message, fields) => logger.error(message, { ...bound, ...fields }),
    about: (fields) => bind(logger, { ...bound, ...fields }),
  };
}
