/** The Lambda functions' environment, parsed once into a typed object. */
import { z } from 'zod';

const schema = z.object({
  AWS_REGION: z.string().min(1),
  TABLE_NAME: z.string().min(1),
  ARTIFACT_BUCKET: z.string().min(1),
  /** Object key of the configuration in the artifact bucket. */
  CONFIGURATION_KEY: z.string().min(1).default('configuration/dhmc.config.yaml'),
  /** `assess` in the functions of the assess state machine: they refuse every other mode. */
  ALLOWED_MODES: z
    .string()
    .default('assess,enforce,rollback')
    .transform((text) => text.split(',').map((mode) => mode.trim())),
  LOG_LEVEL: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT']).default('INFO'),
});

export interface Environment {
  homeRegion: string;
  tableName: string;
  artifactBucket: string;
  configurationKey: string;
  allowedModes: string[];
  logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'SILENT';
}

export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

export function readEnvironment(variables: Record<string, string | undefined> = process.env): Environment {
  const parsed = schema.safeParse(variables);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new EnvironmentError(
      `environment variable ${issue?.path.join('.')}: ${issue?.message}; the stack sets it, so deploy it again`,
    );
  }
  const e = parsed.data;
  return {
    homeRegion: e.AWS_REGION,
    tableName: e.TABLE_NAME,
    artifactBucket: e.ARTIFACT_BUCKET,
    configurationKey: e.CONFIGURATION_KEY,
    allowedModes: e.ALLOWED_MODES,
    logLevel: e.LOG_LEVEL,
  };
}
