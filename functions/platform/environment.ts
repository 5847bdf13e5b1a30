/**
 * The Lambda functions' environment, parsed once into a typed object. Without zod: six texts don't need the
 * 81 KB that every function would load before anything else (docs/adr/0023).
 */
const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT'] as const;

export interface Environment {
  homeRegion: string;
  tableName: string;
  artifactBucket: string;
  /** Object key of the configuration in the artifact bucket. */
  configurationKey: string;
  /** `assess` in the functions of the assess state machine: they refuse every other mode. */
  allowedModes: string[];
  logLevel: (typeof LOG_LEVELS)[number];
  /** Formats of the reports that finish-run writes; empty in the other functions. */
  reportFormats: string[];
  /** ARN of the KMS key that signs their manifest, where one is configured. */
  reportKeyId: string | null;
  /** Where the end of a run is reported; null: nowhere. */
  topicArn: string | null;
}

export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';

  constructor(variable: string, problem: string) {
    super(`environment variable ${variable} ${problem}; the stack sets it, so deploy it again`);
  }
}

/** Of on-account-event besides: what an account's event starts. */
export interface EventEnvironment {
  stateMachineArn: string;
  mode: 'assess' | 'enforce';
  /** Name of the members' writer role where events of members are taken; null: they are not. */
  writerRole: string | null;
}

type Variables = Record<string, string | undefined>;

/** Throws EnvironmentError. */
export function readEnvironment(variables: Variables = process.env): Environment {
  const level = text(variables, 'LOG_LEVEL', 'INFO');
  const logLevel = LOG_LEVELS.find((known) => known === level);
  if (logLevel === undefined) {
    throw new EnvironmentError('LOG_LEVEL', `is ${level}, which is none of ${LOG_LEVELS.join(', ')}`);
  }
  return {
    homeRegion: text(variables, 'AWS_REGION'),
    tableName: text(variables, 'TABLE_NAME'),
    artifactBucket: text(variables, 'ARTIFACT_BUCKET'),
    configurationKey: text(variables, 'CONFIGURATION_KEY', 'configuration/dhmc.config.yaml'),
    allowedModes: text(variables, 'ALLOWED_MODES', 'assess,enforce,rollback')
      .split(',')
      .map((mode) => mode.trim()),
    logLevel,
    reportFormats: (variables.REPORT_FORMATS ?? '').split(',').filter((format) => format !== ''),
    reportKeyId: variables.REPORT_KEY_ID || null,
    topicArn: variables.TOPIC_ARN ?? null,
  };
}

/** Throws EnvironmentError. */
export function readEventEnvironment(variables: Variables = process.env): EventEnvironment {
  const mode = text(variables, 'EVENT_MODE');
  if (mode !== 'assess' && mode !== 'enforce') {
    throw new EnvironmentError('EVENT_MODE', `is ${mode}, which is neither assess nor enforce`);
  }
  return {
    stateMachineArn: text(variables, 'STATE_MACHINE_ARN'),
    mode,
    writerRole: variables.WRITER_ROLE || null,
  };
}

function text(variables: Variables, name: string, otherwise?: string): string {
  const value = variables[name] ?? otherwise;
  if (value === undefined) throw new EnvironmentError(name, 'is not set');
  if (value === '') throw new EnvironmentError(name, 'is empty');
  return value;
}
