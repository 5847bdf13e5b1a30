/** Reads the configuration file: YAML or JSON, every field with a default. */
import { type Document, isCollection, parseDocument, visit } from 'yaml';
import type { Configuration } from '../core/model/configuration.ts';
import { ConfigurationError, checkConfiguration, withoutOverflow } from './configuration-check.ts';

/**
 * @param name Name of the file, as messages should show it.
 * @throws {ConfigurationError}
 */
export function parseConfiguration(text: string, name: string): Configuration {
  return checkConfiguration(readDocument(text, name) ?? {}, name);
}

/** One misplaced character makes hundreds. */
const MOST_SYNTAX_PROBLEMS = 5;

/**
 * YAML 1.2, of which JSON is a part: `on` and `off` are texts and days are not dates.
 *
 * @throws {ConfigurationError}
 */
export function readDocument(text: string, name: string): unknown {
  const document = withoutOverflow(name, () => {
    const parsed = parseDocument(text, { prettyErrors: false, stringKeys: true });
    // The parser takes its own overflow for a syntax problem, at a place that depends on the stack.
    const overflow = parsed.errors.find(({ message }) => message === 'Maximum call stack size exceeded');
    if (overflow) throw new RangeError(overflow.message);
    return parsed;
  });
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
  refuseOwnAnchors(document, text, name);
  try {
    return document.toJS();
  } catch (error) {
    // Too many aliases, or one without its anchor.
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError(name, [oneLine(reason)], { cause: error });
  }
}

/** An alias inside what its own anchor names would be a value without end. */
function refuseOwnAnchors(document: Document, text: string, name: string): void {
  visit(document, {
    Alias(_key, alias, path) {
      const holds = path.some((node) => isCollection(node) && node.anchor === alias.source);
      if (!holds) return;
      const where = positionOf(text, alias.range?.[0] ?? 0);
      throw new ConfigurationError(name, [`${where}: the alias *${alias.source} is inside its own anchor`]);
    },
  });
}

function positionOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').trim();
}
