/** Checks a configuration that was read, whatever it was written in, and fills in what was left out. */
import type { Configuration } from '../core/model/configuration.ts';
import { mayUseHubs } from '../core/network/network-settings.ts';
import { configurationSchema } from './configuration-schema.ts';
import { describeProblems } from './schema-problem.ts';

/** The configuration cannot be used. The message has one line a problem: file, path, reason, what to do. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  /** Every problem found, one line each, without the file's name. */
  readonly problems: readonly string[];

  constructor(file: string, problems: readonly string[], options?: ErrorOptions) {
    super(problems.map((problem) => `${file}: ${problem}`).join('\n'), options);
    this.problems = problems;
  }
}

/**
 * @param name Name of the file, as messages should show it.
 * @throws {ConfigurationError}
 */
export function checkConfiguration(document: unknown, name: string): Configuration {
  const parsed = withoutOverflow(name, () => configurationSchema.safeParse(document));
  if (!parsed.success) {
    throw new ConfigurationError(name, describeProblems(parsed.error), { cause: parsed.error });
  }
  if (mayUseHubs(parsed.data) && Object.keys(parsed.data.hubs).length === 0) {
    const problem = 'endpoints: "central" and "auto" need the hub of at least one Region in hubs';
    throw new ConfigurationError(name, [problem], {});
  }
  return structuredClone(parsed.data);
}

/** A copy, as above: the schema puts the same lists into all that it fills in. */
export function defaultConfiguration(): Configuration {
  return structuredClone(configurationSchema.parse({}));
}

/** Readers of nested values call themselves, as deep as the file goes. */
export function withoutOverflow<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigurationError(name, ['is nested too deeply; no setting has more than a few levels'], {
      cause: error,
    });
  }
}
