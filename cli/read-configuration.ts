import { readFile } from 'node:fs/promises';
import type { Configuration } from '../functions/core/model/configuration.ts';
import { parseConfiguration } from '../functions/inputs/configuration.ts';
import { defaultConfiguration } from '../functions/inputs/configuration-check.ts';
import { UsageError } from './exit.ts';

const USUAL_FILE = 'dhmc.config.yaml';

/**
 * The file that was named; else `dhmc.config.yaml` of the working directory where there is one, since to
 * enforce without what it excludes would be worse than to read a file that was not named; else the defaults.
 * Throws UsageError or ConfigurationError.
 */
export async function readConfiguration(file: string | undefined): Promise<Configuration> {
  const name = file ?? USUAL_FILE;
  let text: string;
  try {
    text = await readFile(name, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : String(error);
    if (file === undefined && code === 'ENOENT') return defaultConfiguration();
    throw new UsageError(
      code === 'ENOENT'
        ? `configuration ${name}: no such file; give one with --config, or leave that out for the defaults`
        : `configuration ${name}: cannot be read (${code})`,
    );
  }
  const configuration = parseConfiguration(text, name);
  if (file === undefined) process.stderr.write(`configuration: ${USUAL_FILE} of this folder\n`);
  return configuration;
}
