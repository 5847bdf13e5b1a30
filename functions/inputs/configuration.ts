/** Reads the configuration file: YAML or JSON, every field with a default. */
import { createHash } from 'node:crypto';
import { parseDocument } from 'yaml';
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
export function parseConfiguration(text: string, name: string): Configuration {
  const document = readDocument(text, name) ?? {};
  const parsed = withoutOverflow(name, () => configurationSchema.safeParse(document));
  if (!parsed.success) {
    throw new ConfigurationError(name, describeProblems(parsed.error), { cause: parsed.error });
  }
  if (mayUseHubs(parsed.data) && Object.keys(parsed.data.hubs).length === 0) {
    const problem = 'endpoints: "central" and "auto" need the hub of at least one Region in hubs';
    throw new ConfigurationError(name, [problem], {});
  }
  return parsed.data;
}

export function defaultConfiguration(): Configuration {
  return configurationSchema.parse({});
}

/** SHA-256 (hex) of the configuration, whatever the order of its keys. */
export function configurationVersion(configuration: Configuration): string {
  return createHash('sha256').update(canonicalJson(configuration)).digest('hex');
}

/** One misplaced character makes hundreds. */
const MOST_SYNTAX_PROBLEMS = 5;

/**
 * YAML 1.2, of which JSON is a part: `on` and `off` are texts and days are not dates.
 *
 * @throws {ConfigurationError}
 */
export function readDocument(text: string, name: string): unknown {
  const document = withoutOverflow(name, () =>
    parseDocument(text, { prettyErrors: false, stringKeys: true }),
  );
  const problems = [...document.errors, ...document.warnings];
  const [problem] = problems;
  if (problem?.code === 'MULTIPLE_DOCS') {
    throw new ConfigurationError(name, ['holds several documents; keep one, without "---" after it'], {
      cause: problem,
    });
  }
  if (problem) {
    const lines = problems
      .slice(0, MOST_SYNTAX_PROBLEMS)
      .map(({ pos, message }) => `${positionOf(text, pos[0])}: ${oneLine(message)}`);
    const more = problems.length - lines.length;
    throw new ConfigurationError(name, more > 0 ? [...lines, `and ${more} more like these`] : lines, {
      cause: problem,
    });
  }
  try {
    return document.toJS();
  } catch (error) {
    // Too many aliases, or one without its anchor.
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError(name, [oneLine(reason)], { cause: error });
  }
}

/** Readers of nested values call themselves, as deep as the file goes. */
function withoutOverflow<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigurationError(name, ['is nested too deeply; no setting has more than a few levels'], {
      cause: error,
    });
  }
}

function positionOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').trim();
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
